// application/x-www-form-urlencoded bodies of strangers, decoded with limits: 64 pairs, 64 bytes a name, 8 KiB in all.
// Pure functions; the first pair of a name counts.
#pragma once

#include <masthead/result.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onboarding::pages {

class FormData {
public:
    /// InvalidArgument for a wrong escape, too many pairs or too many bytes. Text may be anything, checked by the desk.
    static masthead::Result<FormData> parse(std::string_view body);

    void set(std::string name, std::string value);
    /// Empty when there is none.
    const std::string& value(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace onboarding::pages
