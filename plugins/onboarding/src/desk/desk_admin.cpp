// The Desk for admins: looking at requests and deciding one.
#include <algorithm>

#include "crypto/codec.hpp"
#include "desk/options.hpp"
#include "desk/parts.hpp"
#include "desk/users.hpp"
#include "domain/time.hpp"
#include "text/hygiene.hpp"

namespace onboarding {
namespace {

bool inState(const Request& request, const std::string& state) {
    if (state.empty() || state == "all") return true;
    if (state == "open") return !ended(request.state);
    // For an admin the time to undo and the wait for headscale are an approval.
    if (state == "approved") {
        return request.state == State::Approving || request.state == State::KeyPending || request.state == State::Approved || request.state == State::Claimed;
    }
    return toText(request.state) == state;
}

Json decision(const Request& request) {
    return Json::object({{"words", request.words}, {"person", visible(request.person)}, {"device", visible(request.device)}, {"client", request.client},
                         {"keyId", request.key_id}});
}

}  // namespace

std::vector<Request> Desk::Parts::matching(const std::string& state, const std::string& query) const {
    std::vector<Request> out;
    const std::string lower = lowerAscii(query);
    for (auto it = book.all().rbegin(); it != book.all().rend(); ++it) {
        if (inState(it->second, state) && it->second.matches(lower)) out.push_back(it->second);
    }
    return out;
}

Json Desk::requests(const Filter& filter) const {
    std::vector<Request> found;
    Json counts, defaults;
    {
        const std::lock_guard lock(parts_->mutex);
        found = parts_->matching(filter.state, filter.query.substr(0, 200));
        counts = parts_->countsNow();
        defaults = parts_->settings.decisionDefaults();
    }
    const std::int64_t after = numberOf(filter.after);
    Json rows = Json::array();
    std::string next;
    for (const auto& request : found) {
        if (after > 0 && request.id >= after) continue;
        if (rows.items().size() == filter.limit) {
            next = rows.items().back().text("id");
            break;
        }
        rows.push(request.adminView());
    }
    Json out = Json::object({{"total", static_cast<std::int64_t>(found.size())}, {"counts", std::move(counts)}, {"defaults", std::move(defaults)}});
    out.append("requests", std::move(rows));
    out.append("next", next.empty() ? Json() : Json(next));
    return out;
}

Result<Json> Desk::request(std::string_view id) const {
    const std::lock_guard lock(parts_->mutex);
    auto found = parts_->byId(id);
    if (!found) return std::move(found).error();
    return found->adminView();
}

Result<Json> Desk::users(const Call& call) const {
    auto users = listUsers(parts_->services, call);
    if (!users) return users;
    Json out = Json::array();
    for (const auto& user : (*users)["users"].items()) {
        Json item = Json::object();
        for (const char* name : {"id", "name", "displayName", "email"}) item.append(name, user.text(name));
        out.push(std::move(item));
    }
    return Json::object({{"users", std::move(out)}});
}

std::string Desk::userName(const Json& options, const Call& call) const {
    const std::string& id = options.text("user");
    if (id.empty() || !parts_->services.headscaleReady()) return {};
    auto owner = userById(parts_->services, id, call);
    return owner ? owner->name : std::string();
}

Result<Json> Desk::approve(std::string_view id, const Json& options, const Call& call) { return approve(id, options, userName(options, call), call); }

Result<Json> Desk::approve(std::string_view id, const Json& options, const std::string& user_name, const Call& call) {
    Parts& parts = *parts_;
    bool at_once = false;
    Request request;
    {
        const std::lock_guard lock(parts.mutex);
        auto found = parts.byId(id);
        if (!found) return std::move(found).error();
        request = std::move(*found);
        const std::int64_t now = parts.clock();
        auto grant = grantOf(options, parts.settings, now);
        if (!grant) return std::move(grant).error();
        auto undo = undoOf(options, parts.settings);
        if (!undo) return std::move(undo).error();
        if (grant->user_id.empty() && grant->new_user.empty() && grant->tags.empty() && newUserName(request).empty()) {
            return Error{Code::InvalidArgument, "no user name can be made of what was typed: choose the owner"};
        }
        at_once = *undo == 0;
        if (auto moved = advance(request, Step::Approve, now); !moved) return std::move(moved).error();
        if (at_once && !advance(request, Step::Due, now)) return Error{Code::Internal, "the request cannot be given a key"};
        request.grant = std::move(*grant);
        request.grant.user_name = user_name;
        request.decided_at = now;
        request.decided_by = whoDecides(call);
        request.due_at = now + *undo;
        request.retry_at = 0;
        request.attempts = 0;
        request.error.clear();
        request.reason.clear();
        if (auto saved = parts.book.save(request, {}, &call); !saved) return std::move(saved).error();
    }
    Json detail = decision(request);
    detail.set("owner", request.grant.user_id.empty() ? request.grant.new_user : request.grant.user_id);
    Json tags = Json::array();
    for (const auto& tag : request.grant.tags) tags.push(tag);
    detail.set("tags", std::move(tags));
    parts.services.audit(&call, "onboarding.approve", "request/" + std::string(id), true, detail);
    if (at_once && parts.services.headscaleReady()) parts.issue(request.id, call);
    parts.announce();
    return this->request(id);
}

Result<Json> Desk::undo(std::string_view id, const Call& call) {
    Parts& parts = *parts_;
    {
        const std::lock_guard lock(parts.mutex);
        auto request = parts.byId(id);
        if (!request) return std::move(request).error();
        if (auto moved = advance(*request, Step::Undo, parts.clock()); !moved) return std::move(moved).error();
        request->decided_at = request->due_at = 0;
        request->decided_by.clear();
        request->grant = {};
        if (auto saved = parts.book.save(*request, {}, &call); !saved) return std::move(saved).error();
        parts.services.audit(&call, "onboarding.undo", "request/" + std::string(id), true, decision(*request));
    }
    parts.announce();
    return request(id);
}

Result<Json> Desk::reject(std::string_view id, std::string_view reason, const Call& call) {
    Parts& parts = *parts_;
    const auto text = clean(reason, 500, false, true);
    if (text.fault != TextFault::None) return Error{Code::InvalidArgument, "the reason must be a text of at most 500 characters"};
    {
        const std::lock_guard lock(parts.mutex);
        auto request = parts.byId(id);
        if (!request) return std::move(request).error();
        if (auto moved = advance(*request, Step::Reject, parts.clock()); !moved) return std::move(moved).error();
        request->reason = text.text;
        request->decided_at = parts.clock();
        request->decided_by = whoDecides(call);
        request->error.clear();
        Book::Change change;
        Book::dropKey(*request, change);
        if (auto saved = parts.book.save(*request, std::move(change), &call); !saved) return std::move(saved).error();
        Json detail = decision(*request);
        detail.set("reason", text.text);
        parts.services.audit(&call, "onboarding.reject", "request/" + std::string(id), true, detail);
    }
    if (parts.services.headscaleReady()) parts.revokeDue(call);
    parts.announce();
    return request(id);
}

/// With the lock held: what an admin may hand over in person; Gone and the like as Errors.
Result<Json> Desk::Parts::clearKey(const Request& request, const Call& call) const {
    if (!settings.admin_sees_key) return Error{Code::PermissionDenied, "the settings do not let admins see keys"};
    if (!request.key_kept) return Error{Code::NotFound, "the key of " + request.words + " cannot be seen: it is " + std::string(toText(request.state))};
    auto value = services.store().get(Book::clearKey(request.id), &call);
    if (!value) return std::move(value).error();
    std::string error;
    auto json = Json::parse(value->bytes, error);
    wipe(value->bytes);
    if (!json) return Error{Code::Internal, "the kept key cannot be read", error};
    return *std::move(json);
}

Result<Json> Desk::reveal(std::string_view id, const Call& call) {
    const std::lock_guard lock(parts_->mutex);
    auto request = parts_->byId(id);
    if (!request) return std::move(request).error();
    auto key = parts_->clearKey(*request, call);
    parts_->services.audit(&call, "onboarding.reveal", "request/" + std::string(id), key.ok(), decision(*request));
    return key;
}

Status Desk::erase(std::string_view id, const Call& call) {
    Parts& parts = *parts_;
    {
        const std::lock_guard lock(parts.mutex);
        auto request = parts.byId(id);
        if (!request) return std::move(request).error();
        if (auto gone = parts.book.erase(request->id, hasLiveKey(request->state), &call); !gone) return gone;
        parts.services.audit(&call, "onboarding.delete", "request/" + std::string(id), true, decision(*request));
    }
    if (parts.services.headscaleReady()) parts.revokeDue(call);
    parts.announce();
    return {};
}

Json Desk::settingsView() const {
    const std::lock_guard lock(parts_->mutex);
    Json locked = Json::array();
    for (const auto& [name, value] : parts_->file_values.members()) locked.push(name);
    return Json::object({{"values", parts_->settings.toJson()}, {"locked", std::move(locked)}, {"defaults", Settings().toJson()}});
}

Result<Json> Desk::changeSettings(const Json& values, const Call& call) {
    Parts& parts = *parts_;
    {
        const std::lock_guard lock(parts.mutex);
        Json kept = parts.kept_values;
        Json names = Json::array();
        for (const auto& [name, value] : values.members()) {
            if (parts.file_values.has(name)) {
                if (parts.settings.toJson()[name] == value) continue;
                return Error{Code::FailedPrecondition, "the setting " + name + " is set in masthead.yaml and can only be changed there"};
            }
            names.push(name);
            if (value.isNull()) kept.erase(name);
            else kept.set(name, value);
        }
        auto settings = parts.merged(parts.file_values, kept);
        if (!settings) return std::move(settings).error();
        auto written = parts.services.store().put("settings", kept.dump(), &call);
        if (!written) return std::move(written).error();
        parts.kept_values = std::move(kept);
        parts.settings = std::move(*settings);
        parts.services.audit(&call, "onboarding.configure", "settings", true, Json::object({{"changed", std::move(names)}}));
    }
    return settingsView();
}

}  // namespace onboarding
