// The CSRF token of a session: HMAC-SHA-256 of its handle under a key derived from the host's key file. Stateless, bound to
// one session, the same after a restart. Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace masthead::console::auth {

class Csrf {
public:
    explicit Csrf(std::string key) : key_(std::move(key)) {}
    std::string token(std::string_view session_handle) const;
    bool valid(std::string_view session_handle, std::string_view token) const;

private:
    std::string key_;
};

}  // namespace masthead::console::auth
