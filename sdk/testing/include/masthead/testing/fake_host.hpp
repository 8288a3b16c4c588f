// FakeHost: the host's services in memory, for unit tests of plugins without a host. LoadedPlugin: a plugin made through the
// same C tables the host uses, so that the trampolines are tested too.
//
//   masthead::testing::FakeHost host;
//   auto plugin = masthead::testing::LoadedPlugin::make<MyPlugin>(host);
//   auto answer = plugin->call("things.list");
//
// Not thread-safe: one test, one thread. A FakeHost must outlive the plugins made with it.
#pragma once

#include <map>
#include <masthead/plugin.hpp>
#include <masthead/testing/fake_services.hpp>
#include <memory>

namespace masthead::testing {

struct HttpIn {
    std::string method = "GET", path = "/", body = {}, client = "192.0.2.1";
    std::map<std::string, std::string> captures = {}, headers = {};
    std::multimap<std::string, std::string> query = {};
    std::optional<std::string> ticket = {};
};

struct HttpOut {
    std::int32_t status = MH_OK;  // of the handler
    Error error;                  // when status is not MH_OK
    std::int32_t http_status = 200;
    std::string body;
    std::map<std::string, std::string> headers;
    std::optional<std::string> ticket;
    bool finished = false;

    Json json() const {
        std::string ignored;
        return Json::parse(body, ignored).value_or(Json());
    }
};

class LoadedPlugin {
public:
    /// Creates, configures and starts; the Error of the first step that fails.
    template <typename Class>
    static Result<std::unique_ptr<LoadedPlugin>> make(FakeHost& host, const Json& config = Json::object()) {
        return make(host, &detail::Trampolines::create<Class>, config);
    }
    using Create = decltype(mh_entry::create);
    static Result<std::unique_ptr<LoadedPlugin>> make(FakeHost& host, Create create, const Json& config) {
        std::unique_ptr<LoadedPlugin> out(new LoadedPlugin(host));
        std::string problem;
        if (const auto status = create(host.handle(), host.api(), &out->plugin_, &out->api_, detail::appendTo(problem));
            status != MH_OK) {
            return detail::toError(status, problem, "create");
        }
        const std::string text = config.dump();
        if (const auto status = out->api_->configure(out->plugin_, detail::toAbi(text), detail::appendTo(problem));
            status != MH_OK) {
            return detail::toError(status, problem, "configure");
        }
        if (const auto status = out->api_->start(out->plugin_, detail::appendTo(problem)); status != MH_OK)
            return detail::toError(status, problem, "start");
        return out;
    }
    ~LoadedPlugin() {
        if (plugin_ == nullptr) return;
        api_->stop(plugin_, 1000);
        api_->destroy(plugin_);
    }
    LoadedPlugin(const LoadedPlugin&) = delete;
    LoadedPlugin& operator=(const LoadedPlugin&) = delete;

    /// One request to the route bound as `name`; NOT_FOUND when there is none.
    HttpOut call(const std::string& name, HttpIn in = {}) {
        HttpOut out;
        const auto* routes = extension<mh_routes>(MH_EXTENSION_ROUTES);
        for (std::size_t i = 0; routes != nullptr && i < routes->count; ++i) {
            const auto& binding = routes->bindings[i];
            if (name != binding.name) continue;
            mh_ctx* ctx = host_.context();
            std::string problem;
            out.status = binding.handle(plugin_, binding.data, ctx, reinterpret_cast<const mh_request*>(&in),
                                        reinterpret_cast<mh_response*>(&out), detail::appendTo(problem));
            if (out.status != MH_OK) out.error = detail::toError(out.status, problem, name);
            return out;
        }
        out.status = MH_NOT_FOUND;
        out.error = {Code::NotFound, "no route is bound as " + name};
        return out;
    }
    /// One run of the job bound as `id`.
    Result<Json> runJob(const std::string& id) {
        const auto* jobs = extension<mh_job_handlers>(MH_EXTENSION_JOB_HANDLERS);
        for (std::size_t i = 0; jobs != nullptr && i < jobs->count; ++i) {
            const auto& binding = jobs->bindings[i];
            if (id != binding.id) continue;
            std::string report, problem, ignored;
            const auto status =
                binding.run(plugin_, binding.data, host_.context(), detail::appendTo(report), detail::appendTo(problem));
            if (status != MH_OK) return detail::toError(status, problem, id);
            return Json::parse(report, ignored).value_or(Json());
        }
        return Error{Code::NotFound, "no job is bound as " + id};
    }
    template <typename Table>
    const Table* extension(const char* id) const {
        return static_cast<const Table*>(api_->get_extension(plugin_, id));
    }
    mh_plugin* handle() const { return plugin_; }

private:
    explicit LoadedPlugin(FakeHost& host) : host_(host) { host.setHttp(&http()); }

    static const HttpIn& in(const mh_request* request) { return *reinterpret_cast<const HttpIn*>(request); }
    static HttpOut& out(mh_response* response) { return *reinterpret_cast<HttpOut*>(response); }
    template <typename Map>
    static mh_str find(const Map& map, mh_str name) {
        const auto found = map.find(std::string(detail::fromAbi(name)));
        return found == map.end() ? mh_str{nullptr, 0} : detail::toAbi(found->second);
    }

    static const mh_http& http() {
        static const mh_http table{sizeof(mh_http),
                                   0,
                                   [](const mh_request* r) { return detail::toAbi(in(r).method); },
                                   [](const mh_request* r) { return detail::toAbi(in(r).path); },
                                   [](const mh_request* r, mh_str name) { return find(in(r).captures, name); },
                                   [](const mh_request* r, mh_str name, mh_sink values) -> std::int32_t {
                                       const auto [first, last] = in(r).query.equal_range(std::string(detail::fromAbi(name)));
                                       for (auto it = first; it != last; ++it) detail::emit(values, it->second);
                                       return first == last ? MH_NOT_FOUND : MH_OK;
                                   },
                                   [](const mh_request* r, mh_str name) { return find(in(r).headers, name); },
                                   [](const mh_request* r) { return detail::toAbi(in(r).client); },
                                   [](const mh_request* r) { return detail::toAbi(in(r).body); },
                                   [](const mh_request* r) {
                                       return in(r).ticket ? detail::toAbi(*in(r).ticket) : mh_str{nullptr, 0};
                                   },
                                   [](mh_response* r, std::int32_t status) -> std::int32_t {
                                       if (status < 200 || status > 599) return MH_INVALID_ARGUMENT;
                                       out(r).http_status = status;
                                       return MH_OK;
                                   },
                                   [](mh_response* r, mh_str name, mh_str value) -> std::int32_t {
                                       out(r).headers[std::string(detail::fromAbi(name))] = std::string(detail::fromAbi(value));
                                       return MH_OK;
                                   },
                                   [](mh_response* r, mh_str bytes) -> std::int32_t {
                                       out(r).body += detail::fromAbi(bytes);
                                       return MH_OK;
                                   },
                                   [](mh_response* r) -> std::int32_t {
                                       out(r).finished = true;
                                       return MH_OK;
                                   },
                                   [](mh_response* r, mh_str value, std::int64_t) -> std::int32_t {
                                       out(r).ticket = std::string(detail::fromAbi(value));
                                       return MH_OK;
                                   }};
        return table;
    }

    FakeHost& host_;
    mh_plugin* plugin_ = nullptr;
    const mh_plugin_api* api_ = nullptr;
};

}  // namespace masthead::testing
