#include "host/console/notify/rules_store.hpp"

#include "host/console/store/database.hpp"
#include "host/console/store/notify_store.hpp"
#include "host/console/store/settings_store.hpp"

namespace masthead::console::notify {
namespace {

constexpr const char* kName = "notify.rules";

}  // namespace

Rules loadRules(store::Connection& connection) {
    const auto kept = store::SettingsStore::get(connection, kName);
    if (!kept) return {};
    std::vector<std::string> known;
    for (const auto& channel : store::NotifyStore::channels(connection)) known.push_back(std::to_string(channel.id));
    std::vector<FieldError> ignored;  // it was checked when it was kept
    return parseRules(*kept, known, ignored);
}

void saveRules(store::Transaction& transaction, const Rules& rules) {
    store::SettingsStore::put(transaction, kName, toJson(rules));
}

}  // namespace masthead::console::notify
