// A console without sockets: database in a temporary directory, clock that moves only when told, cheap password hashing.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/auth/accounts.hpp"
#include "host/console/auth/accounts_own.hpp"
#include "host/console/auth/csrf.hpp"
#include "host/console/auth/links.hpp"
#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/setup_token.hpp"
#include "host/console/auth/sign_in.hpp"
#include "host/console/auth/sign_in_password.hpp"
#include "host/console/auth/throttle.hpp"
#include "host/console/auth/throttle_devices.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/key_value_store.hpp"
#include "host/console/store/sealer.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace CppUnit {
template <>
struct assertion_traits<masthead::Code> {
    static bool equal(masthead::Code a, masthead::Code b) { return a == b; }
    static std::string toString(masthead::Code code) { return std::to_string(static_cast<int>(code)); }
};
}  // namespace CppUnit

namespace masthead::console {

/// Refused requests are what these tests are about: no line for each.
inline const bool kQuiet = [] {
    log::Settings settings;
    settings.level = log::Level::Error;
    log::configure(settings);
    return true;
}();

inline constexpr const char* kPassword = "seven purple otters juggle";

template <typename T>
T must(Result<T> result) {
    if (!result) CPPUNIT_FAIL(result.error().message + " " + result.error().internal);
    return std::move(*result);
}
inline void must(Status status) {
    if (!status) CPPUNIT_FAIL(status.error().message + " " + status.error().internal);
}

struct World {
    testing::TempDir dir;
    testing::FakeClock clock;
    std::unique_ptr<store::Database> database = must(store::Database::open(dir.file("masthead.db")));
    store::Sealer sealer = must(store::Sealer::open(*database, clock, dir.file("keys/master.key")));
    store::KeyValueStore values{*database, sealer};
    EventBus events;
    rbac::Catalogue catalogue;
    audit::AuditLog audit{*database, clock};
    auth::PasswordHasher hasher{"pepper", {1, 64 * 1024}};
    auth::Throttle throttle{clock, 4};
    auth::KnownDevices devices{"devices", clock};
    auth::Sessions sessions{*database, catalogue, events, clock, {}};
    auth::SecondFactors second_factors;
    std::vector<auth::Notice> told;
    auth::SignIn sign_in{{*database, audit, sessions, second_factors, clock, false, [this](const auth::Notice& notice) { told.push_back(notice); }}};
    auth::SetupToken setup{*database, clock, dir.file("setup-token"), 30 * 60 * 1000};
    auth::Csrf csrf{sealer.derive("csrf")};
    auth::PasswordSignIn password_sign_in{{*database, audit, hasher, throttle, devices, sign_in, "addresses"}};
    auth::Links links{{*database, audit, hasher, sessions, sign_in, clock, "https://console.example.org", "console.example.org"}};
    auth::Accounts accounts{{*database, audit, hasher, sessions, sign_in, second_factors, setup, catalogue, links, clock, "console.example.org"}};
    auth::OwnAccount own_account{{*database, audit, hasher, sessions, sign_in, second_factors, clock, "console.example.org"}};

    Request request(const std::string& method = "POST", const std::string& path = "/admin/api/v1/x") {
        Request out;
        out.id = "test";
        out.method = method;
        out.path = path;
        out.client = "192.0.2.7";
        out.host = "console.example.org";
        out.scheme = "https";
        return out;
    }
    /// A request by whoever may do everything.
    Request byCommandLine() {
        Request out = request();
        out.principal.id = "local:cli";
        out.principal.method = "local";
        out.principal.permissions = catalogue.permissionsOf({"admin"});
        return out;
    }
    std::int64_t account(const std::string& email, std::vector<std::string> roles = {"admin"}) {
        return must(accounts.create(byCommandLine(), {email, "Somebody", kPassword, std::move(roles)})).id;
    }
};

}  // namespace masthead::console
