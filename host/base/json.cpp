#include "host/base/json.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <unordered_set>
#include <vector>

namespace masthead {
namespace {

/// Collects SAX events into a Json value; a false return stops the reader and `reason` says why.
class Builder {
public:
    explicit Builder(std::size_t depth) : max_depth_(depth) {}

    bool Null() { return add(Json()); }
    bool Bool(bool value) { return add(Json(value)); }
    bool Int(int) { return refuse("unexpected number"); }
    bool Uint(unsigned) { return refuse("unexpected number"); }
    bool Int64(int64_t) { return refuse("unexpected number"); }
    bool Uint64(uint64_t) { return refuse("unexpected number"); }
    bool Double(double) { return refuse("unexpected number"); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
        Json value;
        return detail::numberOf({text, size}, value) ? add(std::move(value)) : refuse("number out of range");
    }
    bool String(const char* text, rapidjson::SizeType size, bool) {
        if (!validText({text, size})) return false;
        return add(Json(std::string(text, size)));
    }

    bool StartObject() { return open(Json::object()); }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        if (!validText({text, size})) return false;
        auto& frame = stack_.back();
        frame.name.assign(text, size);
        return frame.names.insert(frame.name).second || refuse("duplicate member name");
    }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool StartArray() { return open(Json::array()); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    Json take() { return std::move(root_); }
    const char* reason = nullptr;

private:
    struct Frame {
        Json value;
        std::string name;
        std::unordered_set<std::string> names;
    };

    bool refuse(const char* why) {
        reason = why;
        return false;
    }
    /// RapidJSON lets an escaped lone low surrogate through and writes it as invalid UTF-8.
    bool validText(std::string_view text) { return detail::validUtf8(text) || refuse("lone surrogate"); }
    bool add(Json value) {
        if (stack_.empty()) {
            root_ = std::move(value);
        } else if (auto& frame = stack_.back(); frame.value.isObject()) {
            frame.value.append(std::move(frame.name), std::move(value));
        } else {
            frame.value.push(std::move(value));
        }
        return true;
    }
    bool open(Json container) {
        if (stack_.size() >= max_depth_) return refuse("nested too deep");
        stack_.push_back({std::move(container), {}, {}});
        return true;
    }
    bool close() {
        Json done = std::move(stack_.back().value);
        stack_.pop_back();
        return add(std::move(done));
    }

    std::size_t max_depth_;
    std::vector<Frame> stack_;
    Json root_;
};

}  // namespace

Result<Json> parseJson(std::string_view text, Json::Limits limits) {
    if (text.size() > limits.bytes) {
        return Error{Code::ResourceExhausted,
                     "JSON text of " + std::to_string(text.size()) + " bytes exceeds the limit of " +
                         std::to_string(limits.bytes)};
    }
    // RapidJSON takes a zero byte behind the value for the end of the text; JSON has none anywhere.
    if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
        return Error{Code::InvalidArgument, "invalid JSON: zero byte (byte " + std::to_string(zero) + ")"};
    }
    // Numbers as text: RapidJSON's own exact conversion reads out of bounds on long fractions, its fast one rounds wrongly.
    constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                                rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::Reader reader;
    Builder builder(limits.depth);
    const auto result = reader.Parse<kFlags>(stream, builder);
    if (result.IsError()) {
        const char* reason = builder.reason ? builder.reason : rapidjson::GetParseError_En(result.Code());
        return Error{Code::InvalidArgument,
                     std::string("invalid JSON: ") + reason + " (byte " + std::to_string(result.Offset()) + ")"};
    }
    return builder.take();
}

}  // namespace masthead
