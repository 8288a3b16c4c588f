// headscale-demo: see README.md.
#include <cstdio>
#include <string>
#include <vector>

#include "demo/logger.hpp"
#include "demo/serve.hpp"

namespace {

using namespace masthead::demo;

int fail(const std::string& message) {
    std::fprintf(stderr, "Error: %s\n", message.c_str());
    return 1;
}

int printVersion(const Options& options) {
    const auto form = versionForm(options.dialect);
    if (!options.output.empty()) {
        std::printf("%s\n", form.pretty().c_str());
    } else {
        std::printf("headscale version %s\ncommit: unknown\nbuild time: unknown\nbuilt with: C++ linux/amd64\n\n", form.text("version").c_str());
    }
    return 0;
}

int run(const Options& options) {
    if (options.command == "help") {
        std::fputs(usageText().c_str(), stdout);
        return 0;
    }
    if (options.command == "version") return printVersion(options);
    auto config = loadConfig(options.config.empty() ? "/etc/headscale/config.yaml" : options.config);
    if (!config) return fail("configuration error: " + config.error().message);
    logger::configure(config->log_json, config->log_level);
    if (options.command == "serve") return serve(options, *config);
    auto tested = configTest(options, *config);
    return tested ? 0 : fail("configuration error: " + tested.error().message);
}

}  // namespace

int main(int argc, char** argv) {
    auto options = parseOptions(std::vector<std::string>(argv + 1, argv + argc));
    return options ? run(*options) : fail(options.error().message);
}
