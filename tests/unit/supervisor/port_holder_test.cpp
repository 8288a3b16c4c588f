#include "host/supervisor/port_holder.hpp"

#include <arpa/inet.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/base/unique_fd.hpp"

namespace masthead::supervisor {

class PortHolderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PortHolderTest);
    CPPUNIT_TEST(onlyListenersOnThePortCount);
    CPPUNIT_TEST(thisProcessIsFound);
    CPPUNIT_TEST_SUITE_END();

    void onlyListenersOnThePortCount() {
        const char* table =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0\n"
            "   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 20 4 30 10 -1\n"
            "   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0\n"
            "   3: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 444 1 0\n"
            "garbage\n";
        CPPUNIT_ASSERT((std::vector<std::uint64_t>{111, 444}) == listeningInodes(table, 8080));
        CPPUNIT_ASSERT(listeningInodes("", 8080).empty());
    }
    void thisProcessIsFound() {
        const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        CPPUNIT_ASSERT_EQUAL(0, ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length));
        CPPUNIT_ASSERT_EQUAL(0, ::listen(fd.get(), 1));
        CPPUNIT_ASSERT_EQUAL(0, ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length));
        const auto holder = findPortHolder(ntohs(address.sin_port));
        CPPUNIT_ASSERT(holder.has_value());
        CPPUNIT_ASSERT_EQUAL(::getpid(), holder->pid);
        CPPUNIT_ASSERT_EQUAL(std::string("unit_supervisor"), holder->program);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PortHolderTest);

}  // namespace masthead::supervisor
