#include "host/console/audit/head_file.hpp"

#include "host/base/file.hpp"
#include "host/base/json.hpp"

namespace masthead::console::audit {

Result<std::optional<Head>> readHead(const std::string& path) {
    auto text = readFile(path, 64 * 1024);
    if (!text && text.error().code == Code::NotFound) return std::optional<Head>();
    if (!text) return std::move(text).error();
    auto json = parseJson(*text, kLocalJson);
    if (!json || !json->isObject() || json->text("host").size() != 32 || json->text("hash").size() > 64 || !(*json)["seq"].isInt()) {
        return Error{Code::InvalidArgument, path + " is not the audit log's counter file"};
    }
    return std::optional<Head>(Head{json->text("host"), (*json)["seq"].asInt(), json->text("hash"), (*json)["checkpoint"].asInt(), (*json)["at"].asInt()});
}

Status writeHead(const std::string& path, const Head& head) {
    const Json json = Json::object({{"host", head.host}, {"seq", head.seq}, {"hash", head.hash}, {"checkpoint", head.checkpoint}, {"at", head.at}});
    return writeFileAtomic(path, json.dump() + "\n", 0600);
}

}  // namespace masthead::console::audit
