// A route cannot be written down without the permission it needs: Permission has no default and no empty value.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "host/base/json.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console {

class Permission {
public:
    /// Anybody, without a session.
    static Permission publicAccess() { return Permission("masthead:public"); }
    /// Any signed-in principal.
    static Permission anyAuthenticated() { return Permission("masthead:any-authenticated"); }
    static Permission named(std::string id) { return Permission(std::move(id)); }

    const std::string& id() const { return id_; }
    bool isPublic() const { return id_ == "masthead:public"; }
    bool isAnyAuthenticated() const { return id_ == "masthead:any-authenticated"; }

private:
    explicit Permission(std::string id) : id_(std::move(id)) {}
    std::string id_;
};

using Handler = std::function<Response(const Request&)>;

struct Route {
    std::string method;
    std::string pattern;  // "/admin/api/v1/plugins/{id}/release"; a last segment "{name...}" takes the rest
    Permission permission;
    std::string summary;
    Handler handler;
    std::string audit = {};               // audit action; empty = reads, not recorded
    std::size_t body_limit = 64 * 1024;
    std::int64_t deadline_ms = 30000;
    std::string owner = "core";           // or the plugin's id
    Json schema = Json();                 // {request, response} for OpenAPI
    bool audit_self = false;              // the handler records its success in the change's own transaction
    bool same_origin = true;              // public writes: only from our own pages (signed-in writes always are)
    bool json_body = true;                // a body must be application/json
    bool step_up = false;                 // needs a fresh authentication, at most five minutes old
    SessionStage stage = SessionStage::Full;  // the least complete session that may call
    bool token_allowed = true;            // API tokens may call; false for what guards accounts and the host itself
    bool creates = false;                 // takes an Idempotency-Key
    std::vector<std::string> more_with = {};  // permissions with which the handler shows or does more
};

}  // namespace masthead::console
