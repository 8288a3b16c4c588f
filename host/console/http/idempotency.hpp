// Idempotency-Key of routes that create: the same key with the same request is answered once by the handler and then from
// the store for 24 hours, also after a crash; nothing is made twice.
//
//   begin() -> the answer to send instead of running the handler: the kept one, 409 while the first is still running or when
//              nobody knows what came of it, 422 when the key was used for another request, 400 for an unusable key, 503
//              when the store cannot be written
//   end()   -> keeps a success (sealed: answers may carry secrets), forgets a refusal, so that a corrected request can use
//              the key, and remembers a time-out as unknown
//
// Keys are the principal's own. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "host/base/clock.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"
#include "host/console/http/route.hpp"

namespace masthead::console {

namespace store {
class Database;
class Sealer;
struct IdempotencyName;
}  // namespace store

class Idempotency {
public:
    Idempotency(store::Database& database, const store::Sealer& sealer, Clock& clock) : database_(database), sealer_(sealer), clock_(clock) {}

    static bool asked(const Route& route, const Request& request) { return route.creates && request.headers.count("idempotency-key") > 0; }
    std::optional<Response> begin(const Route& route, const Request& request);
    void end(const Route& route, const Request& request, const Response& response);

    /// At start, before the first request.
    Status closeInterrupted();
    void removeExpired();

    static constexpr std::int64_t kKeptMs = 24LL * 60 * 60 * 1000;
    static constexpr std::int64_t kPerPrincipal = 10000;
    static constexpr std::size_t kMaxAnswer = 256 * 1024;

private:
    std::optional<Response> kept(const store::IdempotencyName& name, const std::string& sealed) const;

    store::Database& database_;
    const store::Sealer& sealer_;
    Clock& clock_;
};

/// The key in the header: bare or a quoted string (RFC 8941), 1 to 255 printable ASCII characters.
std::optional<std::string> idempotencyKey(std::string_view header);

}  // namespace masthead::console
