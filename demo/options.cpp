#include "demo/options.hpp"

#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

Error wrong(const std::string& text) { return {Code::InvalidArgument, text}; }

template <typename T>
Status number(const std::string& flag, const std::string& text, T& out, T most) {
    const auto value = parseUnsigned<T>(text);
    if (!value || *value > most) return wrong("invalid argument \"" + text + "\" for \"" + flag + "\" flag: a number up to " + std::to_string(most));
    out = *value;
    return {};
}

Status apply(const std::string& flag, const std::string& value, Options& out) {
    if (flag == "-c" || flag == "--config") {
        out.config = value;
    } else if (flag == "-o" || flag == "--output") {
        out.output = value;
    } else if (flag == "--api") {
        if (value != "0.29" && value != "0.30") return wrong("--api is 0.29 or 0.30, not \"" + value + "\"");
        out.dialect = value == "0.30" ? Dialect::V030 : Dialect::V029;
    } else if (flag == "--nodes") {
        return number(flag, value, out.nodes, std::uint32_t{200000});
    } else if (flag == "--users") {
        return number(flag, value, out.users, std::uint32_t{50000});
    } else if (flag == "--seed") {
        return number(flag, value, out.seed, UINT64_MAX);
    } else if (flag == "--churn") {
        const auto interval = parseDuration(value);
        if (!interval) return wrong("--churn takes a duration such as 500ms or 15s (0: off), not \"" + value + "\"");
        out.churn_ms = *interval;
    } else if (flag == "--faults") {
        out.faults = value;
    } else {
        return wrong("unknown flag: " + flag);
    }
    return {};
}

}  // namespace

std::optional<std::int64_t> parseDuration(std::string_view text) {
    if (text == "0") return 0;
    const auto digits = text.find_first_not_of("0123456789");
    if (digits == std::string_view::npos) return std::nullopt;
    const auto value = parseUnsigned<std::uint32_t>(text.substr(0, digits));
    const auto unit = text.substr(digits);
    if (!value) return std::nullopt;
    if (unit == "ms") return *value;
    if (unit == "s") return std::int64_t{*value} * 1000;
    if (unit == "m") return std::int64_t{*value} * 60000;
    if (unit == "h") return std::int64_t{*value} * 3600000;
    return std::nullopt;
}

Result<Options> parseOptions(const std::vector<std::string>& arguments) {
    Options out;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string flag = arguments[i];
        if (flag == "-h" || flag == "--help") {
            out.command = "help";
            return out;
        }
        if (flag.empty() || flag[0] != '-') {
            if (!out.command.empty()) return wrong("unknown argument \"" + flag + "\" for \"headscale-demo " + out.command + "\"");
            out.command = flag;
            continue;
        }
        std::string value;
        if (const auto equals = flag.find('='); equals != std::string::npos) {
            value = flag.substr(equals + 1);
            flag.resize(equals);
        } else if (++i < arguments.size()) {
            value = arguments[i];
        } else {
            return wrong("flag needs an argument: " + flag);
        }
        if (auto applied = apply(flag, value, out); !applied) return std::move(applied).error();
    }
    if (out.command.empty()) out.command = "help";
    if (out.command != "version" && out.command != "serve" && out.command != "configtest" && out.command != "help") {
        return wrong("unknown command \"" + out.command + "\" for \"headscale-demo\"");
    }
    return out;
}

std::string usageText() {
    return "headscale-demo is a stand-in for headscale with an invented fleet; nothing in it is real.\n\n"
           "Usage:\n"
           "  headscale-demo version [-o json] [--api 0.29|0.30]\n"
           "  headscale-demo configtest -c FILE\n"
           "  headscale-demo serve -c FILE [--api 0.29|0.30] [--nodes N] [--users N] [--seed S] [--churn 15s] [--faults FILE]\n";
}

std::string versionName(Dialect dialect) { return dialect == Dialect::V030 ? "v0.30.0-demo" : "v0.29.2-demo"; }

Json versionForm(Dialect dialect) {
    return Json::object({{"version", versionName(dialect)}, {"commit", "unknown"}, {"buildTime", "unknown"},
                         {"go", Json::object({{"version", "none"}, {"os", "linux"}, {"arch", "amd64"}})}, {"dirty", false}});
}

}  // namespace masthead::demo
