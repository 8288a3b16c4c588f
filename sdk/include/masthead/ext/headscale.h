/* Service masthead.headscale/1: headscale in the shape of its REST v1 API, whatever version runs. [any]
 *
 * The manifest's "headscale" names what may be called ("node.read", "node.write", "user.read", "user.write",
 * "preauthkey.read", "preauthkey.write", "apikey.read", "apikey.write", "policy.read", "policy.write", "auth.write");
 * anything else is MH_PERMISSION_DENIED. Calls during a request run for its principal; writes are audited: intent before,
 * outcome after. headscale away: MH_UNAVAILABLE, retryable. A call the running version lacks: MH_UNIMPLEMENTED.
 * GET /api/v1/node and /api/v1/node/{id} are answered from the host's live view. */
#ifndef MASTHEAD_EXT_HEADSCALE_H
#define MASTHEAD_EXT_HEADSCALE_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_SERVICE_HEADSCALE "masthead.headscale/1"

typedef struct mh_headscale {
    uint32_t struct_size, reserved;
    /* body_json may be empty. One emit of the answer's JSON. Lists of nodes carry, beside "nodes", the members "revision",
     * "asOf" (RFC 3339) and "stale" of the live view. ctx may be NULL: the call is the plugin's own. */
    int32_t (*call)(mh_host *host, mh_ctx *ctx, mh_str method, mh_str path, mh_str body_json, mh_sink response_json, mh_sink err);
    /* {"version","driver","ready","demo","public_url","unimplemented":[]}: one emit. */
    void (*info)(mh_host *host, mh_sink info_json);
} mh_headscale;

#ifdef __cplusplus
}
#endif

#endif
