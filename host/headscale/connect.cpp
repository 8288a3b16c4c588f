// connect(): asks the socket which dialect it speaks, since a hand-built headscale prints no usable version.
#include "host/headscale/checked_client.hpp"
#include "host/headscale/client.hpp"
#include "host/headscale/grpc/connect.hpp"
#include "host/headscale/rest/connect.hpp"

namespace masthead::headscale {

Result<std::unique_ptr<Client>> connect(const std::string& socket_path, Deadline deadline) {
    // REST first: a gRPC server turns an HTTP/1.1 request away at once, the other way round costs a time-out.
    auto rest = connectRest(socket_path, deadline);
    if (rest) return makeChecked(std::move(*rest));
    auto grpc = connectGrpc(socket_path, deadline);
    if (grpc) return makeChecked(std::move(*grpc));
    return Error{Code::Unavailable, "headscale does not answer on its socket " + socket_path,
                 "REST: " + rest.error().message + " (" + rest.error().internal + "); gRPC: " + grpc.error().message + " (" + grpc.error().internal + ")"};
}

}  // namespace masthead::headscale
