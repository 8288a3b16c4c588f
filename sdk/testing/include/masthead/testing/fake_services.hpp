// The services behind FakeHost; included by fake_host.hpp. What a plugin does is kept in public members for the test to read.
#pragma once

#include <functional>
#include <map>
#include <masthead/notify.hpp>
#include <masthead/plugin.hpp>
#include <vector>

namespace masthead::testing {

class FakeHost {
public:
    struct StoredValue {
        std::string bytes;
        std::int64_t revision = 0;
        std::uint32_t flags = 0;
    };
    struct Published {
        std::string type;
        Json data;
    };
    struct Audited {
        std::string action, object, outcome;
        Json detail, before, after;
    };
    struct Logged {
        std::int32_t level;
        std::string message;
    };
    using HeadscaleAnswer = std::function<Result<Json>(const std::string& method, const std::string& path, const Json& body)>;

    Json info = Json::object({{"public_url", "https://console.example.org"},
                              {"version", "1.0.0"},
                              {"trial", false},
                              {"demo", false},
                              {"plugin_id", "test"}});
    Json principal = Json::object(
        {{"id", "account:1"}, {"name", "Ada"}, {"email", "ada@example.org"}, {"roles", Json::array()}, {"method", "password"}});
    std::vector<std::string> permissions;
    bool cancelled = false;
    std::map<std::string, StoredValue> stored;
    std::map<std::string, std::string> secrets;
    std::vector<Published> published;
    std::vector<Audited> audited;
    std::vector<Published> notified;
    std::vector<Logged> logged;
    std::vector<std::string> jobs_asked;
    HeadscaleAnswer headscale;
    /// When not Ok, every service answers this code: how does the plugin cope?
    Code failing = Code::Ok;

    mh_host* handle() { return reinterpret_cast<mh_host*>(this); }
    mh_ctx* context() { return reinterpret_cast<mh_ctx*>(this); }
    const mh_host_api* api() const {
        static const mh_host_api table{sizeof(mh_host_api),
                                       MH_ABI_MINOR,
                                       &getService,
                                       &log,
                                       &getInfo,
                                       [](const mh_ctx*) -> std::int64_t { return 30000; },
                                       [](const mh_ctx* ctx) -> std::int32_t { return self(ctx).cancelled ? 1 : 0; },
                                       [](const mh_ctx*) { return detail::toAbi("call-1"); },
                                       [](const mh_ctx* ctx, mh_sink out) { detail::emit(out, self(ctx).principal.dump()); },
                                       &allowed};
        return &table;
    }
    Host host() { return Host(handle(), api()); }
    void setHttp(const mh_http* table) { http_ = table; }

private:
    static FakeHost& self(mh_host* host) { return *reinterpret_cast<FakeHost*>(host); }
    static const FakeHost& self(const mh_ctx* ctx) { return *reinterpret_cast<const FakeHost*>(ctx); }
    static std::string text(mh_str value) { return std::string(detail::fromAbi(value)); }
    static Json json(mh_str value) {
        std::string ignored;
        return Json::parse(detail::fromAbi(value), ignored).value_or(Json());
    }
    /// MH_OK, or what the test wants every service to answer.
    std::int32_t gate() const { return static_cast<std::int32_t>(failing); }

    static const void* getService(mh_host* host, const char* id) {
        static const mh_store store{sizeof(mh_store), 0, &get, &put, &remove, &list, &cas, &batch};
        static const mh_headscale headscale{sizeof(mh_headscale), 0, &callHeadscale, [](mh_host*, mh_sink out) {
                                                detail::emit(out, R"({"version":"0.29.2","ready":true})");
                                            }};
        static const mh_events events{sizeof(mh_events), 0, &publish};
        static const mh_audit audit{sizeof(mh_audit), 0, &record, &recordChange};
        static const mh_jobs jobs{sizeof(mh_jobs), 0, &runSoon};
        static const mh_notify notify{sizeof(mh_notify), 0, &postNotification};
        static const mh_secrets secrets{sizeof(mh_secrets), 0, &getSecret};
        const std::string_view name(id);
        if (name == MH_SERVICE_HTTP) return self(host).http_;
        if (name == MH_SERVICE_STORE) return &store;
        if (name == MH_SERVICE_HEADSCALE) return &headscale;
        if (name == MH_SERVICE_EVENTS) return &events;
        if (name == MH_SERVICE_AUDIT) return &audit;
        if (name == MH_SERVICE_JOBS) return &jobs;
        if (name == MH_SERVICE_SECRETS) return &secrets;
        if (name == MH_SERVICE_NOTIFY) return &notify;
        return nullptr;
    }
    static void log(mh_host* host, std::int32_t level, mh_str message, mh_str) {
        self(host).logged.push_back({level, text(message)});
    }
    static void getInfo(mh_host* host, mh_sink out) { detail::emit(out, self(host).info.dump()); }
    static std::int32_t allowed(const mh_ctx* ctx, mh_str permission) {
        for (const auto& held : self(ctx).permissions) {
            if (held == detail::fromAbi(permission)) return 1;
        }
        return 0;
    }

    static std::int32_t get(mh_host* host, mh_ctx*, mh_str key, mh_sink value, std::int64_t* revision) {
        if (const auto code = self(host).gate(); code != MH_OK) return code;
        const auto found = self(host).stored.find(text(key));
        if (found == self(host).stored.end()) return MH_NOT_FOUND;
        detail::emit(value, found->second.bytes);
        if (revision != nullptr) *revision = found->second.revision;
        return MH_OK;
    }
    static std::int32_t put(mh_host* host, mh_ctx* ctx, mh_str key, mh_str value, std::uint32_t flags, std::int64_t* revision) {
        return cas(host, ctx, key, -1, value, flags, revision);
    }
    static std::int32_t remove(mh_host* host, mh_ctx*, mh_str key) {
        if (const auto code = self(host).gate(); code != MH_OK) return code;
        self(host).stored.erase(text(key));
        return MH_OK;
    }
    static std::int32_t list(mh_host* host, mh_ctx*, mh_str prefix, mh_str after, std::uint32_t limit, mh_sink keys) {
        if (const auto code = self(host).gate(); code != MH_OK) return code;
        const std::string root = prefix.size == 0 ? "" : text(prefix) + "/";
        std::string last;
        std::uint32_t count = 0;
        for (const auto& [key, value] : self(host).stored) {
            if (key.rfind(root, 0) != 0) continue;
            const auto slash = key.find('/', root.size());
            const std::string child = key.substr(root.size(), slash == std::string::npos ? slash : slash - root.size() + 1);
            if (child == last || child <= text(after) || (limit != 0 && count == limit)) continue;
            last = child;
            ++count;
            detail::emit(keys, child);
        }
        return MH_OK;
    }
    bool matches(const std::string& key, std::int64_t expected) const {
        const auto found = stored.find(key);
        return expected < 0 || (found == stored.end() ? expected == 0 : expected == found->second.revision);
    }
    static std::int32_t cas(mh_host* host, mh_ctx*, mh_str key, std::int64_t expected, mh_str value, std::uint32_t flags,
                            std::int64_t* revision) {
        FakeHost& fake = self(host);
        if (const auto code = fake.gate(); code != MH_OK) return code;
        if (!fake.matches(text(key), expected)) return MH_CONFLICT;
        fake.stored[text(key)] = {text(value), ++fake.revision_, flags};
        if (revision != nullptr) *revision = fake.revision_;
        return MH_OK;
    }
    static std::int32_t batch(mh_host* host, mh_ctx* ctx, const mh_store_op* ops, std::size_t count, mh_sink) {
        FakeHost& fake = self(host);
        if (const auto code = fake.gate(); code != MH_OK) return code;
        for (std::size_t i = 0; i < count; ++i) {
            if (!fake.matches(text(ops[i].key), ops[i].expected_revision)) return MH_CONFLICT;
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (ops[i].kind == MH_STORE_PUT) cas(host, ctx, ops[i].key, -1, ops[i].value, ops[i].flags, nullptr);
            if (ops[i].kind == MH_STORE_DELETE) fake.stored.erase(text(ops[i].key));
        }
        return MH_OK;
    }

    static std::int32_t callHeadscale(mh_host* host, mh_ctx*, mh_str method, mh_str path, mh_str body, mh_sink response,
                                      mh_sink err) {
        FakeHost& fake = self(host);
        if (const auto code = fake.gate(); code != MH_OK) return code;
        if (!fake.headscale) return MH_UNAVAILABLE;
        const auto answer = fake.headscale(text(method), text(path), json(body));
        if (!answer) return detail::answer(err, answer.error());
        detail::emit(response, answer->dump());
        return MH_OK;
    }
    static std::int32_t publish(mh_host* host, mh_str type, mh_str data) {
        self(host).published.push_back({text(type), json(data)});
        return self(host).gate();
    }
    static std::int32_t record(mh_host* host, mh_ctx*, mh_str action, mh_str object, mh_str outcome, mh_str detail_json) {
        self(host).audited.push_back({text(action), text(object), text(outcome), json(detail_json), Json(), Json()});
        return self(host).gate();
    }
    static std::int32_t recordChange(mh_host* host, mh_ctx*, mh_str action, mh_str object, mh_str outcome, mh_str detail_json,
                                     mh_str before, mh_str after) {
        self(host).audited.push_back({text(action), text(object), text(outcome), json(detail_json), json(before), json(after)});
        return self(host).gate();
    }
    static std::int32_t runSoon(mh_host* host, mh_str job) {
        self(host).jobs_asked.push_back(text(job));
        return self(host).gate();
    }
    static std::int32_t postNotification(mh_host* host, mh_str event, mh_str notification, mh_sink) {
        self(host).notified.push_back({text(event), json(notification)});
        return self(host).gate();
    }
    static std::int32_t getSecret(mh_host* host, mh_str name, mh_sink value, mh_sink) {
        const auto found = self(host).secrets.find(text(name));
        if (found == self(host).secrets.end()) return MH_NOT_FOUND;
        detail::emit(value, found->second);
        return self(host).gate();
    }

    const mh_http* http_ = nullptr;
    std::int64_t revision_ = 0;
};

}  // namespace masthead::testing
