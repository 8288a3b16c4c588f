#include "host/console/plugins/manifest.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "host/base/text.hpp"
#include "host/console/plugins/json_reader.hpp"
#include "host/console/plugins/schema.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::array<std::string_view, 5> kMethods{"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::size_t kMaxBody = std::size_t{8} << 20;
constexpr std::int64_t kMaxDeadlineMs = 300000;

bool allOf(std::string_view text, std::string_view extra) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || extra.find(c) != std::string_view::npos;
    });
}

/// "nodes.users.read": labels of lower-case letters, digits and '-', the first one equal to `owner`.
bool ownedId(const std::string& id, const std::string& owner) {
    return id.size() > owner.size() + 1 && id.rfind(owner + ".", 0) == 0 && allOf(id, ".-") && id.back() != '.' &&
           id.find("..") == std::string::npos;
}

/// Segments of [A-Za-z0-9._~-] or {name}.
bool validPath(const std::string& path) {
    if (path.size() < 2 || path.size() > 255 || path.front() != '/' || path.back() == '/') return false;
    for (const auto segment : split(std::string_view(path).substr(1), '/')) {
        std::string_view inner = segment;
        const bool capture = inner.size() > 2 && inner.front() == '{' && inner.back() == '}';
        if (capture) inner = inner.substr(1, inner.size() - 2);
        if (inner.empty() || inner == "." || inner == "..") return false;
        const std::string lowered = lowerAscii(inner);
        if (!allOf(lowered, capture ? "_" : "._~-")) return false;
    }
    return true;
}

bool validVersion(std::string_view version) {
    const auto parts = split(version.substr(0, version.find('-')), '.');
    return parts.size() == 3 &&
           std::all_of(parts.begin(), parts.end(),
                       [](std::string_view part) { return parseUnsigned<std::uint32_t>(part).has_value(); }) &&
           allOf(lowerAscii(version), ".-+");
}

/// A file name below web/, no folders upwards.
bool validAsset(const std::string& path) {
    const std::string lowered = lowerAscii(path);
    return !path.empty() && path.size() <= 200 && allOf(lowered, "._-/") && path.front() != '/' &&
           path.find("..") == std::string::npos && path.find("//") == std::string::npos;
}

class ManifestParser {
public:
    ManifestParser(const Json& document, std::string& error) : document_(document), root_(document, "", error), error_(error) {}

    Manifest parse() {
        header();
        if (root_.failed()) return std::move(out_);
        permissions();
        schemas_ = root_.raw("schemas");
        for (const auto& [name, schema] : schemas_.members()) checkSchemaMember("schemas/" + name, schema);
        routes();
        pages();
        jobs();
        events();
        secrets();
        out_.config = root_.raw("config");
        if (!out_.config.isNull()) checkSchemaMember("config", out_.config);
        root_.raw("store");  // the format of stored keys; formats are compared by the host when it brings upgrades
        root_.raw("$schema");
        root_.finish();
        return std::move(out_);
    }

private:
    void header() {
        out_.id = root_.text("id");
        if (!out_.id.empty() && !validPluginId(out_.id))
            root_.fail("id",
                       "is \"" + out_.id + "\", expected 2 to 32 lower-case letters, digits or '-', beginning with a letter");
        out_.version = root_.text("version");
        if (!out_.version.empty() && !validVersion(out_.version))
            root_.fail("version", "is \"" + out_.version + "\", expected a version such as 1.0.0");
        out_.title = root_.text("title");
        out_.description = root_.text("description", false);
        const std::string sdk = root_.text("sdk");
        const auto parts = split(sdk, '.');
        const auto major = parseUnsigned<std::uint32_t>(parts[0]);
        const auto minor = parts.size() == 2 ? parseUnsigned<std::uint32_t>(parts[1]) : std::nullopt;
        if (!sdk.empty() && (!major || !minor))
            root_.fail("sdk", "is \"" + sdk + "\", expected the lowest SDK version that suffices, such as 1.0");
        out_.sdk_major = major.value_or(0);
        out_.sdk_minor = minor.value_or(0);
        out_.needs = root_.texts("needs");
        out_.headscale = root_.texts("headscale");
    }

    void checkSchemaMember(const std::string& member, const Json& schema) {
        if (const auto problem = checkSchema(schema, "/" + member); !problem.empty() && error_.empty()) error_ = problem;
    }

    bool allowedPermission(const std::string& permission) const {
        return permission == "masthead:public" || permission == "masthead:any-authenticated" ||
               out_.declaresPermission(permission);
    }

    void permissions() {
        std::set<std::string> seen;
        root_.objects("permissions", [&](JsonReader& in) {
            PermissionDeclaration item;
            item.id = in.text("id");
            item.title = in.text("title");
            item.description = in.text("description");
            item.risk = in.text("risk");
            item.suggested_roles = in.texts("suggested_roles");
            if (!ownedId(item.id, out_.id))
                in.fail("id", "is \"" + item.id + "\", expected \"" + out_.id + ".\" and lower-case words joined by dots");
            if (!seen.insert(item.id).second) in.fail("id", "\"" + item.id + "\" is declared twice");
            static const std::set<std::string> kRisks{"low", "medium", "high", "critical"};
            if (kRisks.count(item.risk) == 0) in.fail("risk", "is \"" + item.risk + "\", expected low, medium, high or critical");
            for (const auto& role : item.suggested_roles) {
                if (role != "viewer" && role != "operator" && role != "admin")
                    in.fail("suggested_roles", "names the unknown role \"" + role + "\", expected viewer or operator");
            }
            out_.permissions.push_back(std::move(item));
        });
    }

    /// A schema in place, or {"$ref": "#/schemas/Name"}.
    Json resolved(JsonReader& in, const char* name) {
        const Json& given = in.raw(name);
        if (given.isNull()) return Json();
        if (!given.has("$ref")) {
            if (const auto problem = checkSchema(given, in.path() + "/" + name); !problem.empty() && error_.empty())
                error_ = problem;
            return given;
        }
        const std::string& reference = given.text("$ref");
        const std::string prefix = "#/schemas/";
        if (reference.rfind(prefix, 0) != 0 || !schemas_.has(reference.substr(prefix.size()))) {
            in.fail(name, "refers to \"" + reference + "\", expected #/schemas/ and a name under \"schemas\"");
            return Json();
        }
        return schemas_[reference.substr(prefix.size())];
    }

    void routes() {
        std::set<std::string> names, addresses;
        root_.objects("routes", [&](JsonReader& in) {
            RouteDeclaration item;
            item.name = in.text("name");
            item.method = in.text("method");
            item.path = in.text("path");
            item.permission = in.text("permission");
            item.summary = in.text("summary");
            item.outside = in.boolean("outside");
            flags(in, item);
            limits(in, item);
            item.request = resolved(in, "request");
            item.response = resolved(in, "response");
            if (in.failed()) return;
            if (!allOf(item.name, ".-"))
                in.fail("name", "is \"" + item.name + "\", expected lower-case letters, digits, '.' and '-'");
            if (std::find(kMethods.begin(), kMethods.end(), item.method) == kMethods.end())
                in.fail("method", "is \"" + item.method + "\", expected GET, POST, PUT, PATCH or DELETE");
            if (!validPath(item.path))
                in.fail(
                    "path",
                    "is \"" + item.path +
                        "\", expected '/' and segments of letters, digits, '.', '_', '~', '-' or {name}, without a trailing '/'");
            if (!allowedPermission(item.permission))
                in.fail("permission", "is \"" + item.permission + "\", which is not declared under \"permissions\"");
            if (item.outside && item.permission != "masthead:public")
                in.fail("permission", "is \"" + item.permission + "\", but a path outside of the console is masthead:public");
            if (item.outside && item.path.rfind("/admin", 0) == 0)
                in.fail("path", "is \"" + item.path + "\", but a path outside of the console does not begin with /admin");
            if (item.method == "GET" && item.destructive) in.fail("flags", "has \"destructive\" on a GET route");
            if (!names.insert(item.name).second) in.fail("name", "\"" + item.name + "\" is declared twice");
            if (!addresses.insert(item.method + " " + (item.outside ? "outside " : "") + item.path).second)
                in.fail("path", "\"" + item.method + " " + item.path + "\" is declared twice");
            item.read_only = item.read_only || item.method == "GET";
            out_.routes.push_back(std::move(item));
        });
    }

    static void flags(JsonReader& in, RouteDeclaration& item) {
        for (const auto& flag : in.texts("flags")) {
            if (flag == "read-only")
                item.read_only = true;
            else if (flag == "destructive")
                item.destructive = true;
            else if (flag == "idempotent")
                item.idempotent = true;
            else if (flag == "ticket")
                item.ticket = true;
            else if (flag == "creates")
                item.creates = true;
            else if (flag == "step-up")
                item.step_up = true;
            else if (flag == "no-tokens")
                item.token_allowed = false;
            else
                in.fail("flags", "has \"" + flag + "\", expected read-only, destructive, idempotent, ticket, creates, step-up or no-tokens");
        }
    }

    void limits(JsonReader& in, RouteDeclaration& item) {
        const Json& given = in.raw("limits");
        if (given.isNull()) return;
        JsonReader reader(given, in.path() + "/limits", error_);
        item.body_limit = reader.size("body", item.body_limit);
        item.deadline_ms = reader.duration("deadline", item.deadline_ms);
        reader.finish();
        if (item.body_limit > kMaxBody) reader.fail("body", "is larger than 8 MiB");
        if (item.deadline_ms > kMaxDeadlineMs) reader.fail("deadline", "is longer than 5 minutes");
    }

    void pages() {
        std::set<std::string> ids, elements;
        root_.objects("pages", [&](JsonReader& in) {
            PageDeclaration item;
            item.id = in.text("id");
            item.path = in.text("path");
            item.title = in.text("title");
            item.icon = in.text("icon", false);
            item.section = in.text("section");
            item.order = in.integer("order", 100, 0, 1000000);
            item.element = in.text("element");
            item.module = in.text("module");
            item.style = in.text("style", false);
            item.permission = in.text("permission");
            item.badge = in.text("badge", false);
            if (in.failed()) return;
            if (!allOf(item.id, ".-")) in.fail("id", "is \"" + item.id + "\", expected lower-case letters, digits, '.' and '-'");
            if (!item.badge.empty() && !allOf(item.badge, "/#.-")) in.fail("badge", "is \"" + item.badge + "\", expected a route such as \"counts\" or \"counts#waiting\"");
            if (!validPath(item.path) || item.path.find('{') != std::string::npos)
                in.fail("path", "is \"" + item.path + "\", expected '/' and fixed segments");
            if (item.element.rfind(out_.id + "-", 0) != 0 || !allOf(item.element, "-"))
                in.fail("element", "is \"" + item.element + "\", expected a name beginning with \"" + out_.id + "-\"");
            if (!validAsset(item.module)) in.fail("module", "is \"" + item.module + "\", expected a file below web/");
            if (!item.style.empty() && !validAsset(item.style))
                in.fail("style", "is \"" + item.style + "\", expected a file below web/");
            if (!allowedPermission(item.permission))
                in.fail("permission", "is \"" + item.permission + "\", which is not declared under \"permissions\"");
            if (!ids.insert(item.id).second) in.fail("id", "\"" + item.id + "\" is declared twice");
            if (!elements.insert(item.element).second) in.fail("element", "\"" + item.element + "\" is declared twice");
            out_.pages.push_back(std::move(item));
        });
    }

    void jobs() {
        std::set<std::string> ids;
        root_.objects("jobs", [&](JsonReader& in) {
            JobDeclaration item;
            item.id = in.text("id");
            item.title = in.text("title");
            item.every_ms = in.duration("every", 0);
            item.timeout_ms = in.duration("timeout", item.timeout_ms);
            item.on_start = in.boolean("on_start");
            if (item.every_ms != 0 && item.every_ms < 1000) in.fail("every", "is shorter than one second");
            if (!ids.insert(item.id).second) in.fail("id", "\"" + item.id + "\" is declared twice");
            out_.jobs.push_back(std::move(item));
        });
    }

    void events() {
        root_.objects("events", [&](JsonReader& in) {
            EventDeclaration item{in.text("type"), in.text("permission"), in.text("description", false), in.boolean("notify")};
            if (in.failed()) return;
            if (!ownedId(item.type, out_.id))
                in.fail("type", "is \"" + item.type + "\", expected \"" + out_.id + ".\" and lower-case words");
            if (item.permission == "masthead:public" || !allowedPermission(item.permission))
                in.fail("permission", "is \"" + item.permission + "\", which is not declared under \"permissions\"");
            out_.events.push_back(std::move(item));
        });
        out_.subscribes = root_.texts("subscribes");
    }

    void secrets() {
        root_.objects("secrets", [&](JsonReader& in) { out_.secrets.push_back({in.text("name"), in.text("description")}); });
    }

    const Json& document_;
    JsonReader root_;
    std::string& error_;
    Json schemas_;
    Manifest out_;
};

}  // namespace

bool validPluginId(std::string_view id) {
    return id.size() >= 2 && id.size() <= 32 && id.front() >= 'a' && id.front() <= 'z' && id.back() != '-' && allOf(id, "-") &&
           id.find("--") == std::string_view::npos;
}

bool Manifest::needsService(std::string_view service) const {
    return std::find(needs.begin(), needs.end(), service) != needs.end();
}

bool Manifest::declaresPermission(std::string_view permission) const {
    return std::any_of(permissions.begin(), permissions.end(), [&](const auto& item) { return item.id == permission; });
}

Result<Manifest> parseManifest(std::string_view text) {
    auto document = parseJson(text, {64, kMaxManifest});
    if (!document) return std::move(document).error().within("plugin.json");
    std::string error;
    Manifest manifest = ManifestParser(*document, error).parse();
    if (!error.empty()) return Error{Code::InvalidArgument, "plugin.json: " + error};
    return manifest;
}

}  // namespace masthead::console::plugins
