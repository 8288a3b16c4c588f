#include "demo/fleet_names.hpp"

#include "host/base/encoding.hpp"

namespace masthead::demo {

const std::vector<const char*>& firstNames() {
    static const std::vector<const char*> names = {"ada", "bela", "chen", "dara", "emil", "farah", "goran", "hana", "ines", "jonas",
                                                   "kaya", "liam", "mira", "noor", "olga", "pavel", "quinn", "rosa", "sven", "tara",
                                                   "umar", "vera", "wim", "xenia", "yuki", "zoe"};
    return names;
}

const std::vector<const char*>& lastNames() {
    static const std::vector<const char*> names = {"novak", "lin", "okafor", "silva", "keller", "haddad", "marsh", "ito", "berg", "rossi",
                                                   "diaz", "petrov", "singh", "walsh", "moreau", "kim"};
    return names;
}

const std::vector<const char*>& places() {
    static const std::vector<const char*> names = {"lisbon", "oslo", "turin", "ghent", "malmo", "porto", "graz", "bergen", "lyon", "riga"};
    return names;
}

const std::vector<InventedSystem>& systems() {
    static const std::vector<InventedSystem> all = {
        {"linux", "6.1.0-38-amd64", "server"}, {"macOS", "15.5", "macbook"}, {"windows", "10.0.26100.4349", "desktop"}, {"iOS", "18.5", "iphone"},
        {"android", "15", "pixel"}, {"linux", "6.12.30", "laptop"}, {"linux", "5.10.160", "nas"}, {"tvOS", "18.5", "appletv"}, {"freebsd", "14.2", "router"}};
    return all;
}

const std::vector<const char*>& clientVersions() {
    static const std::vector<const char*> all = {"1.98.9", "1.98.8", "1.96.4", "1.94.2", "1.90.1", "1.84.0", "1.80.3"};
    return all;
}

const std::vector<std::string>& hostileNames() {
    static const std::vector<std::string> all = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "evil\xE2\x80\xAEtxt.exe",           // right-to-left override
        "\xF0\x9F\x92\xBB\xF0\x9F\x94\xA5 laptop",  // emoji
        std::string(255, 'w'),
        "",
        "p\xD0\xB0ypal",                     // Cyrillic letter in a Latin word
        "{{7*7}} ${jndi:x} %s%n",
        "'; DROP TABLE nodes; --",
        "zero\xE2\x80\x8Bwidth",
        "laptop", "laptop"};
    return all;
}

std::string inventedEndpoint(const std::string& hex) {
    const std::string bytes = hexDecode(hex.substr(0, 8)).value_or(std::string(4, '\x2a'));
    const auto number = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    const unsigned port = 10000u + number(2) * 200u + number(3);
    return (number(0) & 1 ? "198.51.100." : "203.0.113.") + std::to_string(1 + number(1) % 254) + ":" + std::to_string(port);
}

}  // namespace masthead::demo
