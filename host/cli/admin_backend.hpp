// One API request from the command line: to the running host through run/cli.sock, or, when none runs, to the store itself
// under the data directory's lock. The same routes, rules and audit records in both cases.
//
// Not thread-safe. Started as root, it becomes the owner of the data directory first.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "host/base/json.hpp"
#include "host/config/config.hpp"

namespace masthead::cli {

class AdminBackend {
public:
    static Result<std::unique_ptr<AdminBackend>> open(const config::Config& config);
    ~AdminBackend();
    AdminBackend(const AdminBackend&) = delete;
    AdminBackend& operator=(const AdminBackend&) = delete;

    /// The answer's JSON (an empty object when it has none); a refusal becomes its detail text.
    Result<Json> call(const std::string& method, const std::string& path, const Json& body = Json());
    /// The body of a GET as it comes, piece by piece; `sink` returns false to stop. Unavailable when it breaks off.
    Status download(const std::string& path, const std::function<bool(std::string_view)>& sink);

private:
    struct Alone;
    AdminBackend();
    std::string socket_;            // set when a host is running
    std::unique_ptr<Alone> alone_;  // else
};

}  // namespace masthead::cli
