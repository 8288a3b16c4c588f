// One request and its answer, between Poco's types and the funnel's. Used by http_listener only.
#pragma once

#include "host/console/http/funnel.hpp"

namespace Poco::Net {
class HTTPServerRequest;
class HTTPServerResponse;
}  // namespace Poco::Net

namespace masthead::console::server {

void exchange(Funnel& funnel, Door door, Poco::Net::HTTPServerRequest& from, Poco::Net::HTTPServerResponse& to);

}  // namespace masthead::console::server
