// Log records of the plugin, written into the host's log with the plugin's id. Thread-safe. No secrets.
#pragma once

#include <masthead/host.hpp>

namespace masthead {

class Log {
public:
    explicit Log(Host host) : host_(host) {}
    void debug(std::string_view message, const Json& fields = Json()) const { write(MH_LOG_DEBUG, message, fields); }
    void info(std::string_view message, const Json& fields = Json()) const { write(MH_LOG_INFO, message, fields); }
    void warning(std::string_view message, const Json& fields = Json()) const { write(MH_LOG_WARNING, message, fields); }
    void error(std::string_view message, const Json& fields = Json()) const { write(MH_LOG_ERROR, message, fields); }

private:
    void write(std::int32_t level, std::string_view message, const Json& fields) const {
        const std::string text = fields.isObject() ? fields.dump() : std::string();
        host_.api()->log(host_.handle(), level, detail::toAbi(message), detail::toAbi(text));
    }
    Host host_;
};

}  // namespace masthead
