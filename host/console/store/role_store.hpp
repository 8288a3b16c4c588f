// Custom roles and their permissions. Rows only, no rules. Static methods work inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace masthead::console::store {

class Connection;
class Transaction;

struct RoleRow {
    std::string id;
    std::string title;
    std::string description;
    std::int64_t revision = 1;
    std::set<std::string> permissions;
};

class RoleStore {
public:
    static std::vector<RoleRow> list(Connection& connection);
    static std::optional<RoleRow> find(Connection& connection, const std::string& id);
    /// Accounts per role, built-in ones too, disabled accounts included.
    static std::map<std::string, std::int64_t> holders(Connection& connection);

    /// Throws on an id already taken (Conflict through Database::write).
    static void create(Transaction& transaction, const RoleRow& role, std::int64_t now);
    /// Replaces title, description and permissions; the revision is the row's own plus one.
    static void change(Transaction& transaction, const RoleRow& role, std::int64_t now);
    static bool remove(Transaction& transaction, const std::string& id);
};

}  // namespace masthead::console::store
