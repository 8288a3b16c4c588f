// Pages and their assets. Every path below /admin/ that is no file and no API is the shell's page.
#include "host/console/api/context.hpp"
#include "host/console/api/static_files.hpp"
#include "host/console/services.hpp"

namespace masthead::console::api {
namespace {

Response page(Context& context, const Request& request) {
    Response response = serveFile(context.config.web_dir + "/shell", "index.html", request, Caching::Never);
    if (response.status != 404) return response;
    return problem(503, "no_web_files", "The web files are missing",
                   "The console's pages are not installed in " + context.config.web_dir + ". Build them, or set web_dir.", request.id);
}

/// `below` is "" for the console's pages, "/public" for pages that strangers see.
Response pluginFile(Context& context, const Request& request, const char* below) {
    if (PluginRuntime* plugins = context.plugins()) {
        for (const auto& assets : plugins->assets()) {
            if (assets.plugin == request.capture("plugin") && assets.digest == request.capture("digest")) {
                return serveFile(assets.directory + below, std::string(request.capture("file")), request, Caching::Immutable);
            }
        }
    }
    return problem(Error{Code::NotFound, "There is nothing here."}, request.id);
}

}  // namespace

std::vector<Route> staticRoutes(Context& context) {
    const auto nobody = Permission::publicAccess();
    const std::string web = context.config.web_dir;
    std::vector<Route> routes;
    const auto get = [&](const std::string& pattern, const char* summary, Handler handler) {
        routes.push_back({"GET", pattern, nobody, summary, std::move(handler)});
    };
    get("/admin", "The console's page", [&](const Request& r) { return page(context, r); });
    get("/admin/{page...}", "The console's page", [&](const Request& r) { return page(context, r); });
    get("/admin/ui/shell/{file...}", "Files of the shell",
        [web](const Request& r) { return serveFile(web + "/shell", std::string(r.capture("file")), r, Caching::ByName); });
    get("/admin/ui/host/1/{file...}", "The elements plugin pages share",
        [web](const Request& r) { return serveFile(web + "/host/1", std::string(r.capture("file")), r, Caching::ByName); });
    get("/admin/ui/p/{plugin}/{digest}/{file...}", "Files of a plugin's pages", [&](const Request& r) { return pluginFile(context, r, ""); });
    get("/public/p/{plugin}/{digest}/{file...}", "Files of a plugin's pages outside of the console",
        [&](const Request& r) { return pluginFile(context, r, "/public"); });
    // Without these an unknown API path would be answered with the page.
    const Handler nothing = [](const Request& r) { return problem(Error{Code::NotFound, "There is nothing here."}, r.id); };
    get("/admin/ui/{rest...}", "Nothing", nothing);
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
        routes.push_back({method, "/admin/api/{rest...}", nobody, "Nothing", nothing});
        routes.back().same_origin = false;
        routes.back().json_body = false;
    }
    return routes;
}

}  // namespace masthead::console::api
