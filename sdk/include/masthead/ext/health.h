/* Extension masthead.health/1: what the plugin says about itself on the Plugins page. */
#ifndef MASTHEAD_EXT_HEALTH_H
#define MASTHEAD_EXT_HEALTH_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_EXTENSION_HEALTH "masthead.health/1"

typedef struct mh_health {
    uint32_t struct_size, reserved;
    /* [worker] MH_OK, or the error that keeps the plugin from doing its work; report_json: one emit, optional. */
    int32_t (*check)(mh_plugin *plugin, mh_ctx *ctx, mh_sink report_json, mh_sink err);
} mh_health;

#ifdef __cplusplus
}
#endif

#endif
