// /request/status: what became of one's request, and the key when there is one.
#pragma once

#include "desk/desk.hpp"
#include "pages/page.hpp"

namespace onboarding::pages {

masthead::Reply statusPage(const Visit& visit, const RequesterView& view);
/// The page after "Show my key" in a browser without JavaScript: `opened` as in Claim.
masthead::Reply keyPage(const Visit& visit, const RequesterView& view, const masthead::Json& opened);
/// The state as JSON with its ETag; 304 when the browser has it.
masthead::Reply stateJson(const masthead::Json& state, const std::string& etag, std::string_view if_none_match);

/// The key with its QR code and command. Empty slots, hidden, for pages.js to fill when `opened` is null.
Html keyPanel(const Visit& visit, const RequesterView& view, const masthead::Json& opened);

}  // namespace onboarding::pages
