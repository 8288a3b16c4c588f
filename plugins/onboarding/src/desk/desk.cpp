#include "desk/desk.hpp"

#include <charconv>

#include "crypto/codec.hpp"
#include "desk/parts.hpp"
#include "net/address.hpp"

namespace onboarding {
namespace {

constexpr std::size_t kMissesPerGroup = 1000, kMisses = 20000;

}  // namespace

Desk::Desk(masthead::Host host, Clock clock) : parts_(std::make_unique<Parts>(host, std::move(clock))) {}
Desk::~Desk() = default;

Status Desk::configure(const Json& file_values) {
    const std::lock_guard lock(parts_->mutex);
    auto settings = parts_->merged(file_values, parts_->kept_values);
    if (!settings) return std::move(settings).error();
    parts_->file_values = file_values;
    parts_->settings = std::move(*settings);
    return {};
}

Status Desk::open() {
    Parts& parts = *parts_;
    const std::lock_guard lock(parts.mutex);
    if (auto opened = parts.services.open(); !opened) return opened;
    parts.announcer.open();
    if (auto kept = parts.services.store().get("settings")) {
        std::string error;
        if (auto json = Json::parse(kept->bytes, error)) parts.kept_values = std::move(*json);
    } else if (kept.error().code != Code::NotFound) {
        return std::move(kept).error();
    }
    auto settings = parts.merged(parts.file_values, parts.kept_values);
    if (!settings) return std::move(settings).error();
    parts.settings = std::move(*settings);
    if (auto loaded = parts.book.load(); !loaded) return loaded;
    if (auto loaded = parts.issuer.load(); !loaded) return loaded;
    if (auto loaded = parts.registrations.load(); !loaded) return loaded;
    std::multimap<std::int64_t, std::string> times;
    for (const auto& [id, request] : parts.book.all()) {
        if (request.created_at > parts.clock() - kHour) times.emplace(request.created_at, limitGroup(request.client));
    }
    for (const auto& [at, group] : times) parts.asked.remember(group, at);
    parts.is_open = true;
    return {};
}

Settings Desk::settings() const {
    const std::lock_guard lock(parts_->mutex);
    return parts_->settings;
}

Result<Settings> Desk::Parts::merged(const Json& file, const Json& kept) const {
    Json values = kept;
    for (const auto& [name, value] : file.members()) values.set(name, value);
    return Settings::read(values);
}

Result<Request> Desk::Parts::byTicket(std::string_view ticket, std::string_view client) {
    const auto [token, secret] = splitTicket(ticket);
    const Request* found = token.size() == 43 ? book.byTicket(sha256(token)) : nullptr;
    if (found != nullptr) return *found;
    // Guessing does not help, but it need not be cheap either.
    if (!ticket.empty() && missed.admit(limitGroup(client), clock(), {kMissesPerGroup, kMisses}) != Limiter::Verdict::Admitted) {
        return Error{Code::ResourceExhausted, "too many wrong tickets from this address; try again later"};
    }
    return Error{Code::NotFound, "there is no such request"};
}

Result<Request> Desk::Parts::byId(std::string_view id) const {
    const Request* found = book.find(numberOf(id));
    if (found == nullptr) return Error{Code::NotFound, "there is no request " + std::string(id.substr(0, 20)) + " any more"};
    return *found;
}

const std::string& Desk::Parts::version() const {
    const std::string now = services.headscale().info().text("version");
    if (!now.empty()) headscale_version = now;
    return headscale_version;
}

Json Desk::Parts::countsNow() const {
    Json states = Json::object();
    for (const State state : {State::Pending, State::Approving, State::KeyPending, State::Approved, State::Claimed, State::Joined, State::Rejected,
                              State::Withdrawn, State::Expired}) {
        states.append(std::string(toText(state)), static_cast<std::int64_t>(book.count(state)));
    }
    return Json::object({{"pending", static_cast<std::int64_t>(book.count(State::Pending))}, {"open", static_cast<std::int64_t>(book.openCount())},
                         {"registrations", static_cast<std::int64_t>(registrations.waiting(clock()))}, {"states", std::move(states)}});
}

Json Desk::Parts::registrationsNow() const {
    Json list = Json::array();
    for (auto it = registrations.all().rbegin(); it != registrations.all().rend(); ++it) list.push(it->second.adminView(clock()));
    return Json::object({{"registrations", std::move(list)}});
}

void Desk::Parts::announce() {
    std::vector<Json> upserted;
    std::vector<std::string> removed;
    Json counts;
    {
        const std::lock_guard lock(mutex);
        for (const auto id : book.takeChanged()) {
            if (const Request* request = book.find(id)) upserted.push_back(request->adminView());
            else removed.push_back(std::to_string(id));
        }
        counts = countsNow();
    }
    if (upserted.empty() && removed.empty()) return;
    announcer.requests(upserted, removed);
    announcer.counts(counts);
}

Json Desk::counts() const {
    const std::lock_guard lock(parts_->mutex);
    return parts_->countsNow();
}

std::string whoDecides(const Call& call) {
    const Json principal = call.principal();
    for (const char* member : {"name", "email", "id"}) {
        if (!principal.text(member).empty()) return principal.text(member);
    }
    return "unknown";
}

std::int64_t numberOf(std::string_view text) {
    std::int64_t out = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
    return code == std::errc() && end == text.data() + text.size() && out > 0 ? out : 0;
}

std::pair<std::string_view, std::string_view> splitTicket(std::string_view ticket) {
    const auto dot = ticket.find('.');
    if (dot == std::string_view::npos) return {ticket, {}};
    return {ticket.substr(0, dot), ticket.substr(dot + 1)};
}

}  // namespace onboarding
