// The host's database: SQLite in WAL mode with synchronous=FULL, one writer and a few readers, opened through Poco::Data.
//
// Thread-safe. write() runs its body in BEGIN IMMEDIATE .. COMMIT under the writer's mutex and rolls back when the body
// returns an error or throws; once it returned ok the change survives kill -9. read() gives a consistent snapshot. Bodies
// must not call write() again. Errors: Conflict (a constraint), Unavailable (disk full, locked or read-only), Internal. SQL text lives in this folder only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/console/store/value.hpp"

namespace masthead::console::store {

/// Statements on one session. Throws Poco exceptions, which read() and write() turn into errors.
class Connection {
public:
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Rows query(Sql sql, const Params& params = {});
    /// The first column declared BLOB, of any table, that holds a value beginning with these bytes: "table.column"; else empty.
    std::string blobBeginning(const std::string& bytes);

protected:
    friend class Database;
    explicit Connection(void* session) : session_(session) {}
    ~Connection() = default;
    void* session_;  // Poco::Data::Session, owned by Database
};

class Transaction : public Connection {
public:
    /// The number of rows changed.
    std::int64_t execute(Sql sql, const Params& params = {});

private:
    friend class Database;
    using Connection::Connection;
};

class Database {
public:
    /// Opens or creates the file (0600) and migrates it. FailedPrecondition when a newer Masthead wrote it.
    static Result<std::unique_ptr<Database>> open(const std::string& path, std::size_t readers = 4);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Status write(const std::function<Status(Transaction&)>& body);
    Status read(const std::function<Status(Connection&)>& body);
    /// A transaction that changes nothing: proves that the writer is alive.
    Status probeWriter();
    /// PRAGMA integrity_check; Internal with its first lines when something is wrong.
    Status checkIntegrity();
    std::int64_t schemaVersion() const;

private:
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::console::store
