// Answers that edge makes itself: refusals, health, redirects. No echo of the request, no version, all security headers (I5, I6).
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace masthead::edge::relay {

struct AnswerOptions {
    bool close = false;      // adds Connection: close
    bool head_only = false;  // the request was HEAD
    bool wants_html = false;
    std::int64_t now_s = 0;
    std::vector<std::string> allow;  // for 405
    unsigned retry_after_s = 0;      // 0: no such header
};

/// The complete message for a refusal.
std::string refusalAnswer(int status, const AnswerOptions& options);
std::string healthAnswer(bool pass, const AnswerOptions& options);
/// 302 to a fixed place.
std::string redirectAnswer(std::string_view location, const AnswerOptions& options);

}  // namespace masthead::edge::relay
