#include "host/headscale/grpc/connect.hpp"

#include "host/headscale/grpc/driver.hpp"

namespace masthead::headscale {

namespace {

constexpr int kMostReceived = 64 << 20;  // 10,000 nodes are about 8 MiB

std::shared_ptr<::grpc::Channel> openChannel(const std::string& socket_path) {
    ::grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMostReceived);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    // A channel of its own, so that a connection found broken elsewhere does not hold this one in back-off.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 200);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
    return ::grpc::CreateCustomChannel("unix:" + socket_path, ::grpc::InsecureChannelCredentials(), arguments);
}

std::string minorOf(const Reflection& reflection) {
    return reflection.lacks("CheckPolicy") || reflection.lacks("AuthRegister") ? "0.28" : "0.29";
}

}  // namespace

Result<std::unique_ptr<Client>> connectGrpc(const std::string& socket_path, Deadline deadline) {
    const auto channel = openChannel(socket_path);
    auto reflection = reflect(channel, deadline);
    if (!reflection) return std::move(reflection).error();
    std::string minor = minorOf(*reflection);
    auto driver = std::make_unique<GrpcDriver>(channel, *reflection, minor);
    if (const Status healthy = driver->health(deadline); !healthy) return healthy.error();
    return std::unique_ptr<Client>(std::move(driver));
}

}  // namespace masthead::headscale
