#include "host/console/audit/sink/target.hpp"

#include "host/base/encoding.hpp"
#include "host/base/text.hpp"
#include "host/config/secret.hpp"

namespace masthead::console::audit {
namespace {

using Kind = SinkTarget::Kind;

Error wrong(const std::string& why) { return Error{Code::InvalidArgument, "audit.sink.address " + why}; }

Status readPlace(std::string_view place, SinkTarget& target) {
    const auto colon = place.rfind(':');
    const auto port = colon == std::string_view::npos ? std::nullopt : parseUnsigned<std::uint16_t>(place.substr(colon + 1));
    if (!port || *port == 0) return wrong("needs a port, as in udp://log.example.org:514");
    std::string host(place.substr(0, colon));
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (!net::validHost(host)) return wrong("names no host");
    target.host = host;
    target.port = *port;
    return {};
}

Status readSyslog(const std::string& address, SinkTarget& target) {
    static constexpr std::pair<std::string_view, Kind> kSchemes[] = {{"udp://", Kind::SyslogUdp}, {"tcp://", Kind::SyslogTcp}, {"tls://", Kind::SyslogTls}};
    if (address.rfind("unix:/", 0) == 0) {
        target.kind = Kind::SyslogUnix;
        target.path = address.substr(5);
        if (target.path.size() > 107) return wrong("is too long for a unix socket");
        return {};
    }
    for (const auto& [scheme, kind] : kSchemes) {
        if (address.rfind(scheme, 0) != 0) continue;
        target.kind = kind;
        return readPlace(std::string_view(address).substr(scheme.size()), target);
    }
    return wrong("is none of unix:/path, udp://host:port, tcp://host:port, tls://host:port");
}

}  // namespace

std::string identityOf(const config::AuditSink& settings) { return sha256Hex(settings.kind + "\n" + settings.address).substr(0, 16); }

Result<SinkTarget> parseTarget(const config::AuditSink& settings) {
    SinkTarget target;
    target.name = settings.kind;
    target.ca_file = settings.ca_file;
    if (settings.kind == "none") return target;
    if (settings.kind == "file") {
        target.kind = Kind::File;
        target.path = settings.address;
        return target;
    }
    if (settings.kind == "syslog") {
        if (Status read = readSyslog(settings.address, target); !read) return std::move(read).error();
        return target;
    }
    auto url = net::parseUrl(settings.address);
    if (!url) return std::move(url).error().within("audit.sink.address");
    target.kind = Kind::Http;
    target.url = std::move(*url);
    if (!settings.token.empty()) {
        auto reference = config::parseSecretReference(settings.token);
        if (!reference) return std::move(reference).error().within("audit.sink.token");
        auto token = config::resolveSecret(*reference);
        if (!token) return std::move(token).error().within("audit.sink.token");
        target.token = std::move(*token);
    }
    return target;
}

}  // namespace masthead::console::audit
