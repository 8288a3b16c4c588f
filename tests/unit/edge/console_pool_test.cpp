#include "host/edge/relay/console_pool.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/un.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>

#include "host/base/unique_fd.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/edge/loop.hpp"

namespace masthead::edge::relay {

class ConsolePoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConsolePoolTest);
    CPPUNIT_TEST(connectionsAreKeptAndTakenAgain);
    CPPUNIT_TEST(deadOnesAreNotHandedOut);
    CPPUNIT_TEST(theLimitHoldsAndWaitersGetTheirTurn);
    CPPUNIT_TEST(nobodyThere);
    CPPUNIT_TEST_SUITE_END();

    const masthead::testing::TempDir folder_;
    testing::Loop loop_;
    UniqueFd listener_;

public:
    void setUp() override {
        listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
        CPPUNIT_ASSERT_EQUAL(0, ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
        CPPUNIT_ASSERT_EQUAL(0, ::listen(listener_.get(), 16));
    }

private:
    std::string path() const { return folder_.file("console.sock"); }
    ConsolePool pool(std::size_t connections, std::int64_t wait_ms = 10000) {
        return ConsolePool(loop_.context.get_executor(), {.path = path(), .connections = connections, .waiting = 8, .wait_ms = wait_ms, .connect_ms = 2000, .idle_ms = 1000});
    }
    UniqueFd accept() { return UniqueFd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
    void run(Task<void> task) {
        loop_.start(std::move(task));
        loop_.run();
    }

    void connectionsAreKeptAndTakenAgain() {
        auto connections = pool(2);
        run([](ConsolePool& from) -> Task<void> {
            auto first = co_await from.acquire();
            CPPUNIT_ASSERT(first && !first.reused());
            first.giveBack();
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, from.idle());
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, from.inUse());
            auto second = co_await from.acquire();
            CPPUNIT_ASSERT(second && second.reused());
            second.drop();
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, from.idle());
            auto third = co_await from.acquire();
            CPPUNIT_ASSERT(third && !third.reused());
            third.giveBack();
            from.sweep(INT64_MAX);
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, from.idle());
        }(connections));
    }

    void deadOnesAreNotHandedOut() {
        auto connections = pool(2);
        run([](ConsolePool& from, ConsolePoolTest& test) -> Task<void> {
            auto first = co_await from.acquire();
            auto peer = test.accept();
            first.giveBack();
            peer.reset();  // the console closed it
            auto second = co_await from.acquire();
            CPPUNIT_ASSERT(second && !second.reused());
            peer = test.accept();
            second.giveBack();
            CPPUNIT_ASSERT_EQUAL(ssize_t{1}, ::write(peer.get(), "x", 1));  // bytes nobody asked for
            auto third = co_await from.acquire();
            CPPUNIT_ASSERT(third && !third.reused());
            third.giveBack();
            auto fresh = co_await from.acquire(true);
            CPPUNIT_ASSERT(fresh && !fresh.reused());
        }(connections, *this));
    }

    void theLimitHoldsAndWaitersGetTheirTurn() {
        auto connections = pool(1);
        auto held = std::make_shared<ConsolePool::Lease>();
        auto order = std::make_shared<std::string>();
        loop_.start([](ConsolePool& from, std::shared_ptr<ConsolePool::Lease> lease, std::shared_ptr<std::string> seen) -> Task<void> {
            *lease = co_await from.acquire();
            *seen += "1";
            for (int i = 0; i < 10; ++i) co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
            *seen += "2";
            lease->giveBack();
        }(connections, held, order));
        loop_.start([](ConsolePool& from, std::shared_ptr<std::string> seen) -> Task<void> {
            const auto lease = co_await from.acquire();
            CPPUNIT_ASSERT(lease && lease.reused());
            *seen += "3";
        }(connections, order));
        loop_.run();
        CPPUNIT_ASSERT_EQUAL(std::string("123"), *order);

        auto impatient = pool(1, 20);
        run([](ConsolePool& from) -> Task<void> {
            const auto first = co_await from.acquire();
            const auto second = co_await from.acquire();
            CPPUNIT_ASSERT(first && !second);
        }(impatient));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, impatient.inUse());
    }

    void nobodyThere() {
        ::unlink(path().c_str());
        auto connections = pool(1);
        run([](ConsolePool& from) -> Task<void> {
            for (int i = 0; i < 3; ++i) {
                const auto lease = co_await from.acquire();
                CPPUNIT_ASSERT(!lease);
                CPPUNIT_ASSERT_EQUAL(std::size_t{0}, from.inUse());
            }
        }(connections));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConsolePoolTest);

}  // namespace masthead::edge::relay
