#include "host/cli/check_config_command.hpp"

#include <cstdio>

#include "host/config/load.hpp"
#include "host/config/schema.hpp"

namespace masthead::cli {
namespace {

int run(const Arguments& arguments) {
    if (arguments.has("--reference")) {
        std::fputs(config::referenceMarkdown().c_str(), stdout);
        return 0;
    }
    const auto config = config::loadConfig(arguments.config);
    if (!config) {
        std::fprintf(stderr, "%s\n", config.error().message.c_str());
        return 1;
    }
    std::printf("%s is fine: %s, data in %s\n", config->file.c_str(), config->public_url.c_str(), config->data_dir.c_str());
    return 0;
}

}  // namespace

Command checkConfigCommand() {
    return {"check-config", "[--reference]",       "check masthead.yaml; --reference prints every key as markdown",
            "Checking",     {{}, {"--reference"}}, run};
}

}  // namespace masthead::cli
