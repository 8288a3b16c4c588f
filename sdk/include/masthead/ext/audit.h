/* Service masthead.audit/1: one record in the host's audit trail, beyond those the host writes itself for every route that
 * changes something and every write to headscale. [any] Durable when MH_OK. Never put secrets into it. */
#ifndef MASTHEAD_EXT_AUDIT_H
#define MASTHEAD_EXT_AUDIT_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_SERVICE_AUDIT "masthead.audit/1"

typedef struct mh_audit {
    uint32_t struct_size, reserved;
    /* action begins with "<plugin id>."; outcome is "success", "failure" or "denied"; detail_json an object or empty, <= 16 KiB.
     * The principal is that of ctx; NULL: the plugin. */
    int32_t (*record)(mh_host *host, mh_ctx *ctx, mh_str action, mh_str object, mh_str outcome, mh_str detail_json);
    /* The same with what was changed: before_json and after_json are JSON texts of the changed part, <= 16 KiB each, or empty.
     * Members named like a secret are hidden by the host. Since struct_size 32; test for it. */
    int32_t (*record_change)(mh_host *host, mh_ctx *ctx, mh_str action, mh_str object, mh_str outcome, mh_str detail_json,
                             mh_str before_json, mh_str after_json);
} mh_audit;

#ifdef __cplusplus
}
#endif

#endif
