// The funnel: every request to the console passes these steps in this order, and handlers run only at its end.
//
//   bounds -> route (404, 405) -> authenticate (401) -> rate (429) -> stage (401, 403) -> cross-site checks (403)
//   -> authorise (403) -> tokens (403) -> step-up (403) -> body (413, 415) -> Idempotency-Key (409, 422)
//   -> audit intent (503 when it cannot be written) -> handler, guarded (500) -> audit outcome -> response headers
//
// Thread-safe; the parts outlive it. Errors are always application/problem+json.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/http/rate_limit.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"
#include "host/console/http/route_table.hpp"

namespace masthead::console {

namespace audit { class AuditLog; }
class Idempotency;

/// The socket a request came in by.
enum class Door {
    Edge,         // run/console.sock: browsers, through edge
    CommandLine,  // run/cli.sock: a local process of our own uid, no cookies and no CSRF
};

struct FunnelParts {
    const RouteSlot& routes;
    audit::AuditLog& audit;
    Clock& clock;
    /// Who this request is from, by cookie or (CommandLine) by the socket. Unauthenticated when nobody.
    std::function<Result<Principal>(const Request&, Door)> authenticate;
    std::function<bool(const Principal&, std::string_view token)> csrf_valid;
    /// By which methods this principal may step up: "password", "totp", "passkey", "sso:<id>".
    std::function<Result<std::vector<std::string>>(const Principal&)> step_up_methods = {};
    Idempotency* idempotency = nullptr;  // null: Idempotency-Key is not looked at
    std::function<std::optional<RateVerdict>(const Principal&, const std::string& client)> rate = {};
};

/// Reads the body up to `limit` bytes; ResourceExhausted beyond, InvalidArgument when it is cut short.
using BodyReader = std::function<Result<std::string>(std::size_t limit)>;

class Funnel {
public:
    explicit Funnel(FunnelParts parts) : parts_(std::move(parts)) {}

    /// `request` has method, path, raw query, headers, client, host and scheme; the rest is filled in here.
    Response handle(Request& request, std::string_view raw_query, Door door, const BodyReader& read_body);
    /// From now on everything is answered 503.
    void drain() { draining_.store(true); }
    bool draining() const { return draining_.load(); }

private:
    Response decide(Request& request, std::string_view raw_query, Door door, const BodyReader& read_body, std::optional<RateVerdict>& rate);
    std::optional<Response> incomplete(const Route& route, const Request& request);
    std::optional<Response> notFresh(const Route& route, const Request& request);
    Response runOnce(const Route& route, Request& request);
    Response run(const Route& route, Request& request);

    FunnelParts parts_;
    std::atomic<bool> draining_{false};
};

/// Why a write must be refused as cross-site; empty = it is from our own pages. Pure function.
std::string crossSiteReason(const Request& request);
/// Why a request with an API token must be refused as made by a foreign page; empty = no page, or one of ours.
std::string foreignPage(const Request& request);

}  // namespace masthead::console
