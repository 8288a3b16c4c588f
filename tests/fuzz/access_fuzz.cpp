// What a stranger writes into headers and queries of the API: tokens, networks, idempotency keys, ETags, cursors. No crash, and
// each accepted text keeps its promise.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/console/auth/tokens_networks.hpp"
#include "host/console/auth/tokens_text.hpp"
#include "host/console/http/etag.hpp"
#include "host/console/http/idempotency.hpp"
#include "host/console/http/pagination.hpp"
#include "host/console/http/query.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace masthead;
    using namespace masthead::console;
    const std::string_view text(reinterpret_cast<const char*>(data), size);

    if (const auto id = auth::tokenIdIn(text); id && (id->size() != auth::kTokenIdSize || text.size() != auth::kTokenSize)) std::abort();
    if (size >= 60) {
        // With the right checksum appended, only the alphabet decides.
        const std::string whole = std::string(text.substr(0, 60)) + auth::tokenChecksum(text.substr(0, 60));
        if (auth::tokenIdIn(whole) && whole.compare(0, 9, "masthead_") != 0) std::abort();
    }
    if (const auto network = auth::canonicalNetwork(text)) {
        if (auth::canonicalNetwork(*network) != network) std::abort();
        const std::string address = network->substr(0, network->find('/'));
        if (!auth::inNetworks(address, {*network})) std::abort();
    }
    static_cast<void>(auth::inNetworks(std::string(text), {"10.0.0.0/8", "2001:db8::/32"}));
    if (const auto key = idempotencyKey(text); key && (key->empty() || key->size() > 255)) std::abort();

    Request request;
    request.headers["if-match"] = request.headers["if-none-match"] = std::string(text);
    IfMatch match(request);
    if (match.fits(7) == match.stale()) std::abort();
    static_cast<void>(noneMatchFits(request, "\"7\""));
    if (auto query = parseQuery(text)) {
        request.query = std::move(*query);
        Page page;
        if (!readPage(request, page) && (page.limit < 1 || page.limit > 500)) std::abort();
    }
    return 0;
}
