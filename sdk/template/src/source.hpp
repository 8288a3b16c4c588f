// SampleSource: an identity source that reads users and groups from its instance's configuration,
// {"users": [{"id", "name", "email"}], "groups": [{"id", "name", "members": ["<user id>"]}]}. Stateless, thread-safe.
#pragma once

#include <masthead/identity_source.hpp>

class SampleSource final : public masthead::IdentitySource {
public:
    masthead::Json describe() const override;
    masthead::Status validate(const masthead::Json& instance) const override;
    masthead::Result<masthead::Json> test(const masthead::Call& call, const masthead::Json& instance) override;
    masthead::Status fetch(const masthead::Call& call, const masthead::Json& instance, std::string_view cursor,
                           const masthead::IdentitySink& sink) override;
};
