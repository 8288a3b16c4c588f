#include "host/headscale/grpc/reflect.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "headscale.pb.h"
#include "host/headscale/errors.hpp"
#include "reflection.pb.h"

namespace masthead::headscale {

namespace {

namespace proto = google::protobuf;
using Request = masthead::reflection::Request;
using Response = masthead::reflection::Response;

constexpr const char* kMethod = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
constexpr const char* kService = "headscale.v1.HeadscaleService";
constexpr const char* kPackageFolder = "headscale/";
constexpr std::size_t kMostFiles = 64;

/// The server's own description: message name -> field name -> field, and the service's methods.
struct Described {
    std::map<std::string, std::map<std::string, proto::FieldDescriptorProto>> messages;
    std::set<std::string> methods;
};

void addFile(const proto::FileDescriptorProto& file, Described& out) {
    for (const auto& message : file.message_type()) {
        auto& fields = out.messages[file.package() + "." + message.name()];
        for (const auto& field : message.field()) fields.emplace(field.name(), field);
    }
    for (const auto& service : file.service()) {
        if (file.package() + "." + service.name() != kService) continue;
        for (const auto& method : service.method()) out.methods.insert(method.name());
    }
}

void compareMessage(const proto::Descriptor& ours, const Described& theirs, std::set<std::string>& seen,
                    std::vector<std::string>& missing) {
    if (!seen.insert(ours.full_name()).second) return;
    const auto found = theirs.messages.find(ours.full_name());
    if (found == theirs.messages.end()) {
        missing.push_back(ours.name());
        return;
    }
    for (int i = 0; i < ours.field_count(); ++i) {
        const proto::FieldDescriptor& field = *ours.field(i);
        const auto other = found->second.find(field.name());
        const std::string name = ours.name() + "." + field.name();
        if (other == found->second.end()) {
            missing.push_back(name);
        } else if (other->second.number() != field.number() || static_cast<int>(other->second.type()) != static_cast<int>(field.type()) ||
                   static_cast<int>(other->second.label()) != static_cast<int>(field.label())) {
            missing.push_back(name + " (another type)");
        }
        if (field.message_type() != nullptr && field.message_type()->file() == ours.file()) {
            compareMessage(*field.message_type(), theirs, seen, missing);
        }
    }
}

std::vector<std::string> compare(const Described& theirs) {
    std::vector<std::string> missing;
    std::set<std::string> seen;
    const proto::ServiceDescriptor& service =
        *::headscale::v1::User::descriptor()->file()->FindServiceByName("HeadscaleService");
    for (int i = 0; i < service.method_count(); ++i) {
        const proto::MethodDescriptor& method = *service.method(i);
        if (!theirs.methods.contains(method.name())) {
            missing.push_back(method.name());
            continue;
        }
        compareMessage(*method.input_type(), theirs, seen, missing);
        compareMessage(*method.output_type(), theirs, seen, missing);
    }
    return missing;
}

}  // namespace

bool Reflection::lacks(const std::string& name) const {
    return std::find(missing.begin(), missing.end(), name) != missing.end();
}

Result<Reflection> reflect(const std::shared_ptr<::grpc::ChannelInterface>& channel, Deadline deadline) {
    ::grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(deadline.ms));
    // The stub class would be named after the file's package, which is ours; so the method is called by its public name.
    const ::grpc::internal::RpcMethod method(kMethod, ::grpc::internal::RpcMethod::BIDI_STREAMING, channel);
    const std::unique_ptr<::grpc::ClientReaderWriter<Request, Response>> stream(
        ::grpc::internal::ClientReaderWriterFactory<Request, Response>::Create(channel.get(), method, &context));

    Described theirs;
    std::set<std::string> asked;
    std::deque<Request> queue;
    queue.emplace_back().set_file_containing_symbol(kService);
    bool described = false;
    while (!queue.empty() && asked.size() < kMostFiles) {
        Response response;
        if (!stream->Write(queue.front()) || !stream->Read(&response)) break;
        queue.pop_front();
        for (const std::string& bytes : response.files().file_descriptor_proto()) {
            proto::FileDescriptorProto file;
            if (!file.ParseFromString(bytes)) continue;
            described = true;
            asked.insert(file.name());
            addFile(file, theirs);
            for (const std::string& dependency : file.dependency()) {
                const bool ours = dependency.rfind(kPackageFolder, 0) == 0;
                if (ours && asked.insert(dependency).second) queue.emplace_back().set_file_by_filename(dependency);
            }
        }
    }
    stream->WritesDone();
    if (!queue.empty()) context.TryCancel();
    const ::grpc::Status status = stream->Finish();
    if (!described) {
        const auto code = status.error_code();
        if (code == ::grpc::StatusCode::UNAVAILABLE || code == ::grpc::StatusCode::DEADLINE_EXCEEDED) {
            return grpcError(code, status.error_message(), {"asking headscale what it offers"});
        }
        return Reflection{};
    }
    return Reflection{true, compare(theirs)};
}

}  // namespace masthead::headscale
