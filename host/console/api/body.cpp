#include "host/console/api/body.hpp"

namespace masthead::console::api {

Body::Body(const Request& request) : request_id_(request.id) {
    auto parsed = parseJson(request.body);
    if (!parsed) {
        wrong_.push_back({"", "The body is not acceptable JSON: " + parsed.error().message + "."});
    } else if (!parsed->isObject()) {
        wrong_.push_back({"", "The body must be a JSON object."});
    } else {
        value_ = std::move(*parsed);
    }
}

std::optional<std::string> Body::optionalText(const char* name) {
    known_.insert(name);
    const Json* found = value_.find(name);
    if (!found || found->isNull()) return std::nullopt;
    if (!found->isString()) {
        wrong_.push_back({name, std::string(name) + " must be text."});
        return std::nullopt;
    }
    return found->asString();
}

std::optional<bool> Body::optionalBoolean(const char* name) {
    known_.insert(name);
    const Json* found = value_.find(name);
    if (!found || found->isNull()) return std::nullopt;
    if (!found->isBool()) {
        wrong_.push_back({name, std::string(name) + " must be true or false."});
        return std::nullopt;
    }
    return found->asBool();
}

std::string Body::text(const char* name) {
    const std::size_t before = wrong_.size();
    auto value = optionalText(name);
    if (!value && wrong_.size() == before && value_.isObject()) wrong_.push_back({name, std::string(name) + " is missing."});
    return value.value_or("");
}

std::optional<std::int64_t> Body::integer(const char* name) {
    known_.insert(name);
    const Json* found = value_.find(name);
    if (!found || found->isNull()) return std::nullopt;
    if (!found->isInt()) {
        wrong_.push_back({name, std::string(name) + " must be a whole number."});
        return std::nullopt;
    }
    return found->asInt();
}

Json Body::object(const char* name) {
    known_.insert(name);
    const Json& found = value_[name];
    if (!found.isObject() && value_.isObject()) wrong_.push_back({name, std::string(name) + " must be an object."});
    return found.isObject() ? found : Json();
}

std::optional<std::vector<std::string>> Body::textList(const char* name) {
    known_.insert(name);
    const Json* found = value_.find(name);
    if (!found || found->isNull()) return std::nullopt;
    std::vector<std::string> out;
    bool fits = found->isArray();
    for (const auto& item : found->items()) {
        fits = fits && item.isString();
        out.push_back(item.asString());
    }
    if (!fits) wrong_.push_back({name, std::string(name) + " must be a list of texts."});
    return out;
}

std::optional<Response> Body::finish() {
    for (const auto& [name, value] : value_.members()) {
        if (known_.count(name) == 0) wrong_.push_back({name, "There is no member '" + name + "' here."});
    }
    if (wrong_.empty()) return std::nullopt;
    return fieldProblem(wrong_, request_id_);
}

}  // namespace masthead::console::api
