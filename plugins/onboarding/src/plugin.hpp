// OnboardingPlugin: binds the routes, the job and the events of plugin.json to the Desk. Handlers run concurrently; the desk
// does the locking.
#pragma once

#include <masthead/plugin.hpp>

#include "desk/desk.hpp"

namespace onboarding {

using masthead::HttpCall;
using masthead::Reply;

class OnboardingPlugin final : public masthead::Plugin {
public:
    explicit OnboardingPlugin(masthead::Host host);
    Status configure(const Json& settings) override;
    Status start() override;

private:
    void bindRequests();
    void bindDecisions();
    void bindRegistrations();

    Result<Reply> listRequests(const HttpCall& call);
    Result<Reply> getRequest(const HttpCall& call);
    Result<Reply> approve(const HttpCall& call);
    Result<Reply> undo(const HttpCall& call);
    Result<Reply> reject(const HttpCall& call);
    Result<Reply> reveal(const HttpCall& call);
    Result<Reply> remove(const HttpCall& call);
    Result<Reply> bulk(const HttpCall& call);
    Result<Reply> exportKeys(const HttpCall& call);
    Result<Reply> listUsers(const HttpCall& call);

    Desk desk_;
};

}  // namespace onboarding
