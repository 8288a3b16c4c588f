// The table of admin calls: their gRPC name, REST form and request fields. Every surface (gRPC, the 0.29 gateway, the
// 0.30 REST API) is driven by it. Immutable; read from any thread.
#pragma once

#include <string_view>
#include <vector>

#include "demo/reply.hpp"

namespace masthead::demo {

class Api;

enum class FieldKind { Text, Id, Flag, Time, TextList };

struct Field {
    const char* name;        // JSON
    const char* proto_name;  // in the path and in error texts
    FieldKind kind;
    const char* bad_id = nullptr;  // 0.30: `detail` when an id is no number
};

enum class Body { None, Optional, Required };

struct Operation {
    const char* rpc;
    const char* verb;
    const char* path;  // segments in braces are fields by their JSON name
    Body gateway_body;
    Body rest_body;
    bool writes;
    std::vector<Field> fields;
    /// `request` holds clean values: ids as decimal text, times as RFC 3339 text, absent members left out.
    Reply (Api::*run)(const Json& request);

    const Field* field(std::string_view name) const;
};

const std::vector<Operation>& operations();
const Operation* operationByRpc(std::string_view rpc);

}  // namespace masthead::demo
