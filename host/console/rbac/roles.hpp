// Custom roles with their rules: nobody grants what they lack, nobody edits a role they hold (unless admin), a role that
// accounts hold is not deleted. Each change and its audit record are one transaction; the catalogue follows before the
// answer, so that the next request and open event streams obey.
//
// Thread-safe. Errors: InvalidArgument with `fields`, PermissionDenied, NotFound, Conflict (id taken), FailedPrecondition
// (built-in, still held), the store's. A change whose If-Match does not fit leaves match.stale().
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/http/etag.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"
#include "host/console/store/role_store.hpp"

namespace masthead::console {
class EventBus;
namespace audit { class AuditLog; }
namespace store {
class Database;
class Transaction;
}  // namespace store
}  // namespace masthead::console

namespace masthead::console::rbac {

class Catalogue;

struct RoleView {
    std::string id, title, description;
    bool builtin = false;
    std::vector<std::string> permissions;
    std::int64_t accounts = 0;
    std::int64_t revision = 0;  // 0 for built-in ones
};

class Roles {
public:
    Roles(store::Database& database, audit::AuditLog& audit, Catalogue& catalogue, EventBus& events, Clock& clock)
        : database_(database), audit_(audit), catalogue_(catalogue), events_(events), clock_(clock) {}

    /// Reads the stored roles into the catalogue; at start, before the first request.
    Status load();

    Result<std::vector<RoleView>> list();
    Result<RoleView> find(const std::string& id);
    /// What is wrong with a role as typed; `before` names permissions it may keep although they are unknown now.
    std::vector<FieldError> check(const store::RoleRow& role, const std::set<std::string>& before) const;

    Result<RoleView> create(const Request& request, store::RoleRow role, std::vector<FieldError>& wrong);
    Result<RoleView> change(const Request& request, store::RoleRow role, IfMatch& match, std::vector<FieldError>& wrong);
    Status remove(const Request& request, const std::string& id);

private:
    Status mayGrant(const Principal& principal, const std::set<std::string>& added) const;
    Status changed(const std::function<Status(store::Transaction&)>& body);

    store::Database& database_;
    audit::AuditLog& audit_;
    Catalogue& catalogue_;
    EventBus& events_;
    Clock& clock_;
    std::mutex changing_;  // so that the catalogue gets the changes in the order of their commits
};

}  // namespace masthead::console::rbac
