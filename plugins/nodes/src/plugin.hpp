// NodesPlugin: binds the routes of plugin.json. Keeps the handles of its services, set once by start(), and the history of who
// was online; handlers run concurrently.
#pragma once

#include <masthead/plugin.hpp>
#include <mutex>
#include <optional>
#include <string>

#include "history.hpp"

namespace nodes {

using masthead::Code;
using masthead::Error;
using masthead::HttpCall;
using masthead::Json;
using masthead::Reply;
using masthead::Result;
using masthead::Status;

class NodesPlugin final : public masthead::Plugin {
public:
    explicit NodesPlugin(masthead::Host host);
    Status start() override;
    void stop(std::int64_t deadline_ms) override;

private:
    void bindNodes();
    void bindUsers();
    void bindKeys();
    void bindApiKeys();
    void bindActivity();

    Result<Reply> listNodes(const HttpCall& call);
    Result<Reply> getNode(const HttpCall& call);
    Result<Reply> renameNode(const HttpCall& call);
    Result<Reply> expireNode(const HttpCall& call);
    Result<Reply> setTags(const HttpCall& call);
    Result<Reply> setRoutes(const HttpCall& call);
    Result<Reply> setExitNode(const HttpCall& call);
    Result<Reply> deleteNode(const HttpCall& call);
    Result<Reply> registerNode(const HttpCall& call);

    Result<Reply> listUsers(const HttpCall& call);
    Result<Reply> createUser(const HttpCall& call);
    Result<Reply> renameUser(const HttpCall& call);
    Result<Reply> deleteUser(const HttpCall& call);

    Result<Reply> listKeys(const HttpCall& call);
    Result<Reply> createKey(const HttpCall& call);
    Result<Reply> expireKey(const HttpCall& call);
    Result<Reply> deleteKey(const HttpCall& call);

    Result<Reply> listApiKeys(const HttpCall& call);
    Result<Reply> createApiKey(const HttpCall& call);
    Result<Reply> expireApiKey(const HttpCall& call);
    Result<Reply> deleteApiKey(const HttpCall& call);

    Result<Reply> summary(const HttpCall& call);
    Result<Reply> onlineHistory(const HttpCall& call);
    Result<Reply> nodeHistory(const HttpCall& call);
    void nodesChanged(const Json& data);
    Result<Json> takeStock(const masthead::Call& call);
    void learn(const Json& nodes);
    void loadHistory();
    void flush(const masthead::Call* call);

    /// Hands headscale's answer through as it is.
    Result<Reply> pass(const HttpCall& call, const std::string& method, const std::string& path, const Json& body = Json()) const;
    Result<Json> ask(const HttpCall& call, const std::string& method, const std::string& path, const Json& body = Json()) const;

    std::optional<masthead::Headscale> headscale_;
    std::optional<masthead::Store> store_;
    History history_;
    std::mutex summary_mutex_;  // guards the two below; the first who asks reads, the others wait for it
    Json summary_;
    std::int64_t summary_at_ = 0;
};

}  // namespace nodes
