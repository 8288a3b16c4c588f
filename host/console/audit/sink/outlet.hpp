// The ways out of the second sink. send() blocks within its deadline; ok means that the receiver has everything, or, where
// confirms() is false, that it was handed to the network. Not thread-safe: the forwarder's thread owns one.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/console/audit/sink/message.hpp"
#include "host/console/audit/sink/target.hpp"

namespace masthead::console::audit {

class Outlet {
public:
    virtual ~Outlet() = default;
    virtual Status send(const std::vector<SinkMessage>& batch, const std::stop_token& stop) = 0;
    virtual bool confirms() const = 0;
};

/// `host_name` is how the host calls itself in syslog messages, `host_id` the log's id. Null for Kind::None.
std::unique_ptr<Outlet> makeOutlet(const SinkTarget& target, const std::string& host_name, const std::string& host_id);

}  // namespace masthead::console::audit
