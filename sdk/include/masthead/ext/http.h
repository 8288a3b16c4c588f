/* Service masthead.http/1: reading one request, writing its response. Used inside a route handler only, on its thread;
 * both handles are dead when the handler returns. Borrowed strings live as long as the handle. */
#ifndef MASTHEAD_EXT_HTTP_H
#define MASTHEAD_EXT_HTTP_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_SERVICE_HTTP "masthead.http/1"

typedef struct mh_request mh_request;
typedef struct mh_response mh_response;

typedef struct mh_http {
    uint32_t struct_size, reserved;

    mh_str (*method)(const mh_request *request);
    /* As the client sent it, without the query. */
    mh_str (*path)(const mh_request *request);
    /* The segment captured by {name}; data is NULL when the route has no such name. */
    mh_str (*capture)(const mh_request *request, mh_str name);
    /* One emit per value, decoded once; MH_NOT_FOUND when there is none. */
    int32_t (*query)(const mh_request *request, mh_str name, mh_sink values);
    /* By lower-case name; data is NULL when absent. Cookies and credentials are never shown to plugins. */
    mh_str (*header)(const mh_request *request, mh_str lower_name);
    /* The client's address as text. */
    mh_str (*client)(const mh_request *request);
    mh_str (*body)(const mh_request *request);
    /* Value of the host-made ticket of routes flagged "ticket"; data is NULL when there is none. */
    mh_str (*ticket)(const mh_request *request);

    /* 200 to 599; the default is 200. */
    int32_t (*set_status)(mh_response *response, int32_t status);
    /* Allowed: content-type, content-disposition, content-language, cache-control, etag, last-modified, location,
     * retry-after, x-<plugin id>-*. MH_PERMISSION_DENIED for others, MH_INVALID_ARGUMENT for control characters. */
    int32_t (*add_header)(mh_response *response, mh_str name, mh_str value);
    /* Appends to the body; MH_RESOURCE_EXHAUSTED beyond 16 MiB. */
    int32_t (*write)(mh_response *response, mh_str bytes);
    /* Declares the response complete. A handler that answers MH_OK without it is at fault (500). */
    int32_t (*finish)(mh_response *response);
    /* Keeps a value of up to 512 bytes of [A-Za-z0-9._~-] with the browser for max_age_s; an empty value removes it. Only on
     * routes flagged "ticket". */
    int32_t (*set_ticket)(mh_response *response, mh_str value, int64_t max_age_s);
} mh_http;

#ifdef __cplusplus
}
#endif

#endif
