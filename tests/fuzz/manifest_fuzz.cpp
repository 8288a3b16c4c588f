// plugin.json and plugin.sums from anybody: no crash, no hang, and what is accepted has the promised shape.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "host/console/plugins/folder.hpp"
#include "host/console/plugins/manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace masthead::console::plugins;
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto manifest = parseManifest(text); manifest) {
        if (!validPluginId(manifest->id)) std::abort();
        for (const auto& route : manifest->routes) {
            if (route.path.empty() || route.path.front() != '/' || route.path.find("..") == 1 || route.permission.empty())
                std::abort();
        }
    }
    if (const auto sums = parseSums(text); sums) {
        for (const auto& [name, hash] : *sums) {
            if (name.empty() || hash.size() != 64) std::abort();
        }
    }
    return 0;
}
