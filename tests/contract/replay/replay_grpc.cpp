// replay_grpc <socket>: one JSON line in, one out. In: {"rpc": "CreateUser", "request": {…}} or {"rpc": …, "text": "raw JSON"}.
// Out: {"code": 0, "message": "", "response": {…}} with the server's answer, or {"refused": "…"} when protobuf's JSON mapping
// does not take the request, so that it never reaches the wire.
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <headscale.grpc.pb.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include "host/base/json.hpp"

namespace {

using google::protobuf::Message;
using masthead::Json;

const google::protobuf::MethodDescriptor* methodOf(const std::string& rpc) {
    const auto* file = headscale::v1::ListNodesRequest::descriptor()->file();
    return file->service(0)->FindMethodByName(rpc);
}

std::unique_ptr<Message> newMessage(const google::protobuf::Descriptor* type) {
    return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

class Caller {
public:
    explicit Caller(const std::string& socket) : stub_(grpc::CreateChannel("unix:" + socket, grpc::InsecureChannelCredentials())) {}

    Json call(const Json& line) {
        const auto* method = methodOf(line.text("rpc"));
        if (!method) return Json::object({{"refused", "no such method: " + line.text("rpc")}});
        auto request = newMessage(method->input_type());
        google::protobuf::util::JsonParseOptions parse;
        parse.ignore_unknown_fields = true;
        const std::string text = line.has("text") ? line.text("text") : line["request"].dump();
        const auto read = google::protobuf::util::JsonStringToMessage(text, request.get(), parse);
        if (!read.ok()) return Json::object({{"refused", std::string(read.message())}});
        grpc::ByteBuffer answer;
        const grpc::Status status = send("/" + method->service()->full_name() + "/" + method->name(), *request, answer);
        Json out = Json::object({{"code", static_cast<int>(status.error_code())}, {"message", status.error_message()}});
        if (!status.ok()) return out;
        auto response = newMessage(method->output_type());
        grpc::ProtoBufferReader reader(&answer);
        if (!response->ParseFromZeroCopyStream(&reader)) return Json::object({{"refused", "the answer is no " + response->GetTypeName()}});
        std::string form;
        google::protobuf::util::JsonPrintOptions print;
        print.always_print_primitive_fields = true;
        if (!google::protobuf::util::MessageToJsonString(*response, &form, print).ok()) return Json::object({{"refused", "no JSON form"}});
        out.set("response", masthead::parseJson(form, masthead::kLocalJson).valueOr(Json()));
        return out;
    }

private:
    grpc::Status send(const std::string& path, const Message& request, grpc::ByteBuffer& answer) {
        const std::string bytes = request.SerializeAsString();
        const grpc::Slice slice(bytes);
        const grpc::ByteBuffer body(&slice, 1);
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
        grpc::CompletionQueue queue;
        grpc::Status status;
        auto reader = stub_.PrepareUnaryCall(&context, path, body, &queue);
        reader->StartCall();
        reader->Finish(&answer, &status, nullptr);
        void* tag = nullptr;
        bool done = false;
        if (!queue.Next(&tag, &done)) return {grpc::StatusCode::INTERNAL, "the completion queue ended"};
        return status;
    }

    grpc::GenericStub stub_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: replay_grpc <socket>\n";
        return 2;
    }
    Caller caller(argv[1]);
    for (std::string line; std::getline(std::cin, line);) {
        auto request = masthead::parseJson(line, masthead::kLocalJson);
        if (!request) {
            std::cerr << request.error().message << '\n';
            return 2;
        }
        std::cout << caller.call(*request).dump() << std::endl;
    }
    return 0;
}
