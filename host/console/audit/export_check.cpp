#include "host/console/audit/export_check.hpp"

#include "host/console/audit/canonical.hpp"
#include "host/console/audit/export_format.hpp"

namespace masthead::console::audit {
namespace {

/// A line without its newline; false at the end. A line beyond the limit comes back cut, which no parser accepts.
bool nextLine(std::istream& in, std::string& line) {
    line.clear();
    for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
        if (c == '\n') return true;
        if (line.size() <= kMaxLine) line += static_cast<char>(c);
    }
    return !line.empty();
}

}  // namespace

ExportVerdict verifyExport(std::istream& in, const std::string& host) {
    ExportVerdict out;
    std::optional<ChainVerifier> verifier;
    std::string line;
    std::int64_t number = 0;
    const auto bad = [&](Bad what) {
        out.verdict.bad = std::move(what);
        out.line = number;
    };
    while (!out.verdict.bad && nextLine(in, line)) {
        ++number;
        auto parsed = parseLine(line);
        if (!parsed) {
            bad({verifier ? verifier->seq() + 1 : 0, "line " + std::to_string(number) + ": " + parsed.error().message});
        } else if (const auto* header = std::get_if<ExportHeader>(&*parsed)) {
            if (verifier) {
                bad({verifier->seq() + 1, "a second header"});
            } else if (!host.empty() && header->host != host) {
                bad({0, "the file comes from host " + header->host + ", not " + host});
            } else {
                verifier.emplace(header->host, header->anchor);
                out.complete = header->complete;
                out.part = header->part;
                out.anchor = header->anchor;
            }
        } else if (!verifier) {
            bad({0, "the first line is not a header"});
        } else if (const auto* row = std::get_if<store::AuditRow>(&*parsed)) {
            if (out.verdict.from == 0) out.verdict.from = row->seq;
            if (out.complete) {
                if (auto found = verifier->record(*row)) bad(std::move(*found));
            } else if (row->hash != chainHash(row->previous, *row)) {
                bad({row->seq, "audit record " + std::to_string(row->seq) + " was changed after it was written"});
            } else {
                ++out.verdict.records;
                out.verdict.to = std::max(out.verdict.to, row->seq);
            }
        } else if (out.complete) {
            if (auto found = verifier->seal(std::get<store::AuditSeal>(*parsed))) bad(std::move(*found));
        }
    }
    if (!out.verdict.bad && !verifier) bad({0, "the file is empty"});
    if (verifier && out.complete) {
        if (!out.verdict.bad) {
            if (auto found = verifier->finish(out.part)) bad(std::move(*found));
        }
        out.verdict.records = verifier->records();
        out.verdict.to = verifier->seq();
        out.verdict.sealed_to = verifier->sealedTo();
        out.verdict.checkpoints = verifier->checkpoints();
        out.verdict.head = verifier->hash();
    }
    if (verifier) out.verdict.host = verifier->host();
    return out;
}

}  // namespace masthead::console::audit
