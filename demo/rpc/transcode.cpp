#include "demo/rpc/transcode.hpp"

#include <google/protobuf/timestamp.pb.h>

#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"

namespace masthead::demo {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

std::int64_t milliseconds(const Timestamp& time) { return time.seconds() * 1000 + time.nanos() / 1000000; }

Json readOne(const Message& message, const Reflection& reflection, const FieldDescriptor* field, int index) {
    const bool many = index >= 0;
    switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_UINT64:
            return std::to_string(many ? reflection.GetRepeatedUInt64(message, field, index) : reflection.GetUInt64(message, field));
        case FieldDescriptor::CPPTYPE_BOOL: return many ? reflection.GetRepeatedBool(message, field, index) : reflection.GetBool(message, field);
        case FieldDescriptor::CPPTYPE_STRING:
            return many ? reflection.GetRepeatedString(message, field, index) : reflection.GetString(message, field);
        case FieldDescriptor::CPPTYPE_ENUM:
            return (many ? reflection.GetRepeatedEnum(message, field, index) : reflection.GetEnum(message, field))->name();
        case FieldDescriptor::CPPTYPE_MESSAGE: {
            const Message& child = many ? reflection.GetRepeatedMessage(message, field, index) : reflection.GetMessage(message, field);
            if (child.GetDescriptor() == Timestamp::descriptor()) return formatTimestamp(milliseconds(static_cast<const Timestamp&>(child)));
            return fromMessage(child);
        }
        default: return {};
    }
}

void writeTime(const std::string& text, Message& message) {
    const auto ms = parseTimestamp(text);
    if (!ms) return;
    auto& time = static_cast<Timestamp&>(message);
    std::int64_t seconds = *ms / 1000;
    std::int64_t rest = *ms % 1000;
    if (rest < 0) {
        rest += 1000;
        --seconds;
    }
    time.set_seconds(seconds);
    time.set_nanos(static_cast<int>(rest * 1000000));
}

void writeMessage(const Json& value, Message& message) {
    if (message.GetDescriptor() == Timestamp::descriptor()) {
        writeTime(value.asString(), message);
    } else {
        toMessage(value, message);
    }
}

void writeOne(const Json& value, Message& message, const Reflection& reflection, const FieldDescriptor* field) {
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_UINT64:
            reflection.SetUInt64(&message, field, parseUnsigned<std::uint64_t>(value.asString()).value_or(0));
            break;
        case FieldDescriptor::CPPTYPE_BOOL: reflection.SetBool(&message, field, value.asBool()); break;
        case FieldDescriptor::CPPTYPE_STRING:
            if (many) reflection.AddString(&message, field, value.asString());
            else reflection.SetString(&message, field, value.asString());
            break;
        case FieldDescriptor::CPPTYPE_ENUM:
            if (const auto* known = field->enum_type()->FindValueByName(value.asString())) reflection.SetEnum(&message, field, known);
            break;
        case FieldDescriptor::CPPTYPE_MESSAGE:
            writeMessage(value, many ? *reflection.AddMessage(&message, field) : *reflection.MutableMessage(&message, field));
            break;
        default: break;
    }
}

}  // namespace

Json fromMessage(const Message& message) {
    Json out = Json::object();
    const Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const auto* field : fields) {
        if (!field->is_repeated()) {
            out.append(field->json_name(), readOne(message, reflection, field, -1));
            continue;
        }
        Json::Array items;
        for (int i = 0; i < reflection.FieldSize(message, field); ++i) items.push_back(readOne(message, reflection, field, i));
        out.append(field->json_name(), Json(std::move(items)));
    }
    return out;
}

void toMessage(const Json& form, Message& message) {
    const auto* descriptor = message.GetDescriptor();
    const Reflection& reflection = *message.GetReflection();
    for (const auto& [name, value] : form.members()) {
        const auto* field = descriptor->FindFieldByCamelcaseName(name);
        if (!field || value.isNull()) continue;
        if (field->is_repeated()) {
            for (const auto& item : value.items()) writeOne(item, message, reflection, field);
        } else {
            writeOne(value, message, reflection, field);
        }
    }
}

}  // namespace masthead::demo
