#include "host/headscale/rest/connect.hpp"

#include "host/headscale/rest/driver.hpp"

namespace masthead::headscale {

Result<std::unique_ptr<Client>> connectRest(const std::string& socket_path, Deadline deadline) {
    auto driver = std::make_unique<RestDriver>(socket_path);
    if (Status healthy = driver->health(deadline); !healthy) return std::move(healthy).error();
    return std::unique_ptr<Client>(std::move(driver));
}

}  // namespace masthead::headscale
