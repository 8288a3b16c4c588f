// What goes to a receiver: one notification, or several in one digest. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::console::notify {

struct Item {
    std::string event;
    std::int64_t at = 0;  // wall ms
    std::string title, text, link, severity;
    Json data = Json::object();
};

struct Parcel {
    std::string id;  // stays the same over retries: receivers may drop a second one
    std::vector<Item> items;
    std::int64_t left_out = 0;  // further ones that were not kept

    bool digest() const { return items.size() > 1 || left_out > 0; }
};

/// The highest severity among the items.
std::string severityOf(const Parcel& parcel);
/// One line: the title, or how many there are.
std::string titleOf(const Parcel& parcel);
/// Plain text with links to the console; at most 50 items are told one by one.
std::string textOf(const Parcel& parcel, const std::string& public_url);
/// Where a click leads: the item's page, for digests the console.
std::string linkOf(const Parcel& parcel, const std::string& public_url);
/// The body of a webhook.
Json jsonOf(const Parcel& parcel, const std::string& public_url);

}  // namespace masthead::console::notify
