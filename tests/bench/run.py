#!/usr/bin/env python3
"""Runs benchmarks by name and shows or writes down what they measured. `./dev bench` is the usual way in."""
import argparse
import datetime
import importlib
import json
import os
import pathlib
import sys
from types import SimpleNamespace

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
INTRO = "# Benchmarks\n\nMeasured by `./dev bench`; `tests/bench/README.md` tells how. Numbers for people to look at, not promises.\n"


def names():
    return sorted(p.stem for p in HERE.glob("*.py") if p.stem not in ("run", "__init__", "statistics_of"))


def table(name, module, measured):
    lines = [f"<!-- bench:{name} -->", f"## {module.TITLE}", "", module.ABOUT.strip(), "", "| | |", "|---|---|"]
    lines += [f"| {what} | {value} |" for what, value in measured["rows"]]
    lines += ["", f"{measured['when']}, {measured['machine']}. {measured.get('note', '')}".rstrip(), f"<!-- /bench:{name} -->"]
    return "\n".join(lines) + "\n"


def write(name, text):
    page = PAGE.read_text() if PAGE.exists() else INTRO
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->\n"
    if begin in page:
        page = page[:page.index(begin)] + text + page[page.index(end) + len(end):]
    else:
        page = page.rstrip("\n") + "\n\n" + text
    PAGE.write_text(page)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(names()) + "; default: all")
    parser.add_argument("--build", default="build/dev", help="the build to measure")
    parser.add_argument("--quick", action="store_true", help="few samples")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(names())
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    build = (ROOT / chosen.build).resolve()
    os.environ["MASTHEAD_BUILD"] = str(build)
    sys.path.insert(0, str(ROOT))
    for name in chosen.names or names():
        module = importlib.import_module(f"tests.bench.{name}")
        print(f"==> {module.TITLE}", flush=True)
        load = os.getloadavg()[0]
        measured = module.run(SimpleNamespace(build=build, quick=chosen.quick))
        measured["when"] = datetime.date.today().isoformat()
        measured["machine"] = f"{os.cpu_count()} cores, load {load:.1f} at the start, build {build.name}"
        out = build / "bench" / f"{name}.json"
        out.parent.mkdir(exist_ok=True)
        out.write_text(json.dumps(measured, indent=1) + "\n")
        text = table(name, module, measured)
        print("\n".join(line for line in text.splitlines() if not line.startswith("<!--")), flush=True)
        if chosen.write:
            write(name, text)


if __name__ == "__main__":
    main()
