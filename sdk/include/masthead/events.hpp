// Events: publishing what plugin.json declares. Hearing events: Plugin::onEvent in plugin.hpp. Thread-safe.
#pragma once

#include <masthead/ext/events.h>

#include <functional>
#include <masthead/host.hpp>

namespace masthead {

using EventHandler = std::function<void(const Call&, std::string_view type, const Json& data)>;

class Events {
public:
    static Result<Events> open(Host host) {
        auto table = host.service<mh_events>(MH_SERVICE_EVENTS);
        if (!table) return std::move(table).error();
        return Events(host, *table);
    }
    /// PermissionDenied when plugin.json does not declare the type.
    Status publish(std::string_view type, const Json& data) const {
        const auto status = table_->publish(host_.handle(), detail::toAbi(type), detail::toAbi(data.dump()));
        if (status != MH_OK) return detail::toError(status, {}, "publishing the event " + std::string(type));
        return {};
    }

private:
    Events(Host host, const mh_events* table) : host_(host), table_(table) {}
    Host host_;
    const mh_events* table_;
};

}  // namespace masthead
