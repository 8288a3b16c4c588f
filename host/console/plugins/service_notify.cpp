// masthead.notify/1: notifications of plugins, by events that their manifests declare with "notify": true.
#include <masthead/ext/notify.h>

#include <algorithm>

#include "host/console/notify/poster.hpp"
#include "host/console/plugins/bridge.hpp"
#include "host/console/plugins/json_reader.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::size_t kMaxNotification = 16 * 1024;

Result<notify::Note> noteOf(const EventDeclaration& event, mh_str json) {
    if (json.size > kMaxNotification) return Error{Code::InvalidArgument, "the notification is larger than 16 KiB"};
    auto parsed = parseJson(fromAbi(json), {16, kMaxNotification});
    if (!parsed) return std::move(parsed).error().within("the notification");
    if (!parsed->isObject()) return Error{Code::InvalidArgument, "the notification is not a JSON object"};
    std::string wrong;
    JsonReader reader(*parsed, "", wrong);
    notify::Note note{event.type, event.permission, reader.text("title")};
    note.text = reader.text("text", false);
    note.link = reader.text("link", false);
    if (parsed->has("severity")) note.severity = reader.text("severity");
    if (parsed->has("data")) note.data = reader.raw("data");
    if (!note.data.isObject()) reader.fail("data", "is not an object");
    reader.finish();
    if (!wrong.empty()) return Error{Code::InvalidArgument, "the notification: " + wrong};
    return note;
}

std::int32_t post(mh_host* host, mh_str event, mh_str json, mh_sink err) {
    return served(host, err, [&]() -> Status {
        const auto& declared = host->manifest->events;
        const auto found = std::find_if(declared.begin(), declared.end(),
                                        [&](const auto& item) { return item.notify && item.type == fromAbi(event); });
        if (found == declared.end()) {
            return Error{Code::PermissionDenied,
                         "plugin.json does not declare the event " + textOf(event).substr(0, 100) + " with \"notify\": true"};
        }
        if (host->services->notify == nullptr) return Error{Code::Unavailable, "notifications are not there yet"};
        auto note = noteOf(*found, json);
        if (!note) return std::move(note).error();
        return host->services->notify->post(std::move(*note));
    });
}

}  // namespace

const void* notifyTable() {
    static constexpr mh_notify kTable{sizeof(mh_notify), 0, &post};
    return &kTable;
}

}  // namespace masthead::console::plugins
