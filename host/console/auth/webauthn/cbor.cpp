#include "host/console/auth/webauthn/cbor.hpp"

#include <cbor.h>

#include <limits>
#include <masthead/json.hpp>

namespace masthead::console::auth::webauthn {
namespace {

/// What one head said: a finished scalar or text, or a container whose `count` values (pairs) follow.
struct Head {
    Cbor value;
    std::size_t count = 0;
    bool accepted = false;
};

void integer(void* context, std::uint64_t value, bool negative) {
    Head& head = *static_cast<Head*>(context);
    head.accepted = true;
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return;
    head.value.kind = Cbor::Kind::Integer;
    head.value.integer = negative ? -1 - static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

void string(void* context, cbor_data data, std::size_t size, Cbor::Kind kind) {
    Head& head = *static_cast<Head*>(context);
    head.value.kind = kind;
    head.value.text.assign(reinterpret_cast<const char*>(data), size);
    head.accepted = kind == Cbor::Kind::Bytes || detail::validUtf8(head.value.text);
}

void container(void* context, std::size_t count, Cbor::Kind kind) {
    Head& head = *static_cast<Head*>(context);
    head.value.kind = kind;
    head.count = count;
    head.accepted = true;
}

void other(void* context) { static_cast<Head*>(context)->accepted = true; }

/// Tags, indefinite lengths and breaks keep libcbor's empty callbacks: nothing is accepted.
cbor_callbacks callbacks() {
    cbor_callbacks out = cbor_empty_callbacks;
    out.uint8 = [](void* context, std::uint8_t value) { integer(context, value, false); };
    out.uint16 = [](void* context, std::uint16_t value) { integer(context, value, false); };
    out.uint32 = [](void* context, std::uint32_t value) { integer(context, value, false); };
    out.uint64 = [](void* context, std::uint64_t value) { integer(context, value, false); };
    out.negint8 = [](void* context, std::uint8_t value) { integer(context, value, true); };
    out.negint16 = [](void* context, std::uint16_t value) { integer(context, value, true); };
    out.negint32 = [](void* context, std::uint32_t value) { integer(context, value, true); };
    out.negint64 = [](void* context, std::uint64_t value) { integer(context, value, true); };
    out.byte_string = [](void* context, cbor_data data, std::size_t size) { string(context, data, size, Cbor::Kind::Bytes); };
    out.string = [](void* context, cbor_data data, std::size_t size) { string(context, data, size, Cbor::Kind::Text); };
    out.array_start = [](void* context, std::size_t count) { container(context, count, Cbor::Kind::Array); };
    out.map_start = [](void* context, std::size_t count) { container(context, count, Cbor::Kind::Map); };
    out.float2 = [](void* context, float) { other(context); };
    out.float4 = [](void* context, float) { other(context); };
    out.float8 = [](void* context, double) { other(context); };
    out.boolean = [](void* context, bool) { other(context); };
    out.null = other;
    out.undefined = other;
    return out;
}

class Decoder {
public:
    explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

    Result<Cbor> value(int depth) {
        Head head;
        static const cbor_callbacks kCallbacks = callbacks();
        const auto* from = reinterpret_cast<const unsigned char*>(bytes_.data()) + at_;
        const cbor_decoder_result decoded = cbor_stream_decode(from, bytes_.size() - at_, &kCallbacks, &head);
        if (decoded.status == CBOR_DECODER_NEDATA) return wrong("ends too early");
        if (decoded.status != CBOR_DECODER_FINISHED || decoded.read == 0 || !head.accepted) return wrong("is not acceptable");
        at_ += decoded.read;
        if (head.value.is(Cbor::Kind::Array)) return array(std::move(head), depth);
        if (head.value.is(Cbor::Kind::Map)) return map(std::move(head), depth);
        return std::move(head.value);
    }

    Error wrong(const std::string& what) const {
        return {Code::InvalidArgument, "the CBOR " + what + " (byte " + std::to_string(at_) + ")"};
    }
    std::size_t at() const { return at_; }

private:
    Result<Cbor> array(Head head, int depth) {
        if (depth >= kMaxCborDepth) return wrong("is nested too deep");
        for (std::size_t i = 0; i < head.count; ++i) {
            auto item = value(depth + 1);
            if (!item) return item;
            head.value.items.push_back(std::move(*item));
        }
        return std::move(head.value);
    }

    Result<Cbor> map(Head head, int depth) {
        if (depth >= kMaxCborDepth) return wrong("is nested too deep");
        // Each lookup walks the map: a map of thousands of keys is nobody's honest work.
        if (head.count > kMaxMembers) return wrong("has a map of too many members");
        for (std::size_t i = 0; i < head.count; ++i) {
            auto key = value(depth + 1);
            if (!key) return key;
            const bool named = key->is(Cbor::Kind::Text);
            if (!named && !key->is(Cbor::Kind::Integer)) return wrong("has a key that is neither text nor an integer");
            if (named ? head.value.find(key->text) : head.value.find(key->integer)) return wrong("has a duplicate key");
            auto member = value(depth + 1);
            if (!member) return member;
            head.value.keys.push_back(std::move(*key));
            head.value.items.push_back(std::move(*member));
        }
        return std::move(head.value);
    }

    static constexpr std::size_t kMaxMembers = 64;
    std::string_view bytes_;
    std::size_t at_ = 0;
};

}  // namespace

const Cbor* Cbor::find(std::string_view name) const {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].kind == Kind::Text && keys[i].text == name) return &items[i];
    }
    return nullptr;
}

const Cbor* Cbor::find(std::int64_t label) const {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].kind == Kind::Integer && keys[i].integer == label) return &items[i];
    }
    return nullptr;
}

Result<Cbor> decodeCborPrefix(std::string_view bytes, std::size_t& used) {
    if (bytes.size() > kMaxCborBytes) return Error{Code::InvalidArgument, "the CBOR is longer than 64 KiB"};
    Decoder decoder(bytes);
    auto value = decoder.value(0);
    used = decoder.at();
    return value;
}

Result<Cbor> decodeCbor(std::string_view bytes) {
    std::size_t used = 0;
    auto value = decodeCborPrefix(bytes, used);
    if (value && used != bytes.size()) return Error{Code::InvalidArgument, "the CBOR has bytes behind its end (byte " + std::to_string(used) + ")"};
    return value;
}

}  // namespace masthead::console::auth::webauthn
