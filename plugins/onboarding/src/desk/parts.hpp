// What the Desk is made of, and the small steps that its parts share. For desk_*.cpp only.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "desk/announcer.hpp"
#include "desk/book.hpp"
#include "desk/desk.hpp"
#include "desk/issuer.hpp"
#include "desk/registrations.hpp"
#include "desk/services.hpp"
#include "net/limiter.hpp"

namespace onboarding {

inline constexpr std::int64_t kTicketSeconds = 30 * kDay / kSecond;
inline constexpr std::size_t kTokenBytes = 32;

/// A ticket that was handed out a moment ago, so that a double click gives it again. Lives in memory only.
struct Recent {
    std::string ticket, words, group, public_key;
    std::int64_t at = 0;
};

struct Desk::Parts {
    Parts(masthead::Host host, Clock given) : services(host), clock(std::move(given)), book(services), registrations(services), issuer(services), announcer(services) {}

    Services services;
    const Clock clock;
    mutable std::mutex mutex;  // guards everything below but issuer and announcer
    bool is_open = false;
    Json file_values = Json::object(), kept_values = Json::object();
    Settings settings;
    Book book;
    Registrations registrations;
    Limiter asked{kHour}, missed{kHour}, seen{kRegistrationLifetimeMs};
    std::map<std::string, Recent> recent;  // by nonce
    std::set<std::int64_t> busy;           // requests whose key is being made
    std::size_t last_waiting = 0;          // registrations, when the browsers were told
    std::int64_t next_scan = 0;            // of all nodes for joined devices
    mutable std::string headscale_version;
    Issuer issuer;
    Announcer announcer;

    /// With the lock held: the request of a ticket, or why not.
    Result<Request> byTicket(std::string_view ticket, std::string_view client);
    Result<Request> byId(std::string_view id) const;
    /// Newest first.
    std::vector<Request> matching(const std::string& state, const std::string& query) const;
    Result<Json> clearKey(const Request& request, const Call& call) const;
    Status makeRoom(const Call* call);
    Result<Submitted> enter(Request request, const Submission& submission, const Call* call);
    Json countsNow() const;
    Json registrationsNow() const;
    Result<Registration> waitingRegistration(std::string_view id) const;
    bool wordsTaken(const std::string& words) const { return book.hasWords(words) || registrations.hasWords(words); }
    /// What the running headscale last said; empty when it never did.
    const std::string& version() const;
    Result<Settings> merged(const Json& file, const Json& kept) const;

    /// Without the lock: tells what changed since the last time.
    void announce();
    void announceRegistrations();

    // Keys (desk_keys.cpp); without the lock.
    void issue(std::int64_t id, const Call& call);
    void makeDue(const Call& call);
    void revokeDue(const Call& call);
    void settleIntents(const Call& call);
    void expireAndPurge(const Call& call);
    void scanNodes(const Call& call);
    void nameNodes(const Call& call);
    void waitForHeadscale(const Call& call);
    void expireRegistrations(const Call& call);
    void join(const Json& node, const Call& call);

    bool end(Request request, Step step, const std::string& reason, const Call& call);
    void finish(std::int64_t id, Result<MadeKey> made, const Call& call);
    Result<Request> store(Request request, MadeKey& made, const Call& call);
};

/// "Ada Admin" or what else the principal is called.
std::string whoDecides(const Call& call);
/// The numeric id in a path; 0 when it is none.
std::int64_t numberOf(std::string_view text);
RequesterView requesterView(const Request& request, bool claim_once);
RegistrationView registrationView(const Registration& registration, std::int64_t now);
/// The ticket's first part, whose hash is kept, and the secret key if the ticket carries one.
std::pair<std::string_view, std::string_view> splitTicket(std::string_view ticket);

}  // namespace onboarding
