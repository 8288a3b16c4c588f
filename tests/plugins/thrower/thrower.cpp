// Written against the C tables alone, so that nothing stops what it throws; "wrapped" shows what the wrapper would do.
#include <masthead/ext/routes.h>

#include <cstring>
#include <stdexcept>

#include <masthead/detail/guard.hpp>

struct mh_plugin {
    const mh_http* http;
    mh_host* host;
    const mh_host_api* api;
};

namespace {

mh_str text(const char* value) { return {value, std::strlen(value)}; }

std::int32_t throws(mh_plugin*, void*, mh_ctx*, const mh_request*, mh_response*, mh_sink) {
    throw std::runtime_error("thrown across the boundary");
}
std::int32_t leavesOpen(mh_plugin* plugin, void*, mh_ctx*, const mh_request*, mh_response* response, mh_sink) {
    plugin->http->write(response, text("half"));
    return MH_OK;
}
std::int32_t wrapped(mh_plugin*, void*, mh_ctx*, const mh_request*, mh_response*, mh_sink err) {
    return masthead::detail::guard(err, []() -> masthead::Status { throw std::runtime_error("kept for the log"); });
}
/// Tries what the host forbids; the statuses come back as the body.
std::int32_t cookie(mh_plugin* plugin, void*, mh_ctx*, const mh_request*, mh_response* response, mh_sink) {
    const mh_http* http = plugin->http;
    const std::int32_t codes[] = {http->add_header(response, text("set-cookie"), text("a=b")),
                                  http->add_header(response, text("etag"), text("a\nb")), http->set_status(response, 99),
                                  http->set_ticket(response, text("x"), 60),
                                  http->add_header(response, text("content-type"), text("text/html"))};
    char out[64] = "";
    for (const auto code : codes)
        std::strcat(out, code == MH_PERMISSION_DENIED ? "denied " : code == MH_INVALID_ARGUMENT ? "invalid " : "other ");
    http->add_header(response, text("content-type"), text("text/plain"));
    http->write(response, text(out));
    return http->finish(response);
}

const mh_route_binding kBindings[] = {
    {"throw", nullptr, &throws}, {"open", nullptr, &leavesOpen}, {"wrapped", nullptr, &wrapped}, {"cookie", nullptr, &cookie}};
const mh_routes kRoutes{sizeof(mh_routes), 0, 4, kBindings};

std::int32_t configure(mh_plugin*, mh_str, mh_sink) { return MH_OK; }
std::int32_t start(mh_plugin* plugin, mh_sink) {
    plugin->http = static_cast<const mh_http*>(plugin->api->get_service(plugin->host, MH_SERVICE_HTTP));
    return plugin->http == nullptr ? MH_FAILED_PRECONDITION : MH_OK;
}
void stop(mh_plugin*, std::int64_t) {}
void destroy(mh_plugin* plugin) { delete plugin; }
const void* getExtension(mh_plugin*, const char* id) { return std::strcmp(id, MH_EXTENSION_ROUTES) == 0 ? &kRoutes : nullptr; }

const mh_plugin_api kApi{sizeof(mh_plugin_api), 0, &configure, &start, &stop, &destroy, &getExtension};

std::int32_t create(mh_host* host, const mh_host_api* api, mh_plugin** plugin, const mh_plugin_api** plugin_api, mh_sink) {
    *plugin = new mh_plugin{nullptr, host, api};
    *plugin_api = &kApi;
    return MH_OK;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr const char* kBuild = "c++ asan";
#elif defined(__SANITIZE_THREAD__)
constexpr const char* kBuild = "c++ tsan";
#else
constexpr const char* kBuild = "c++";
#endif

}  // namespace

extern "C" MH_EXPORT const mh_entry mh_entry_v1 = {
    MH_MAGIC,           sizeof(mh_entry),        MH_ABI_MAJOR, 0u, MH_ABI_TAG, MH_SDK_VERSION, kBuild,
    MASTHEAD_PLUGIN_ID, MASTHEAD_PLUGIN_VERSION, &create};
