// Store: the plugin's own keys in the host's database (masthead/ext/store.h has keys, limits and revisions). Thread-safe.
//
// An OK write survives kill -9. Pass the Call you are in, so that its deadline counts; nullptr in start() and configure().
#pragma once

#include <masthead/ext/store.h>

#include <masthead/host.hpp>
#include <vector>

namespace masthead {

class Store {
public:
    struct Value {
        std::string bytes;
        std::int64_t revision = 0;
    };

    /// FailedPrecondition when the manifest does not need masthead.store/1.
    static Result<Store> open(Host host) {
        auto table = host.service<mh_store>(MH_SERVICE_STORE);
        if (!table) return std::move(table).error();
        return Store(host, *table);
    }

    /// NotFound when the key does not exist.
    Result<Value> get(std::string_view key, const Call* call = nullptr) const {
        Value out;
        const auto status =
            table_->get(host_.handle(), ctx(call), detail::toAbi(key), detail::appendTo(out.bytes), &out.revision);
        if (status != MH_OK) return failed(status, "reading", key);
        return out;
    }
    /// The new revision.
    Result<std::int64_t> put(std::string_view key, std::string_view value, const Call* call = nullptr,
                             std::uint32_t flags = 0) const {
        std::int64_t revision = 0;
        const auto status = table_->put(host_.handle(), ctx(call), detail::toAbi(key), detail::toAbi(value), flags, &revision);
        if (status != MH_OK) return failed(status, "writing", key);
        return revision;
    }
    /// Writes only over `expected` (0: must not exist); Conflict otherwise.
    Result<std::int64_t> compareAndSet(std::string_view key, std::int64_t expected, std::string_view value,
                                       const Call* call = nullptr, std::uint32_t flags = 0) const {
        std::int64_t revision = 0;
        const auto status =
            table_->cas(host_.handle(), ctx(call), detail::toAbi(key), expected, detail::toAbi(value), flags, &revision);
        if (status != MH_OK) return failed(status, "writing", key);
        return revision;
    }
    Status remove(std::string_view key, const Call* call = nullptr) const {
        const auto status = table_->remove(host_.handle(), ctx(call), detail::toAbi(key));
        if (status != MH_OK) return failed(status, "removing", key);
        return {};
    }
    /// Direct children below `prefix`; those with children of their own end with '/'.
    Result<std::vector<std::string>> list(std::string_view prefix, std::string_view after = {}, std::uint32_t limit = 0,
                                          const Call* call = nullptr) const {
        std::vector<std::string> keys;
        const mh_sink sink{&keys, [](void* target, mh_str key) {
                               try {
                                   static_cast<std::vector<std::string>*>(target)->emplace_back(detail::fromAbi(key));
                               } catch (...) {
                                   static_cast<std::vector<std::string>*>(target)->clear();
                               }
                           }};
        const auto status = table_->list(host_.handle(), ctx(call), detail::toAbi(prefix), detail::toAbi(after), limit, sink);
        if (status != MH_OK) return failed(status, "listing", prefix);
        return keys;
    }

    /// Operations of one all-or-nothing batch; the texts are kept by the object.
    class Batch {
    public:
        Batch& put(std::string key, std::string value, std::int64_t expected = -1, std::uint32_t flags = 0) {
            operations_.push_back({MH_STORE_PUT, flags, std::move(key), std::move(value), expected});
            return *this;
        }
        Batch& remove(std::string key, std::int64_t expected = -1) {
            operations_.push_back({MH_STORE_DELETE, 0, std::move(key), {}, expected});
            return *this;
        }
        Batch& check(std::string key, std::int64_t expected) {
            operations_.push_back({MH_STORE_CHECK, 0, std::move(key), {}, expected});
            return *this;
        }

    private:
        friend class Store;
        struct Operation {
            std::int32_t kind;
            std::uint32_t flags;
            std::string key, value;
            std::int64_t expected;
        };
        std::vector<Operation> operations_;
    };
    Status apply(const Batch& batch, const Call* call = nullptr) const {
        std::vector<mh_store_op> ops;
        for (const auto& operation : batch.operations_) {
            ops.push_back({sizeof(mh_store_op), operation.flags, operation.kind, 0, detail::toAbi(operation.key),
                           detail::toAbi(operation.value), operation.expected});
        }
        std::string problem;
        const auto status = table_->batch(host_.handle(), ctx(call), ops.data(), ops.size(), detail::appendTo(problem));
        if (status != MH_OK) return detail::toError(status, problem, "writing a batch to the store");
        return {};
    }

private:
    Store(Host host, const mh_store* table) : host_(host), table_(table) {}
    static mh_ctx* ctx(const Call* call) { return call == nullptr ? nullptr : call->handle(); }
    static Error failed(std::int32_t status, const char* what, std::string_view key) {
        return detail::toError(status, {}, std::string(what) + " the store key " + std::string(key));
    }
    Host host_;
    const mh_store* table_;
};

}  // namespace masthead
