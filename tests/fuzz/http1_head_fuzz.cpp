// Requests and responses as raw bytes: nothing crashes, and what is accepted means the same when it is written and read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/edge/http1/bytes.hpp"
#include "host/edge/http1/chunked.hpp"
#include "host/edge/http1/head_end.hpp"
#include "host/edge/http1/request.hpp"
#include "host/edge/http1/response.hpp"
#include "host/edge/http1/serialize.hpp"

namespace {

using namespace masthead::edge::http1;

void check(bool holds) {
    if (!holds) std::abort();
}

void checkRequest(std::string_view bytes) {
    HeadEnd end{HeadLimits()};
    if (end.look(bytes) != HeadEnd::State::Complete) return;
    const auto parsed = parseRequest(bytes.substr(0, end.size()));
    if (!parsed.ok()) return check(parsed.refusal.status >= 400 && parsed.refusal.status < 600);
    const auto& head = *parsed.head;
    check(!head.target.path.empty() && head.target.path.front() == '/');
    for (const auto& field : head.fields.all()) check(!field.name.empty() && allOf(field.name, isToken) && allOf(field.value, isValueByte));
    check(head.fields.count("content-length") + head.fields.count("transfer-encoding") <= 1);
    const auto target = head.target.path + (head.target.has_query ? "?" + head.target.query : "");
    const auto again = parseRequest(HeadWriter::request(head.method, target).add(head.fields).finish());
    check(again.ok() && again.head->method == head.method && again.head->target.path == head.target.path);
    check(again.head->framing.kind == head.framing.kind && again.head->framing.length == head.framing.length);
    check(again.head->fields.all().size() == head.fields.all().size());
}

void checkResponse(std::string_view bytes) {
    HeadEnd end{HeadLimits()};
    if (end.look(bytes) != HeadEnd::State::Complete) return;
    const auto parsed = parseResponse(bytes.substr(0, end.size()));
    if (!parsed.ok()) return check(parsed.refusal.status == 502);
    check(parsed.head->status >= 100 && parsed.head->status < 600);
    check(responseFraming(*parsed.head, "GET").ok() || parsed.head->minor_version == 0);
}

/// However the bytes are cut, the decoder says the same.
void checkChunked(std::string_view bytes) {
    const auto decode = [](std::string_view input, std::size_t step, std::string& out, std::size_t& used) {
        ChunkedDecoder decoder;
        auto state = ChunkedDecoder::State::NeedMore;
        used = 0;
        while (used < input.size() && state == ChunkedDecoder::State::NeedMore) {
            std::size_t consumed = 0;
            state = decoder.feed(input.substr(used, step), out, consumed);
            used += consumed;
        }
        return state;
    };
    std::string whole, pieces;
    std::size_t whole_used = 0, pieces_used = 0;
    const auto first = decode(bytes, bytes.size() + 1, whole, whole_used);
    const auto second = decode(bytes, 1, pieces, pieces_used);
    check(first == second && whole == pieces);
    if (first == ChunkedDecoder::State::Done) check(whole_used == pieces_used);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(data, data + size);
    checkRequest(bytes);
    checkResponse(bytes);
    checkChunked(bytes);
    return 0;
}
