// masthead.headscale/1: grants of the manifest, audit of writes, the live view for nodes, the REST facade for the rest.
#include <masthead/ext/headscale.h>

#include <algorithm>

#include "host/base/log.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/plugins/bridge.hpp"
#include "host/console/plugins/headscale_operation.hpp"
#include "host/headscale/rest_facade.hpp"
#include "host/headscale/tailnet/tailnet.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::size_t kMaxBody = std::size_t{1} << 20;

/// What is left of the call, within what a write to headscale needs and what a request may wait.
headscale::Deadline deadlineOf(const mh_ctx* ctx) {
    constexpr std::int64_t kLeast = 2000, kMost = 15000;
    if (ctx == nullptr) return {};
    return {std::clamp(ctx->deadline_steady_ms - ctx->clock->steadyMs(), kLeast, kMost)};
}

Error away() { return Error{Code::Unavailable, "headscale is not running at the moment; try again in a few seconds"}; }

Status checkGrant(const mh_host& host, const HeadscaleOperation& operation) {
    const auto& granted = host.manifest->headscale;
    if (operation.grant.empty() || std::find(granted.begin(), granted.end(), operation.grant) != granted.end()) return {};
    return Error{Code::PermissionDenied, "the plugin " + host.manifest->id +
                                             " may not do this in headscale: plugin.json does not name " + operation.grant +
                                             " under \"headscale\""};
}

/// Changes outside of our database: the intent is committed before, the outcome after. Within a request of a route that
/// changes something the funnel has done so already.
class Recorded {
public:
    Recorded(mh_host& host, const mh_ctx* ctx, const HeadscaleOperation& operation, const Json& body)
        : host_(host), needed_(operation.writes && (ctx == nullptr || !ctx->recorded)) {
        const Actor actor = actorOf(host, ctx);
        Json detail = auditableBody(body);
        detail.set("plugin", host.manifest->id);
        entry_ = audit::Entry{actor.name, actor.id,          operation.action, operation.object,
                              "intent",   std::move(detail), actor.request_id, actor.client};
        entry_.auth = actor.auth;
    }
    Status begin() {
        if (!needed_) return {};
        auto begun = host_.services->audit.intent(entry_);
        if (!begun)
            return Error{Code::Unavailable, "the audit log cannot be written, so nothing may be changed", begun.error().message};
        intent_ = *begun;
        return {};
    }
    void end(const Status& result) {
        if (!needed_) return;
        entry_.outcome = result ? "success" : "failure";
        if (!result) entry_.detail.set("error", result.error().message);
        if (auto closed = host_.services->audit.outcome(intent_, entry_); !closed) {
            log::error("the outcome of a change could not be recorded",
                       {{"action", entry_.action}, {"cause", closed.error().message}});
        }
    }

private:
    mh_host& host_;
    bool needed_;
    std::int64_t intent_ = 0;
    audit::Entry entry_;
};

Result<std::string> forward(mh_host& host, const mh_ctx* ctx, const HeadscaleOperation& operation, mh_str method, mh_str path,
                            mh_str body_text) {
    Json body;
    if (body_text.size > 0) {
        auto parsed = parseJson(fromAbi(body_text), {32, kMaxBody});
        if (!parsed) return std::move(parsed).error().within("the body of the call to headscale");
        body = std::move(*parsed);
    }
    const auto client = host.services->headscale.client();
    if (!client) return away();
    Recorded record(host, ctx, operation, body);
    if (auto begun = record.begin(); !begun) return std::move(begun).error();
    auto answer = headscale::callRest(*client, fromAbi(method), fromAbi(path), body, deadlineOf(ctx));
    record.end(answer ? Status() : Status(answer.error()));
    if (operation.writes) host.services->headscale.poke();
    if (!answer) return std::move(answer).error();
    return answer->dump();
}

Result<std::string> ask(mh_host& host, mh_ctx* ctx, mh_str method, mh_str path, mh_str body) {
    auto operation = describeOperation(fromAbi(method), fromAbi(path));
    if (!operation) return std::move(operation).error();
    if (auto granted = checkGrant(host, *operation); !granted) return std::move(granted).error();
    if (ctx != nullptr && ctx->cancelled.load()) return Error{Code::Cancelled, "the call was cancelled"};
    if (operation->live_list || !operation->live_node.empty()) {
        const auto tailnet = host.services->headscale.tailnet();
        if (!tailnet) return away();
        if (operation->live_list) return tailnet->nodesDocument();
        return tailnet->nodeDocument(operation->live_node);
    }
    return forward(host, ctx, *operation, method, path, body);
}

std::int32_t call(mh_host* host, mh_ctx* ctx, mh_str method, mh_str path, mh_str body, mh_sink response, mh_sink err) {
    return served(host, err, [&]() -> Status {
        auto answer = ask(*host, ctx, method, path, body);
        if (!answer) return std::move(answer).error();
        emit(response, *answer);
        return {};
    });
}

void info(mh_host* host, mh_sink out) {
    served(host, kNoSink, [&]() -> Status {
        const Json known = host->services->headscale.info();
        emit(out, Json::object({{"version", known["version"]},
                                {"driver", known["driver"]},
                                {"ready", known.text("state") == "ready"},
                                {"demo", known["demo"].asBool()},
                                {"public_url", host->services->config.public_url},
                                {"unimplemented", known["missing_fields"]}})
                      .dump());
        return {};
    });
}

}  // namespace

const void* headscaleTable() {
    static constexpr mh_headscale kTable{sizeof(mh_headscale), 0, &call, &info};
    return &kTable;
}

}  // namespace masthead::console::plugins
