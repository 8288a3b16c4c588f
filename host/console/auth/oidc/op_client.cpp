#include "host/console/auth/oidc/op_client.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/plain_text.hpp"
#include "host/base/text.hpp"
#include "host/console/auth/oidc/claims.hpp"

namespace masthead::console::oidc {
namespace {

constexpr std::int64_t kOneRequestMs = 10'000;
constexpr std::size_t kMaxAccessToken = 64 * 1024;

/// A request whose answer must be a JSON object with status 200.
Result<Json> objectOf(const net::Fetched& answer, const std::string& what) {
    if (answer.status >= 300 && answer.status < 400)
        return Error{Code::FailedPrecondition, what + " answers with a redirect, which is never followed"};
    if (answer.status != 200) return Error{Code::FailedPrecondition, what + " answers with status " + std::to_string(answer.status)};
    auto json = parseJson(answer.body, kNetworkJson);
    if (!json) return Error{Code::FailedPrecondition, what + " answers with JSON that is not acceptable: " + json.error().message};
    if (!json->isObject()) return Error{Code::FailedPrecondition, what + " does not answer with a JSON object"};
    return json;
}

}  // namespace

std::string formEncode(std::string_view text) {
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char raw : text) {
        const auto c = static_cast<unsigned char>(raw);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            out += raw;
        } else {
            out += '%';
            out += kHex[c >> 4];
            out += kHex[c & 15];
        }
    }
    return out;
}

void OpClient::note(const Status& status) {
    const std::lock_guard lock(mutex_);
    state_.checked_at = clock_.wallMs();
    state_.reachable = status.ok();
    state_.error = status ? "" : oneLine(status.error().message, 300);
}

OpState OpClient::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

Result<net::Fetched> OpClient::ask(net::Fetch request, const std::string& address, std::int64_t until) {
    auto url = net::parseUrl(address);
    if (!url) return std::move(url).error();
    const Reach reach = reachOf(address, settings_.issuer, settings_.allow_private);
    request.url = std::move(*url);
    request.private_allowed = reach.private_allowed;
    request.typed = reach.typed;
    request.ca_file = settings_.ca_file;
    request.timeout_ms = std::min(kOneRequestMs, until - clock_.steadyMs());
    if (request.timeout_ms <= 0) return Error{Code::Deadline, "the provider did not answer in time"};
    return fetcher_(request, stop_);
}

Result<Metadata> OpClient::fetchMetadata(std::int64_t until) {
    {
        const std::lock_guard lock(mutex_);
        if (failure_ && clock_.steadyMs() - failure_at_ < kAfterFailureMs) return *failure_;
    }
    auto read = [&]() -> Result<Metadata> {
        auto answer = ask({}, discoveryUrl(settings_.issuer), until);
        if (!answer) return std::move(answer).error();
        auto object = objectOf(*answer, "the provider's discovery document");
        if (!object) return std::move(object).error();
        return parseMetadata(answer->body, settings_.issuer);
    }();
    note(read ? Status() : Status(read.error()));
    const std::lock_guard lock(mutex_);
    if (!read) {
        failure_ = read.error();
        failure_at_ = clock_.steadyMs();
        return std::move(read).error();
    }
    failure_.reset();
    metadata_ = *read;
    metadata_at_ = clock_.steadyMs();
    return read;
}

Result<Metadata> OpClient::metadata(std::int64_t until) {
    {
        const std::lock_guard lock(mutex_);
        if (metadata_ && clock_.steadyMs() - metadata_at_ < kKeepMs) return *metadata_;
    }
    return fetchMetadata(until);
}

Result<std::shared_ptr<const JwkSet>> OpClient::fetchKeys(std::int64_t until) {
    auto known = metadata(until);
    if (!known) return std::move(known).error();
    auto answer = ask({}, known->jwks_uri, until);
    if (!answer) return std::move(answer).error().within("the provider's keys");
    auto object = objectOf(*answer, "the provider's key document");
    if (!object) return std::move(object).error();
    auto set = parseJwks(answer->body);
    if (!set) return std::move(set).error();
    auto fresh = std::make_shared<const JwkSet>(std::move(*set));
    const std::lock_guard lock(mutex_);
    keys_ = fresh;
    keys_at_ = clock_.steadyMs();
    return fresh;
}

Result<std::shared_ptr<const JwkSet>> OpClient::keys(std::int64_t until) {
    {
        const std::lock_guard lock(mutex_);
        if (keys_ && clock_.steadyMs() - keys_at_ < kKeepMs) return keys_;
    }
    return fetchKeys(until);
}

Result<Jwt> OpClient::verified(const std::string& token, std::int64_t until) {
    auto parsed = parseJwt(token);
    if (!parsed) return parsed;
    auto set = keys(until);
    if (!set) return std::move(set).error();
    Status trusted = verifyJwt(*parsed, **set);
    if (!trusted && trusted.error().code == Code::NotFound) {
        {
            const std::lock_guard lock(mutex_);
            const std::int64_t now = clock_.steadyMs();
            // Junk must not make us a hammer on the provider.
            if (unknown_kid_at_ && now - *unknown_kid_at_ < kUnknownKidMs) return Error{Code::Unauthenticated, trusted.error().message};
            unknown_kid_at_ = now;
        }
        auto again = fetchKeys(until);
        if (!again) return std::move(again).error();
        trusted = verifyJwt(*parsed, **again);
    }
    if (!trusted) return Error{Code::Unauthenticated, trusted.error().message};
    return parsed;
}

Result<Tokens> OpClient::exchange(const std::string& code, const std::string& verifier, const std::string& redirect_uri, std::int64_t until) {
    auto known = metadata(until);
    if (!known) return std::move(known).error();
    net::Fetch request;
    request.method = "POST";
    request.content_type = "application/x-www-form-urlencoded";
    request.body = "grant_type=authorization_code&code=" + formEncode(code) + "&redirect_uri=" + formEncode(redirect_uri) +
                   "&code_verifier=" + formEncode(verifier);
    const std::string id = formEncode(settings_.client_id), secret = formEncode(settings_.client_secret);
    if (settings_.client_secret.empty())
        request.body += "&client_id=" + id;
    else if (known->secret_in_body)
        request.body += "&client_id=" + id + "&client_secret=" + secret;
    else
        request.headers.emplace_back("Authorization", "Basic " + base64Encode(id + ":" + secret));
    auto answer = ask(std::move(request), known->token_endpoint, until);
    if (!answer) return std::move(answer).error().within("the provider's token endpoint");
    if (answer->status == 400 || answer->status == 401) {
        const auto refusal = parseJson(answer->body, kNetworkJson);
        const std::string why = refusal ? oneLine(refusal->text("error"), 60) : "";
        return Error{Code::Unauthenticated, "the provider's token endpoint refused" + (why.empty() ? "" : ": " + why)};
    }
    auto object = objectOf(*answer, "the provider's token endpoint");
    if (!object) return std::move(object).error();
    Tokens tokens{object->text("id_token"), object->text("access_token")};
    if (tokens.id_token.empty()) return Error{Code::FailedPrecondition, "the provider's token endpoint gave no ID token"};
    if (!equalsIgnoreCase(object->text("token_type"), "Bearer") || tokens.access_token.empty() || tokens.access_token.size() > kMaxAccessToken)
        return Error{Code::FailedPrecondition, "the provider's token endpoint gave no bearer token"};
    return tokens;
}

Result<Json> OpClient::userinfo(const std::string& access_token, const std::string& subject, std::int64_t until) {
    auto known = metadata(until);
    if (!known) return std::move(known).error();
    if (known->userinfo_endpoint.empty()) return Json::object();
    net::Fetch request;
    request.headers.emplace_back("Authorization", "Bearer " + access_token);
    auto answer = ask(std::move(request), known->userinfo_endpoint, until);
    if (!answer) return std::move(answer).error().within("the provider's user info");
    auto object = objectOf(*answer, "the provider's user info");
    if (!object) return object;
    if (!validSubject((*object)["sub"]) || object->text("sub") != subject)
        return Error{Code::Unauthenticated, "the provider's user info is about somebody else"};
    return object;
}

Result<Json> OpClient::probe(std::int64_t until) {
    {
        const std::lock_guard lock(mutex_);
        failure_.reset();
    }
    auto known = fetchMetadata(until);
    if (!known) return std::move(known).error();
    auto set = fetchKeys(until);
    note(set ? Status() : Status(set.error()));
    if (!set) return std::move(set).error();
    return Json::object({{"issuer", known->issuer},
                         {"authorization_endpoint", known->authorization_endpoint},
                         {"keys", static_cast<std::int64_t>((*set)->keys.size())},
                         {"keys_left_out", static_cast<std::int64_t>((*set)->left_out)},
                         {"userinfo", !known->userinfo_endpoint.empty()},
                         {"logout", !known->end_session_endpoint.empty()},
                         {"callback_names_issuer", known->names_issuer}});
}

}  // namespace masthead::console::oidc
