#include "host/cli/audit_command.hpp"

#include <cstdio>
#include <fstream>

#include "host/base/log.hpp"
#include "host/cli/admin_backend.hpp"
#include "host/config/load.hpp"
#include "host/console/audit/export_check.hpp"

namespace masthead::cli {
namespace {

constexpr const char* kBase = "/admin/api/v1/audit";
constexpr const char* kUsage =
    "verify [--json] [--file EXPORT.jsonl [--host ID]] | export [--format jsonl|csv] [--output FILE] | status [--json]";

Result<std::unique_ptr<AdminBackend>> openBackend(const Arguments& arguments) {
    const auto config = config::loadConfig(arguments.config);
    if (!config) return config.error();
    log::Settings quiet;
    quiet.level = log::Level::Error;
    log::configure(quiet);
    return AdminBackend::open(*config);
}

int tellVerdict(const Json& verdict, bool json, const std::string& note) {
    const bool ok = verdict["ok"].asBool();
    if (json) {
        std::puts(verdict.pretty().c_str());
        return ok ? 0 : 1;
    }
    const std::string records = std::to_string(verdict["records"].asInt());
    if (ok) {
        std::printf("the audit log is whole: %s records, %s to %s, sealed to %s\n", records.c_str(), verdict.text("from").c_str(), verdict.text("to").c_str(),
                    verdict.text("sealed_to").c_str());
        std::printf("host %s, newest record %s\n", verdict.text("host").c_str(), verdict.text("head").c_str());
    } else {
        std::printf("the audit log is NOT whole: record %s: %s\n", verdict["bad"].text("seq").c_str(), verdict["bad"].text("reason").c_str());
        std::printf("%s records before it fit\n", records.c_str());
    }
    if (!note.empty()) std::printf("%s\n", note.c_str());
    return ok ? 0 : 1;
}

int verifyFile(const Arguments& arguments) {
    const std::string path = arguments.option("--file");
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail("cannot read " + path);
    const auto found = console::audit::verifyExport(in, arguments.option("--host"));
    Json verdict = found.verdict.json();
    verdict.set("complete", found.complete);
    verdict.set("part", found.part);
    verdict.set("line", found.line);
    std::string note;
    if (!found.complete) note = "the file is filtered: each record is whole, but whether some are missing cannot be told";
    if (found.complete && found.anchor.seq > 0) {
        note = "the file continues after record " + std::to_string(found.anchor.seq) + ", whose hash must be " + found.anchor.hash;
    }
    return tellVerdict(verdict, arguments.has("--json"), note);
}

int verify(const Arguments& arguments) {
    if (arguments.has("--file")) return verifyFile(arguments);
    auto backend = openBackend(arguments);
    if (!backend) return fail(backend.error().message);
    const auto verdict = (*backend)->call("POST", std::string(kBase) + "/verify");
    if (!verdict) return fail(verdict.error().message);
    return tellVerdict(*verdict, arguments.has("--json"), "");
}

int status(const Arguments& arguments) {
    auto backend = openBackend(arguments);
    if (!backend) return fail(backend.error().message);
    const auto answer = (*backend)->call("GET", std::string(kBase) + "/status");
    if (!answer) return fail(answer.error().message);
    if (arguments.has("--json")) {
        std::puts(answer->pretty().c_str());
        return 0;
    }
    const Json& checkpoint = (*answer)["last_checkpoint"];
    const Json& sink = (*answer)["sink"];
    std::printf("host         %s\n", answer->text("host").c_str());
    std::printf("records      %s, since %s\n", std::to_string((*answer)["records"].asInt()).c_str(), (*answer)["first"].text("at").c_str());
    std::printf("checkpoint   record %s at %s\n", checkpoint.text("seq").c_str(), checkpoint.text("at").c_str());
    if (sink.isNull()) {
        std::puts("second place none");
    } else {
        std::printf("second place %s: %s, %s waiting, %s dropped %s\n", sink.text("kind").c_str(), sink.text("state").c_str(),
                    std::to_string(sink["queued"].asInt()).c_str(), std::to_string(sink["dropped"].asInt()).c_str(), sink.text("error").c_str());
    }
    if (!answer->text("problem").empty()) std::printf("PROBLEM      %s\n", answer->text("problem").c_str());
    return answer->text("problem").empty() ? 0 : 1;
}

int exportTo(const Arguments& arguments) {
    const std::string format = arguments.has("--format") ? arguments.option("--format") : "jsonl";
    if (format != "jsonl" && format != "csv") return misused("--format is jsonl or csv");
    auto backend = openBackend(arguments);
    if (!backend) return fail(backend.error().message);
    std::FILE* out = stdout;
    if (arguments.has("--output")) {
        out = std::fopen(arguments.option("--output").c_str(), "wbe");
        if (out == nullptr) return fail("cannot write " + arguments.option("--output"));
    }
    bool written = true;
    Status done = (*backend)->download(std::string(kBase) + "/export?format=" + format, [&](std::string_view text) {
        written = written && std::fwrite(text.data(), 1, text.size(), out) == text.size();
        return written;
    });
    written = std::fflush(out) == 0 && written;
    if (out != stdout) written = std::fclose(out) == 0 && written;
    if (!done) return fail(done.error().message);
    return written ? 0 : fail("the export could not be written completely");
}

int run(const Arguments& arguments) {
    const std::string verb = arguments.rest.size() == 1 ? arguments.rest[0] : "";
    if (verb == "verify") return verify(arguments);
    if (verb == "export") return exportTo(arguments);
    if (verb == "status") return status(arguments);
    return misused(std::string("say what: masthead audit ") + kUsage);
}

}  // namespace

Command auditCommand() {
    return {"audit", kUsage, "check that nobody has tampered with the audit log; write it to a file", "Accounts", {{"--file", "--host", "--format", "--output"}, {"--json"}}, run};
}

}  // namespace masthead::cli
