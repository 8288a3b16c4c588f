#include "host/console/auth/throttle_account.hpp"

#include <algorithm>

#include "host/console/store/database.hpp"
#include "host/console/store/failure_store.hpp"

namespace masthead::console::auth {
namespace {

constexpr std::int64_t kMaxRows = 20000;

std::int64_t waitAfter(std::int64_t failures) {
    if (failures < AccountThrottle::kFree) return 0;
    const std::int64_t doublings = std::min<std::int64_t>(failures - AccountThrottle::kFree, 20);
    return std::min<std::int64_t>(std::int64_t{1000} << doublings, AccountThrottle::kLongestWaitMs);
}

}  // namespace

AccountThrottle::Verdict AccountThrottle::count(store::Transaction& transaction, const std::string& subject, const std::string& authenticator, bool waits) {
    const std::int64_t now = clock_.wallMs();
    store::Failures failures = store::FailureStore::find(transaction, subject, authenticator);
    if (failures.locked_at > 0) return {0, true};
    if (failures.count > 0 && now - failures.last_at > kForgetMs) failures = {};
    const std::int64_t ready = failures.last_at + waitAfter(failures.count);
    if (waits && failures.count > 0 && now < ready) return {ready - now, false};
    ++failures.count;
    failures.last_at = now;
    store::FailureStore::put(transaction, subject, authenticator, failures);
    return {};
}

AccountThrottle::Verdict AccountThrottle::take(store::Transaction& transaction, const std::string& subject, const std::string& authenticator) {
    return count(transaction, subject, authenticator, true);
}

AccountThrottle::Verdict AccountThrottle::takeWithoutWait(store::Transaction& transaction, const std::string& subject, const std::string& authenticator) {
    return count(transaction, subject, authenticator, false);
}

bool AccountThrottle::failed(store::Transaction& transaction, const std::string& subject, const std::string& authenticator) {
    store::Failures failures = store::FailureStore::find(transaction, subject, authenticator);
    if (failures.count < kLockAt || failures.locked_at > 0) return false;
    failures.locked_at = clock_.wallMs();
    store::FailureStore::put(transaction, subject, authenticator, failures);
    return true;
}

void AccountThrottle::succeeded(store::Transaction& transaction, const std::string& subject, const std::string& authenticator) {
    store::FailureStore::remove(transaction, subject, authenticator);
}

bool AccountThrottle::locked(store::Connection& connection, const std::string& subject, const std::string& authenticator) {
    return store::FailureStore::find(connection, subject, authenticator).locked_at > 0;
}

void AccountThrottle::removeOld(store::Transaction& transaction) {
    store::FailureStore::removeOld(transaction, clock_.wallMs() - kForgetMs, kMaxRows);
}

}  // namespace masthead::console::auth
