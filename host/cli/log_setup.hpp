// The process-wide log as masthead.yaml asks for it. Call before other threads log.
#pragma once

#include <string>

#include "host/base/log.hpp"
#include "host/config/config.hpp"

namespace masthead::cli {

inline void setUpLog(const config::Config& config, const std::string& process) {
    log::Settings settings;
    settings.process = process;
    settings.format = config.log.format == "json" ? log::Format::JsonLines : log::Format::Text;
    settings.level = config.log.level == "debug"     ? log::Level::Debug
                     : config.log.level == "warning" ? log::Level::Warning
                     : config.log.level == "error"   ? log::Level::Error
                                                     : log::Level::Info;
    log::configure(settings);
}

}  // namespace masthead::cli
