// GET /admin/api/openapi.json: the API as it is at this moment, plugins included.
#include <memory>
#include <mutex>

#include "host/base/encoding.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/openapi.hpp"
#include "host/console/http/etag.hpp"

#ifndef MASTHEAD_VERSION
#define MASTHEAD_VERSION "0.0.0"
#endif

namespace masthead::console::api {
namespace {

/// The document of the table in force, made once per table. Thread-safe.
class Documents {
public:
    struct Made {
        std::shared_ptr<const RouteTable> table;
        std::string text, etag;
    };

    std::shared_ptr<const Made> of(const std::shared_ptr<const RouteTable>& table, const std::string& public_url) {
        const std::lock_guard lock(mutex_);
        if (!made_ || made_->table != table) {
            std::string text = openApiDocument(*table, public_url, MASTHEAD_VERSION).dump();
            std::string etag = "\"" + sha256Hex(text).substr(0, 32) + "\"";
            made_ = std::make_shared<const Made>(Made{table, std::move(text), std::move(etag)});
        }
        return made_;
    }

private:
    std::mutex mutex_;  // guards made_
    std::shared_ptr<const Made> made_;
};

}  // namespace

std::vector<Route> openapiRoutes(Context& context) {
    const auto documents = std::make_shared<Documents>();
    const auto answer = [&context, documents](const Request& request) {
        const auto table = context.routes();
        if (!table) return problem(Error{Code::Unavailable, "The routes are not there yet."}, request.id);
        const auto document = documents->of(table, context.config.public_url);
        if (noneMatchFits(request, document->etag)) return Response{304, "", "", {{"ETag", document->etag}}, {}};
        return Response{200, "application/json", document->text, {{"ETag", document->etag}}, {}};
    };
    return {{"GET", "/admin/api/openapi.json", Permission::anyAuthenticated(), "This API as an OpenAPI 3.1 document", answer}};
}

}  // namespace masthead::console::api
