#include "desk/announcer.hpp"

#include "text/hygiene.hpp"

namespace onboarding {
namespace {

constexpr std::size_t kMaxEvent = 48 * 1024;

std::string linkTo(const Request& request) { return "/admin/p/onboarding/requests?id=" + std::to_string(request.id); }

}  // namespace

void Announcer::open() {
    if (auto notify = masthead::Notify::open(services_.host())) notify_ = *notify;
}

void Announcer::requests(const std::vector<Json>& upserted, const std::vector<std::string>& removed) const {
    Json gone = Json::array();
    for (const auto& id : removed) gone.push(id);
    Json rows = Json::array();
    std::size_t size = 0;
    // Several events when one would be too large.
    for (const auto& row : upserted) {
        const std::size_t more = row.dump().size();
        if (size > 0 && size + more > kMaxEvent) {
            services_.publish("onboarding.requests", Json::object({{"upserted", std::move(rows)}, {"removed", Json::array()}}));
            rows = Json::array();
            size = 0;
        }
        size += more;
        rows.push(row);
    }
    if (size > 0 || !removed.empty()) services_.publish("onboarding.requests", Json::object({{"upserted", std::move(rows)}, {"removed", gone}}));
}

void Announcer::registrations(const Json& list) const { services_.publish("onboarding.registrations", list); }
void Announcer::counts(const Json& counts) const { services_.publish("onboarding.counts", counts); }

void Announcer::newRequest(const Request& request) const {
    post("onboarding.request", {visible(request.person) + " asks for access: " + visible(request.device),
                                "Code: " + request.words + "\nPlatform: " + (request.platform.empty() ? "unknown" : request.platform) + "\nFrom: " + request.client +
                                    (request.message.empty() ? std::string() : "\n\n" + visible(request.message)),
                                linkTo(request), "info",
                                Json::object({{"id", std::to_string(request.id)}, {"words", request.words}, {"device", visible(request.device)},
                                              {"person", visible(request.person)}})});
}

void Announcer::newRegistration(const Registration& registration) const {
    post("onboarding.registration", {"A device waits for approval: " + registration.words,
                                     "Platform: " + (registration.platform.empty() ? std::string("unknown") : registration.platform) + "\nFrom: " + registration.client,
                                     "/admin/p/onboarding/registrations", "info",
                                     Json::object({{"id", std::to_string(registration.id)}, {"words", registration.words}})});
}

void Announcer::joined(const Request& request) const {
    post("onboarding.joined", {request.node_name + " is in (" + visible(request.person) + ")", "Address: " + request.node_address, linkTo(request), "info",
                               Json::object({{"id", std::to_string(request.id)}, {"node", request.node_id}, {"address", request.node_address}})});
}

void Announcer::trouble(const Request& request) const {
    post("onboarding.trouble", {"No key for " + visible(request.device) + " of " + visible(request.person), request.error, linkTo(request), "warning",
                                Json::object({{"id", std::to_string(request.id)}})});
}

void Announcer::post(const std::string& event, masthead::Notification notification) const {
    if (!notify_) return;
    if (auto done = notify_->post(event, notification); !done) {
        services_.log().warning("a notification was not accepted", Json::object({{"event", event}, {"cause", done.error().message}}));
    }
}

}  // namespace onboarding
