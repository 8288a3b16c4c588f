#include "host/console/store/database.hpp"

#include <Poco/Data/RecordSet.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>

#include "host/base/file.hpp"
#include "host/base/scope_exit.hpp"
#include "host/console/store/migrations.hpp"

namespace masthead::console::store {
namespace {

using Session = Poco::Data::Session;

Session& sessionOf(void* pointer) { return *static_cast<Session*>(pointer); }

/// Statements of our own without parameters: transactions, pragmas, migrations. Poco's begin() would be DEFERRED and fail
/// when it turns into a write under WAL.
void run(Session& session, const char* script) {
    sqlite3* handle = Poco::Data::SQLite::Utility::dbHandle(session);
    char* message = nullptr;
    const int code = sqlite3_exec(handle, script, nullptr, nullptr, &message);
    const std::string text = message ? message : "";
    sqlite3_free(message);
    if (code != SQLITE_OK) Poco::Data::SQLite::Utility::throwException(handle, code, text);
}

Session openSession(const std::string& path, bool reader) {
    Poco::Data::SQLite::Connector::registerConnector();
    Session session(Poco::Data::SQLite::Connector::KEY, path, 2);
    sqlite3* handle = Poco::Data::SQLite::Utility::dbHandle(session);
    sqlite3_busy_timeout(handle, 10000);
    run(session, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
                 "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON");
    if (reader) run(session, "PRAGMA query_only=ON");
    return session;
}

void bindAll(Poco::Data::Statement& statement, const Params& params) {
    for (const Value& param : params) {
        param.visit([&](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, std::monostate>) {
                statement.addBind(Poco::Data::Keywords::bind(Poco::Data::Keywords::null));
            } else if constexpr (std::is_same_v<T, std::int64_t>) {
                statement.addBind(Poco::Data::Keywords::bind(Poco::Int64{value}));
            } else if constexpr (std::is_same_v<T, Bytes>) {
                statement.addBind(Poco::Data::Keywords::bind(
                    Poco::Data::BLOB(reinterpret_cast<const unsigned char*>(value.data.data()), value.data.size())));
            } else {
                statement.addBind(Poco::Data::Keywords::bind(value));
            }
        });
    }
}

Value cell(const Poco::Data::RecordSet& records, std::size_t column, std::size_t row) {
    if (records.isNull(column, row)) return nullptr;
    switch (records.columnType(column)) {
        case Poco::Data::MetaColumn::FDT_BLOB: {
            const auto& blob = records.value<Poco::Data::BLOB>(column, row);
            return Bytes{std::string(reinterpret_cast<const char*>(blob.rawContent()), blob.size())};
        }
        case Poco::Data::MetaColumn::FDT_STRING: return records.value(column, row).convert<std::string>();
        default: return std::int64_t{records.value(column, row).convert<Poco::Int64>()};
    }
}

/// Poco's message carries the SQL text: for the log only.
Error errorOf(const Poco::Exception& exception) {
    namespace sqlite = Poco::Data::SQLite;
    const std::string internal = exception.displayText();
    if (dynamic_cast<const sqlite::ConstraintViolationException*>(&exception)) {
        return {Code::Conflict, "this conflicts with what is already stored", internal};
    }
    if (dynamic_cast<const sqlite::DatabaseFullException*>(&exception)) {
        return {Code::Unavailable, "the database cannot be written: the disk is full; free some space in the data directory", internal};
    }
    if (dynamic_cast<const sqlite::DBLockedException*>(&exception) || dynamic_cast<const sqlite::TableLockedException*>(&exception)) {
        return {Code::Unavailable, "the database is locked by another program; try again", internal};
    }
    if (dynamic_cast<const sqlite::ReadOnlyException*>(&exception)) {
        return {Code::Unavailable, "the database cannot be written: it or its directory is read-only", internal};
    }
    if (dynamic_cast<const sqlite::CorruptImageException*>(&exception)) {
        return {Code::Internal, "the database is damaged; restore a backup", internal};
    }
    return {Code::Internal, "the database refused an operation", internal};
}

Status guarded(const std::function<Status()>& body) {
    try {
        return body();
    } catch (const Poco::Exception& exception) {
        return errorOf(exception);
    } catch (const std::exception& exception) {
        return Error{Code::Internal, "the database refused an operation", exception.what()};
    }
}

}  // namespace

Rows Connection::query(Sql sql, const Params& params) {
    Poco::Data::Statement statement(sessionOf(session_));
    statement << sql.text();
    bindAll(statement, params);
    statement.execute();
    const Poco::Data::RecordSet records(statement);
    Rows rows;
    const std::size_t columns = records.columnCount();
    for (std::size_t row = 0; row < records.rowCount(); ++row) {
        Row& out = rows.emplace_back();
        out.reserve(columns);
        for (std::size_t column = 0; column < columns; ++column) out.push_back(cell(records, column, row));
    }
    return rows;
}

std::string Connection::blobBeginning(const std::string& bytes) {
    for (const Row& column : query("SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns "
                                   "WHERE tables.type = 'table' AND columns.type = 'BLOB'")) {
        // The names are those of our own schema: the one place where a statement is put together from texts.
        Poco::Data::Statement statement(sessionOf(session_));
        statement << "SELECT 1 FROM " + column[0].text() + " WHERE substr(" + column[1].text() + ", 1, " + std::to_string(bytes.size()) + ") = $1 LIMIT 1";
        bindAll(statement, {Bytes{bytes}});
        statement.execute();
        if (Poco::Data::RecordSet(statement).rowCount() > 0) return column[0].text() + "." + column[1].text();
    }
    return {};
}

std::int64_t Transaction::execute(Sql sql, const Params& params) {
    Poco::Data::Statement statement(sessionOf(session_));
    statement << sql.text();
    bindAll(statement, params);
    statement.execute();
    return sqlite3_changes(Poco::Data::SQLite::Utility::dbHandle(sessionOf(session_)));
}

struct Database::Impl {
    std::string path;
    std::int64_t version = 0;
    std::mutex writer_mutex;  // guards writer
    std::unique_ptr<Session> writer;
    std::mutex readers_mutex;  // guards idle
    std::condition_variable returned;
    std::vector<std::unique_ptr<Session>> idle;

    Status migrate() {
        run(*writer, "BEGIN IMMEDIATE");
        ScopeExit rollback([this] { sqlite3_exec(Poco::Data::SQLite::Utility::dbHandle(*writer), "ROLLBACK", nullptr, nullptr, nullptr); });
        run(*writer, "CREATE TABLE IF NOT EXISTS schema_version (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)");
        Transaction transaction(writer.get());
        std::set<std::int64_t> applied;
        for (const Row& row : transaction.query("SELECT number FROM schema_version")) applied.insert(row[0].integer());
        version = applied.empty() ? 0 : *applied.rbegin();
        const std::int64_t newest = migrations().back().number;
        if (version > newest) {
            return Error{Code::FailedPrecondition, "the database " + path + " has schema " + std::to_string(version) +
                                                       ", this Masthead knows up to " + std::to_string(newest) +
                                                       ": start the newer Masthead or restore a backup from before the update"};
        }
        for (const Migration& migration : migrations()) {
            if (applied.count(migration.number) > 0) continue;
            run(*writer, migration.script);
            transaction.execute("INSERT INTO schema_version (number, name) VALUES ($1, $2)", {migration.number, migration.name});
            version = std::max(version, migration.number);
        }
        run(*writer, "COMMIT");
        rollback.dismiss();
        return {};
    }

    std::unique_ptr<Session> takeReader() {
        std::unique_lock lock(readers_mutex);
        returned.wait(lock, [this] { return !idle.empty(); });
        auto session = std::move(idle.back());
        idle.pop_back();
        return session;
    }

    void giveBack(std::unique_ptr<Session> session) {
        {
            const std::lock_guard lock(readers_mutex);
            idle.push_back(std::move(session));
        }
        returned.notify_one();
    }
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Database::~Database() {
    static_cast<void>(guarded([this]() -> Status {
        impl_->idle.clear();
        run(*impl_->writer, "PRAGMA wal_checkpoint(TRUNCATE)");
        return {};
    }));
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, std::size_t readers) {
    // Made by us first, so that it is never readable by others, not even for a moment.
    // Closed before SQLite opens it: closing any descriptor of a file drops every POSIX lock this process has on it, and without
    // them another process that opens the database and leaves again deletes the write-ahead log under us.
    if (!UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))) return systemError("opening the database " + path, errno);
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    Status status = guarded([&]() -> Status {
        impl->writer = std::make_unique<Session>(openSession(path, false));
        if (Status migrated = impl->migrate(); !migrated) return migrated;
        for (std::size_t i = 0; i < std::max<std::size_t>(readers, 1); ++i) {
            impl->idle.push_back(std::make_unique<Session>(openSession(path, true)));
        }
        return {};
    });
    if (!status) return std::move(status).error().within("opening the database " + path);
    return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Status Database::write(const std::function<Status(Transaction&)>& body) {
    const std::lock_guard lock(impl_->writer_mutex);
    return guarded([&]() -> Status {
        Session& session = *impl_->writer;
        run(session, "BEGIN IMMEDIATE");
        ScopeExit rollback([&] { sqlite3_exec(Poco::Data::SQLite::Utility::dbHandle(session), "ROLLBACK", nullptr, nullptr, nullptr); });
        Transaction transaction(&session);
        if (Status status = body(transaction); !status) return status;
        run(session, "COMMIT");
        rollback.dismiss();
        return {};
    });
}

Status Database::read(const std::function<Status(Connection&)>& body) {
    auto session = impl_->takeReader();
    Status status = guarded([&]() -> Status {
        run(*session, "BEGIN");
        ScopeExit end([&] { sqlite3_exec(Poco::Data::SQLite::Utility::dbHandle(*session), "ROLLBACK", nullptr, nullptr, nullptr); });
        Transaction transaction(session.get());
        return body(transaction);
    });
    impl_->giveBack(std::move(session));
    return status;
}

Status Database::probeWriter() {
    return write([](Transaction&) -> Status { return {}; });
}

Status Database::checkIntegrity() {
    return read([](Connection& connection) -> Status {
        std::string found;
        for (const Row& row : connection.query("PRAGMA integrity_check(5)")) found += (found.empty() ? "" : "; ") + row[0].text();
        if (found == "ok") return {};
        return Error{Code::Internal, "the database is damaged: " + found};
    });
}

std::int64_t Database::schemaVersion() const { return impl_->version; }

}  // namespace masthead::console::store
