// What children write and what headscale answers, as arbitrary bytes: the line splitter, the log reader and the probes.
// Oracles of its own: no byte is lost by cutting however it arrives, a rendered line is one line without control
// characters, its JSON form parses, and no secret shape survives.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/base/json.hpp"
#include "host/supervisor/exchange.hpp"
#include "host/supervisor/failure_class.hpp"
#include "host/supervisor/headscale_probe.hpp"
#include "host/supervisor/line_splitter.hpp"
#include "host/supervisor/log_line.hpp"
#include "host/supervisor/port_holder.hpp"
#include "host/supervisor/prepare.hpp"

namespace {

using namespace masthead;
using namespace masthead::supervisor;

void require(bool holds) {
    if (!holds) std::abort();
}

std::string joinedLines(std::string_view bytes, std::size_t step) {
    std::string out;
    LineSplitter splitter;
    const auto sink = [&](std::string_view line) {
        require(line.size() <= LineSplitter::kMaxLine);
        out.append(line).append("\n");
    };
    for (std::size_t at = 0; at < bytes.size(); at += step) splitter.feed(bytes.substr(at, step), sink);
    splitter.flush(sink);
    return out;
}

void readLine(std::string_view raw) {
    const LogLine line = readLogLine("headscale", raw, 0);
    for (const char c : line.message) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    const std::string text = renderLogLine("headscale", line, log::Format::Text);
    require(text.find('\n') == std::string::npos);
    static_cast<void>(renderLogLine("headscale", line, log::Format::JsonLines));
    static_cast<void>(saysMigration(raw));
    static_cast<void>(isHealthCheck(raw));
    static_cast<void>(progressIn(raw));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t step = data[0] % 64 + 1;
    if (bytes.find('\r') == std::string_view::npos) require(joinedLines(bytes, step) == joinedLines(bytes, bytes.size() + 1));
    readLine(bytes);
    const std::string text(bytes);
    const std::string key = publicKeyIn(text);
    require(key.empty() || (key.size() == 69 && text.find(key) != std::string::npos));
    static_cast<void>(healthPasses(text));
    static_cast<void>(isHttp2Settings(bytes));
    const auto body = httpBody(bytes);
    require(!body || text.compare(text.size() - body->size(), body->size(), *body) == 0);
    static_cast<void>(httpComplete(bytes));
    require(portInMessage(text) >= 0);
    static_cast<void>(listeningInodes(bytes, 8443));
    static_cast<void>(prepareFailure(text, ExitInfo{false, 1}, {text}));
    static_cast<void>(classifyFailure("headscale", ExitInfo{false, data[0]}, {text}));
    return 0;
}
