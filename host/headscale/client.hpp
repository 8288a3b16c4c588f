// Client: every call Masthead makes to a running headscale, in our own types. Two drivers: grpc/ (<= 0.29), rest/ (>= 0.30).
//
// Thread-safe; each call has the deadline given, never blocks longer. Errors are typed by meaning, with headscale's quirks
// mapped in one place (errors.hpp): NotFound, Conflict, InvalidArgument, FailedPrecondition, Unavailable (down or deadline;
// retry later), Unimplemented (this version lacks the call; the message says since which version it exists), Internal.
// Expirations are mandatory on keys: headscale stores a key without one as already expired.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/headscale/types.hpp"

namespace masthead::headscale {

struct CreateUser {
    std::string name, display_name, email, picture_url;
};

struct CreatePreAuthKey {
    Id user = 0;  // 0 = none: then tags are needed
    bool reusable = false, ephemeral = false;
    std::int64_t expiration = 0;  // ms, required
    std::vector<std::string> tags;
};

/// What a call may take. Node writes wait for headscale's batcher (0.5 s), so do not go below 2 s for them.
struct Deadline {
    std::int64_t ms = 10000;
};

class Client {
public:
    virtual ~Client() = default;

    virtual const char* driver() const = 0;  // "grpc" or "rest"
    /// "0.28", "0.29", "0.30" as told by what the socket answers (the printed version is no part of it); empty = unknown.
    virtual std::string minor() const { return {}; }
    /// Methods and fields of our contract that the running server lacks ("CheckPolicy", "ExpireNodeRequest.disable_expiry").
    virtual std::vector<std::string> missingFields() const { return {}; }

    virtual Result<std::vector<User>> listUsers(Deadline = {}) = 0;
    virtual Result<User> createUser(const CreateUser&, Deadline = {}) = 0;
    virtual Result<User> renameUser(Id, const std::string& new_name, Deadline = {}) = 0;
    virtual Status deleteUser(Id, Deadline = {}) = 0;

    virtual Result<std::vector<Node>> listNodes(Deadline = {}) = 0;
    virtual Result<Node> getNode(Id, Deadline = {}) = 0;
    virtual Result<Node> renameNode(Id, const std::string& new_name, Deadline = {}) = 0;
    virtual Result<Node> setTags(Id, const std::vector<std::string>& tags, Deadline = {}) = 0;
    virtual Result<Node> setApprovedRoutes(Id, const std::vector<std::string>& routes, Deadline = {}) = 0;
    /// nullopt = now.
    virtual Result<Node> expireNode(Id, Time at, Deadline = {}) = 0;
    virtual Result<Node> disableExpiry(Id, Deadline = {}) = 0;
    virtual Status deleteNode(Id, Deadline = {}) = 0;
    virtual Result<Node> registerNode(const std::string& user_name, const std::string& key, Deadline = {}) = 0;
    virtual Result<Node> debugCreateNode(const std::string& user_name, const std::string& key, const std::string& name,
                                         const std::vector<std::string>& routes, Deadline = {}) = 0;
    virtual Result<std::vector<std::string>> backfillNodeIps(Deadline = {}) = 0;

    virtual Result<std::vector<PreAuthKey>> listPreAuthKeys(Deadline = {}) = 0;
    virtual Result<PreAuthKey> createPreAuthKey(const CreatePreAuthKey&, Deadline = {}) = 0;
    virtual Status expirePreAuthKey(Id, Deadline = {}) = 0;
    virtual Status deletePreAuthKey(Id, Deadline = {}) = 0;

    virtual Result<std::vector<ApiKey>> listApiKeys(Deadline = {}) = 0;
    /// The full key, shown once.
    virtual Result<std::string> createApiKey(std::int64_t expiration, Deadline = {}) = 0;
    virtual Status expireApiKey(const std::string& prefix, Deadline = {}) = 0;
    virtual Status deleteApiKey(const std::string& prefix, Deadline = {}) = 0;

    /// nullopt when none was ever set.
    virtual Result<std::optional<Policy>> getPolicy(Deadline = {}) = 0;
    virtual Result<Policy> setPolicy(const std::string& text, Deadline = {}) = 0;
    virtual Status checkPolicy(const std::string& text, Deadline = {}) = 0;

    virtual Result<Node> authRegister(const std::string& user_name, const std::string& auth_id, Deadline = {}) = 0;
    virtual Status authApprove(const std::string& auth_id, Deadline = {}) = 0;
    virtual Status authReject(const std::string& auth_id, Deadline = {}) = 0;

    virtual Status health(Deadline = {}) = 0;
};

/// Asks the socket which driver fits (gRPC reflection, or REST /api/v1/health) and connects. Unavailable when neither answers.
Result<std::unique_ptr<Client>> connect(const std::string& socket_path, Deadline = {});

}  // namespace masthead::headscale
