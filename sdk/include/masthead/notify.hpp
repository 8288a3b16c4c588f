// Notify: tells the people who run the tailnet, by the channels they chose. Thread-safe, never waits for a network.
// What each event is stands in plugin.json under "events"; see ext/notify.h for the members and limits.
#pragma once

#include <masthead/ext/notify.h>

#include <masthead/host.hpp>

namespace masthead {

struct Notification {
    std::string title;              // one line
    std::string text = {};          // plain text
    std::string link = {};          // a path of the console: "/admin/p/<id>/..."
    std::string severity = "info";  // info, warning or critical
    Json data = Json::object();     // for webhooks; no secrets
};

class Notify {
public:
    static Result<Notify> open(Host host) {
        auto table = host.service<mh_notify>(MH_SERVICE_NOTIFY);
        if (!table) return std::move(table).error();
        return Notify(host, *table);
    }
    /// Durable when OK. PermissionDenied: plugin.json does not declare the event. InvalidArgument names the member.
    Status post(std::string_view event, const Notification& notification) const {
        Json json = Json::object({{"title", notification.title}, {"severity", notification.severity}});
        if (!notification.text.empty()) json.set("text", notification.text);
        if (!notification.link.empty()) json.set("link", notification.link);
        if (notification.data.isObject()) json.set("data", notification.data);
        const std::string text = json.dump();
        std::string problem;
        const auto status = table_->post(host_.handle(), detail::toAbi(event), detail::toAbi(text), detail::appendTo(problem));
        if (status != MH_OK) return detail::toError(status, problem, "posting the notification " + std::string(event));
        return {};
    }

private:
    Notify(Host host, const mh_notify* table) : host_(host), table_(table) {}
    Host host_;
    const mh_notify* table_;
};

}  // namespace masthead
