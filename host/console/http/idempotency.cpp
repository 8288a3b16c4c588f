#include "host/console/http/idempotency.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/idempotency_store.hpp"
#include "host/console/store/sealer.hpp"

namespace masthead::console {
namespace {

constexpr std::size_t kMaxKey = 255;

store::IdempotencyName nameOf(const Route& route, const Request& request, const std::string& key) {
    return {request.principal.id, route.method + " " + route.pattern, sha256Hex(key)};
}

std::string contextOf(const store::IdempotencyName& name) { return "idempotency/" + name.principal + "/" + name.route + "/" + name.key_hash; }

/// Lengths in front, so that no two requests give the same text.
std::string requestHash(const Request& request) {
    std::string text = request.method + " " + request.path + "\n";
    for (const auto& [name, value] : request.query) {
        text += std::to_string(name.size()) + ":" + name + "=" + std::to_string(value.size()) + ":" + value + "\n";
    }
    return sha256Hex(text + "\n" + request.body);
}

std::string packed(const Response& response) {
    Json headers = Json::array();
    for (const auto& [name, value] : response.headers) {
        if (!equalsIgnoreCase(name, "set-cookie")) headers.push(Json::array({Json(name), Json(value)}));
    }
    return Json::object({{"status", response.status}, {"type", response.content_type}, {"headers", std::move(headers)}, {"body", response.body}}).dump();
}

}  // namespace

std::optional<std::string> idempotencyKey(std::string_view header) {
    header = trim(header);
    std::string key;
    if (header.size() >= 2 && header.front() == '"' && header.back() == '"') {
        header = header.substr(1, header.size() - 2);
        for (std::size_t i = 0; i < header.size(); ++i) {
            if (header[i] == '"') return std::nullopt;
            if (header[i] == '\\' && (++i == header.size() || (header[i] != '"' && header[i] != '\\'))) return std::nullopt;
            key += header[i];
        }
    } else {
        key = header;
    }
    const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    if (key.empty() || key.size() > kMaxKey || !printable) return std::nullopt;
    return key;
}

std::optional<Response> Idempotency::kept(const store::IdempotencyName& name, const std::string& sealed) const {
    const auto opened = sealer_.unseal(sealed, contextOf(name));
    auto stored = opened ? parseJson(*opened, kLocalJson) : Result<Json>(opened.error());
    if (!stored) return std::nullopt;  // damaged, or sealed by another installation
    Response response;
    response.status = static_cast<int>((*stored)["status"].asInt());
    response.content_type = stored->text("type");
    response.body = stored->text("body");
    for (const auto& header : (*stored)["headers"].items()) response.headers.emplace_back(header.items()[0].asString(), header.items()[1].asString());
    return std::move(response).with("Idempotency-Replayed", "true");
}

std::optional<Response> Idempotency::begin(const Route& route, const Request& request) {
    const auto key = idempotencyKey(request.header("idempotency-key"));
    if (!key) return fieldProblem({{"Idempotency-Key", "An Idempotency-Key has 1 to 255 printable ASCII characters; a UUID is a good one."}}, request.id);
    const auto name = nameOf(route, request, *key);
    const std::string hash = requestHash(request);
    const std::int64_t now = clock_.wallMs();
    std::optional<store::IdempotencyRow> before;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        before = store::IdempotencyStore::find(transaction, name);
        if (before && before->created_at + kKeptMs <= now) {
            store::IdempotencyStore::remove(transaction, name);
            before.reset();
        }
        if (!before) {
            store::IdempotencyStore::keepNewest(transaction, name.principal, kPerPrincipal - 1);
            store::IdempotencyStore::begin(transaction, name, hash, now);
        }
        return {};
    });
    if (!status) return problem(Error{Code::Unavailable, "The Idempotency-Key cannot be kept, so nothing is made: " + status.error().message}, request.id);
    if (!before) return std::nullopt;
    if (before->request_hash != hash) {
        return problem(422, "idempotency_key_reused", "Key used before", "This Idempotency-Key was used for another request; take a new one.", request.id);
    }
    if (before->state == "running") {
        return problem(409, "idempotency_running", "Still running", "The first request with this Idempotency-Key is still being worked on.", request.id, true)
            .with("Retry-After", "1");
    }
    auto answer = before->state == "done" ? kept(name, before->answer) : std::nullopt;
    if (answer) return answer;
    return problem(409, "idempotency_unknown", "Outcome unknown",
                   "The answer to the first request with this Idempotency-Key is not there any more. Look whether the object is there, then use a new key.", request.id);
}

void Idempotency::end(const Route& route, const Request& request, const Response& response) {
    const auto key = idempotencyKey(request.header("idempotency-key"));
    if (!key) return;
    const auto name = nameOf(route, request, *key);
    const bool success = response.status >= 200 && response.status < 300;
    const bool unknown = response.status == httpStatus(Code::Deadline) || response.stream || (success && response.body.size() > kMaxAnswer);
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        if (unknown) {
            store::IdempotencyStore::end(transaction, name, "unknown", "");
        } else if (success) {
            store::IdempotencyStore::end(transaction, name, "done", sealer_.seal(packed(response), contextOf(name)));
        } else {
            store::IdempotencyStore::remove(transaction, name);
        }
        return {};
    });
    // It stays "running" until the next start, then "unknown": a second one is never made under this key.
    if (!status) log::error("the answer to an Idempotency-Key could not be kept", {{"cause", status.error().message}, {"request_id", request.id}});
}

Status Idempotency::closeInterrupted() {
    return database_.write([](store::Transaction& transaction) -> Status {
        store::IdempotencyStore::interrupt(transaction);
        return {};
    });
}

void Idempotency::removeExpired() {
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        store::IdempotencyStore::removeOlderThan(transaction, clock_.wallMs() - kKeptMs);
        return {};
    });
    if (!status) log::warning("old idempotency keys could not be removed", {{"cause", status.error().message}});
}

}  // namespace masthead::console
