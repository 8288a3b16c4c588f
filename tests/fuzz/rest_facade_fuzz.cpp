// Calls of the REST facade as plugins may make them: first line "METHOD path", the rest a JSON body; and the same body as a node
// that headscale sent. Nothing crashes, and what was read as a node survives being written and read again.
#include <cstdint>
#include <string>
#include <string_view>

#include "host/base/json.hpp"
#include "host/headscale/checked_client.hpp"
#include "host/headscale/rest_facade.hpp"
#include "host/headscale/rest_shape.hpp"
#include "tests/support/fake_client.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace masthead;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t line = text.find('\n');
    const std::string_view head = text.substr(0, line);
    const std::size_t space = head.find(' ');
    const std::string_view method = head.substr(0, space);
    const std::string_view path = space == std::string_view::npos ? std::string_view() : head.substr(space + 1);
    Json body;
    if (line != std::string_view::npos) {
        if (auto parsed = parseJson(text.substr(line + 1))) body = std::move(*parsed);
    }
    static const std::unique_ptr<headscale::Client> kClient = headscale::makeChecked(std::make_unique<testing::FakeClient>());
    (void)headscale::callRest(*kClient, method, path, body);
    // The same bytes as an object that headscale sent: what is read must be writable and readable again.
    if (const auto node = headscale::nodeFromRest(body); node.ok()) {
        const auto again = headscale::nodeFromRest(headscale::toRest(*node));
        if (!again.ok() || !(*again == *node)) __builtin_trap();
    }
    return 0;
}
