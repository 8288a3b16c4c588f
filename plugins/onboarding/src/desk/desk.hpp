// Desk: everything the plugin knows and does, without HTTP: requests for access, their keys, and pending registrations.
//
// Made once, opened by start(), used from any thread. Text handed in is the stranger's; the desk cuts and checks it. What a
// requester may see is in RequesterView and Claim; nothing of users, groups or tags is in there. Slow calls (headscale) run
// without the desk's lock. Pass the Call you are in; nullptr in start().
#pragma once

#include <masthead/host.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/settings.hpp"

namespace onboarding {

/// What a person sent. `client` is the address edge saw.
struct Submission {
    std::string device, person, contact, message, invite_code;
    std::vector<std::pair<std::string, std::string>> fields;  // own fields by id
    std::string public_key;  // X25519, 32 bytes as base64url; empty: the desk makes the pair, its secret is in the ticket
    std::string nonce;       // the client's, up to 64 characters of [A-Za-z0-9_-]: the same one again gives the same request
    std::string client, user_agent;
};

/// One mistake in a form. `path` is the name of the input ("device", "fields.room"); `reason` a stable word: required,
/// too-long, invalid, choice, code (the invite code).
struct FieldProblem {
    std::string path, reason;
};

/// The answer to submit: a ticket, or what is wrong. Refusals that are nobody's mistake (closed, network, rate) are Errors:
/// FailedPrecondition = closed, PermissionDenied = network, ResourceExhausted = rate.
struct Submitted {
    std::string ticket;  // value for set_ticket; 43 characters, or 43 "." 43 when the desk made the key pair
    std::int64_t ticket_seconds = 0;
    std::string words;
    std::vector<FieldProblem> problems;  // not empty: nothing was kept
};

/// What the requester sees. States as in the admin's view: pending, approving (shown as pending), key-pending, approved,
/// claimed, joined, rejected, withdrawn, expired.
struct RequesterView {
    std::string state, words, device, person, contact, message, platform;
    std::vector<std::pair<std::string, std::string>> fields;
    std::int64_t created_at = 0, decided_at = 0, key_expires_at = 0;  // 0: not yet
    std::string reason;                 // the admin's words on a rejection
    std::string node_name, node_address;  // when joined
    bool claimable = false;             // claim() would give the key
    bool sealed_for_browser = false;    // the browser holds the secret; else the ticket does
    std::string etag;                   // changes with anything above; quoted
    Json toJson() const;
};

/// The key for its requester.
struct Claim {
    enum class Outcome { Ready, NotYet, Gone };
    Outcome outcome = Outcome::NotYet;
    std::string sealed;  // base64url of crypto_box_seal({"key","command","qrSvg","expiresAt","loginServer"} as JSON)
    Json opened;         // the same object in clear, only when the ticket carries the secret; null otherwise
};

/// A device that waits at /register/{auth_id}, as it sees itself. States: waiting, approved, rejected, expired, failed.
struct RegistrationView {
    std::string state, words, platform, reason;
    std::string node_name, node_address;
    std::int64_t seen_at = 0, expires_at = 0;
    std::string etag;
    Json toJson() const;
};

struct Request;

class Desk {
public:
    explicit Desk(masthead::Host host, Clock clock = wallMs);
    ~Desk();
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    /// Takes the values of masthead.yaml. Before open() and again when they change.
    Status configure(const Json& file_values);
    /// Opens the services and reads the store.
    Status open();

    // For the public pages.
    Settings settings() const;
    /// The settings allow this address to ask; the Error says why not (as Submitted describes).
    Status mayAsk(std::string_view client) const;
    Result<Submitted> submit(const Submission& submission, const Call* call);
    /// NotFound for a ticket that names nothing, of one shape for all; ResourceExhausted after too many of those.
    Result<RequesterView> view(std::string_view ticket, std::string_view client);
    Result<Claim> claim(std::string_view ticket, std::string_view client, const Call* call);
    Status withdraw(std::string_view ticket, std::string_view client, const Call* call);
    /// A new request with the fields of one that ended (rejected, withdrawn, expired, joined or claimed); a new ticket.
    Result<Submitted> again(std::string_view ticket, std::string_view client, std::string_view user_agent, std::string_view public_key, const Call* call);
    /// InvalidArgument when the id is not of the form the running headscale makes; ResourceExhausted on a flood.
    Result<RegistrationView> registrationSeen(std::string_view auth_id, std::string_view client, std::string_view user_agent);
    Result<RegistrationView> registrationView(std::string_view auth_id) const;

    // For admins. Requests are in the shape of the admin API.
    struct Filter {
        std::string state, query, after;  // state "" or "open" or one state; after: an id
        std::size_t limit = 100;
    };
    /// {"requests","total","next","counts","defaults"}, newest first; defaults: what an approval takes when it says nothing else.
    Json requests(const Filter& filter) const;
    Result<Json> request(std::string_view id) const;
    Json counts() const;
    /// {"users":[{"id","name","displayName","email"}]}: whom a device may be approved for.
    Result<Json> users(const Call& call) const;
    /// `options`: user, newUser, tags, expiry, reusable, ephemeral, nodeName, undoSeconds; missing ones from the settings.
    Result<Json> approve(std::string_view id, const Json& options, const Call& call);
    Result<Json> undo(std::string_view id, const Call& call);
    Result<Json> reject(std::string_view id, std::string_view reason, const Call& call);
    Result<Json> reveal(std::string_view id, const Call& call);
    Status erase(std::string_view id, const Call& call);
    /// {"results":[{"id","ok","state","error"}]}
    Result<Json> bulk(const Json& body, const Call& call);
    /// {"sheet":[{"id","words","device","person","key","command","qrSvg","expiresAt"}]}; ids whose keys are not visible are left out.
    Result<Json> sheet(const std::vector<std::string>& ids, const Call& call);
    Json registrations() const;
    Result<Json> approveRegistration(std::string_view id, std::string_view user_id, const Call& call);
    Result<Json> rejectRegistration(std::string_view id, const Call& call);
    /// {"values","locked":[names set in masthead.yaml],"defaults"}
    Json settingsView() const;
    Result<Json> changeSettings(const Json& values, const Call& call);

    // For jobs and events.
    /// One pass: keys due, revocations, expiry, purge. Counters.
    Result<Json> work(const Call& call);
    void nodesChanged(const Json& nodes, const Call& call);

    struct Parts;

private:
    /// The name of the user that the options name by id, to be shown until the key is made; empty when it cannot be told now.
    std::string userName(const Json& options, const Call& call) const;
    Result<Json> approve(std::string_view id, const Json& options, const std::string& user_name, const Call& call);
    Json preview(const std::vector<Request>& rows, bool approving, const Json& options, const Call& call) const;
    Json decideAll(const std::vector<Request>& rows, bool approving, const Json& options, const Call& call);

    std::unique_ptr<Parts> parts_;
};

}  // namespace onboarding
