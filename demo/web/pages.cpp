#include "demo/web/pages.hpp"

#include "demo/operations.hpp"
#include "demo/web/router.hpp"
#include "host/base/encoding.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

HttpResponse html(const std::string& body) { return {200, {{"Content-Type", "text/html; charset=utf-8"}}, body}; }

HttpResponse page(const std::string& title, const std::string& body) {
    return html("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"UTF-8\"><meta content=\"width=device-width, initial-scale=1.0\" "
                "name=\"viewport\"><link href=\"/favicon.ico\" rel=\"icon\"><title>" + title + "</title></head><body><h1>" + title + "</h1>" + body +
                "<p>This is headscale-demo: nothing here is real.</p></body></html>");
}

std::string uuid() {
    std::string hex = hexEncode(randomBytes(16));
    for (const std::size_t at : {8u, 13u, 18u, 23u}) hex.insert(at, "-");
    return hex;
}

Json pathsByMethod() {
    Json paths = Json::object();
    for (const auto& operation : operations()) {
        Json entry = paths[operation.path];
        entry.set(lowerAscii(operation.verb), Json::object({{"operationId", operation.rpc}, {"responses", Json::object()}}));
        paths.set(operation.path, std::move(entry));
    }
    return paths;
}

}  // namespace

std::string htmlEscaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else if (c == '&') out += "&amp;";
        else if (c == '"') out += "&quot;";
        else out += c;
    }
    return out;
}

HttpResponse blankPage() {
    return html("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"UTF-8\"><link href=\"/favicon.ico\" rel=\"icon\"></head><body></body></html>");
}

HttpResponse registerPage(const std::string& auth_id) {
    return page("Machine registration", "<p>Run the command below in the headscale server to add this machine to your network:</p><pre><code>"
                "headscale auth register --auth-id " + htmlEscaped(auth_id) + " --user USERNAME</code></pre>");
}

HttpResponse authPage(const std::string& auth_id) {
    return page("Authentication check", "<p>Run the command below in the headscale server to approve this authentication request:</p><pre><code>"
                "headscale auth approve --auth-id " + htmlEscaped(auth_id) + "</code></pre>");
}

HttpResponse applePage(const std::string& server_url) {
    return page("headscale: Apple", "<p>Log in with: <code>tailscale login --login-server " + htmlEscaped(server_url) +
                "</code></p><p><a href=\"/apple/ios\">iOS profile</a> <a href=\"/apple/macos-app-store\">macOS AppStore profile</a> "
                "<a href=\"/apple/macos-standalone\">macOS standalone profile</a></p>");
}

HttpResponse appleProfile(const std::string& platform, const std::string& server_url) {
    if (platform != "ios" && platform != "macos-app-store" && platform != "macos-standalone") {
        return plainText(400, "platform must be ios, macos-app-store or macos-standalone\n");
    }
    const std::string url = htmlEscaped(server_url);
    return {200, {{"Content-Type", "application/x-apple-aspen-config; charset=utf-8"}},
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
            "<plist version=\"1.0\">\n  <dict>\n    <key>PayloadUUID</key>\n    <string>" + uuid() + "</string>\n"
            "    <key>PayloadDisplayName</key>\n    <string>Headscale</string>\n"
            "    <key>PayloadDescription</key>\n    <string>Configure Tailscale login server to: " + url + "</string>\n"
            "    <key>ControlURL</key>\n    <string>" + url + "</string>\n  </dict>\n</plist>\n"};
}

HttpResponse windowsPage(const std::string& server_url) {
    return page("headscale: Windows", "<p>Log in with: <code>tailscale login --login-server " + htmlEscaped(server_url) + "</code></p>");
}

HttpResponse swaggerPage() { return page("headscale API", "<p><a href=\"/swagger/v1/openapiv2.json\">openapiv2.json</a></p>"); }

HttpResponse favicon() {
    // One transparent pixel.
    static const std::string kPng = *hexDecode(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000020001e221bc33"
        "0000000049454e44ae426082");
    return {200, {{"Accept-Ranges", "bytes"}, {"Content-Type", "image/png"}}, kPng};
}

HttpResponse apiDescription(const std::string& path) {
    if (path == "/api/v1/docs") {
        HttpResponse docs = page("headscale API", "<p><a href=\"/api/v1/openapi.json\">openapi.json</a></p>");
        docs.headers = {{"Content-Type", "text/html"}};
        return docs;
    }
    const Json info = Json::object({{"title", "headscale"}, {"version", "v1"}});
    if (path == "/swagger/v1/openapiv2.json") {
        return jsonResponse(200, Json::object({{"swagger", "2.0"}, {"info", info}, {"paths", pathsByMethod()}}), "application/json; charset=utf-8");
    }
    if (path != "/api/v1/openapi.json" && path != "/api/v1/openapi-3.0.json") return notFound();
    return jsonResponse(200, Json::object({{"openapi", path == "/api/v1/openapi.json" ? "3.1.0" : "3.0.3"}, {"info", info}, {"paths", pathsByMethod()}}),
                        "application/openapi+json");
}

}  // namespace masthead::demo
