// Two friendly words that a person can say to an admin on the phone: "amber-river".
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace onboarding {

/// Two different words joined by '-'; drawn again while `taken` says so (at most 200 times, then a number is added).
std::string drawWords(const std::function<bool(const std::string&)>& taken);

/// How many words there are, and one of them: for tests.
std::size_t wordCount();
const char* wordAt(std::size_t index);

}  // namespace onboarding
