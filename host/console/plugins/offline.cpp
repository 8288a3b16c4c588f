#include "host/console/plugins/offline.hpp"

#include "host/console/plugins/folder.hpp"
#include "host/console/plugins/handshake.hpp"
#include "host/console/plugins/manifest.hpp"

namespace masthead::console::plugins {
namespace {

Json describe(const config::Plugins& settings, const std::string& id) {
    Json out = Json::object({{"id", id},
                             {"title", id},
                             {"version", Json()},
                             {"state", "refused"},
                             {"origin", "unknown"},
                             {"reason", Json()},
                             {"last_crash", Json()},
                             {"enabled", true},
                             {"routes", 0},
                             {"pages", 0}});
    const auto folder = openFolder(settings, id);
    if (!folder) {
        out.set("reason", folder.error().message);
        return out;
    }
    out.set("origin", originName(folder->origin));
    const auto manifest = parseManifest(folder->manifest);
    const Status needs = manifest ? checkNeeds(*manifest) : Status(manifest.error());
    if (!needs) {
        out.set("reason", needs.error().message);
        return out;
    }
    out.set("title", manifest->title);
    out.set("version", manifest->version);
    out.set("state", "stopped");
    out.set("reason", "no host is running");
    out.set("routes", manifest->routes.size());
    out.set("pages", manifest->pages.size());
    return out;
}

}  // namespace

Json listOffline(const config::Plugins& settings) {
    Json items = Json::array();
    for (const auto& id : settings.enabled) items.push(describe(settings, id));
    return Json::object({{"plugins", items}});
}

}  // namespace masthead::console::plugins
