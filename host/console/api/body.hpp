// Reads the members of a JSON request body one by one, collecting what is wrong; unknown members are refused, so that a
// caller cannot set what the API does not offer. Use: text()/textList() for each member, then finish().
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console::api {

class Body {
public:
    explicit Body(const Request& request);

    /// Empty and noted as wrong when missing or not text.
    std::string text(const char* name);
    /// Nullopt when absent; noted as wrong when not a list of texts.
    std::optional<std::vector<std::string>> textList(const char* name);
    std::optional<std::string> optionalText(const char* name);
    /// Nullopt when absent; noted as wrong when not a whole number.
    std::optional<std::int64_t> integer(const char* name);
    std::optional<bool> optionalBoolean(const char* name);
    /// Null and noted as wrong when missing or not an object; its members are the caller's to check.
    Json object(const char* name);
    /// The 400 to answer when anything was wrong.
    std::optional<Response> finish();

private:
    std::string request_id_;
    Json value_;
    std::set<std::string> known_;
    std::vector<FieldError> wrong_;
};

}  // namespace masthead::console::api
