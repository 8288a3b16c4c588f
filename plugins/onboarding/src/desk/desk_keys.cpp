// The Desk's work on keys: making those that are due, revoking, expiring, seeing devices join, forgetting what is old.
#include <algorithm>

#include "crypto/codec.hpp"
#include "desk/parts.hpp"
#include "domain/time.hpp"
#include "media/qr.hpp"

namespace onboarding {
namespace {

constexpr std::int64_t kFirstRetryMs = 2 * kSecond, kMaxRetryMs = 15 * kSecond;
constexpr std::int64_t kScanMs = 15 * kSecond;
/// What is left of a call for one more key.
constexpr std::int64_t kLeastMs = 3 * kSecond;
constexpr std::size_t kMaxKept = 5000;

Json keyDocument(const Request& request, const MadeKey& made, const std::string& server) {
    std::string command = "tailscale up --login-server " + server + " --auth-key " + made.key;
    if (!request.grant.node_name.empty()) command += " --hostname " + request.grant.node_name;
    return Json::object({{"key", made.key}, {"command", command}, {"qrSvg", qrSvg(made.key)}, {"expiresAt", formatTime(made.expires_at)},
                         {"loginServer", server}});
}

std::string addressOf(const Json& node) {
    const auto& addresses = node["ipAddresses"].items();
    return addresses.empty() ? std::string() : addresses.front().asString();
}

}  // namespace

void Desk::Parts::issue(std::int64_t id, const Call& call) {
    Request request;
    std::set<std::int64_t> used;
    {
        const std::lock_guard lock(mutex);
        const Request* found = book.find(id);
        if (found == nullptr || found->state != State::KeyPending || !busy.insert(id).second) return;
        request = *found;
        for (const auto& [other, item] : book.all()) used.insert(item.key_expires_at);
    }
    finish(id, issuer.make(request, used, clock(), call), call);
    announce();
}

/// The request with its key, in one write with the two copies and without the intent.
Result<Request> Desk::Parts::store(Request request, MadeKey& made, const Call& call) {
    Book::Change change;
    change.batch.remove(Issuer::intentKey(request.id));
    std::string text = keyDocument(request, made, services.publicUrl()).dump();
    change.batch.put(Book::sealedKey(request.id), seal(text, request.public_key));
    if (settings.admin_sees_key) change.batch.put(Book::clearKey(request.id), text, -1, MH_STORE_SEALED);
    wipe(text);
    if (auto moved = advance(request, Step::KeyMade, clock()); !moved) return std::move(moved).error();
    request.key_id = made.key_id;
    request.key_expires_at = made.expires_at;
    request.key_sealed = true;
    request.key_kept = settings.admin_sees_key;
    request.grant.user_id = made.user_id;
    request.grant.user_name = made.user_name;
    request.error.clear();
    request.retry_at = 0;
    if (auto saved = book.save(request, std::move(change), &call); !saved) return std::move(saved).error();
    return request;
}

void Desk::Parts::finish(std::int64_t id, Result<MadeKey> made, const Call& call) {
    const std::lock_guard lock(mutex);
    busy.erase(id);
    const Request* found = book.find(id);
    const bool wanted = found != nullptr && found->state == State::KeyPending;
    const std::string object = "request/" + std::to_string(id);
    if (made) {
        Json detail = Json::object({{"keyId", made->key_id}});
        if (!wanted) {
            // Withdrawn, rejected or deleted meanwhile: the key nobody will see is expired.
            Book::Batch batch;
            batch.remove(Issuer::intentKey(id));
            if (book.revokeLater(made->key_id, std::move(batch), &call)) issuer.settled(id);
        } else if (auto stored = store(*found, *made, call)) {
            issuer.settled(id);
            detail.set("words", stored->words);
            detail.set("person", stored->person);
            detail.set("owner", stored->grant.user_name);
            detail.set("expiresAt", formatTime(stored->key_expires_at));
            detail.set("approvedBy", stored->decided_by);
            services.audit(&call, "onboarding.key-made", object, true, detail);
        } else {
            services.log().error("a key could not be stored; it will be expired and another one made",
                                 Json::object({{"request", id}, {"cause", stored.error().message}}));
        }
        wipe(made->key);
        return;
    }
    if (!wanted) return;
    Request request = *found;
    request.error = made.error().message;
    if (made.error().code == Code::Unavailable) {
        const int shift = std::min(request.attempts, 3);
        request.retry_at = clock() + std::min(kFirstRetryMs << shift, kMaxRetryMs);
        ++request.attempts;
    } else if (advance(request, Step::KeyRefused, clock())) {
        request.decided_at = 0;
        request.attempts = 0;
        announcer.trouble(request);
        services.audit(&call, "onboarding.key-refused", object, false, Json::object({{"words", request.words}, {"error", request.error}}));
    }
    if (auto saved = book.save(request, {}, &call); !saved) services.log().error("a request could not be stored", Json::object({{"cause", saved.error().message}}));
}

void Desk::Parts::makeDue(const Call& call) {
    std::vector<std::int64_t> due;
    {
        const std::lock_guard lock(mutex);
        const std::int64_t now = clock();
        std::vector<Request> moved;
        for (const auto& [id, request] : book.all()) {
            if (request.state == State::Approving && request.due_at <= now) moved.push_back(request);
            if (request.state == State::KeyPending && request.retry_at <= now) due.push_back(id);
        }
        for (auto& request : moved) {
            if (!advance(request, Step::Due, now) || !book.save(request, {}, &call)) continue;
            due.push_back(request.id);
        }
    }
    for (const auto id : due) {
        if (call.cancelled() || call.remainingMs() < kLeastMs) break;
        issue(id, call);
    }
}

void Desk::Parts::revokeDue(const Call& call) {
    std::set<std::string> keys;
    {
        const std::lock_guard lock(mutex);
        keys = book.revocations();
    }
    for (const auto& key : keys) {
        if (call.cancelled() || call.remainingMs() < kLeastMs) return;
        auto expired = services.headscale().call("POST", "/api/v1/preauthkey/expire", Json::object({{"id", key}}), &call);
        if (!expired && expired.error().code != Code::NotFound) {
            services.log().warning("a key could not be expired in headscale yet", Json::object({{"key", key}, {"cause", expired.error().message}}));
            return;
        }
        services.audit(&call, "onboarding.key-expired", "key/" + key, true, Json::object({{"keyId", key}}));
        const std::lock_guard lock(mutex);
        if (auto done = book.revoked(key, &call); !done) services.log().error("an expired key is still noted", Json::object({{"key", key}}));
    }
}

/// Intents whose request wants no key any more.
void Desk::Parts::settleIntents(const Call& call) {
    for (const auto id : issuer.intents()) {
        {
            const std::lock_guard lock(mutex);
            const Request* request = book.find(id);
            if (busy.count(id) > 0 || (request != nullptr && request->state == State::KeyPending)) continue;
        }
        if (auto clean = issuer.reconcile(id, call); !clean) return;
    }
}

bool Desk::Parts::end(Request request, Step step, const std::string& reason, const Call& call) {
    Book::Change change;
    if (hasLiveKey(request.state)) Book::dropKey(request, change);
    if (!advance(request, step, clock())) return false;
    request.error = reason;
    return book.save(request, std::move(change), &call).ok();
}

void Desk::Parts::expireAndPurge(const Call& call) {
    const std::lock_guard lock(mutex);
    const std::int64_t now = clock();
    std::vector<Request> over;
    std::vector<std::int64_t> old;
    std::size_t kept = book.all().size();
    for (const auto& [id, request] : book.all()) {
        const bool unused = hasLiveKey(request.state) && request.key_expires_at <= now;
        const bool unheard = unanswered(request.state) && request.created_at + settings.unanswered_ms <= now;
        if (unused || unheard) over.push_back(request);
        if (!ended(request.state) || busy.count(id) > 0) continue;
        if (request.ended_at + settings.purge_ms <= now || kept > kMaxKept) {
            old.push_back(id);
            --kept;
        }
    }
    for (const auto& request : over) {
        end(request, Step::TimeOut, hasLiveKey(request.state) ? "the key was not used in time and was revoked" : "nobody answered in time", call);
    }
    for (const auto id : old) {
        if (auto gone = book.erase(id, false, &call); !gone) services.log().error("an old request could not be removed", Json::object({{"request", id}}));
    }
}

/// With the lock held.
void Desk::Parts::join(const Json& node, const Call& call) {
    const std::string& key_id = node["preAuthKey"].text("id");
    const Request* found = key_id.empty() ? nullptr : book.byKey(key_id);
    if (found == nullptr || !found->node_id.empty()) return;
    Request request = *found;
    request.node_id = node.text("id");
    request.node_name = node.text("givenName").empty() ? node.text("name") : node.text("givenName");
    request.node_address = addressOf(node);
    Book::Change change;
    Book::dropCopies(request, change);
    const bool joined = advance(request, Step::Join, clock()).ok();
    request.error = joined ? std::string() : "a device came in with this key before it was expired: see the node";
    if (auto saved = book.save(request, std::move(change), &call); !saved) return;
    services.audit(&call, "onboarding.joined", "request/" + std::to_string(request.id), true,
                   Json::object({{"keyId", key_id}, {"nodeId", request.node_id}, {"node", request.node_name}, {"words", request.words}}));
    announcer.joined(request);
}

void Desk::Parts::scanNodes(const Call& call) {
    {
        const std::lock_guard lock(mutex);
        const bool any = book.count(State::Approved) + book.count(State::Claimed) > 0;
        if (!any || clock() < next_scan) return;
        next_scan = clock() + kScanMs;
    }
    auto nodes = services.headscale().call("GET", "/api/v1/node", Json(), &call);
    if (!nodes) return;
    const std::lock_guard lock(mutex);
    for (const auto& node : (*nodes)["nodes"].items()) join(node, call);
}

/// The name that the admin chose, for clients that do not take it from the command.
void Desk::Parts::nameNodes(const Call& call) {
    std::vector<Request> wanted;
    {
        const std::lock_guard lock(mutex);
        for (const auto& [id, request] : book.all()) {
            if (request.state == State::Joined && !request.grant.node_name.empty()) wanted.push_back(request);
        }
    }
    for (auto& request : wanted) {
        std::string error;
        if (request.node_name != request.grant.node_name) {
            auto renamed = services.headscale().call("POST", "/api/v1/node/" + request.node_id + "/rename/" + request.grant.node_name, Json(), &call);
            if (!renamed && renamed.error().code == Code::Unavailable) return;
            if (renamed) request.node_name = request.grant.node_name;
            else error = "the device could not be named " + request.grant.node_name + ": " + renamed.error().message;
        }
        request.grant.node_name.clear();
        request.error = error;
        const std::lock_guard lock(mutex);
        if (book.find(request.id) == nullptr) continue;
        if (auto saved = book.save(request, {}, &call); !saved) return;
    }
}

Result<Json> Desk::work(const Call& call) {
    Parts& parts = *parts_;
    const bool ready = parts.services.headscaleReady();
    parts.expireAndPurge(call);
    if (ready) {
        parts.settleIntents(call);
        parts.revokeDue(call);
        parts.makeDue(call);
        parts.scanNodes(call);
        parts.nameNodes(call);
    } else {
        parts.waitForHeadscale(call);
    }
    parts.expireRegistrations(call);
    parts.announce();
    const std::lock_guard lock(parts.mutex);
    return Json::object({{"keysPending", static_cast<std::int64_t>(parts.book.count(State::KeyPending))},
                         {"open", static_cast<std::int64_t>(parts.book.openCount())},
                         {"toRevoke", static_cast<std::int64_t>(parts.book.revocations().size())}});
}

/// The time to undo goes on without headscale; the request then says that its key is pending, and why.
void Desk::Parts::waitForHeadscale(const Call& call) {
    const std::lock_guard lock(mutex);
    std::vector<Request> moved;
    for (const auto& [id, request] : book.all()) {
        if (request.state == State::Approving && request.due_at <= clock()) moved.push_back(request);
    }
    for (auto& request : moved) {
        if (!advance(request, Step::Due, clock())) continue;
        request.error = "headscale is away; the key is made as soon as it is back";
        if (auto saved = book.save(request, {}, &call); !saved) return;
    }
}

void Desk::nodesChanged(const Json& nodes, const Call& call) {
    {
        const std::lock_guard lock(parts_->mutex);
        if (!parts_->is_open) return;
        for (const auto& node : nodes.items()) parts_->join(node, call);
    }
    parts_->announce();
}

}  // namespace onboarding
