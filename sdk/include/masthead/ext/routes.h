/* Extension masthead.routes/1: handlers for the routes that plugin.json declares, bound by name.
 * The host asks once, right after create. A declared route without a handler, or a handler without a declaration, refuses
 * the plugin. */
#ifndef MASTHEAD_EXT_ROUTES_H
#define MASTHEAD_EXT_ROUTES_H

#include <masthead/ext/http.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_EXTENSION_ROUTES "masthead.routes/1"

typedef struct mh_route_binding {
    const char *name; /* "name" of a route in plugin.json */
    void *data;       /* handed back to handle */
    /* [worker] The host has authenticated, authorised, bounded and schema-checked the request. MH_OK needs a finished
     * response; with an error the host makes the response. */
    int32_t (*handle)(mh_plugin *plugin, void *data, mh_ctx *ctx, const mh_request *request, mh_response *response, mh_sink err);
} mh_route_binding;

typedef struct mh_routes {
    uint32_t struct_size, reserved;
    size_t count;
    const mh_route_binding *bindings;
} mh_routes;

#ifdef __cplusplus
}
#endif

#endif
