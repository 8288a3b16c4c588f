#include "host/supervisor/arguments.hpp"

namespace masthead::supervisor {

const char* usageText() {
    return "usage: masthead-supervisor [--config FILE]\n"
           "Runs headscale, the console and the edge; `masthead serve` becomes this program.\n"
           "  --config FILE   default /etc/masthead/masthead.yaml\n";
}

Result<Arguments> parseArguments(const std::vector<std::string>& arguments) {
    Arguments out;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (argument == "--help" || argument == "-h") {
            out.mode = Arguments::Mode::Help;
        } else if (argument == "--version") {
            out.mode = Arguments::Mode::Version;
        } else if (argument.rfind("--config=", 0) == 0) {
            out.config = argument.substr(9);
        } else if (argument == "--config" || argument == "-c") {
            if (i + 1 == arguments.size()) return Error{Code::InvalidArgument, argument + " needs a file name"};
            out.config = arguments[++i];
        } else {
            return Error{Code::InvalidArgument, "unknown argument '" + argument + "'"};
        }
    }
    if (out.config.empty()) return Error{Code::InvalidArgument, "--config needs a file name"};
    return out;
}

}  // namespace masthead::supervisor
