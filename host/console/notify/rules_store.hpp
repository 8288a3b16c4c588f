// The rules as they are kept, one document among the host's settings. Inside a transaction of the caller.
#pragma once

#include "host/console/notify/rules.hpp"

namespace masthead::console::store {
class Connection;
class Transaction;
}  // namespace masthead::console::store

namespace masthead::console::notify {

/// The defaults when nothing was kept yet.
Rules loadRules(store::Connection& connection);
void saveRules(store::Transaction& transaction, const Rules& rules);

}  // namespace masthead::console::notify
