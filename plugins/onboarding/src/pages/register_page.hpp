// /register/{auth_id}: a device that was started without a key waits for an administrator.
#pragma once

#include "desk/desk.hpp"
#include "pages/page.hpp"

namespace onboarding::pages {

masthead::Reply registerPage(const Visit& visit, const RegistrationView& view);
/// When the console does not take care of such devices: how an administrator goes on by hand.
masthead::Reply registerByHand(const Visit& visit, std::string_view auth_id);

}  // namespace onboarding::pages
