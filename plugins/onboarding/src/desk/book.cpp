#include "desk/book.hpp"

#include <charconv>
#include <cstdio>

namespace onboarding {
namespace {

constexpr std::uint32_t kPage = 1000;

std::string padded(std::int64_t id) {
    char text[24];
    std::snprintf(text, sizeof text, "%016lld", static_cast<long long>(id));
    return text;
}

}  // namespace

Result<std::vector<std::string>> listAll(const masthead::Store& store, const std::string& prefix) {
    std::vector<std::string> out;
    for (;;) {
        auto page = store.list(prefix, out.empty() ? std::string() : out.back(), kPage);
        if (!page) return std::move(page).error();
        out.insert(out.end(), page->begin(), page->end());
        if (page->size() < kPage) return out;
    }
}

std::string Book::requestKey(std::int64_t id) { return "request/" + padded(id); }
std::string Book::sealedKey(std::int64_t id) { return "sealed/" + padded(id); }
std::string Book::clearKey(std::int64_t id) { return "clear/" + padded(id); }

Status Book::load() {
    if (auto next = services_.store().get("next-id")) {
        std::from_chars(next->bytes.data(), next->bytes.data() + next->bytes.size(), next_id_);
    } else if (next.error().code != Code::NotFound) {
        return std::move(next).error();
    }
    auto keys = listAll(services_.store(), "request");
    if (!keys) return std::move(keys).error();
    for (const auto& key : *keys) {
        auto value = services_.store().get("request/" + key);
        if (!value) return std::move(value).error();
        std::string error;
        const auto json = Json::parse(value->bytes, error);
        auto request = json ? Request::fromJson(*json) : std::nullopt;
        if (!request) {
            services_.log().error("a stored request cannot be read and is left alone", Json::object({{"key", key}}));
            continue;
        }
        next_id_ = std::max(next_id_, request->id + 1);
        index(*request);
        requests_.emplace(request->id, std::move(*request));
    }
    auto revocations = listAll(services_.store(), "revoke");
    if (!revocations) return std::move(revocations).error();
    revocations_.insert(revocations->begin(), revocations->end());
    return {};
}

const Request* Book::find(std::int64_t id) const {
    const auto found = requests_.find(id);
    return found == requests_.end() ? nullptr : &found->second;
}

const Request* Book::byTicket(const std::string& ticket_hash) const {
    const auto found = by_ticket_.find(ticket_hash);
    return found == by_ticket_.end() ? nullptr : find(found->second);
}

const Request* Book::byKey(const std::string& key_id) const {
    const auto found = by_key_.find(key_id);
    return found == by_key_.end() ? nullptr : find(found->second);
}

std::size_t Book::count(State state) const {
    const auto found = counts_.find(state);
    return found == counts_.end() ? 0 : found->second;
}

std::size_t Book::openCount() const {
    return count(State::Pending) + count(State::Approving) + count(State::KeyPending) + count(State::Approved) + count(State::Claimed);
}

bool Book::usesExpiry(std::int64_t ms) const {
    for (const auto& [key, id] : by_key_) {
        const Request* request = find(id);
        if (request != nullptr && request->key_expires_at == ms) return true;
    }
    return false;
}

Status Book::add(Request& request, const Call* call) {
    request.id = next_id_;
    Change change;
    change.batch.put("next-id", std::to_string(next_id_ + 1));
    auto saved = save(request, std::move(change), call);
    if (saved) ++next_id_;
    return saved;
}

Status Book::save(const Request& request, Change change, const Call* call) {
    change.batch.put(requestKey(request.id), request.toJson().dump());
    if (!change.revoke.empty()) change.batch.put("revoke/" + change.revoke, "{}");
    if (auto done = services_.store().apply(change.batch, call); !done) return done;
    if (!change.revoke.empty()) revocations_.insert(change.revoke);
    const auto found = requests_.find(request.id);
    if (found != requests_.end()) unindex(found->second);
    index(request);
    changed_.insert(request.id);
    requests_[request.id] = request;
    return {};
}

Status Book::erase(std::int64_t id, bool revoke, const Call* call) {
    const Request* request = find(id);
    if (request == nullptr) return {};
    Batch batch;
    batch.remove(requestKey(id));
    batch.remove(sealedKey(id));
    batch.remove(clearKey(id));
    const std::string key_id = revoke ? request->key_id : std::string();
    if (!key_id.empty()) batch.put("revoke/" + key_id, "{}");
    if (auto done = services_.store().apply(batch, call); !done) return done;
    if (!key_id.empty()) revocations_.insert(key_id);
    unindex(*request);
    requests_.erase(id);
    changed_.insert(id);
    return {};
}

void Book::dropCopies(Request& request, Change& change) {
    if (request.key_sealed) change.batch.remove(sealedKey(request.id));
    if (request.key_kept) change.batch.remove(clearKey(request.id));
    request.key_sealed = request.key_kept = false;
}

void Book::dropKey(Request& request, Change& change) {
    dropCopies(request, change);
    change.revoke = request.key_id;
}

Status Book::revokeLater(const std::string& key_id, Batch batch, const Call* call) {
    batch.put("revoke/" + key_id, "{}");
    if (auto done = services_.store().apply(batch, call); !done) return done;
    revocations_.insert(key_id);
    return {};
}

Status Book::revoked(const std::string& key_id, const Call* call) {
    if (auto done = services_.store().remove("revoke/" + key_id, call); !done) return done;
    revocations_.erase(key_id);
    return {};
}

std::set<std::int64_t> Book::takeChanged() { return std::exchange(changed_, {}); }

void Book::index(const Request& request) {
    if (!request.ticket_hash.empty()) by_ticket_[request.ticket_hash] = request.id;
    if (!request.key_id.empty()) by_key_[request.key_id] = request.id;
    ++words_[request.words];
    ++counts_[request.state];
}

void Book::unindex(const Request& request) {
    by_ticket_.erase(request.ticket_hash);
    by_key_.erase(request.key_id);
    if (--words_[request.words] == 0) words_.erase(request.words);
    --counts_[request.state];
}

}  // namespace onboarding
