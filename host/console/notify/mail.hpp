// A notification as a mail: plain text in UTF-8. Nothing that comes in can make another header or a second mail. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::console::notify {

struct MailParts {
    std::string from, from_name;
    std::vector<std::string> to;
    std::string subject, text;
    std::string id;      // of the delivery, letters and digits
    std::string domain;  // for the Message-ID
    std::int64_t at = 0;
};

/// InvalidArgument when an address does not fit.
Result<std::string> composeMail(const MailParts& parts);
/// A header value: as it is when plain, else encoded words (RFC 2047); control characters never get through.
std::string encodedHeader(std::string_view text);
/// Quoted-printable, lines up to 76 characters, CRLF.
std::string quotedPrintable(std::string_view text);
/// "Mon, 02 Jan 2006 15:04:05 +0000"
std::string mailDate(std::int64_t wall_ms);

}  // namespace masthead::console::notify
