// One mail to one server: STARTTLS or TLS from the start, AUTH PLAIN or LOGIN, dot-stuffing. parseReply() is pure (fuzzed).
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/console/net/stream.hpp"

namespace masthead::console::net {

enum class SmtpTls {
    StartTls,
    Implicit,
    None,  // this machine only
};

struct SmtpServer {
    Target target;
    SmtpTls tls = SmtpTls::StartTls;
    std::string hello;  // our own name
    std::string user = {}, password = {};
};

struct Mail {
    std::string from;  // addresses, without names and brackets
    std::vector<std::string> to;
    std::string text;  // headers and body, CRLF lines
};

struct SmtpReply {
    int code = 0;
    std::vector<std::string> lines;  // without the code
    std::size_t size = 0;            // bytes of the reply
};

/// What was refused although the mail went out to others.
struct SmtpReport {
    std::vector<std::string> refused;
};

/// Nullopt while incomplete; InvalidArgument when it never will be one (also over 64 KiB or 100 lines).
Result<std::optional<SmtpReply>> parseReply(std::string_view bytes);
/// An address that may stand in a command and a header: local@domain, ASCII, no spaces, brackets or control characters.
bool validMailAddress(std::string_view address);
/// Unauthenticated: user name or password refused. InvalidArgument: the server will never take this mail. Others may pass.
Result<SmtpReport> sendMail(const SmtpServer& server, const Mail& mail, const std::stop_token& stop);
/// Lines beginning with a dot get a second one; ends in CRLF.
std::string dotStuffed(std::string_view text);

}  // namespace masthead::console::net
