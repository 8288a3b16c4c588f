// Secrets: values of the secrets that plugin.json declares. Thread-safe. Do not keep or log what you get.
#pragma once

#include <masthead/ext/secrets.h>

#include <masthead/host.hpp>

namespace masthead {

class Secrets {
public:
    static Result<Secrets> open(Host host) {
        auto table = host.service<mh_secrets>(MH_SERVICE_SECRETS);
        if (!table) return std::move(table).error();
        return Secrets(host, *table);
    }
    /// PermissionDenied: not declared. NotFound: not set. FailedPrecondition: the reference cannot be read.
    Result<std::string> get(std::string_view name) const {
        std::string value, problem;
        const auto status = table_->get(host_.handle(), detail::toAbi(name), detail::appendTo(value), detail::appendTo(problem));
        if (status != MH_OK) return detail::toError(status, problem, "reading the secret " + std::string(name));
        return value;
    }

private:
    Secrets(Host host, const mh_secrets* table) : host_(host), table_(table) {}
    Host host_;
    const mh_secrets* table_;
};

}  // namespace masthead
