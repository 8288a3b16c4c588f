#include "host/console/notify/parcel.hpp"

#include <algorithm>

#include "host/base/timestamp.hpp"
#include "host/console/notify/rules.hpp"

namespace masthead::console::notify {
namespace {

constexpr std::size_t kMaxTold = 50;

std::string absolute(const std::string& link, const std::string& public_url) {
    return link.empty() ? std::string() : public_url + link;
}

std::size_t countOf(const Parcel& parcel) { return parcel.items.size() + static_cast<std::size_t>(parcel.left_out); }

Json itemJson(const Item& item, const std::string& public_url) {
    return Json::object({{"event", item.event},
                         {"at", formatTimestamp(item.at)},
                         {"severity", item.severity},
                         {"title", item.title},
                         {"text", item.text},
                         {"link", item.link.empty() ? Json() : Json(absolute(item.link, public_url))},
                         {"data", item.data}});
}

}  // namespace

std::string severityOf(const Parcel& parcel) {
    std::string worst = "info";
    Severity highest = Severity::Info;
    for (const auto& item : parcel.items) {
        Severity severity{};
        if (!parseSeverity(item.severity, severity) || severity <= highest) continue;
        highest = severity;
        worst = item.severity;
    }
    return worst;
}

std::string titleOf(const Parcel& parcel) {
    if (!parcel.digest()) return parcel.items.front().title;
    return std::to_string(countOf(parcel)) + " notifications";
}

std::string linkOf(const Parcel& parcel, const std::string& public_url) {
    if (!parcel.digest() && !parcel.items.front().link.empty()) return absolute(parcel.items.front().link, public_url);
    return public_url + "/admin/";
}

std::string textOf(const Parcel& parcel, const std::string& public_url) {
    if (!parcel.digest()) {
        const Item& item = parcel.items.front();
        std::string text = item.text.empty() ? item.title : item.text;
        if (!item.link.empty()) text += "\n\n" + absolute(item.link, public_url);
        return text;
    }
    std::string text;
    const std::size_t told = std::min(parcel.items.size(), kMaxTold);
    for (std::size_t i = 0; i < told; ++i) {
        const Item& item = parcel.items[i];
        text += "- " + formatTimestamp(item.at / 1000 * 1000) + " " + item.title + "\n";
        if (!item.link.empty()) text += "  " + absolute(item.link, public_url) + "\n";
    }
    if (countOf(parcel) > told) text += "- and " + std::to_string(countOf(parcel) - told) + " more\n";
    return text + "\n" + public_url + "/admin/";
}

Json jsonOf(const Parcel& parcel, const std::string& public_url) {
    Json out = Json::object({{"id", parcel.id}});
    if (!parcel.digest()) {
        const Json item = itemJson(parcel.items.front(), public_url);
        for (const auto& [name, value] : item.members()) out.set(name, value);
        return out;
    }
    out.set("event", "notify.digest");
    out.set("at", formatTimestamp(parcel.items.back().at));
    out.set("severity", severityOf(parcel));
    out.set("title", titleOf(parcel));
    out.set("text", textOf(parcel, public_url));
    out.set("link", linkOf(parcel, public_url));
    Json items = Json::array();
    for (std::size_t i = 0; i < std::min(parcel.items.size(), kMaxTold); ++i) items.push(itemJson(parcel.items[i], public_url));
    out.set("items", std::move(items));
    out.set("count", static_cast<std::int64_t>(countOf(parcel)));
    return out;
}

}  // namespace masthead::console::notify
