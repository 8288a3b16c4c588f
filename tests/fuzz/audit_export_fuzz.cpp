// Exported audit logs from anybody: no crash, no hang, and a line that is accepted is written the same way again.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "host/console/audit/export_check.hpp"
#include "host/console/audit/export_format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace masthead::console;
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto line = audit::parseLine(text); line) {
        std::string again;
        if (const auto* row = std::get_if<store::AuditRow>(&*line)) again = audit::recordLine(*row);
        if (const auto* seal = std::get_if<store::AuditSeal>(&*line)) again = audit::sealLine(*seal);
        if (const auto* header = std::get_if<audit::ExportHeader>(&*line)) again = audit::headerLine(*header);
        again.pop_back();
        if (!audit::parseLine(again)) std::abort();
    }
    std::istringstream in(text);
    const auto found = audit::verifyExport(in, "");
    // Nobody can make signatures up.
    if (!found.verdict.bad && found.complete) std::abort();
    return 0;
}
