/* Service masthead.events/1 (host to plugin) and extension masthead.event-handlers/1 (plugin to host).
 *
 * plugin.json declares what is published, {"events": [{"type": "<id>.changed", "permission": "<id>.read"}]}, and what is
 * heard, {"subscribes": ["tailnet.nodes"]}. Events are hints: they may be dropped under load ("lagged" tells so). */
#ifndef MASTHEAD_EXT_EVENTS_H
#define MASTHEAD_EXT_EVENTS_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_SERVICE_EVENTS "masthead.events/1"
#define MH_EXTENSION_EVENT_HANDLERS "masthead.event-handlers/1"

typedef struct mh_events {
    uint32_t struct_size, reserved;
    /* [any] To browsers that may see it and to other plugins. MH_PERMISSION_DENIED: type not declared. data_json <= 64 KiB. */
    int32_t (*publish)(mh_host *host, mh_str type, mh_str data_json);
} mh_events;

typedef struct mh_event_handlers {
    uint32_t struct_size, reserved;
    /* [worker] One at a time, in order. Type "lagged": events were dropped, read everything again. */
    void (*on_event)(mh_plugin *plugin, mh_ctx *ctx, mh_str type, mh_str data_json);
} mh_event_handlers;

#ifdef __cplusplus
}
#endif

#endif
