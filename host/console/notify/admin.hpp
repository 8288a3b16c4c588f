// NotifyAdmin: what the API offers about notifications: channels, rules, deliveries, the console's messages. Thread-safe;
// every change is one transaction. Secrets go in and never come out.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"
#include "host/console/services.hpp"

namespace masthead::console::store {
class Database;
class Sealer;
}  // namespace masthead::console::store

namespace masthead::console::notify {

class Notifier;
class Sender;

class NotifyAdmin {
public:
    struct Parts {
        store::Database& database;
        store::Sealer& sealer;
        Clock& clock;
        Sender& sender;
        Notifier& notifier;
        std::function<std::vector<NotifyEvent>()> plugin_events;
    };
    explicit NotifyAdmin(Parts parts) : parts_(std::move(parts)) {}

    Result<Json> channels();
    /// The channel as shown; `wrong` is filled instead when the body does not fit.
    Result<Json> create(const Json& body, std::vector<FieldError>& wrong);
    Result<Json> change(std::int64_t id, const Json& body, std::vector<FieldError>& wrong);
    Status remove(std::int64_t id);
    /// Sends one message now: {"delivered", "error"}.
    Result<Json> test(std::int64_t id, const std::string& who);
    Json events();
    Result<Json> rules();
    Result<Json> setRules(const Json& body, std::vector<FieldError>& wrong);
    Result<Json> deliveries(const std::string& state, std::int64_t limit);
    Status resend(std::int64_t id);
    Result<Json> messages(const Principal& principal);
    /// `ids` empty: all that the principal may see. {"unread"}
    Result<Json> markRead(const Principal& principal, const std::vector<std::int64_t>& ids);

private:
    Parts parts_;
};

}  // namespace masthead::console::notify
