// headscale's log: JSON lines on standard output, or a text form on standard error. Thread-safe; configured once.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "host/base/json.hpp"

namespace masthead::demo::logger {

using Fields = std::initializer_list<Json::Member>;

void configure(bool json, std::string_view level);
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});
void fatal(std::string_view message, Fields fields = {});

}  // namespace masthead::demo::logger
