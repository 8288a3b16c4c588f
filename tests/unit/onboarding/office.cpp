#include "office.hpp"

#include <cppunit/TestAssert.h>

#include "crypto/codec.hpp"

namespace onboarding::testing {
namespace {

const mh_host_api* g_real = nullptr;
mh_store g_store, g_real_store;
mh_headscale g_headscale, g_real_headscale;

/// False: the call must not take effect. `fails`: it must not be answered well.
bool enter(bool& fails) {
    ++Breaker::calls;
    if (Breaker::broken) {
        fails = true;
        return false;
    }
    if (Breaker::left < 0 || Breaker::left-- > 0) {
        fails = false;
        return true;
    }
    Breaker::broken = fails = true;
    return Breaker::after;
}

template <typename Function>
std::int32_t through(Function&& function) {
    bool fails = false;
    std::int32_t status = MH_UNAVAILABLE;
    if (enter(fails)) status = function();
    return fails ? MH_UNAVAILABLE : status;
}

const void* service(mh_host* host, const char* id) {
    const void* table = g_real->get_service(host, id);
    const std::string_view name(id);
    if (name == MH_SERVICE_STORE) {
        g_real_store = g_store = *static_cast<const mh_store*>(table);
        g_store.get = [](mh_host* h, mh_ctx* c, mh_str k, mh_sink v, std::int64_t* r) { return through([&] { return g_real_store.get(h, c, k, v, r); }); };
        g_store.put = [](mh_host* h, mh_ctx* c, mh_str k, mh_str v, std::uint32_t f, std::int64_t* r) {
            return through([&] { return g_real_store.put(h, c, k, v, f, r); });
        };
        g_store.remove = [](mh_host* h, mh_ctx* c, mh_str k) { return through([&] { return g_real_store.remove(h, c, k); }); };
        g_store.batch = [](mh_host* h, mh_ctx* c, const mh_store_op* o, std::size_t n, mh_sink e) {
            return through([&] { return g_real_store.batch(h, c, o, n, e); });
        };
        return &g_store;
    }
    if (name == MH_SERVICE_HEADSCALE) {
        g_real_headscale = g_headscale = *static_cast<const mh_headscale*>(table);
        g_headscale.call = [](mh_host* h, mh_ctx* c, mh_str m, mh_str p, mh_str b, mh_sink r, mh_sink e) {
            return through([&] { return g_real_headscale.call(h, c, m, p, b, r, e); });
        };
        return &g_headscale;
    }
    return table;
}

}  // namespace

int Breaker::left = -1;
bool Breaker::after = false;
bool Breaker::broken = false;
int Breaker::calls = 0;

void Breaker::reset(int break_at, bool with_effect) {
    left = break_at;
    after = with_effect;
    broken = false;
    calls = 0;
}

Office::Office() : api_(*fake.api()) {
    g_real = fake.api();
    api_.get_service = &service;
    fake.headscale = [this](const std::string& method, const std::string& path, const Json& body) { return tailnet.answer(method, path, body); };
    Breaker::reset();
    restart();
}

void Office::restart() {
    desk.reset();
    Breaker::reset();
    desk = std::make_unique<Desk>(host(), [this] { return now; });
    const auto configured = desk->configure(config);
    CPPUNIT_ASSERT_MESSAGE(configured ? "" : configured.error().message, configured.ok());
    const auto opened = desk->open();
    CPPUNIT_ASSERT_MESSAGE(opened ? "" : opened.error().message, opened.ok());
}

void Office::work(std::int64_t after_ms) {
    now += after_ms;
    const auto report = desk->work(call());
    CPPUNIT_ASSERT(report.ok());
}

std::string Office::ask(const std::string& person, const std::string& device, const std::string& client) {
    Submission submission;
    submission.person = person;
    submission.device = device;
    submission.client = client;
    submission.user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)";
    const auto context = call();
    auto done = desk->submit(submission, &context);
    CPPUNIT_ASSERT_MESSAGE(done ? "" : done.error().message, done.ok());
    CPPUNIT_ASSERT(done->problems.empty());
    return done->ticket;
}

std::string Office::askWithKey(std::string& secret_key) {
    const KeyPair pair = makeKeyPair();
    secret_key = pair.secret_key;
    Submission submission;
    submission.person = "Ada";
    submission.device = "phone-7";
    submission.client = "192.0.2.1";
    submission.public_key = pair.public_key;
    auto done = desk->submit(submission, nullptr);
    CPPUNIT_ASSERT(done.ok() && done->problems.empty());
    return done->ticket;
}

Json Office::approve(const std::string& id, Json options) {
    auto done = desk->approve(id, options, call());
    CPPUNIT_ASSERT_MESSAGE(done ? "" : done.error().message, done.ok());
    return *done;
}

void Office::approveFully(const std::string& id, Json options) {
    approve(id, std::move(options));
    work(10'001);
    CPPUNIT_ASSERT_EQUAL(std::string("approved"), stateOf(id));
}

}  // namespace onboarding::testing
