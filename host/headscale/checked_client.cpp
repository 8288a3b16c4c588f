#include "host/headscale/checked_client.hpp"

#include <algorithm>

#include "host/headscale/names.hpp"

namespace masthead::headscale {

namespace {

Error noSuch(const char* what, Id id) { return Error{Code::NotFound, std::string("there is no ") + what + " " + std::to_string(id)}; }

Error noExpiration() {
    return Error{Code::InvalidArgument, "the key needs an expiration: headscale stores a key without one as already expired"};
}

Status checkPolicyText(const std::string& text) {
    // headscale would store an empty text and allow everything to everybody after its next start.
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) return Error{Code::InvalidArgument, "the policy is empty"};
    return {};
}

// Keys made before 0.28 are stored and listed in full; nobody but their creator ever needs to see one again.
void mask(PreAuthKey& key) {
    constexpr std::size_t kShown = 6;
    if (key.key.empty() || key.key.find("***") != std::string::npos) return;
    key.key = key.key.substr(0, std::min(kShown, key.key.size() / 2)) + "***";
}

Result<Node> masked(Result<Node> node) {
    if (node && node->pre_auth_key) mask(*node->pre_auth_key);
    return node;
}

class CheckedClient final : public Client {
public:
    explicit CheckedClient(std::unique_ptr<Client> driver) : driver_(std::move(driver)) {}

    const char* driver() const override { return driver_->driver(); }
    std::string minor() const override { return driver_->minor(); }
    std::vector<std::string> missingFields() const override { return driver_->missingFields(); }

    Result<std::vector<User>> listUsers(Deadline deadline) override { return driver_->listUsers(deadline); }

    Result<User> createUser(const CreateUser& wanted, Deadline deadline) override {
        if (Status name = checkUserName(wanted.name); !name) return std::move(name).error();
        return driver_->createUser(wanted, deadline);
    }

    Result<User> renameUser(Id id, const std::string& new_name, Deadline deadline) override {
        if (id == 0) return noSuch("user", id);
        if (Status name = checkUserName(new_name); !name) return std::move(name).error();
        return driver_->renameUser(id, new_name, deadline);
    }

    Status deleteUser(Id id, Deadline deadline) override { return id == 0 ? noSuch("user", id) : driver_->deleteUser(id, deadline); }

    Result<std::vector<Node>> listNodes(Deadline deadline) override {
        auto nodes = driver_->listNodes(deadline);
        if (!nodes) return nodes;
        for (Node& node : *nodes) {
            if (node.pre_auth_key) mask(*node.pre_auth_key);
        }
        return nodes;
    }

    Result<Node> getNode(Id id, Deadline deadline) override {
        if (id == 0) return noSuch("node", id);
        return masked(driver_->getNode(id, deadline));
    }

    Result<Node> renameNode(Id id, const std::string& new_name, Deadline deadline) override {
        if (Status name = checkNodeName(new_name); !name) return std::move(name).error();
        // The answers for an unknown node differ per version and do not say so; reading it first is cheap.
        if (auto node = getNode(id, deadline); !node) return std::move(node).error();
        return masked(driver_->renameNode(id, new_name, deadline));
    }

    Result<Node> setTags(Id id, const std::vector<std::string>& tags, Deadline deadline) override {
        if (id == 0) return noSuch("node", id);
        if (tags.empty()) return Error{Code::InvalidArgument, "a tagged node keeps at least one tag; headscale cannot give it back to a user"};
        if (Status checked = checkTags(tags); !checked) return std::move(checked).error();
        return masked(driver_->setTags(id, tags, deadline));
    }

    Result<Node> setApprovedRoutes(Id id, const std::vector<std::string>& routes, Deadline deadline) override {
        std::vector<std::string> canonical;
        for (const std::string& route : routes) {
            auto one = checkRoute(route);
            if (!one) return std::move(one).error();
            canonical.push_back(std::move(*one));
        }
        if (auto node = getNode(id, deadline); !node) return std::move(node).error();
        return masked(driver_->setApprovedRoutes(id, canonical, deadline));
    }

    Result<Node> expireNode(Id id, Time at, Deadline deadline) override {
        if (id == 0) return noSuch("node", id);
        return masked(driver_->expireNode(id, at, deadline));
    }

    Result<Node> disableExpiry(Id id, Deadline deadline) override {
        if (id == 0) return noSuch("node", id);
        return masked(driver_->disableExpiry(id, deadline));
    }

    Status deleteNode(Id id, Deadline deadline) override { return id == 0 ? noSuch("node", id) : driver_->deleteNode(id, deadline); }

    Result<Node> registerNode(const std::string& user_name, const std::string& key, Deadline deadline) override {
        if (Status checked = checkRegistration(user_name, key); !checked) return std::move(checked).error();
        return masked(driver_->registerNode(user_name, key, deadline));
    }

    Result<Node> debugCreateNode(const std::string& user_name, const std::string& key, const std::string& name,
                                 const std::vector<std::string>& routes, Deadline deadline) override {
        if (Status checked = checkRegistration(user_name, key); !checked) return std::move(checked).error();
        return masked(driver_->debugCreateNode(user_name, key, name, routes, deadline));
    }

    Result<std::vector<std::string>> backfillNodeIps(Deadline deadline) override { return driver_->backfillNodeIps(deadline); }

    Result<std::vector<PreAuthKey>> listPreAuthKeys(Deadline deadline) override {
        auto keys = driver_->listPreAuthKeys(deadline);
        if (!keys) return keys;
        for (PreAuthKey& key : *keys) mask(key);
        return keys;
    }

    Result<PreAuthKey> createPreAuthKey(const CreatePreAuthKey& wanted, Deadline deadline) override {
        if (wanted.expiration <= 0) return noExpiration();
        if (wanted.user == 0 && wanted.tags.empty()) return Error{Code::InvalidArgument, "a pre-auth key needs a user or at least one tag"};
        if (Status checked = checkTags(wanted.tags); !checked) return std::move(checked).error();
        return driver_->createPreAuthKey(wanted, deadline);
    }

    Status expirePreAuthKey(Id id, Deadline deadline) override {
        if (Status known = findPreAuthKey(id, deadline); !known) return known;
        return driver_->expirePreAuthKey(id, deadline);
    }

    Status deletePreAuthKey(Id id, Deadline deadline) override {
        if (Status known = findPreAuthKey(id, deadline); !known) return known;
        return driver_->deletePreAuthKey(id, deadline);
    }

    Result<std::vector<ApiKey>> listApiKeys(Deadline deadline) override { return driver_->listApiKeys(deadline); }

    Result<std::string> createApiKey(std::int64_t expiration, Deadline deadline) override {
        if (expiration <= 0) return noExpiration();
        return driver_->createApiKey(expiration, deadline);
    }

    Status expireApiKey(const std::string& prefix, Deadline deadline) override {
        if (Status checked = checkApiKeyPrefix(prefix); !checked) return checked;
        return driver_->expireApiKey(prefix, deadline);
    }

    Status deleteApiKey(const std::string& prefix, Deadline deadline) override {
        if (Status checked = checkApiKeyPrefix(prefix); !checked) return checked;
        return driver_->deleteApiKey(prefix, deadline);
    }

    Result<std::optional<Policy>> getPolicy(Deadline deadline) override { return driver_->getPolicy(deadline); }

    Result<Policy> setPolicy(const std::string& text, Deadline deadline) override {
        if (Status checked = checkPolicyText(text); !checked) return std::move(checked).error();
        return driver_->setPolicy(text, deadline);
    }

    Status checkPolicy(const std::string& text, Deadline deadline) override {
        if (Status checked = checkPolicyText(text); !checked) return checked;
        return driver_->checkPolicy(text, deadline);
    }

    Result<Node> authRegister(const std::string& user_name, const std::string& auth_id, Deadline deadline) override {
        if (Status checked = checkRegistration(user_name, auth_id); !checked) return std::move(checked).error();
        return masked(driver_->authRegister(user_name, auth_id, deadline));
    }

    Status authApprove(const std::string& auth_id, Deadline deadline) override {
        if (Status checked = checkAuthId(auth_id, minor()); !checked) return checked;
        return driver_->authApprove(auth_id, deadline);
    }

    Status authReject(const std::string& auth_id, Deadline deadline) override {
        if (Status checked = checkAuthId(auth_id, minor()); !checked) return checked;
        return driver_->authReject(auth_id, deadline);
    }

    Status health(Deadline deadline) override { return driver_->health(deadline); }

private:
    // Existing users may carry any name (from OIDC or older days), so only "none at all" is refused here.
    Status checkRegistration(const std::string& user_name, const std::string& key) const {
        if (user_name.empty()) return Error{Code::InvalidArgument, "name the user the node shall belong to"};
        return checkAuthId(key, minor());
    }

    Status findPreAuthKey(Id id, Deadline deadline) {
        if (id == 0) return noSuch("pre-auth key", id);
        auto keys = driver_->listPreAuthKeys(deadline);
        if (!keys) return std::move(keys).error();
        const bool known = std::any_of(keys->begin(), keys->end(), [id](const PreAuthKey& key) { return key.id == id; });
        if (!known) return noSuch("pre-auth key", id);
        return {};
    }

    std::unique_ptr<Client> driver_;
};

}  // namespace

std::unique_ptr<Client> makeChecked(std::unique_ptr<Client> driver) { return std::make_unique<CheckedClient>(std::move(driver)); }

}  // namespace masthead::headscale
