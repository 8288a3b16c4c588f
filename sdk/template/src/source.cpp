#include "source.hpp"

using masthead::Code;
using masthead::Error;
using masthead::Json;
using masthead::Status;

Json SampleSource::describe() const { return Json::object({{"groups", true}, {"nested", false}, {"incremental", false}}); }

Status SampleSource::validate(const Json& instance) const {
    for (const auto& user : instance["users"].items()) {
        if (user.text("id").empty()) return Error{Code::InvalidArgument, "users: each user needs an \"id\" that never changes"};
    }
    for (const auto& group : instance["groups"].items()) {
        if (group.text("id").empty())
            return Error{Code::InvalidArgument, "groups: each group needs an \"id\" that never changes"};
    }
    return {};
}

masthead::Result<Json> SampleSource::test(const masthead::Call&, const Json& instance) {
    if (auto valid = validate(instance); !valid) return std::move(valid).error();
    return Json::object({{"message", std::to_string(instance["users"].items().size()) + " users in the list"}});
}

Status SampleSource::fetch(const masthead::Call& call, const Json& instance, std::string_view,
                           const masthead::IdentitySink& sink) {
    if (auto valid = validate(instance); !valid) return valid;
    for (const auto& user : instance["users"].items()) {
        if (call.cancelled()) return Error{Code::Cancelled, "stopped"};
        if (auto sent = sink.user({user.text("id"), user.text("name"), user.text("email"), user.text("name")}); !sent)
            return sent;
    }
    for (const auto& group : instance["groups"].items()) {
        if (auto sent = sink.group(group.text("id"), group.text("name")); !sent) return sent;
        for (const auto& member : group["members"].items()) {
            if (auto sent = sink.member(group.text("id"), member.asString()); !sent) return sent;
        }
    }
    return {};
}
