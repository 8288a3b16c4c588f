// The calls of an Instance that serve something: routes, jobs, events, health.
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/console/http/cookies.hpp"
#include "host/console/plugins/instance.hpp"
#include "host/console/plugins/schema.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::int64_t kEventMs = 5000;
// What a handler may take to notice that its deadline has passed before that counts as a fault.
constexpr std::int64_t kGraceMs = 250;

void readTicket(mh_request& request) {
    if (!request.route->ticket) return;
    const auto values = cookieValues(request.request.header("cookie"), kTicketCookie);
    const std::string own = request.manifest->id + ":";
    if (values.size() != 1 || std::string_view(values.front()).substr(0, own.size()) != own) return;
    request.ticket = std::string(values.front()).substr(own.size());
    request.has_ticket = true;
}

/// Empty when the body fits the schema of the route.
std::vector<FieldError> bodyFaults(const RouteDeclaration& route, const Request& request) {
    if (route.request.isNull()) return {};
    auto body = parseJson(request.body.empty() ? "{}" : request.body);
    if (!body) return {{"", "the body " + body.error().message}};
    std::vector<FieldError> out;
    for (const auto& fault : checkValue(route.request, *body)) {
        const std::string path = fault.path.empty() ? fault.path : fault.path.substr(1);
        out.push_back({path, (path.empty() ? "the body" : path) + " " + fault.reason});
    }
    return out;
}

}  // namespace

struct Instance::RouteCall {
    std::shared_ptr<mh_ctx> ctx;
    mh_request request;
    mh_response response;
    std::int32_t status = MH_INTERNAL;
    std::string problem;
};

Response Instance::handle(const RouteDeclaration& route, const Request& request) {
    if (auto faults = bodyFaults(route, request); !faults.empty()) return fieldProblem(faults, request.id);
    auto call = std::make_shared<RouteCall>();
    call->ctx = ownContext(request.id, route.deadline_ms);
    call->ctx->principal = request.principal;
    call->ctx->client = request.client;
    call->ctx->recorded = !route.read_only && !route.outside;
    call->request.manifest = call->response.manifest = manifest_.get();
    call->request.route = call->response.route = &route;
    call->request.request = request;
    readTicket(call->request);

    const auto* binding = routes_.at(route.name);
    auto self = shared_from_this();
    const Status entered = enter(Kind::Call, route.name, request.id, route.deadline_ms + kGraceMs, [self, binding, call] {
        call->status = binding->handle(self->plugin_, binding->data, call->ctx.get(), &call->request, &call->response,
                                       appendTo(call->problem));
    });
    if (!entered) {
        call->ctx->cancelled.store(true);
        return problem(entered.error(), request.id);
    }
    if (call->status == MH_CANCELLED && services_.clock.steadyMs() >= call->ctx->deadline_steady_ms) {
        // It noticed the deadline itself: no fault.
        return problem(Error{Code::Deadline, "The plugin " + manifest_->id + " did not finish within " +
                                                 std::to_string(route.deadline_ms) + " ms."},
                       request.id);
    }
    if (call->status != MH_OK) return problem(errorFromPlugin(call->status, call->problem, route.name), request.id);
    if (!call->response.finished) {
        return problem(Error{Code::Internal, "The plugin " + manifest_->id + " gave no complete answer.",
                             route.name + " returned OK without finishing its response"},
                       request.id);
    }
    return std::move(call->response.response);
}

/// While it lives, cancelBackground() reaches the call.
class Instance::BackgroundCall {
public:
    BackgroundCall(Instance& instance, mh_ctx& ctx) : instance_(instance), ctx_(ctx) {
        const std::lock_guard lock(instance_.mutex_);
        instance_.background_.insert(&ctx_);
        if (instance_.background_cancelled_) ctx_.cancelled.store(true);
    }
    BackgroundCall(const BackgroundCall&) = delete;
    BackgroundCall& operator=(const BackgroundCall&) = delete;
    ~BackgroundCall() {
        const std::lock_guard lock(instance_.mutex_);
        instance_.background_.erase(&ctx_);
    }

private:
    Instance& instance_;
    mh_ctx& ctx_;
};

void Instance::cancelBackground() {
    const std::lock_guard lock(mutex_);
    background_cancelled_ = true;
    for (auto* ctx : background_) ctx->cancelled.store(true);
}

struct Instance::JobCall {
    std::shared_ptr<mh_ctx> ctx;
    std::int32_t status = MH_INTERNAL;
    std::string report, problem;
};

Result<Json> Instance::runJob(const JobDeclaration& job) {
    auto call = std::make_shared<JobCall>();
    call->ctx = ownContext("job-" + randomToken(9), job.timeout_ms);
    const BackgroundCall reachable(*this, *call->ctx);
    const auto* binding = jobs_.at(job.id);
    auto self = shared_from_this();
    const Status entered =
        enter(Kind::Call, "job " + job.id, call->ctx->call_id, job.timeout_ms + kGraceMs, [self, binding, call] {
            call->status =
                binding->run(self->plugin_, binding->data, call->ctx.get(), appendTo(call->report), appendTo(call->problem));
        });
    if (!entered) {
        call->ctx->cancelled.store(true);
        return std::move(entered).error();
    }
    if (call->status != MH_OK) return errorFromPlugin(call->status, call->problem, "job " + job.id);
    auto report = parseJson(call->report.empty() ? "{}" : call->report, kLocalJson);
    return report ? std::move(*report) : Json::object();
}

void Instance::onEvent(const std::string& type, const std::string& data) {
    auto ctx = ownContext("event-" + randomToken(9), kEventMs);
    const BackgroundCall reachable(*this, *ctx);
    auto self = shared_from_this();
    const Status entered = enter(Kind::Call, "event " + type, ctx->call_id, kEventMs, [self, ctx, type, data] {
        self->event_handlers_->on_event(self->plugin_, ctx.get(), toAbi(type), toAbi(data));
    });
    if (!entered) ctx->cancelled.store(true);
}

Result<Json> Instance::health() {
    if (health_ == nullptr) return Json::object();
    auto call = std::make_shared<JobCall>();
    call->ctx = ownContext("health-" + randomToken(9), kControlMs);
    auto self = shared_from_this();
    const Status entered = enter(Kind::Call, "health", call->ctx->call_id, kControlMs, [self, call] {
        call->status = self->health_->check(self->plugin_, call->ctx.get(), appendTo(call->report), appendTo(call->problem));
    });
    if (!entered) {
        call->ctx->cancelled.store(true);
        return std::move(entered).error();
    }
    if (call->status != MH_OK) return errorFromPlugin(call->status, call->problem, "health");
    auto report = parseJson(call->report.empty() ? "{}" : call->report, kLocalJson);
    return report ? std::move(*report) : Json::object();
}

}  // namespace masthead::console::plugins
