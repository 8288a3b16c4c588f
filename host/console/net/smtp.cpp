#include "host/console/net/smtp.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/plain_text.hpp"
#include "host/base/text.hpp"
#include "host/console/net/url.hpp"

namespace masthead::console::net {
namespace {

constexpr std::int64_t kConnectMs = 10000;
constexpr std::int64_t kWholeMs = 25000;
constexpr std::size_t kMaxReply = 64 * 1024;
constexpr std::size_t kMaxLines = 100;

std::string shown(const SmtpReply& reply) {
    std::string text = std::to_string(reply.code);
    for (const auto& line : reply.lines) text += " " + line;
    return oneLine(text, 300);
}

/// The conversation with one server.
class Session {
public:
    Session(std::unique_ptr<Stream> stream, const SmtpServer& server)
        : stream_(std::move(stream)), server_(server), name_(server.target.host) {}

    Status open() {
        if (server_.tls == SmtpTls::Implicit) {
            if (Status secured = stream_->startTls(); !secured) return secured;
        }
        if (Status greeted = expect(read(), 220, "greeting"); !greeted) return greeted;
        if (Status helloed = hello(); !helloed) return helloed;
        if (server_.tls == SmtpTls::StartTls) {
            if (Status secured = startTls(); !secured) return secured;
        }
        return server_.user.empty() ? Status() : authenticate();
    }

    Result<SmtpReport> send(const Mail& mail) {
        if (Status from = expect(ask("MAIL FROM:<" + mail.from + ">"), 250, "the sender " + mail.from); !from)
            return std::move(from).error();
        SmtpReport report;
        Status last;
        for (const auto& to : mail.to) {
            auto reply = ask("RCPT TO:<" + to + ">");
            if (reply && (reply->code == 250 || reply->code == 251)) continue;
            last = expect(std::move(reply), 250, "the recipient " + to);
            if (last.error().code != Code::InvalidArgument) return std::move(last).error();
            report.refused.push_back(last.error().message);
        }
        if (report.refused.size() == mail.to.size()) return std::move(last).error();
        if (Status data = expect(ask("DATA"), 354, "the mail"); !data) return std::move(data).error();
        if (Status written = stream_->write(dotStuffed(mail.text) + ".\r\n"); !written) return std::move(written).error();
        if (Status taken = expect(read(), 250, "the mail"); !taken) return std::move(taken).error();
        static_cast<void>(stream_->write("QUIT\r\n").ok());  // it has been taken: how the line ends does not matter
        return report;
    }

private:
    Result<SmtpReply> read() {
        for (;;) {
            auto parsed = parseReply(buffer_);
            if (!parsed) return std::move(parsed).error().within(name_);
            if (*parsed) {
                buffer_.erase(0, (*parsed)->size);
                return std::move(**parsed);
            }
            auto more = stream_->read();
            if (!more) return std::move(more).error();
            if (more->empty()) return Error{Code::Unavailable, "the mail server " + name_ + " closed the connection"};
            buffer_ += *more;
        }
    }

    Result<SmtpReply> ask(const std::string& line) {
        if (Status written = stream_->write(line + "\r\n"); !written) return std::move(written).error();
        return read();
    }

    Status expect(Result<SmtpReply> reply, int code, const std::string& what) {
        if (!reply) return std::move(reply).error();
        if (reply->code == code) return {};
        const bool forever = reply->code >= 500;
        return Error{forever ? Code::InvalidArgument : Code::Unavailable,
                     "the mail server " + name_ + " refused " + what + ": " + shown(*reply)};
    }

    Status hello() {
        auto reply = ask("EHLO " + server_.hello);
        if (!reply) return std::move(reply).error();
        offers_.clear();
        if (reply->code == 250) {
            for (const auto& line : reply->lines) offers_.push_back(lowerAscii(line));
            return {};
        }
        return expect(std::move(reply), 250, "the greeting");
    }

    bool offers(std::string_view word, std::string_view parameter = {}) const {
        return std::any_of(offers_.begin(), offers_.end(), [&](const std::string& line) {
            const auto words = split(line, ' ');
            return words.front() == word &&
                   (parameter.empty() || std::find(words.begin() + 1, words.end(), parameter) != words.end());
        });
    }

    Status startTls() {
        if (!offers("starttls"))
            return Error{Code::FailedPrecondition,
                         "the mail server " + name_ + " does not offer STARTTLS, and nothing is sent in the clear"};
        if (Status ready = expect(ask("STARTTLS"), 220, "STARTTLS"); !ready) return ready;
        // What came along in the clear would count as said under TLS.
        if (!buffer_.empty()) return Error{Code::FailedPrecondition, "the mail server " + name_ + " sent data before TLS began"};
        if (Status secured = stream_->startTls(); !secured) return secured;
        return hello();
    }

    Status authenticate() {
        if (!stream_->secure()) return Error{Code::FailedPrecondition, "a password is never sent without TLS"};
        Result<SmtpReply> reply =
            Error{Code::FailedPrecondition, "the mail server " + name_ + " offers neither AUTH PLAIN nor AUTH LOGIN"};
        if (offers("auth", "plain")) {
            reply =
                ask("AUTH PLAIN " + base64Encode(std::string(1, '\0') + server_.user + std::string(1, '\0') + server_.password));
        } else if (offers("auth", "login")) {
            reply = ask("AUTH LOGIN");
            if (reply && reply->code == 334) reply = ask(base64Encode(server_.user));
            if (reply && reply->code == 334) reply = ask(base64Encode(server_.password));
        }
        if (!reply) return std::move(reply).error();
        if (reply->code == 235) return {};
        return Error{reply->code >= 500 ? Code::Unauthenticated : Code::Unavailable,
                     "the mail server " + name_ + " refused the user name or password of " + oneLine(server_.user, 100) + ": " +
                         shown(*reply)};
    }

    std::unique_ptr<Stream> stream_;
    const SmtpServer& server_;
    std::string name_;
    std::string buffer_;
    std::vector<std::string> offers_;
};

}  // namespace

Result<std::optional<SmtpReply>> parseReply(std::string_view bytes) {
    SmtpReply reply;
    std::size_t at = 0;
    for (;;) {
        const auto end = bytes.find('\n', at);
        if (end == std::string_view::npos) {
            if (bytes.size() - at > kMaxReply || bytes.size() > kMaxReply)
                return Error{Code::InvalidArgument, "an answer is larger than 64 KiB"};
            return std::optional<SmtpReply>();
        }
        std::string_view line = bytes.substr(at, end - at);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        at = end + 1;
        const auto code = line.size() >= 3 ? parseUnsigned<int>(line.substr(0, 3)) : std::nullopt;
        const bool shaped = code && *code >= 200 && *code <= 599 && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
        if (!shaped || (reply.code != 0 && reply.code != *code)) return Error{Code::InvalidArgument, "the answer is not SMTP"};
        reply.code = *code;
        reply.lines.emplace_back(line.size() > 4 ? line.substr(4) : std::string_view());
        if (reply.lines.size() > kMaxLines || at > kMaxReply) return Error{Code::InvalidArgument, "an answer has too many lines"};
        if (line.size() == 3 || line[3] == ' ') break;
    }
    reply.size = at;
    return std::optional<SmtpReply>(std::move(reply));
}

bool validMailAddress(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || address.size() > 254) return false;
    const std::string_view local = address.substr(0, at), domain = address.substr(at + 1);
    static constexpr std::string_view kAlso = ".!#$%&'*+-/=?^_`{|}~";
    const bool plain = std::all_of(local.begin(), local.end(), [](char c) {
        const char lower = lowerAscii(c);
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || kAlso.find(c) != std::string_view::npos;
    });
    return plain && local.front() != '.' && local.back() != '.' && domain.find(':') == std::string_view::npos &&
           validHost(domain);
}

std::string dotStuffed(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    bool line_start = true;
    for (const char c : text) {
        if (line_start && c == '.') out += '.';
        out += c;
        line_start = c == '\n';
    }
    if (out.size() < 2 || out.compare(out.size() - 2, 2, "\r\n") != 0) out += "\r\n";
    return out;
}

Result<SmtpReport> sendMail(const SmtpServer& server, const Mail& mail, const std::stop_token& stop) {
    if (mail.to.empty() || !validMailAddress(mail.from) ||
        !std::all_of(mail.to.begin(), mail.to.end(), [](const auto& to) { return validMailAddress(to); })) {
        return Error{Code::InvalidArgument, "a mail needs a sender and recipients such as admin@example.org"};
    }
    auto stream = Stream::connect(server.target, kConnectMs, stop);
    if (!stream) return std::move(stream).error();
    (*stream)->setTimeout(kWholeMs);
    Session session(std::move(*stream), server);
    if (Status opened = session.open(); !opened) return std::move(opened).error();
    return session.send(mail);
}

}  // namespace masthead::console::net
