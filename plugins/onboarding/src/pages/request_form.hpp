// /request: the form to ask for access. What was typed comes back with the mistakes beside the fields; nothing is lost.
#pragma once

#include <string>
#include <vector>

#include "desk/desk.hpp"
#include "pages/form_data.hpp"
#include "pages/page.hpp"

namespace onboarding::pages {

/// The form as it stands: values typed so far, mistakes, and a problem of the whole.
struct FormState {
    FormData values;
    std::vector<FieldProblem> problems;
    std::string trouble;       // a sentence above the form
    std::string open_words;    // the words of a request that this browser has open
    std::int32_t status = 200;
};

masthead::Reply requestForm(const Visit& visit, const Settings& settings, const FormState& state);

/// The sentence for a FieldProblem.
std::string explain(const Visit& visit, const FieldProblem& problem);
/// The sentence for an Error of the desk about asking.
std::string explainRefusal(const Visit& visit, const Error& error);
/// 403, 429 or 503.
std::int32_t statusOf(const Error& error);

/// "fields.room" of a FieldProblem is the input "field-room"; "inviteCode" is "invite_code".
std::string inputName(std::string_view path);

/// What the desk gets from a form, or from the same names as JSON ({"fields":{}} for own fields).
Submission submissionOf(const FormData& form, const Settings& settings, const masthead::HttpCall& call);

}  // namespace onboarding::pages
