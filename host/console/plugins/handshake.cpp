#include "host/console/plugins/handshake.hpp"

#include <masthead/ext/audit.h>
#include <masthead/ext/events.h>
#include <masthead/ext/headscale.h>
#include <masthead/ext/http.h>
#include <masthead/ext/jobs.h>
#include <masthead/ext/notify.h>
#include <masthead/ext/secrets.h>
#include <masthead/ext/store.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

namespace masthead::console::plugins {
namespace {

// The members of the first version; later ones grow at the end.
constexpr std::uint32_t kMinimumEntry = sizeof(mh_entry);
constexpr std::array<const char*, 8> kServices{MH_SERVICE_HTTP,   MH_SERVICE_STORE, MH_SERVICE_HEADSCALE, MH_SERVICE_JOBS,
                                               MH_SERVICE_EVENTS, MH_SERVICE_AUDIT, MH_SERVICE_SECRETS, MH_SERVICE_NOTIFY};

Status different(const std::string& what, const std::string& expected, const std::string& found, const std::string& remedy) {
    return Error{Code::FailedPrecondition, what + ": expected " + expected + ", found " + found + ". " + remedy};
}

std::string textOf(const char* text) { return text == nullptr ? "nothing" : "\"" + std::string(text) + "\""; }

std::string sanitizerOf(const char* build_info) {
    const std::string info = build_info == nullptr ? "" : build_info;
    for (const char* name : {"asan", "tsan"}) {
        if (info.find(name) != std::string::npos) return name;
    }
    return "";
}

std::string named(const std::string& sanitizer) { return sanitizer.empty() ? "no sanitizer" : sanitizer; }

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

}  // namespace

const char* hostSanitizer() {
#if defined(__SANITIZE_ADDRESS__)
    return "asan";
#elif defined(__SANITIZE_THREAD__)
    return "tsan";
#else
    return "";
#endif
}

Status checkEntry(const mh_entry& entry, const Manifest& manifest, const char* sanitizer) {
    char magic[32];
    std::snprintf(magic, sizeof magic, "0x%08x", entry.magic);
    if (entry.magic != MH_MAGIC)
        return different("the entry's magic number", "0x4d48504c", magic, "The file is not a Masthead plugin.");
    if (entry.struct_size < kMinimumEntry) {
        return different("the entry's size", "at least " + std::to_string(kMinimumEntry), std::to_string(entry.struct_size),
                         "Build the plugin with the released SDK headers.");
    }
    if (entry.abi_major != MH_ABI_MAJOR) {
        return different("the ABI version", std::to_string(MH_ABI_MAJOR), std::to_string(entry.abi_major),
                         "Install a build of the plugin for this Masthead.");
    }
    if (entry.abi_minor_needed > MH_ABI_MINOR) {
        return different("the ABI minor version", "at most " + std::to_string(MH_ABI_MINOR),
                         std::to_string(entry.abi_minor_needed), "The plugin needs a newer Masthead.");
    }
    if (entry.abi_tag == nullptr || std::strcmp(entry.abi_tag, MH_ABI_TAG) != 0) {
        return different("the platform", "\"" MH_ABI_TAG "\"", textOf(entry.abi_tag), "Install the build for this machine.");
    }
    if (sanitizerOf(entry.build_info) != sanitizer) {
        return different("the sanitizer it was built with", named(sanitizer), named(sanitizerOf(entry.build_info)),
                         "Build host and plugin the same way.");
    }
    if (entry.plugin_id == nullptr || manifest.id != entry.plugin_id) {
        return different("the id in the shared object", "\"" + manifest.id + "\" as in plugin.json", textOf(entry.plugin_id),
                         "The files of two plugins were mixed.");
    }
    if (entry.plugin_version == nullptr || manifest.version != entry.plugin_version) {
        return different("the version in the shared object", "\"" + manifest.version + "\" as in plugin.json",
                         textOf(entry.plugin_version), "The files of two versions were mixed.");
    }
    if (entry.create == nullptr)
        return different("the function create", "a function", "nothing", "Export the plugin with MASTHEAD_PLUGIN.");
    return {};
}

Status checkNeeds(const Manifest& manifest) {
    if (manifest.sdk_major != MH_ABI_MAJOR || manifest.sdk_minor > MH_ABI_MINOR) {
        return different("\"sdk\" in plugin.json", "at most " + std::to_string(MH_ABI_MAJOR) + "." + std::to_string(MH_ABI_MINOR),
                         std::to_string(manifest.sdk_major) + "." + std::to_string(manifest.sdk_minor),
                         "The plugin needs another version of Masthead.");
    }
    for (const auto& need : manifest.needs) {
        if (std::find(kServices.begin(), kServices.end(), need) == kServices.end()) {
            return Error{Code::FailedPrecondition,
                         "the plugin needs the service " + need +
                             ", which this Masthead does not offer. The plugin needs a newer Masthead."};
        }
    }
    return {};
}

Status compareBindings(const char* what, std::vector<std::string> declared, std::vector<std::string> bound) {
    std::sort(declared.begin(), declared.end());
    std::sort(bound.begin(), bound.end());
    std::vector<std::string> unbound, undeclared;
    std::set_difference(declared.begin(), declared.end(), bound.begin(), bound.end(), std::back_inserter(unbound));
    std::set_difference(bound.begin(), bound.end(), declared.begin(), declared.end(), std::back_inserter(undeclared));
    if (!unbound.empty())
        return Error{Code::FailedPrecondition,
                     std::string("plugin.json declares ") + what + " the shared object does not bind: " + joined(unbound)};
    if (!undeclared.empty())
        return Error{Code::FailedPrecondition,
                     std::string("the shared object binds ") + what +
                         " that plugin.json does not declare, or binds them twice: " + joined(undeclared)};
    return {};
}

}  // namespace masthead::console::plugins
