// Headscale: calls in the shape of headscale's REST v1 API, the same for every running version. Thread-safe.
#pragma once

#include <masthead/ext/headscale.h>

#include <masthead/host.hpp>

namespace masthead {

class Headscale {
public:
    /// FailedPrecondition when the manifest does not need masthead.headscale/1.
    static Result<Headscale> open(Host host) {
        auto table = host.service<mh_headscale>(MH_SERVICE_HEADSCALE);
        if (!table) return std::move(table).error();
        return Headscale(host, *table);
    }

    /// The answer's JSON text, unread. Pass the Call you are in: its principal is the one that is audited.
    Result<std::string> callRaw(std::string_view method, std::string_view path, const Json& body = Json(),
                                const Call* call = nullptr) const {
        const std::string text = body.isNull() ? std::string() : body.dump();
        std::string answer, problem;
        const auto status =
            table_->call(host_.handle(), call == nullptr ? nullptr : call->handle(), detail::toAbi(method), detail::toAbi(path),
                         detail::toAbi(text), detail::appendTo(answer), detail::appendTo(problem));
        if (status != MH_OK) return detail::toError(status, problem, "the call to headscale");
        return answer;
    }
    Result<Json> call(std::string_view method, std::string_view path, const Json& body = Json(),
                      const Call* call = nullptr) const {
        auto text = callRaw(method, path, body, call);
        if (!text) return std::move(text).error();
        std::string error;
        auto parsed = Json::parse(*text, error);
        if (!parsed) return Error{Code::Internal, "headscale's answer could not be read", error};
        return *std::move(parsed);
    }
    /// {"version","driver","ready","demo","public_url","unimplemented"}.
    Json info() const {
        std::string text, error;
        table_->info(host_.handle(), detail::appendTo(text));
        return Json::parse(text, error).value_or(Json::object());
    }

private:
    Headscale(Host host, const mh_headscale* table) : host_(host), table_(table) {}
    Host host_;
    const mh_headscale* table_;
};

}  // namespace masthead
