// The SQL text of each migration that has a file of its own; migrations.cpp gives them their numbers.
#pragma once

namespace masthead::console::store {

extern const char* const kAccountsSchema;
extern const char* const kSsoSchema;
extern const char* const kPasskeysSchema;

}  // namespace masthead::console::store
