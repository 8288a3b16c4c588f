// What every route that removes a second factor must do at its end, inside the same transaction.
#pragma once

#include <cstdint>

#include "host/console/api/context.hpp"

namespace masthead::console::store {
class Transaction;
}

namespace masthead::console::api {

/// After a factor of the account was removed: FailedPrecondition when it was the last one and the policy wants one (the error
/// rolls the removal back); recovery codes go with the last factor.
Status afterRemoval(Context& context, store::Transaction& transaction, std::int64_t account);

}  // namespace masthead::console::api
