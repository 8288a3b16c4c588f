#include "host/edge/http1/beast_fields.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace masthead::edge::http1 {

namespace {

namespace http = boost::beast::http;

/// Feeds the whole head; false unless the parser took all of it and wants nothing more of it.
template <typename Parser>
bool feed(Parser& parser, std::string_view head) {
    parser.header_limit(128 * 1024);
    parser.body_limit(boost::none);
    boost::system::error_code error;
    parser.put(boost::asio::buffer(head.data(), head.size()), error);
    return (!error || error == http::error::need_more) && parser.is_header_done();
}

template <typename Message>
bool copyFields(const Message& message, Fields& out, std::size_t expected) {
    std::size_t count = 0;
    for (const auto& field : message) {
        out.add(std::string(field.name_string()), std::string(field.value()));
        ++count;
    }
    return count == expected;
}

}  // namespace

std::optional<RequestHead> beastRequest(std::string_view head, std::size_t field_count) {
    http::request_parser<http::empty_body> parser;
    if (!feed(parser, head)) return std::nullopt;
    RequestHead out;
    out.method = std::string(parser.get().method_string());
    if (!copyFields(parser.get(), out.fields, field_count)) return std::nullopt;
    return out;
}

std::optional<ResponseHead> beastResponse(std::string_view head, std::size_t field_count) {
    http::response_parser<http::empty_body> parser;
    parser.skip(true);
    if (!feed(parser, head)) return std::nullopt;
    ResponseHead out;
    out.status = static_cast<int>(parser.get().result_int());
    out.minor_version = static_cast<int>(parser.get().version() % 10);
    out.reason = std::string(parser.get().reason());
    if (!copyFields(parser.get(), out.fields, field_count)) return std::nullopt;
    return out;
}

}  // namespace masthead::edge::http1
