// The Desk for devices that wait at /register/{auth_id}.
#include "desk/parts.hpp"
#include "desk/users.hpp"
#include "domain/time.hpp"
#include "net/address.hpp"
#include "text/hygiene.hpp"
#include "text/words.hpp"

namespace onboarding {
namespace {

constexpr Limiter::Limits kSeen{20, 500};
constexpr int kMaxAttempts = 2;

Result<Json> registerNode(const Services& services, const std::string& user, const std::string& auth_id, const std::string& version, const Call& call) {
    if (version.substr(0, 5) != "0.28.") {
        auto answer = services.headscale().call("POST", "/api/v1/auth/register", Json::object({{"user", user}, {"authId", auth_id}}), &call);
        if (answer || answer.error().code != Code::Unimplemented) return answer;
    }
    // User and id are of plain characters; the name may hold more, so it is escaped.
    return services.headscale().call("POST", "/api/v1/node/register?user=" + percentEncode(user) + "&key=" + auth_id, Json(), &call);
}

/// What the admin reads, and whether the id may be tried again.
std::string explain(const Error& error, bool was_ready, bool& final) {
    if (error.code == Code::NotFound || error.code == Code::InvalidArgument) {
        final = true;
        return "headscale does not know this registration: it was used, has ended (after 15 minutes or a restart of headscale), or never existed. Ask the "
               "device for a new link. (" + error.message + ")";
    }
    if (error.code == Code::Unavailable || error.code == Code::Deadline) {
        return was_ready ? "headscale stopped answering while it registered this device. It is started again by itself; if it stops once more on this id, "
                           "the id is of a kind it cannot take and is given up"
                         : "headscale is away at the moment; try again when it is back";
    }
    final = error.code != Code::Conflict && error.code != Code::FailedPrecondition;
    return error.message;
}

}  // namespace

Result<RegistrationView> Desk::registrationSeen(std::string_view auth_id, std::string_view client, std::string_view user_agent) {
    Json list;
    Result<RegistrationView> out = RegistrationView{};
    {
        Parts& parts = *parts_;
        const std::lock_guard lock(parts.mutex);
        if (!parts.settings.enabled || !parts.settings.registrations) return Error{Code::FailedPrecondition, "waiting for approval is switched off"};
        if (!isRegistrationId(auth_id, parts.version())) return Error{Code::InvalidArgument, "this is no registration link of the running headscale"};
        const std::int64_t now = parts.clock();
        const Registration* known = parts.registrations.byAuthId(std::string(auth_id));
        const bool over = known != nullptr && known->state == Registration::State::Waiting && now >= known->seen_at + kRegistrationLifetimeMs;
        if (known != nullptr && !over) return onboarding::registrationView(*known, now);
        if (parts.seen.admit(limitGroup(client), now, kSeen) != Limiter::Verdict::Admitted) {
            return Error{Code::ResourceExhausted, "too many devices from this address; try again in a few minutes"};
        }
        Registration item;
        if (known != nullptr) item = *known;
        item.auth_id = auth_id;
        item.client = std::string(client.substr(0, 64));
        item.platform = platformOf(user_agent);
        item.seen_at = now;
        if (known == nullptr) item.words = drawWords([&](const std::string& words) { return parts.wordsTaken(words); });
        auto saved = known == nullptr ? parts.registrations.add(item, nullptr) : parts.registrations.save(item, nullptr);
        if (!saved) return std::move(saved).error();
        out = onboarding::registrationView(item, now);
        list = parts.registrationsNow();
        parts.announcer.newRegistration(item);
    }
    parts_->announcer.registrations(list);
    parts_->announcer.counts(counts());
    return out;
}

Result<RegistrationView> Desk::registrationView(std::string_view auth_id) const {
    const std::lock_guard lock(parts_->mutex);
    const Registration* known = parts_->registrations.byAuthId(std::string(auth_id.substr(0, 64)));
    if (known == nullptr) return Error{Code::NotFound, "there is no such registration"};
    return onboarding::registrationView(*known, parts_->clock());
}

Json Desk::registrations() const {
    const std::lock_guard lock(parts_->mutex);
    return parts_->registrationsNow();
}

/// With the lock held: one that an admin may still decide.
Result<Registration> Desk::Parts::waitingRegistration(std::string_view id) const {
    const Registration* found = registrations.find(numberOf(id));
    if (found == nullptr) return Error{Code::NotFound, "there is no registration " + std::string(id.substr(0, 20)) + " any more"};
    if (found->busy) return Error{Code::Conflict, "this device is being registered at the moment"};
    const std::string state = found->adminView(clock()).text("state");
    if (state == "expired") return Error{Code::FailedPrecondition, "the registration " + found->words + " has expired: ask the device for a new link"};
    if (state != "waiting") return Error{Code::Conflict, "the registration " + found->words + " is " + state + " already"};
    return *found;
}

void Desk::Parts::announceRegistrations() {
    Json list, counts;
    {
        const std::lock_guard lock(mutex);
        list = registrationsNow();
        counts = countsNow();
    }
    announcer.registrations(list);
    announcer.counts(counts);
}

Result<Json> Desk::approveRegistration(std::string_view id, std::string_view user_id, const Call& call) {
    Parts& parts = *parts_;
    Registration item;
    std::string version;
    {
        const std::lock_guard lock(parts.mutex);
        auto waiting = parts.waitingRegistration(id);
        if (!waiting) return std::move(waiting).error();
        item = std::move(*waiting);
        version = parts.version();
        if (!isRegistrationId(item.auth_id, version)) {
            return Error{Code::FailedPrecondition, "this link is not of the kind that headscale " + version + " makes; ask the device for a new one"};
        }
        parts.registrations.setBusy(item.id, true);
    }
    const bool was_ready = parts.services.headscaleReady();
    auto owner = userById(parts.services, std::string(user_id.substr(0, 20)), call);
    Result<Json> answer = owner ? registerNode(parts.services, owner->name, item.auth_id, version, call) : Result<Json>(owner.error());

    item.decided_by = whoDecides(call);
    item.error.clear();
    bool final = false;
    Error problem;
    if (answer) {
        const Json& node = (*answer)["node"];
        item.state = Registration::State::Approved;
        item.node_id = node.text("id");
        item.node_name = node.text("givenName").empty() ? node.text("name") : node.text("givenName");
        item.node_address = node["ipAddresses"].items().empty() ? std::string() : node["ipAddresses"].items().front().asString();
    } else {
        problem = answer.error();
        if (owner) {
            problem.message = item.error = explain(answer.error(), was_ready, final);
            if (answer.error().code == Code::Unavailable && was_ready && ++item.attempts >= kMaxAttempts) final = true;
            if (final) item.state = Registration::State::Failed;
            if (problem.code == Code::NotFound || problem.code == Code::InvalidArgument) problem.code = Code::FailedPrecondition;
        }
    }
    {
        const std::lock_guard lock(parts.mutex);
        item.busy = false;
        if (auto saved = parts.registrations.save(item, &call); !saved) {
            parts.registrations.setBusy(item.id, false);
            parts.services.log().error("the outcome of a registration could not be stored", Json::object({{"cause", saved.error().message}}));
        }
    }
    parts.services.audit(&call, "onboarding.registration-approve", "registration/" + item.words, answer.ok(),
                         Json::object({{"user", owner ? owner->name : std::string()}, {"nodeId", item.node_id}, {"node", item.node_name}, {"client", item.client}, {"error", item.error}}));
    parts.announceRegistrations();
    if (!answer) return problem;
    return item.adminView(parts.clock());
}

Result<Json> Desk::rejectRegistration(std::string_view id, const Call& call) {
    Parts& parts = *parts_;
    Registration item;
    {
        const std::lock_guard lock(parts.mutex);
        auto waiting = parts.waitingRegistration(id);
        if (!waiting) return std::move(waiting).error();
        item = std::move(*waiting);
        item.state = Registration::State::Rejected;
        item.decided_by = whoDecides(call);
        if (auto saved = parts.registrations.save(item, &call); !saved) return std::move(saved).error();
    }
    parts.services.audit(&call, "onboarding.registration-reject", "registration/" + item.words, true, Json::object({{"client", item.client}}));
    parts.announceRegistrations();
    return item.adminView(parts.clock());
}

void Desk::Parts::expireRegistrations(const Call& call) {
    bool changed = false;
    {
        const std::lock_guard lock(mutex);
        const auto waiting = registrations.waiting(clock());
        changed = registrations.expire(clock(), &call) || waiting != last_waiting;
        last_waiting = waiting;
    }
    if (changed) announceRegistrations();
}

}  // namespace onboarding
