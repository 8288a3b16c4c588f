"""A configuration file and the real `masthead` command line on it, without a running host."""
import json
import pathlib
import subprocess

from tests.support.masthead import BIN, BUILD, merge, to_yaml


class Prepared:
    def __init__(self, directory, settings=None):
        self.dir = pathlib.Path(directory)
        self.data = self.dir / "data"
        self.file = self.dir / "masthead.yaml"
        self.settings = merge({
            "public_url": "https://vpn.example.org",
            "data_dir": str(self.data),
            "server": {"listen": ["127.0.0.1:0"]},
            "headscale": {"system_path": "", "network": {"derp_stun_listen": "127.0.0.1:0"}},
            "plugins": {"dir": str(BUILD / "plugins")},
        }, settings)
        self.write()

    def write(self):
        self.file.write_text(to_yaml(self.settings))

    def set(self, settings):
        self.settings = merge(self.settings, settings)
        self.write()

    def run(self, *words):
        return subprocess.run([BIN / "masthead", *words, "--config", self.file], capture_output=True, text=True, timeout=120)

    def prepare(self):
        """Asserts success and returns run/headscale.json."""
        done = self.run("prepare")
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout == ""
        return self.read("headscale.json")

    def prepare_fails(self):
        """Asserts failure and returns the one JSON object on standard output."""
        done = self.run("prepare")
        assert done.returncode == 1, done.stdout + done.stderr
        answer = json.loads(done.stdout)
        assert set(answer) == {"class", "message", "remedy"} and all(answer.values()), answer
        return answer

    def read(self, name):
        return json.loads((self.data / "run" / name).read_text())

    def installed(self):
        """Every file below versions/, relative, without unfinished downloads."""
        root = self.data / "versions"
        return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and ".parts" not in p.parts) if root.exists() else []
