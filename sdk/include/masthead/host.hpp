// Host: the plugin's handle to its host. Call: one call in progress. Both are small values; copy them freely.
//
// A Host is usable from create until the plugin is destroyed, from any thread. A Call is dead when the handler returns.
#pragma once

#include <masthead/detail/abi_text.hpp>
#include <set>

namespace masthead {

class Host {
public:
    Host(mh_host* handle, const mh_host_api* api) : handle_(handle), api_(api) {}

    mh_host* handle() const { return handle_; }
    const mh_host_api* api() const { return api_; }

    /// The table of a service; FailedPrecondition when the manifest's "needs" does not name it or the host lacks it.
    template <typename Table>
    Result<const Table*> service(const char* id) const {
        const auto* table = static_cast<const Table*>(api_->get_service(handle_, id));
        if (table == nullptr) {
            return Error{Code::FailedPrecondition, std::string("the host does not offer ") + id +
                                                       " to this plugin: name it under \"needs\" in plugin.json"};
        }
        return table;
    }
    /// {"public_url","version","trial","demo","plugin_id","assets"}.
    Json info() const {
        std::string text, error;
        api_->info(handle_, detail::appendTo(text));
        return Json::parse(text, error).value_or(Json::object());
    }

private:
    mh_host* handle_;
    const mh_host_api* api_;
};

class Call {
public:
    Call(Host host, mh_ctx* handle) : host_(host), handle_(handle) {}

    const Host& host() const { return host_; }
    mh_ctx* handle() const { return handle_; }
    std::int64_t remainingMs() const { return host_.api()->remaining_ms(handle_); }
    /// Nobody waits any more: return Code::Cancelled soon.
    bool cancelled() const { return host_.api()->cancelled(handle_) != 0; }
    std::string id() const { return std::string(detail::fromAbi(host_.api()->call_id(handle_))); }
    /// {"id","name","email","roles","method"}; the id is empty for a stranger on a public route.
    Json principal() const {
        std::string text, error;
        host_.api()->principal(handle_, detail::appendTo(text));
        return Json::parse(text, error).value_or(Json::object());
    }
    bool allowed(std::string_view permission) const { return host_.api()->allowed(handle_, detail::toAbi(permission)) != 0; }

private:
    Host host_;
    mh_ctx* handle_;
};

}  // namespace masthead
