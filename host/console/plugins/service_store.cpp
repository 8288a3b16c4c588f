// masthead.store/1: the plugin's own root of the host's key-value store.
#include <masthead/ext/store.h>

#include "host/console/plugins/bridge.hpp"
#include "host/console/store/key_value_store.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::uint32_t kDefaultList = 1000;
/// No later SDK will have operations larger than this.
constexpr std::uint32_t kMaxOperation = 1024;

store::KeyValueStore& keys(mh_host* host) { return host->services->key_values; }
bool sealed(std::uint32_t flags) { return (flags & MH_STORE_SEALED) != 0; }

std::int32_t get(mh_host* host, mh_ctx*, mh_str key, mh_sink value, std::int64_t* revision) {
    return served(host, kNoSink, [&]() -> Status {
        auto found = keys(host).get(host->manifest->id, textOf(key));
        if (!found) return std::move(found).error();
        emit(value, found->value);
        if (revision != nullptr) *revision = found->revision;
        return {};
    });
}

std::int32_t put(mh_host* host, mh_ctx*, mh_str key, mh_str value, std::uint32_t flags, std::int64_t* revision) {
    return served(host, kNoSink, [&]() -> Status {
        auto written = keys(host).put(host->manifest->id, textOf(key), textOf(value), sealed(flags));
        if (!written) return std::move(written).error();
        if (revision != nullptr) *revision = *written;
        return {};
    });
}

std::int32_t remove(mh_host* host, mh_ctx*, mh_str key) {
    return served(host, kNoSink, [&]() -> Status { return keys(host).remove(host->manifest->id, textOf(key)); });
}

std::int32_t list(mh_host* host, mh_ctx*, mh_str prefix, mh_str after, std::uint32_t limit, mh_sink out) {
    return served(host, kNoSink, [&]() -> Status {
        auto found = keys(host).list(host->manifest->id, textOf(prefix), textOf(after), limit == 0 ? kDefaultList : limit);
        if (!found) return std::move(found).error();
        for (const auto& key : *found) emit(out, key);
        return {};
    });
}

std::int32_t compareAndSet(mh_host* host, mh_ctx*, mh_str key, std::int64_t expected, mh_str value, std::uint32_t flags,
                           std::int64_t* revision) {
    return served(host, kNoSink, [&]() -> Status {
        auto written = keys(host).compareAndSet(host->manifest->id, textOf(key), expected, textOf(value), sealed(flags));
        if (!written) return std::move(written).error();
        if (revision != nullptr) *revision = *written;
        return {};
    });
}

Result<store::KeyValueOp> operationOf(const mh_store_op& given) {
    store::KeyValueOp out;
    switch (given.kind) {
        case MH_STORE_PUT: out.kind = store::KeyValueOp::Kind::Put; break;
        case MH_STORE_DELETE: out.kind = store::KeyValueOp::Kind::Delete; break;
        case MH_STORE_CHECK: out.kind = store::KeyValueOp::Kind::Check; break;
        default:
            return Error{Code::InvalidArgument, "an operation of the batch has the unknown kind " + std::to_string(given.kind)};
    }
    out.key = textOf(given.key);
    out.value = textOf(given.value);
    out.expected_revision = given.expected_revision;
    out.sealed = sealed(given.flags);
    return out;
}

std::int32_t batch(mh_host* host, mh_ctx*, const mh_store_op* ops, std::size_t count, mh_sink err) {
    return served(host, err, [&]() -> Status {
        if (count > store::KeyValueStore::kMaxBatchOperations)
            return Error{Code::ResourceExhausted, "a batch has at most 128 operations"};
        if (count > 0 && (ops == nullptr || ops->struct_size < sizeof(mh_store_op) || ops->struct_size > kMaxOperation ||
                          ops->struct_size % alignof(mh_store_op) != 0)) {
            return Error{Code::InvalidArgument, "the first operation of the batch has the struct_size " +
                                                    std::to_string(ops == nullptr ? 0 : ops->struct_size) + ", expected sizeof(mh_store_op)"};
        }
        std::vector<store::KeyValueOp> operations;
        for (std::size_t i = 0; i < count; ++i) {
            // Plugins of a later SDK may have larger structs: the first one tells the distance.
            const auto* at = reinterpret_cast<const char*>(ops) + i * ops->struct_size;
            auto operation = operationOf(*reinterpret_cast<const mh_store_op*>(at));
            if (!operation) return std::move(operation).error();
            operations.push_back(std::move(*operation));
        }
        auto done = keys(host).batch(host->manifest->id, operations);
        if (!done) return std::move(done).error();
        return {};
    });
}

}  // namespace

const void* storeTable() {
    static constexpr mh_store kTable{sizeof(mh_store), 0, &get, &put, &remove, &list, &compareAndSet, &batch};
    return &kTable;
}

}  // namespace masthead::console::plugins
