#include "host/console/store/role_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

RoleRow rowOf(Connection& connection, const Row& row) {
    RoleRow role{row[0].text(), row[1].text(), row[2].text(), row[3].integer(), {}};
    for (const Row& permission : connection.query("SELECT permission FROM role_permissions WHERE role = $1", {role.id})) {
        role.permissions.insert(permission[0].text());
    }
    return role;
}

void setPermissions(Transaction& transaction, const RoleRow& role) {
    transaction.execute("DELETE FROM role_permissions WHERE role = $1", {role.id});
    for (const auto& permission : role.permissions) {
        transaction.execute("INSERT INTO role_permissions (role, permission) VALUES ($1, $2)", {role.id, permission});
    }
}

}  // namespace

std::vector<RoleRow> RoleStore::list(Connection& connection) {
    std::vector<RoleRow> out;
    for (const Row& row : connection.query("SELECT id, title, description, revision FROM roles ORDER BY id")) out.push_back(rowOf(connection, row));
    return out;
}

std::optional<RoleRow> RoleStore::find(Connection& connection, const std::string& id) {
    const Rows rows = connection.query("SELECT id, title, description, revision FROM roles WHERE id = $1", {id});
    if (rows.empty()) return std::nullopt;
    return rowOf(connection, rows[0]);
}

std::map<std::string, std::int64_t> RoleStore::holders(Connection& connection) {
    std::map<std::string, std::int64_t> out;
    for (const Row& row : connection.query("SELECT role, COUNT(*) FROM account_roles GROUP BY role")) out[row[0].text()] = row[1].integer();
    return out;
}

void RoleStore::create(Transaction& transaction, const RoleRow& role, std::int64_t now) {
    transaction.execute("INSERT INTO roles (id, title, description, revision, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6)",
                        {role.id, role.title, role.description, role.revision, now, now});
    setPermissions(transaction, role);
}

void RoleStore::change(Transaction& transaction, const RoleRow& role, std::int64_t now) {
    transaction.execute("UPDATE roles SET title = $1, description = $2, revision = revision + 1, changed_at = $3 WHERE id = $4",
                        {role.title, role.description, now, role.id});
    setPermissions(transaction, role);
}

bool RoleStore::remove(Transaction& transaction, const std::string& id) {
    return transaction.execute("DELETE FROM roles WHERE id = $1", {id}) > 0;
}

}  // namespace masthead::console::store
