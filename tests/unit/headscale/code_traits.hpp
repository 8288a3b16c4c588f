// Lets CppUnit compare and print error codes.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include "host/base/result.hpp"

namespace CppUnit {
template <>
struct assertion_traits<masthead::Code> {
    static bool equal(masthead::Code a, masthead::Code b) { return a == b; }
    static std::string toString(masthead::Code code) { return std::to_string(static_cast<int>(code)); }
};
}  // namespace CppUnit
