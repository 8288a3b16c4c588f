#include "host/console/auth/setup_token.hpp"

#include <unistd.h>

#include "host/base/encoding.hpp"
#include "host/base/file.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/settings_store.hpp"

namespace masthead::console::auth {
namespace {

constexpr const char* kSetting = "setup_token";

}  // namespace

bool SetupToken::needed(store::Connection& connection) { return store::AccountStore::countWithRole(connection, "admin") == 0; }

Result<std::optional<std::string>> SetupToken::ensure() {
    const std::lock_guard lock(mutex_);
    std::optional<std::string> kept;
    if (auto file = readFile(file_, 256)) kept = std::string(trim(*file));
    std::optional<std::string> token;
    bool write_file = false;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        const auto setting = store::SettingsStore::get(transaction, kSetting);
        if (!needed(transaction)) {
            if (setting) store::SettingsStore::remove(transaction, kSetting);
            return {};
        }
        const bool valid = setting && (*setting)["expires_at"].asInt() > clock_.wallMs() && kept &&
                           equalConstantTime(setting->text("hash"), sha256Hex(*kept));
        if (valid) {
            token = kept;
            return {};
        }
        token = randomToken(32);
        write_file = true;
        store::SettingsStore::put(transaction, kSetting,
                                  Json::object({{"hash", sha256Hex(*token)}, {"expires_at", clock_.wallMs() + lifetime_ms_}}));
        return {};
    });
    if (!status) return std::move(status).error();
    if (write_file) {
        if (Status written = writeFileAtomic(file_, *token + "\n", 0600); !written) return std::move(written).error();
    }
    if (!token && kept) ::unlink(file_.c_str());
    return token;
}

Status SetupToken::consume(store::Transaction& transaction, const std::string& token) {
    const Error refused{Code::PermissionDenied, "This set-up token is not valid: it was used, it expired, or an admin exists already. "
                                                "A new one is printed in the log and in run/setup-token while there is no admin."};
    const auto setting = store::SettingsStore::get(transaction, kSetting);
    if (!needed(transaction) || !setting || (*setting)["expires_at"].asInt() <= clock_.wallMs()) return refused;
    if (!equalConstantTime(setting->text("hash"), sha256Hex(token))) return refused;
    store::SettingsStore::remove(transaction, kSetting);
    return {};
}

}  // namespace masthead::console::auth
