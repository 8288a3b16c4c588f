// What people use again and again in passwords: whole passwords from breaches, and the words they are made of.
// Pure data; see password_rules.hpp for how it is used.
#pragma once

#include <string_view>

namespace masthead::console::auth {

/// Lower-case text of a whole password seen often in breaches.
bool breachedPassword(std::string_view lower);
/// One lower-case password per line, from common_passwords.txt: the most used ones, and longer ones of the same collections.
std::string_view commonPasswordList();
/// The length of the longest well-known word, keyboard run or name at the start of `lower`; 0 when there is none.
std::size_t commonWordAt(std::string_view lower);

}  // namespace masthead::console::auth
