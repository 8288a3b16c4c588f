#include "host/console/store/key_value_store.hpp"

#include <algorithm>
#include <optional>

#include "host/console/store/database.hpp"
#include "host/console/store/sealer.hpp"

namespace masthead::console::store {
namespace {

bool segmentByte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

Status checkKey(const std::string& key) {
    bool segment = false;
    bool fits = !key.empty();
    for (const char c : key) {
        if (c == '/') {
            fits = fits && segment;
            segment = false;
        } else {
            fits = fits && segmentByte(c);
            segment = true;
        }
    }
    if (!fits || !segment) return Error{Code::InvalidArgument, "store key '" + key + "': segments of [A-Za-z0-9._-] joined by single '/' are needed"};
    if (key.size() > KeyValueStore::kMaxKey) return Error{Code::ResourceExhausted, "store key of " + std::to_string(key.size()) + " bytes: the limit is 512"};
    return {};
}

Status checkOp(const KeyValueOp& op) {
    if (Status key = checkKey(op.key); !key) return key;
    if (op.value.size() > KeyValueStore::kMaxValue) {
        return Error{Code::ResourceExhausted, "store value of " + std::to_string(op.value.size()) + " bytes for '" + op.key + "': the limit is 256 KiB"};
    }
    return {};
}

struct Usage {
    std::int64_t bytes = 0;
    std::int64_t revision = 0;
};

Usage usageOf(Connection& connection, const std::string& plugin) {
    const Rows rows = connection.query("SELECT bytes, revision FROM plugin_usage WHERE plugin = $1", {plugin});
    return rows.empty() ? Usage{} : Usage{rows[0][0].integer(), rows[0][1].integer()};
}

struct Existing {
    std::int64_t revision = 0;
    std::int64_t size = 0;
};

Existing existing(Connection& connection, const std::string& plugin, const std::string& key) {
    const Rows rows = connection.query("SELECT revision, value FROM plugin_values WHERE plugin = $1 AND path = $2", {plugin, key});
    if (rows.empty()) return {};
    return {rows[0][0].integer(), static_cast<std::int64_t>(rows[0][1].bytes().size() + key.size())};
}

Status apply(Transaction& transaction, Sealer& sealer, const std::string& plugin, const KeyValueOp& op, Usage& usage, std::int64_t& revision) {
    const Existing now = existing(transaction, plugin, op.key);
    if (op.expected_revision >= 0 && now.revision != op.expected_revision) {
        return Error{Code::Conflict, "store key '" + op.key + "' is at revision " + std::to_string(now.revision) + ", not " + std::to_string(op.expected_revision)};
    }
    revision = 0;
    if (op.kind == KeyValueOp::Kind::Check) return {};
    usage.bytes -= now.size;
    if (op.kind == KeyValueOp::Kind::Delete) {
        transaction.execute("DELETE FROM plugin_values WHERE plugin = $1 AND path = $2", {plugin, op.key});
        return {};
    }
    const std::string stored = op.sealed ? sealer.seal(op.value, plugin + "/" + op.key) : op.value;
    usage.bytes += static_cast<std::int64_t>(stored.size() + op.key.size());
    if (usage.bytes > KeyValueStore::kMaxPlugin) return Error{Code::ResourceExhausted, "the store of plugin '" + plugin + "' is full (64 MiB)"};
    revision = ++usage.revision;
    transaction.execute(
        "INSERT INTO plugin_values (plugin, path, value, sealed, revision) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (plugin, path) DO UPDATE SET value = excluded.value, sealed = excluded.sealed, revision = excluded.revision",
        {plugin, op.key, Bytes{stored}, op.sealed, revision});
    return {};
}

/// The smallest path at or after `from` (after it when `exclusive`) that begins with `prefix`.
std::optional<std::string> nextPath(Connection& connection, const std::string& plugin, const std::string& prefix, const std::string& from, bool exclusive) {
    const Rows rows = exclusive
        ? connection.query("SELECT path FROM plugin_values WHERE plugin = $1 AND path > $2 ORDER BY path LIMIT 1", {plugin, from})
        : connection.query("SELECT path FROM plugin_values WHERE plugin = $1 AND path >= $2 ORDER BY path LIMIT 1", {plugin, from});
    if (rows.empty() || rows[0][0].text().compare(0, prefix.size(), prefix) != 0) return std::nullopt;
    return rows[0][0].text();
}

/// Past everything below "<path>/": '0' is the byte after '/'.
std::string pastFolder(std::string path_with_slash) {
    path_with_slash.back() = '0';
    return path_with_slash;
}

}  // namespace

Result<KeyValue> KeyValueStore::get(const std::string& plugin, const std::string& key) {
    if (Status checked = checkKey(key); !checked) return std::move(checked).error();
    Result<KeyValue> out = Error{Code::NotFound, "store key '" + key + "' does not exist"};
    Status status = database_.read([&](Connection& connection) -> Status {
        const Rows rows = connection.query("SELECT value, revision, sealed FROM plugin_values WHERE plugin = $1 AND path = $2", {plugin, key});
        if (!rows.empty()) out = KeyValue{rows[0][0].bytes(), rows[0][1].integer(), rows[0][2].integer() != 0};
        return {};
    });
    if (!status) return std::move(status).error();
    if (out.ok() && out->sealed) {
        auto plain = sealer_.unseal(out->value, plugin + "/" + key);
        if (!plain) return std::move(plain).error().within("store key '" + key + "'");
        out->value = std::move(*plain);
    }
    return out;
}

Result<std::int64_t> KeyValueStore::put(const std::string& plugin, const std::string& key, const std::string& value, bool sealed) {
    return compareAndSet(plugin, key, -1, value, sealed);
}

Result<std::int64_t> KeyValueStore::compareAndSet(const std::string& plugin, const std::string& key, std::int64_t expected,
                                                  const std::string& value, bool sealed) {
    auto revisions = batch(plugin, {{KeyValueOp::Kind::Put, key, value, expected, sealed}});
    if (!revisions) return std::move(revisions).error();
    return revisions->front();
}

Status KeyValueStore::remove(const std::string& plugin, const std::string& key) {
    auto revisions = batch(plugin, {{KeyValueOp::Kind::Delete, key}});
    if (!revisions) return std::move(revisions).error();
    return {};
}

Result<std::vector<std::int64_t>> KeyValueStore::batch(const std::string& plugin, const std::vector<KeyValueOp>& operations) {
    if (operations.size() > kMaxBatchOperations) return Error{Code::ResourceExhausted, "a batch holds at most 128 operations"};
    std::size_t bytes = 0;
    for (const auto& op : operations) {
        if (Status checked = checkOp(op); !checked) return std::move(checked).error();
        bytes += op.key.size() + op.value.size();
    }
    if (bytes > kMaxBatchBytes) return Error{Code::ResourceExhausted, "a batch holds at most 1 MiB"};
    std::vector<std::int64_t> revisions;
    Status status = database_.write([&](Transaction& transaction) -> Status {
        Usage usage = usageOf(transaction, plugin);
        for (const auto& op : operations) {
            std::int64_t revision = 0;
            if (Status applied = apply(transaction, sealer_, plugin, op, usage, revision); !applied) return applied;
            revisions.push_back(revision);
        }
        transaction.execute(
            "INSERT INTO plugin_usage (plugin, bytes, revision) VALUES ($1, $2, $3) "
            "ON CONFLICT (plugin) DO UPDATE SET bytes = excluded.bytes, revision = excluded.revision",
            {plugin, usage.bytes, usage.revision});
        return {};
    });
    if (!status) return std::move(status).error();
    return revisions;
}

Result<std::vector<std::string>> KeyValueStore::list(const std::string& plugin, const std::string& prefix, const std::string& after,
                                                     std::uint32_t limit) {
    std::string root = prefix;
    if (!root.empty() && root.back() == '/') root.pop_back();
    if (!root.empty()) {
        if (Status checked = checkKey(root); !checked) return std::move(checked).error();
        root += '/';
    }
    std::vector<std::string> names;
    Status status = database_.read([&](Connection& connection) -> Status {
        std::string from = root + after;
        bool exclusive = !after.empty();
        if (exclusive && after.back() == '/') {
            from = pastFolder(from);
            exclusive = false;
        }
        while (names.size() < limit) {
            const auto found = nextPath(connection, plugin, root, from, exclusive);
            if (!found) break;
            const std::size_t slash = found->find('/', root.size());
            if (slash == std::string::npos) {
                names.push_back(found->substr(root.size()));
                from = *found;
                exclusive = true;
            } else {
                names.push_back(found->substr(root.size(), slash + 1 - root.size()));
                from = pastFolder(found->substr(0, slash + 1));
                exclusive = false;
            }
        }
        return {};
    });
    if (!status) return std::move(status).error();
    return names;
}

}  // namespace masthead::console::store
