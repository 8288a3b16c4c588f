#include "demo/rpc/grpc_server.hpp"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <headscale.grpc.pb.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>

#include "demo/rpc/transcode.hpp"
#include "host/base/file.hpp"

namespace masthead::demo {

namespace {

namespace v1 = ::headscale::v1;

class Service final : public v1::HeadscaleService::Service {
public:
    Service(Api& api, Faults& faults) : api_(api), faults_(faults) {}

#define MH_DEMO_RPC(Name)                                                                                    \
    grpc::Status Name(grpc::ServerContext*, const v1::Name##Request* request, v1::Name##Response* response) override { \
        return answer(#Name, *request, *response);                                                           \
    }
    MH_DEMO_RPC(CreateUser)
    MH_DEMO_RPC(RenameUser)
    MH_DEMO_RPC(DeleteUser)
    MH_DEMO_RPC(ListUsers)
    MH_DEMO_RPC(CreatePreAuthKey)
    MH_DEMO_RPC(ExpirePreAuthKey)
    MH_DEMO_RPC(DeletePreAuthKey)
    MH_DEMO_RPC(ListPreAuthKeys)
    MH_DEMO_RPC(DebugCreateNode)
    MH_DEMO_RPC(GetNode)
    MH_DEMO_RPC(SetTags)
    MH_DEMO_RPC(SetApprovedRoutes)
    MH_DEMO_RPC(RegisterNode)
    MH_DEMO_RPC(DeleteNode)
    MH_DEMO_RPC(ExpireNode)
    MH_DEMO_RPC(RenameNode)
    MH_DEMO_RPC(ListNodes)
    MH_DEMO_RPC(BackfillNodeIPs)
    MH_DEMO_RPC(AuthRegister)
    MH_DEMO_RPC(AuthApprove)
    MH_DEMO_RPC(AuthReject)
    MH_DEMO_RPC(CreateApiKey)
    MH_DEMO_RPC(ExpireApiKey)
    MH_DEMO_RPC(ListApiKeys)
    MH_DEMO_RPC(DeleteApiKey)
    MH_DEMO_RPC(GetPolicy)
    MH_DEMO_RPC(SetPolicy)
    MH_DEMO_RPC(CheckPolicy)
    MH_DEMO_RPC(Health)
#undef MH_DEMO_RPC

private:
    grpc::Status answer(const char* rpc, const google::protobuf::Message& request, google::protobuf::Message& response) {
        if (const auto fault = faults_.pass(rpc, "")) {
            return {static_cast<grpc::StatusCode>(fault->grpcCode()), fault->message};
        }
        const Reply reply = api_.call(*operationByRpc(rpc), fromMessage(request));
        if (!reply.ok()) return {static_cast<grpc::StatusCode>(reply.failure().code), reply.failure().text};
        toMessage(reply.body(), response);
        return grpc::Status::OK;
    }

    Api& api_;
    Faults& faults_;
};

}  // namespace

Status prepareSocketPath(const std::string& path) {
    if (auto directory = ensureDirectory(parentPath(path), 0700); !directory) return directory;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return systemError("removing " + path, errno);
    return {};
}

class GrpcServer::Implementation {
public:
    Implementation(Api& api, Faults& faults) : service(api, faults) {}
    Service service;
    std::unique_ptr<grpc::Server> server;
};

GrpcServer::GrpcServer(Api& api, Faults& faults) : implementation_(std::make_unique<Implementation>(api, faults)) {}
GrpcServer::~GrpcServer() { stop(0); }

Status GrpcServer::start(const std::string& socket_path, unsigned mode) {
    if (auto prepared = prepareSocketPath(socket_path); !prepared) return prepared;
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket_path, grpc::InsecureServerCredentials());
    builder.RegisterService(&implementation_->service);
    implementation_->server = builder.BuildAndStart();
    if (!implementation_->server) return Error{Code::Unavailable, "setting up gRPC socket: listen unix " + socket_path + " failed"};
    if (::chmod(socket_path.c_str(), mode) != 0) return systemError("changing gRPC socket permission of " + socket_path, errno);
    return {};
}

void GrpcServer::stop(std::int64_t grace_ms) {
    if (!implementation_->server) return;
    implementation_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(grace_ms));
    implementation_->server->Wait();
    implementation_->server.reset();
}

}  // namespace masthead::demo
