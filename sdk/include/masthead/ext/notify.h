/* Service masthead.notify/1: a notification for the people who run the tailnet. The host decides by its rules where it goes
 * (console, mail, webhook, ...), when (quiet hours) and whether several become one.
 *
 * plugin.json declares each event that is posted, with who may see it in the console:
 *   {"events": [{"type": "<id>.request", "permission": "<id>.read", "notify": true, "description": "A device asks to join"}]} */
#ifndef MASTHEAD_EXT_NOTIFY_H
#define MASTHEAD_EXT_NOTIFY_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_SERVICE_NOTIFY "masthead.notify/1"

typedef struct mh_notify {
    uint32_t struct_size, reserved;
    /* [any] Never waits for a network; kept durably when MH_OK. notification_json, <= 16 KiB:
     *   {"title": "one line", "text": "plain text", "link": "/admin/p/<id>/requests?id=7", "severity": "info", "data": {}}
     * Only title is required. link is a path of the console; severity is info, warning or critical. Texts are shown as text,
     * control characters removed; never put a key or another secret into any member.
     * MH_PERMISSION_DENIED: the event is not declared. MH_INVALID_ARGUMENT: err says which member. MH_UNAVAILABLE: not kept. */
    int32_t (*post)(mh_host *host, mh_str event, mh_str notification_json, mh_sink err);
} mh_notify;

#ifdef __cplusplus
}
#endif

#endif
