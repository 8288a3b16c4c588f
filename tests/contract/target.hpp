// The headscale under test, and what every case needs of it: the connected client, names nobody used yet, a registered node.
//
// Cases share one running headscale, so they make their own users and nodes and leave other people's alone.
// A failing helper fails the case that called it.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "host/headscale/client.hpp"

namespace CppUnit {
template <>
struct assertion_traits<masthead::Code> {
    static bool equal(masthead::Code a, masthead::Code b) { return a == b; }
    static std::string toString(masthead::Code code) { return std::to_string(static_cast<int>(code)); }
};
}  // namespace CppUnit

namespace masthead::contract {

headscale::Client& client();

/// "0.28", "0.29", "0.30": what the caller says runs, not what the client found out.
std::string expectedMinor();
bool olderThan(const std::string& minor);

/// "<stem>-<10 random letters>"
std::string fresh(const std::string& stem);
/// In the form this version uses.
std::string freshAuthId();

headscale::User newUser();
headscale::Node newNode(const headscale::User& owner, const std::vector<std::string>& routes = {});
/// A policy that owns tag:contract and tag:other.
void allowTags();

std::int64_t hoursFromNow(int hours);

template <typename T>
std::string explain(const Result<T>& result) {
    return result.ok() ? std::string("succeeded") : result.error().message + " [" + result.error().internal + "]";
}

#define MUST(result)                                                                     \
    do {                                                                                 \
        const auto& outcome = (result);                                                  \
        CPPUNIT_ASSERT_MESSAGE(masthead::contract::explain(outcome), outcome.ok());      \
    } while (false)
#define MUST_FAIL(expected, result)                                                                            \
    do {                                                                                                       \
        const auto& outcome = (result);                                                                        \
        CPPUNIT_ASSERT_MESSAGE("should have failed", !outcome.ok());                                            \
        CPPUNIT_ASSERT_EQUAL_MESSAGE(masthead::contract::explain(outcome), (expected), outcome.error().code);  \
        CPPUNIT_ASSERT(!outcome.error().message.empty());                                                      \
    } while (false)

}  // namespace masthead::contract
