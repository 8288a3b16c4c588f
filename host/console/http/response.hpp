// What a handler answers. Errors become application/problem+json (RFC 9457) in one place: problem().
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console {

/// Where a streaming answer writes. write() blocks at most the socket's time-out; false = the reader is gone.
class StreamSink {
public:
    virtual ~StreamSink() = default;
    virtual bool write(std::string_view bytes) = 0;
    /// False once the reader has closed its end; never blocks.
    virtual bool alive() = 0;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;  // values checked for control characters when sent
    std::function<void(StreamSink&)> stream = {};              // set: runs after the head until it returns; body is ignored

    Json audit_before = Json();  // what the change replaced and what it left, for the record of a route with `audit`; never sent
    Json audit_after = Json();

    static Response json(const Json& value, int status = 200) { return {status, "application/json", value.dump(), {}, {}, {}, {}}; }
    static Response noContent() { return {204, "", "", {}, {}, {}, {}}; }
    Response with(std::string name, std::string value) && {
        headers.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }
};

/// HTTP status for an error code: the only such table.
int httpStatus(Code code);
/// {type,title,status,detail,code,retryable,fields?}; `internal` is logged with the request id, never sent.
Response problem(const Error& error, const std::string& request_id);
Response problem(int status, const std::string& code, const std::string& title, const std::string& detail, const std::string& request_id,
                 bool retryable = false);
/// With further members of its own.
Response problem(int status, const std::string& code, const std::string& title, const std::string& detail, const std::string& request_id,
                 const Json& members);

struct FieldError {
    std::string path;    // "password"
    std::string reason;  // for people
};
/// 400 naming each field that does not fit.
Response fieldProblem(const std::vector<FieldError>& fields, const std::string& request_id);

}  // namespace masthead::console
