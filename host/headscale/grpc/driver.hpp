// GrpcDriver: Client over headscale's gRPC service. Included by the .cpp files of this folder only (it pulls in gRPC).
// Thread-safe: the stub may be used from any thread, everything else is written in the constructor and connectGrpc only.
#pragma once

#include <grpcpp/grpcpp.h>

#include "headscale.grpc.pb.h"
#include "host/headscale/client.hpp"
#include "host/headscale/errors.hpp"
#include "host/headscale/grpc/reflect.hpp"

namespace masthead::headscale {

class GrpcDriver final : public Client {
public:
    GrpcDriver(std::shared_ptr<::grpc::Channel> channel, Reflection reflection, std::string minor);

    const char* driver() const override { return "grpc"; }
    std::string minor() const override { return minor_; }
    std::vector<std::string> missingFields() const override { return reflection_.missing; }

    Result<std::vector<User>> listUsers(Deadline deadline) override;
    Result<User> createUser(const CreateUser& wanted, Deadline deadline) override;
    Result<User> renameUser(Id id, const std::string& new_name, Deadline deadline) override;
    Status deleteUser(Id id, Deadline deadline) override;

    Result<std::vector<Node>> listNodes(Deadline deadline) override;
    Result<Node> getNode(Id id, Deadline deadline) override;
    Result<Node> renameNode(Id id, const std::string& new_name, Deadline deadline) override;
    Result<Node> setTags(Id id, const std::vector<std::string>& tags, Deadline deadline) override;
    Result<Node> setApprovedRoutes(Id id, const std::vector<std::string>& routes, Deadline deadline) override;
    Result<Node> expireNode(Id id, Time at, Deadline deadline) override;
    Result<Node> disableExpiry(Id id, Deadline deadline) override;
    Status deleteNode(Id id, Deadline deadline) override;
    Result<Node> registerNode(const std::string& user_name, const std::string& key, Deadline deadline) override;
    Result<Node> debugCreateNode(const std::string& user_name, const std::string& key, const std::string& name,
                                 const std::vector<std::string>& routes, Deadline deadline) override;
    Result<std::vector<std::string>> backfillNodeIps(Deadline deadline) override;

    Result<std::vector<PreAuthKey>> listPreAuthKeys(Deadline deadline) override;
    Result<PreAuthKey> createPreAuthKey(const CreatePreAuthKey& wanted, Deadline deadline) override;
    Status expirePreAuthKey(Id id, Deadline deadline) override;
    Status deletePreAuthKey(Id id, Deadline deadline) override;

    Result<std::vector<ApiKey>> listApiKeys(Deadline deadline) override;
    Result<std::string> createApiKey(std::int64_t expiration, Deadline deadline) override;
    Status expireApiKey(const std::string& prefix, Deadline deadline) override;
    Status deleteApiKey(const std::string& prefix, Deadline deadline) override;

    Result<std::optional<Policy>> getPolicy(Deadline deadline) override;
    Result<Policy> setPolicy(const std::string& text, Deadline deadline) override;
    Status checkPolicy(const std::string& text, Deadline deadline) override;

    Result<Node> authRegister(const std::string& user_name, const std::string& auth_id, Deadline deadline) override;
    Status authApprove(const std::string& auth_id, Deadline deadline) override;
    Status authReject(const std::string& auth_id, Deadline deadline) override;

    Status health(Deadline deadline) override;

private:
    using Stub = ::headscale::v1::HeadscaleService::Stub;

    template <typename Request, typename Response>
    Result<Response> call(::grpc::Status (Stub::*method)(::grpc::ClientContext*, const Request&, Response*), const Request& request,
                          const Attempt& attempt, Deadline deadline) {
        ::grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(deadline.ms));
        Response response;
        const ::grpc::Status status = (stub_.get()->*method)(&context, request, &response);
        if (status.ok()) return response;
        if (status.error_code() == ::grpc::StatusCode::UNIMPLEMENTED) return lacksCall(attempt.what, minor_, "a later version");
        return grpcError(status.error_code(), status.error_message(), attempt);
    }

    std::unique_ptr<Stub> stub_;
    const Reflection reflection_;
    const std::string minor_;
};

}  // namespace masthead::headscale
