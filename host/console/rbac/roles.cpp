#include "host/console/rbac/roles.hpp"

#include <algorithm>
#include <iterator>

#include "host/base/text.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::rbac {
namespace {

constexpr std::size_t kMaxTitle = 80;
constexpr std::size_t kMaxDescription = 500;

Error noRole(const std::string& id) { return {Code::NotFound, "There is no role '" + id + "'."}; }

bool validId(std::string_view id) {
    if (id.size() < 2 || id.size() > 32 || id[0] < 'a' || id[0] > 'z') return false;
    return std::all_of(id.begin(), id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool printable(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::vector<RoleInfo> infoOf(const std::vector<store::RoleRow>& rows) {
    std::vector<RoleInfo> out;
    for (const auto& row : rows) out.push_back({row.id, row.title, row.description, false, row.permissions});
    return out;
}

Json shown(const store::RoleRow& role) {
    Json permissions = Json::array();
    for (const auto& permission : role.permissions) permissions.push(permission);
    return Json::object({{"title", role.title}, {"description", role.description}, {"permissions", std::move(permissions)}});
}

RoleView viewOf(const store::RoleRow& row, std::int64_t accounts) {
    return {row.id, row.title, row.description, false, {row.permissions.begin(), row.permissions.end()}, accounts, row.revision};
}

std::set<std::string> minus(const std::set<std::string>& left, const std::set<std::string>& right) {
    std::set<std::string> out;
    std::set_difference(left.begin(), left.end(), right.begin(), right.end(), std::inserter(out, out.end()));
    return out;
}

bool holds(const Principal& principal, const std::string& role) {
    return std::find(principal.roles.begin(), principal.roles.end(), role) != principal.roles.end();
}

}  // namespace

Status Roles::load() {
    const std::lock_guard lock(changing_);
    return database_.read([&](store::Connection& connection) -> Status {
        catalogue_.setRoles(infoOf(store::RoleStore::list(connection)));
        return {};
    });
}

Result<std::vector<RoleView>> Roles::list() {
    std::vector<RoleView> out;
    Status status = database_.read([&](store::Connection& connection) -> Status {
        const auto holders = store::RoleStore::holders(connection);
        const auto held_by = [&](const std::string& id) {
            const auto found = holders.find(id);
            return found == holders.end() ? std::int64_t{0} : found->second;
        };
        for (const auto& role : catalogue_.roles()) {
            if (role.builtin) out.push_back({role.id, role.title, role.description, true, {role.permissions.begin(), role.permissions.end()}, held_by(role.id), 0});
        }
        for (const auto& row : store::RoleStore::list(connection)) out.push_back(viewOf(row, held_by(row.id)));
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<RoleView> Roles::find(const std::string& id) {
    auto all = list();
    if (!all) return std::move(all).error();
    const auto found = std::find_if(all->begin(), all->end(), [&](const RoleView& role) { return role.id == id; });
    if (found == all->end()) return noRole(id);
    return std::move(*found);
}

std::vector<FieldError> Roles::check(const store::RoleRow& role, const std::set<std::string>& before) const {
    std::vector<FieldError> wrong;
    if (!validId(role.id)) wrong.push_back({"id", "An id is 2 to 32 lower-case letters, digits or '-' and begins with a letter."});
    if (trim(role.title).empty() || role.title.size() > kMaxTitle || !printable(role.title)) {
        wrong.push_back({"title", "A title of 1 to 80 bytes without control characters is needed."});
    }
    if (role.description.size() > kMaxDescription || !printable(role.description)) {
        wrong.push_back({"description", "A description has at most 500 bytes and no control characters."});
    }
    for (const auto& permission : role.permissions) {
        if (before.count(permission) == 0 && !catalogue_.known(permission)) {
            wrong.push_back({"permissions", "There is no permission '" + permission + "'."});
        }
    }
    return wrong;
}

Status Roles::mayGrant(const Principal& principal, const std::set<std::string>& added) const {
    const auto lacking = minus(added, principal.permissions);
    if (lacking.empty()) return {};
    std::string names;
    for (const auto& permission : lacking) names += (names.empty() ? "" : ", ") + permission;
    return Error{Code::PermissionDenied, "You cannot grant what you do not have yourself: " + names + "."};
}

Status Roles::changed(const std::function<Status(store::Transaction&)>& body) {
    const std::lock_guard lock(changing_);
    std::vector<store::RoleRow> rows;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        if (Status done = body(transaction); !done) return done;
        rows = store::RoleStore::list(transaction);
        return {};
    });
    if (!status) return status;
    catalogue_.setRoles(infoOf(rows));
    events_.publish("roles.changed", "core.roles.read", Json::object());
    return {};
}

Result<RoleView> Roles::create(const Request& request, store::RoleRow role, std::vector<FieldError>& wrong) {
    wrong = check(role, {});
    if (!wrong.empty()) return Error{Code::InvalidArgument, "The role does not fit."};
    if (Catalogue::isBuiltIn(role.id)) return Error{Code::Conflict, "The role '" + role.id + "' is built in."};
    if (Status may = mayGrant(request.principal, role.permissions); !may) return std::move(may).error();
    const std::int64_t now = clock_.wallMs();
    role.revision = now;  // not 1: a role made again under an old id must not fit an old ETag
    Status status = changed([&](store::Transaction& transaction) -> Status {
        if (store::RoleStore::find(transaction, role.id)) return Error{Code::Conflict, "There is a role '" + role.id + "' already."};
        store::RoleStore::create(transaction, role, now);
        auto entry = audit::Entry::of(request, "role.create", "role/" + role.id);
        entry.detail = Json::object({{"after", shown(role)}});
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) return std::move(status).error();
    return viewOf(role, 0);
}

Result<RoleView> Roles::change(const Request& request, store::RoleRow role, IfMatch& match, std::vector<FieldError>& wrong) {
    if (Catalogue::isBuiltIn(role.id)) return Error{Code::FailedPrecondition, "The role '" + role.id + "' is built in and cannot be changed; make one of your own."};
    if (holds(request.principal, role.id) && !holds(request.principal, "admin")) {
        return Error{Code::PermissionDenied, "You hold the role '" + role.id + "' yourself; somebody else has to change it."};
    }
    std::int64_t accounts = 0;
    Status status = changed([&](store::Transaction& transaction) -> Status {
        const auto before = store::RoleStore::find(transaction, role.id);
        if (!before) return noRole(role.id);
        if (!match.fits(before->revision)) return Error{Code::FailedPrecondition, "The role was changed meanwhile."};
        wrong = check(role, before->permissions);
        if (!wrong.empty()) return Error{Code::InvalidArgument, "The role does not fit."};
        if (Status may = mayGrant(request.principal, minus(role.permissions, before->permissions)); !may) return may;
        store::RoleStore::change(transaction, role, clock_.wallMs());
        role.revision = before->revision + 1;
        const auto holders = store::RoleStore::holders(transaction);
        if (const auto found = holders.find(role.id); found != holders.end()) accounts = found->second;
        auto entry = audit::Entry::of(request, "role.change", "role/" + role.id);
        entry.detail = Json::object({{"before", shown(*before)}, {"after", shown(role)}});
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
    if (!status) return std::move(status).error();
    return viewOf(role, accounts);
}

Status Roles::remove(const Request& request, const std::string& id) {
    if (Catalogue::isBuiltIn(id)) return Error{Code::FailedPrecondition, "The role '" + id + "' is built in and cannot be deleted."};
    return changed([&](store::Transaction& transaction) -> Status {
        const auto before = store::RoleStore::find(transaction, id);
        if (!before) return noRole(id);
        const auto holders = store::RoleStore::holders(transaction);
        if (const auto found = holders.find(id); found != holders.end()) {
            return Error{Code::FailedPrecondition, "The role '" + id + "' is held by " + std::to_string(found->second) +
                                                       (found->second == 1 ? " account" : " accounts") + "; give them another one first."};
        }
        store::RoleStore::remove(transaction, id);
        auto entry = audit::Entry::of(request, "role.delete", "role/" + id);
        entry.detail = Json::object({{"before", shown(*before)}});
        auto recorded = audit_.record(transaction, entry);
        return recorded ? Status() : Status(std::move(recorded).error());
    });
}

}  // namespace masthead::console::rbac
