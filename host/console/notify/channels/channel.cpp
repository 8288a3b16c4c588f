#include "host/console/notify/channels/channel.hpp"

#include <algorithm>
#include <array>

#include "host/console/http/fields.hpp"
#include "host/console/net/address_policy.hpp"
#include "host/console/net/smtp.hpp"
#include "host/console/net/url.hpp"
#include "host/console/notify/texts.hpp"

namespace masthead::console::notify {
namespace {

constexpr std::size_t kMaxSecret = 2000;

struct Kind {
    const char* name;
    std::vector<const char*> secrets;
    bool target_is_secret;  // the address itself is one
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> kAll = {{"mail", {"password"}, false},
                                           {"webhook", {"secret", "token"}, false},
                                           {"ntfy", {"token"}, false},
                                           {"slack", {"url"}, true},
                                           {"matrix", {"url"}, true}};
    return kAll;
}

const Kind* kindOf(const std::string& name) {
    const auto found = std::find_if(kinds().begin(), kinds().end(), [&](const Kind& kind) { return name == kind.name; });
    return found == kinds().end() ? nullptr : &*found;
}

std::string urlFault(const std::string& text) {
    const auto url = net::parseUrl(text);
    if (!url) return url.error().message;
    if (!url->tls && !net::typedPrivate(url->host)) return "is http://, which is for private addresses only; expected https://";
    return {};
}

void checkUrl(Fields& in, const char* name, const std::string& text) {
    if (text.empty()) return;
    if (const auto fault = urlFault(text); !fault.empty()) in.fail(name, fault);
}

bool hasControl(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string plain(Fields& in, const char* name, std::size_t most, bool required = false) {
    std::string text = in.text(name, most, required);
    if (hasControl(text)) in.fail(name, "has control characters");
    return text;
}

std::string mailAddress(Fields& in, const char* name) {
    std::string text = in.text(name, 254, true);
    if (!text.empty() && !net::validMailAddress(text)) in.fail(name, "is no mail address such as masthead@example.org");
    return text;
}

void mailSettings(Fields& in, Json& out) {
    const std::string host = in.text("host", 253, true);
    if (!host.empty() && !net::validHost(host)) in.fail("host", "is neither a host name nor an address");
    std::string tls = in.text("tls", 16);
    if (tls.empty()) tls = "starttls";
    if (tls != "starttls" && tls != "implicit" && tls != "none") in.fail("tls", "is none of starttls, implicit, none");
    const std::string user = plain(in, "user", 254);
    const bool this_machine = host == "localhost" || host == "127.0.0.1" || host == "::1";
    if (tls == "none" && (!this_machine || !user.empty()))
        in.fail("tls", "is none, which is for a mail server on this machine without a user name only");
    out.set("host", host);
    out.set("port", in.integer("port", tls == "implicit" ? 465 : tls == "none" ? 25 : 587, 1, 65535));
    out.set("tls", tls);
    out.set("user", user);
    out.set("from", mailAddress(in, "from"));
    out.set("from_name", plain(in, "from_name", 42));
    Json to = Json::array();
    const auto recipients = in.texts("to", 50, 254);
    if (recipients.empty()) in.fail("to", "has no recipient");
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        if (!net::validMailAddress(recipients[i]))
            in.fail("to/" + std::to_string(i), "is no mail address such as admin@example.org");
        to.push(recipients[i]);
    }
    out.set("to", std::move(to));
}

void kindSettings(const std::string& kind, Fields& in, Json& out) {
    if (kind == "mail") {
        mailSettings(in, out);
    } else if (kind == "webhook") {
        const std::string url = in.text("url", 2000, true);
        checkUrl(in, "url", url);
        out.set("url", url);
    } else if (kind == "ntfy") {
        const std::string server = in.text("server", 500, true);
        checkUrl(in, "server", server);
        const std::string topic = in.text("topic", 64, true);
        const bool fits = std::all_of(topic.begin(), topic.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        });
        if (!fits) in.fail("topic", "has other characters than letters, digits, '_' and '-'");
        out.set("server", server);
        out.set("topic", topic);
    }
}

Json parseSettings(const std::string& kind, const Json& json, std::vector<FieldError>& wrong) {
    Json out = Json::object();
    Fields in(json, "settings/", wrong);
    kindSettings(kind, in, out);
    const std::string ca_file = plain(in, "ca_file", 1000);
    if (!ca_file.empty() && ca_file.front() != '/') in.fail("ca_file", "is no absolute path");
    out.set("ca_file", ca_file);
    out.set("private_network", in.boolean("private_network", false));
    out.set("ignore_quiet_hours", in.boolean("ignore_quiet_hours", false));
    out.set("attempts", in.integer("attempts", 12, 1, 20));
    out.set("retry_seconds", in.integer("retry_seconds", 30, 1, 3600));
    in.finish();
    return out;
}

/// Where secrets go: when this changes, they have to be given again.
std::string targetOf(const std::string& kind, const Json& settings) {
    const auto place = [](const std::string& text) {
        const auto url = net::parseUrl(text);
        return url ? (url->tls ? "https " : "http ") + net::authority(*url) : std::string();
    };
    std::string target = settings.text("ca_file");
    if (kind == "mail")
        target += "|" + settings.text("host") + "|" + std::to_string(settings["port"].asInt()) + "|" + settings.text("tls") +
                  "|" + settings.text("user");
    if (kind == "webhook") target += "|" + place(settings.text("url"));
    if (kind == "ntfy") target += "|" + place(settings.text("server"));
    return target;
}

Json parseSecrets(const Kind& kind, const Json& json, const Channel* before, bool moved, std::vector<FieldError>& wrong) {
    static const Json kNone = Json::object();
    Json out = Json::object();
    Fields in(json.isNull() ? kNone : json, "secrets/", wrong);
    for (const char* name : kind.secrets) {
        const Json& given = in.raw(name);
        const std::string kept = before == nullptr ? std::string() : before->secrets.text(name);
        std::string value = kept;
        if (given.isString())
            value = given.asString();
        else if (!given.isNull())
            in.fail(name, "is not a text");
        else if (json.isObject() && json.has(name))
            value.clear();
        else if (!kept.empty() && moved)
            in.fail(name, "has to be given again, because the server it goes to has changed");
        if (value.size() > kMaxSecret || hasControl(value)) in.fail(name, "is longer than 2000 bytes or has control characters");
        if (kind.target_is_secret) {
            if (value.empty())
                in.fail(name, "is missing");
            else if (const auto fault = urlFault(value); !fault.empty())
                in.fail(name, fault);
        }
        if (std::string_view(name) == "secret" && !value.empty() && value.size() < 16)
            in.fail(name, "is shorter than 16 characters");
        if (!value.empty()) out.set(name, value);
    }
    in.finish();
    return out;
}

}  // namespace

Channel parseChannel(const Json& body, const Channel* before, std::vector<FieldError>& wrong) {
    Channel channel;
    Fields in(body, "", wrong);
    if (before != nullptr) {
        channel.id = before->id;
        channel.kind = before->kind;
        if (const std::string kind = in.text("kind", 16); !kind.empty() && kind != channel.kind)
            in.fail("kind", "cannot be changed; make a new channel");
    } else {
        channel.kind = in.text("kind", 16, true);
    }
    channel.name = oneLine(in.text("name", 100, true), 100);
    channel.enabled = in.boolean("enabled", before == nullptr || before->enabled);
    const Json& settings = in.raw("settings");
    const Json& secrets = in.raw("secrets");
    in.finish();
    const Kind* kind = kindOf(channel.kind);
    if (kind == nullptr) {
        if (!channel.kind.empty()) in.fail("kind", "is none of mail, webhook, ntfy, slack, matrix");
        return channel;
    }
    static const Json kNone = Json::object();
    channel.settings = parseSettings(channel.kind, settings.isNull() ? kNone : settings, wrong);
    const bool moved = before != nullptr && targetOf(channel.kind, before->settings) != targetOf(channel.kind, channel.settings);
    channel.secrets = parseSecrets(*kind, secrets, before, moved, wrong);
    if (channel.kind == "mail" && channel.settings.text("user").empty() && channel.secrets.has("password"))
        wrong.push_back({"settings/user", "is missing, but there is a password"});
    return channel;
}

Json shown(const Channel& channel) {
    Json secrets = Json::object();
    const Kind* kind = kindOf(channel.kind);
    if (kind != nullptr) {
        for (const char* name : kind->secrets) secrets.set(name, channel.secrets.has(name));
    }
    Json out = Json::object({{"id", std::to_string(channel.id)},
                             {"kind", channel.kind},
                             {"name", channel.name},
                             {"enabled", channel.enabled},
                             {"builtin", false},
                             {"settings", channel.settings},
                             {"secrets", std::move(secrets)}});
    if (kind != nullptr && kind->target_is_secret) {
        const auto url = net::parseUrl(channel.secrets.text("url"));
        out.set("target", url ? Json(net::authority(*url)) : Json());
    }
    return out;
}

}  // namespace masthead::console::notify
