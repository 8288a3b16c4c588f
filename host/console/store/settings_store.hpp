// Small named values of the host itself (the pending setup token, ...). Thread-safe; a missing name is nullopt.
#pragma once

#include <optional>
#include <string>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::store {

class Database;
class Connection;
class Transaction;

class SettingsStore {
public:
    explicit SettingsStore(Database& database) : database_(database) {}
    Result<std::optional<Json>> get(const std::string& name);
    Status put(const std::string& name, const Json& value);

    static std::optional<Json> get(Connection& connection, const std::string& name);
    static void put(Transaction& transaction, const std::string& name, const Json& value);
    static void remove(Transaction& transaction, const std::string& name);

private:
    Database& database_;
};

}  // namespace masthead::console::store
