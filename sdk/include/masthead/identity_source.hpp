// IdentitySource: implement it and hand it to Plugin::identitySource. IdentitySink: where a fetch reports to.
//
// Report everything in a full run, in any order; only an OK fetch counts. A Status that is not OK from the sink means: stop
// at once and return it. Strings are copied by the host before each call returns.
#pragma once

#include <masthead/ext/identity_source.h>

#include <masthead/host.hpp>

namespace masthead {

class IdentitySink {
public:
    explicit IdentitySink(const mh_identity_sink* sink) : sink_(sink) {}

    struct User {
        std::string_view external_id, username, email, display_name;
        std::uint32_t flags = 0;  // MH_USER_*
    };
    Status user(const User& user) const {
        const mh_user row{sizeof(mh_user),
                          user.flags,
                          detail::toAbi(user.external_id),
                          detail::toAbi(user.username),
                          detail::toAbi(user.email),
                          detail::toAbi(user.display_name)};
        return check(sink_->user(sink_->ctx, &row), "user", user.external_id);
    }
    Status group(std::string_view external_id, std::string_view name, std::string_view path = {}) const {
        const mh_group row{sizeof(mh_group), 0, detail::toAbi(external_id), detail::toAbi(name), detail::toAbi(path)};
        return check(sink_->group(sink_->ctx, &row), "group", external_id);
    }
    Status member(std::string_view group_id, std::string_view user_id) const {
        return membership(group_id, MH_MEMBER_USER, user_id);
    }
    Status nestedGroup(std::string_view group_id, std::string_view child_id) const {
        return membership(group_id, MH_MEMBER_GROUP, child_id);
    }
    Status removed(std::int32_t member_kind, std::string_view external_id) const {
        return check(sink_->removed(sink_->ctx, member_kind, detail::toAbi(external_id)), "removal", external_id);
    }
    Status cursor(std::string_view value) const { return check(sink_->cursor(sink_->ctx, detail::toAbi(value)), "cursor", {}); }

private:
    Status membership(std::string_view group_id, std::int32_t kind, std::string_view member_id) const {
        const mh_membership row{sizeof(mh_membership), kind, detail::toAbi(group_id), detail::toAbi(member_id)};
        return check(sink_->membership(sink_->ctx, &row), "membership", member_id);
    }
    static Status check(std::int32_t status, const char* what, std::string_view id) {
        if (status == MH_OK) return {};
        return Error{detail::toCode(status), std::string("the host refused the ") + what + " " + std::string(id)};
    }
    const mh_identity_sink* sink_;
};

class IdentitySource {
public:
    virtual ~IdentitySource() = default;
    /// {"groups","nested","incremental"}.
    virtual Json describe() const = 0;
    virtual Status validate(const Json& instance) const = 0;
    /// A report for the administrator: {"message", ...}.
    virtual Result<Json> test(const Call& call, const Json& instance) = 0;
    virtual Status fetch(const Call& call, const Json& instance, std::string_view cursor, const IdentitySink& sink) = 0;
};

}  // namespace masthead
