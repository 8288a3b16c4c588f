// GET /events: the live feed of the browser.
#include "host/base/text.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/event_stream.hpp"
#include "host/console/api/stream_slots.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/tokens.hpp"
#include "host/console/http/cookies.hpp"
#include "host/console/rbac/catalogue.hpp"

namespace masthead::console::api {
namespace {

Response getEvents(Context& context, const Request& request) {
    auto slot = context.streams.take(request.principal.session_id + request.principal.token_id + request.principal.id);
    if (!slot) {
        return problem(503, "too_many_streams", "Too many streams", "Too many event streams are open; read the lists from time to time instead.",
                       request.id, true)
            .with("Retry-After", "30");
    }
    const auto last = parseUnsigned<std::uint64_t>(request.header("last-event-id"));
    auto subscription = last ? context.events.subscribeAfter(*last) : context.events.subscribe();

    std::function<Result<Principal>()> look = [principal = request.principal, &context] {
        Principal now = principal;
        now.permissions = context.catalogue.permissionsOf(now.roles);
        return Result<Principal>(std::move(now));
    };
    if (request.principal.account_id != 0 && request.principal.method != "token") {
        const auto cookies = cookieValues(request.header("cookie"), kSessionCookie);
        look = [hash = auth::Sessions::hashOf(cookies.empty() ? "" : cookies.front()), &context] { return context.sessions.look(hash); };
    }
    if (request.principal.method == "token") {
        look = [id = request.principal.token_id, client = request.client, &context] { return context.tokens->look(id, client); };
    }
    Response response{200, "text/event-stream", "", {}, {}};
    response.stream = [slot, subscription, look, principal = request.principal, &context](StreamSink& sink) {
        runEventStream({subscription, principal, look, [&context] { return context.sessions.version() + context.catalogue.version() + (context.tokens != nullptr ? context.tokens->version() : 0); }, context.clock}, sink);
    };
    return std::move(response).with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");
}

}  // namespace

std::vector<Route> eventRoutes(Context& context) {
    return {{"GET", "/admin/api/v1/events", Permission::anyAuthenticated(), "Server-sent events", [&](const Request& r) { return getEvents(context, r); }}};
}

}  // namespace masthead::console::api
