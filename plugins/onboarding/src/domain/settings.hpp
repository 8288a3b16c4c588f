// Settings of the plugin: the file's values (locked), over those kept in the store, over the defaults.
//
// Plain values; immutable once read. Errors name the setting.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/common.hpp"

namespace onboarding {

/// An own field of the request form.
struct FormField {
    std::string id, label, label_zh, help;
    bool choice = false;  // else text
    std::vector<std::string> options;
    bool required = false;
    std::size_t max_length = 200;
};

struct Settings {
    bool enabled = true;           // off: no page of the plugin answers strangers
    bool form_public = true;       // off: /request says that asking is closed; /connect stays
    bool registrations = true;     // off: /register/{id} says how to go on by hand
    std::string invite_code;       // empty: none needed
    std::vector<std::string> allowed_networks;  // CIDR; empty: all
    std::vector<FormField> fields;
    bool admin_sees_key = true;
    bool claim_once = true;        // off: the asking browser may fetch the sealed key until it expires
    std::int64_t key_lifetime_ms = 24 * kHour;
    bool reusable = false, ephemeral = false;
    std::vector<std::string> tags;
    std::int64_t undo_ms = 10 * kSecond;
    std::int64_t unanswered_ms = 14 * kDay;  // then a pending request expires
    std::int64_t purge_ms = 30 * kDay;       // after its end a request is forgotten
    std::size_t per_address_hour = 5, per_hour = 200, open_cap = 500;

    /// InvalidArgument naming the setting.
    static Result<Settings> read(const Json& values);
    Json toJson() const;
    /// What deciding needs of them, and no more: expiry, reusable, ephemeral, tags, undo, admin_sees_key, and the fields' labels.
    Json decisionDefaults() const;
};

}  // namespace onboarding
