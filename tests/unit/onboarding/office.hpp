// Office: a desk on a fake host, a small tailnet and a clock that moves when told; and Breaker, which lets the n-th call to a
// service fail and all after it, as if the process had been killed there.
#pragma once

#include <masthead/testing/fake_host.hpp>
#include <memory>

#include "desk/desk.hpp"
#include "tailnet.hpp"

namespace onboarding::testing {

struct Breaker {
    /// The call after so many breaks; below 0: none does.
    static int left;
    /// The breaking call still takes effect.
    static bool after;
    static bool broken;
    /// How many calls were made since reset().
    static int calls;
    static void reset(int break_at = -1, bool with_effect = false);
};

class Office {
public:
    Office();

    /// A new desk on what is stored: a restart.
    void restart();
    masthead::Call call() { return masthead::Call(host(), fake.context()); }
    masthead::Host host() { return masthead::Host(fake.handle(), &api_); }
    /// One run of the job; the desk's clock moves first.
    void work(std::int64_t after_ms = 1000);
    /// Somebody asks; the ticket.
    std::string ask(const std::string& person = "Ada", const std::string& device = "phone-7", const std::string& client = "192.0.2.1");
    /// Asks with a key pair of the browser's own.
    std::string askWithKey(std::string& secret_key);
    std::string stateOf(const std::string& id) { return desk->request(id)->text("state"); }
    Json approve(const std::string& id, Json options = Json::object());
    /// Approves, lets the time to undo pass and makes the key.
    void approveFully(const std::string& id, Json options = Json::object());

    masthead::testing::FakeHost fake;
    Tailnet tailnet;
    std::int64_t now = 1'800'000'000'000;
    Json config = Json::object();
    std::unique_ptr<Desk> desk;

private:
    mh_host_api api_;
};

}  // namespace onboarding::testing
