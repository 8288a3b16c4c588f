// The frame of every page for strangers: head, brand, language switch, main, footer; and what a page knows of its request.
//
// No inline script or style; the host adds the content security policy. Pages work without JavaScript. Values only.
#pragma once

#include <masthead/http.hpp>
#include <string>

#include "pages/html.hpp"
#include "pages/tongue.hpp"

namespace onboarding::pages {

/// What a page needs to know of the request and the host.
struct Visit {
    Tongue tongue;
    std::string path;        // without lang=, for the language switch
    std::string server_url;  // what devices connect to
    std::string assets;      // "/public/p/onboarding/<digest>/"
    std::string user_agent;

    const char* t(const char* english, const char* chinese) const { return tongue(english, chinese); }
};
Visit visitOf(const masthead::HttpCall& call, const masthead::Json& host_info, std::string path);

struct Page {
    std::string title;
    const char* id = "";     // which part of pages.js works here
    Html main;
    Html attributes;         // of <main>, with a leading space
    int refresh_s = 0;       // for browsers without JavaScript; 0: never
    std::int32_t status = 200;
};
masthead::Reply render(const Visit& visit, const Page& page);

/// A command or another text to copy: large, selectable, with a button where JavaScript works.
Html copyBox(const Visit& visit, const Html& content, const char* label_en, const char* label_zh);
/// Text with its words kept whole where a line has room for them; copied, it is the same text.
Html wholeWords(std::string_view text);
/// A drawing of ours beside a step; says nothing that the step does not say.
Html drawing(const Visit& visit, const char* name);
/// A moment as text; the browser turns it into its own time and words.
Html moment(std::int64_t wall_ms);
/// Text of a stranger or an admin: marks made visible.
Html said(std::string_view text);
/// A page with a heading and a sentence, for what cannot be shown.
masthead::Reply notice(const Visit& visit, std::int32_t status, const char* title, std::string_view text, const Html& more = {});

}  // namespace onboarding::pages
