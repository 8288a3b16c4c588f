// The Desk for strangers: asking, looking, taking the key, withdrawing, asking again.
#include <sodium.h>

#include <algorithm>

#include "crypto/codec.hpp"
#include "desk/parts.hpp"
#include "net/address.hpp"
#include "text/hygiene.hpp"
#include "text/words.hpp"

namespace onboarding {
namespace {

constexpr std::size_t kRecent = 500;
constexpr std::int64_t kRecentMs = 10 * kMinute;

/// Collects the mistakes of a form.
class Form {
public:
    std::string take(const std::string& path, std::string_view text, std::size_t max, bool required, bool lines = false) {
        auto cleaned = clean(text, max, required, lines);
        if (cleaned.fault != TextFault::None) problems.push_back({path, toText(cleaned.fault)});
        return std::move(cleaned.text);
    }
    std::vector<FieldProblem> problems;
};

std::string ownField(Form& form, const FormField& field, const Submission& submission) {
    const auto given = std::find_if(submission.fields.begin(), submission.fields.end(), [&](const auto& item) { return item.first == field.id; });
    const std::string_view value = given == submission.fields.end() ? std::string_view() : std::string_view(given->second);
    std::string text = form.take("fields." + field.id, value, field.choice ? 80 : field.max_length, field.required);
    const bool offered = std::find(field.options.begin(), field.options.end(), text) != field.options.end();
    if (field.choice && !text.empty() && !offered) form.problems.push_back({"fields." + field.id, "choice"});
    return text;
}

bool sameText(const std::string& a, const std::string& b) { return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

bool isNonce(const std::string& text) {
    return text.size() >= 8 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
    });
}

Status allowed(const Settings& settings, std::string_view client) {
    if (!settings.enabled || !settings.form_public) return Error{Code::FailedPrecondition, "asking for access is closed at the moment"};
    if (settings.allowed_networks.empty()) return {};
    for (const auto& text : settings.allowed_networks) {
        const auto network = Network::parse(text);
        if (network && network->contains(client)) return {};
    }
    return Error{Code::PermissionDenied, "access cannot be asked for from this network"};
}

Request filled(Form& form, const Settings& settings, const Submission& submission) {
    Request out;
    out.device = form.take("device", submission.device, 64, true);
    out.person = form.take("person", submission.person, 80, true);
    out.contact = form.take("contact", submission.contact, 120, false);
    out.message = form.take("message", submission.message, 1000, false, true);
    for (const auto& field : settings.fields) {
        if (std::string text = ownField(form, field, submission); !text.empty()) out.fields.emplace_back(field.id, std::move(text));
    }
    out.platform = platformOf(submission.user_agent);
    out.client = submission.client.substr(0, 64);
    return out;
}

}  // namespace

Status Desk::mayAsk(std::string_view client) const {
    const std::lock_guard lock(parts_->mutex);
    return allowed(parts_->settings, client);
}

/// Room for one more: the oldest unanswered request gives way, never one that was approved.
Status Desk::Parts::makeRoom(const Call* call) {
    if (book.openCount() < settings.open_cap) return {};
    for (const auto& [id, request] : book.all()) {
        if (!unanswered(request.state)) continue;
        Request old = request;
        if (auto done = advance(old, Step::TimeOut, clock()); !done) return done;
        old.error = "it gave way to newer requests";
        return book.save(old, {}, call);
    }
    return Error{Code::ResourceExhausted, "there are too many open requests; try again later"};
}

/// With the lock held: limits, the ticket, the key pair, and the record.
Result<Submitted> Desk::Parts::enter(Request request, const Submission& submission, const Call* call) {
    const std::int64_t now = clock();
    const std::string group = limitGroup(submission.client);
    std::erase_if(recent, [&](const auto& item) { return item.second.at <= now - kRecentMs; });
    const bool has_nonce = isNonce(submission.nonce);
    if (const auto known = recent.find(submission.nonce); has_nonce && known != recent.end()) {
        if (known->second.group == group && known->second.public_key == submission.public_key) {
            return Submitted{known->second.ticket, kTicketSeconds, known->second.words, {}};
        }
    }
    switch (asked.admit(group, now, {settings.per_address_hour, settings.per_hour})) {
        case Limiter::Verdict::Admitted: break;
        case Limiter::Verdict::Group: return Error{Code::ResourceExhausted, "too many requests from this address; try again in an hour"};
        case Limiter::Verdict::Total: return Error{Code::ResourceExhausted, "too many requests at the moment; try again in an hour"};
    }
    if (auto room = makeRoom(call); !room) return std::move(room).error();

    const std::string token = randomToken(kTokenBytes);
    std::string ticket = token;
    request.public_key = submission.public_key;
    if (request.public_key.empty()) {
        KeyPair pair = makeKeyPair();
        request.public_key = pair.public_key;
        request.host_made_key = true;
        ticket += "." + pair.secret_key;
        wipe(pair.secret_key);
    }
    request.ticket_hash = sha256(token);
    request.words = drawWords([this](const std::string& words) { return wordsTaken(words); });
    request.created_at = now;
    if (auto added = book.add(request, call); !added) return std::move(added).error();
    if (has_nonce && recent.size() < kRecent) recent[submission.nonce] = {ticket, request.words, group, submission.public_key, now};
    announcer.newRequest(request);
    return Submitted{ticket, kTicketSeconds, request.words, {}};
}

Result<Submitted> Desk::submit(const Submission& submission, const Call* call) {
    Result<Submitted> out = Submitted{};
    {
        const std::lock_guard lock(parts_->mutex);
        const Settings& settings = parts_->settings;
        if (auto may = allowed(settings, submission.client); !may) return std::move(may).error();
        Form form;
        Request request = filled(form, settings, submission);
        if (!settings.invite_code.empty()) {
            const auto given = clean(submission.invite_code, 64, true);
            if (given.fault != TextFault::None) form.problems.push_back({"inviteCode", toText(given.fault)});
            else if (!sameText(lowerAscii(given.text), lowerAscii(settings.invite_code))) form.problems.push_back({"inviteCode", "code"});
        }
        if (!submission.public_key.empty() && !isPublicKey(submission.public_key)) form.problems.push_back({"publicKey", "invalid"});
        if (!form.problems.empty()) {
            // A wrong invite code counts as an attempt, else it could be guessed.
            const bool guessed = std::any_of(form.problems.begin(), form.problems.end(), [](const auto& problem) { return problem.reason == "code"; });
            if (guessed && parts_->missed.admit("code " + limitGroup(submission.client), parts_->clock(), {20, 20000}) != Limiter::Verdict::Admitted) {
                return Error{Code::ResourceExhausted, "too many wrong invite codes from this address; try again in an hour"};
            }
            return Submitted{{}, 0, {}, std::move(form.problems)};
        }
        out = parts_->enter(std::move(request), submission, call);
    }
    if (out) parts_->announce();
    return out;
}

Result<RequesterView> Desk::view(std::string_view ticket, std::string_view client) {
    const std::lock_guard lock(parts_->mutex);
    auto request = parts_->byTicket(ticket, client);
    if (!request) return std::move(request).error();
    return requesterView(*request, parts_->settings.claim_once);
}

Result<Claim> Desk::claim(std::string_view ticket, std::string_view client, const Call* call) {
    Claim out;
    Request request;
    {
        const std::lock_guard lock(parts_->mutex);
        auto found = parts_->byTicket(ticket, client);
        if (!found) return std::move(found).error();
        request = std::move(*found);
        const bool once = parts_->settings.claim_once;
        if (!requesterView(request, once).claimable) {
            const bool over = ended(request.state) || request.state == State::Claimed || request.state == State::Approved;
            out.outcome = over ? Claim::Outcome::Gone : Claim::Outcome::NotYet;
            return out;
        }
        auto sealed = parts_->services.store().get(Book::sealedKey(request.id), call);
        if (!sealed) return std::move(sealed).error();
        Book::Change change;
        if (once) Book::dropCopies(request, change);
        else if (request.key_kept) {
            change.batch.remove(Book::clearKey(request.id));
            request.key_kept = false;
        }
        if (auto moved = advance(request, Step::Claim, parts_->clock()); !moved) return std::move(moved).error();
        request.claimed_at = parts_->clock();
        if (auto saved = parts_->book.save(request, std::move(change), call); !saved) return std::move(saved).error();
        out.outcome = Claim::Outcome::Ready;
        out.sealed = std::move(sealed->bytes);
    }
    if (const auto secret = splitTicket(ticket).second; request.host_made_key && !secret.empty()) {
        auto clear = openSealed(out.sealed, secret);
        std::string error;
        if (clear) out.opened = Json::parse(*clear, error).value_or(Json());
        if (clear) wipe(*clear);
    }
    parts_->services.audit(call, "onboarding.claim", "request/" + std::to_string(request.id), true,
                           Json::object({{"keyId", request.key_id}, {"words", request.words}, {"client", std::string(client.substr(0, 64))}}));
    parts_->announce();
    return out;
}

Status Desk::withdraw(std::string_view ticket, std::string_view client, const Call* call) {
    {
        const std::lock_guard lock(parts_->mutex);
        auto request = parts_->byTicket(ticket, client);
        if (!request) return std::move(request).error();
        if (request->state == State::Withdrawn) return {};
        if (auto moved = advance(*request, Step::Withdraw, parts_->clock()); !moved) return moved;
        Book::Change change;
        Book::dropKey(*request, change);
        if (auto saved = parts_->book.save(*request, std::move(change), call); !saved) return saved;
    }
    parts_->announce();
    return {};
}

Result<Submitted> Desk::again(std::string_view ticket, std::string_view client, std::string_view user_agent, std::string_view public_key, const Call* call) {
    Result<Submitted> out = Submitted{};
    {
        const std::lock_guard lock(parts_->mutex);
        auto old = parts_->byTicket(ticket, client);
        if (!old) return std::move(old).error();
        if (auto may = allowed(parts_->settings, client); !may) return std::move(may).error();
        if (!ended(old->state) && old->state != State::Claimed) {
            return Error{Code::Conflict, "the request " + old->words + " is still open"};
        }
        if (!public_key.empty() && !isPublicKey(public_key)) return Submitted{{}, 0, {}, {{"publicKey", "invalid"}}};
        Submission submission;
        submission.public_key = public_key;
        submission.client = client;
        Request request;
        request.device = old->device;
        request.person = old->person;
        request.contact = old->contact;
        request.message = old->message;
        request.fields = old->fields;
        request.platform = platformOf(user_agent);
        request.client = std::string(client.substr(0, 64));
        out = parts_->enter(std::move(request), submission, call);
    }
    if (out) parts_->announce();
    return out;
}

}  // namespace onboarding
