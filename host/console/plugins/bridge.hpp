// The host's side of the opaque handles of abi.h, and the tables of its services.
//
// mh_host lives as long as the process (a hung plugin may still hold it); once `open` is false every service answers
// UNAVAILABLE. mh_ctx, mh_request and mh_response are owned by the call they belong to. Service functions are entered from
// any plugin thread and never throw: served() turns what happens inside into a status.
#pragma once

#include <masthead/abi.h>
#include <masthead/ext/http.h>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/console/plugins/manifest.hpp"
#include "host/console/services.hpp"

struct mh_host {
    std::shared_ptr<const masthead::console::plugins::Manifest> manifest;
    masthead::console::Services* services = nullptr;
    std::function<masthead::Status(const std::string& job)> run_soon;  // set by the instance
    std::string assets;  // where strangers' browsers find web/public, with a trailing slash; empty without web/
    std::atomic<bool> open{true};
};

struct mh_ctx {
    masthead::Clock* clock = nullptr;
    masthead::console::Principal principal;
    std::string call_id, client;
    std::int64_t deadline_steady_ms = 0;
    bool recorded = false;  // the funnel has committed an audit intent for this call
    std::atomic<bool> cancelled{false};
};

struct mh_request {
    const masthead::console::plugins::Manifest* manifest = nullptr;
    const masthead::console::plugins::RouteDeclaration* route = nullptr;
    masthead::console::Request request;  // a copy: the handler may outlive the connection
    std::string ticket;
    bool has_ticket = false;
};

struct mh_response {
    const masthead::console::plugins::Manifest* manifest = nullptr;
    const masthead::console::plugins::RouteDeclaration* route = nullptr;
    masthead::console::Response response;
    bool finished = false;
};

namespace masthead::console::plugins {

inline std::string_view fromAbi(mh_str text) {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}
inline std::string textOf(mh_str text) { return std::string(fromAbi(text)); }
inline mh_str toAbi(std::string_view text) { return {text.data(), text.size()}; }
inline void emit(mh_sink sink, std::string_view text) {
    if (sink.emit != nullptr) sink.emit(sink.ctx, toAbi(text));
}
mh_sink appendTo(std::string& target);

/// {"detail", "detail_internal", "retryable"} of a plugin as an Error; `what` names the call when the plugin gave no text.
Error errorFromPlugin(std::int32_t status, const std::string& problem_json, const std::string& what);
void emitError(mh_sink err, const Error& error);

/// The body of a service function: refuses a closed host, turns errors and exceptions into a status.
template <typename Body>
std::int32_t served(mh_host* host, mh_sink err, Body&& body) noexcept {
    try {
        if (host == nullptr || !host->open.load()) return MH_UNAVAILABLE;
        const Status status = body();
        if (status) return MH_OK;
        emitError(err, status.error());
        return static_cast<std::int32_t>(status.error().code);
    } catch (const std::exception& exception) {
        try {
            emitError(err, Error{Code::Internal, "the host failed unexpectedly", exception.what()});
        } catch (...) {
            return MH_INTERNAL;
        }
        return MH_INTERNAL;
    } catch (...) {
        return MH_INTERNAL;
    }
}
inline constexpr mh_sink kNoSink{nullptr, nullptr};

const mh_host_api& hostApi();
/// nullptr for an unknown id; grants are checked by the caller.
const void* serviceTable(std::string_view id);

const void* httpTable();
const void* storeTable();
const void* headscaleTable();
const void* eventsTable();
const void* auditTable();
const void* jobsTable();
const void* secretsTable();
const void* notifyTable();

/// Who a record of this call names.
struct Actor {
    std::string name, id, request_id, client, auth;
};
Actor actorOf(const mh_host& host, const mh_ctx* ctx);

/// The settings of a plugin without the members that are the host's own.
Json settingsOf(const Services& services, const Manifest& manifest);

inline constexpr const char* kTicketCookie = "__Host-masthead-ticket";

}  // namespace masthead::console::plugins
