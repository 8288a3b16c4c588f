/* Service masthead.store/1: the plugin's own keys in the host's database. [any]
 *
 * Keys are paths: segments of [A-Za-z0-9._-] joined by '/', at most 512 bytes; values are bytes (JSON by habit), at most
 * 256 KiB; a batch has at most 128 operations and 1 MiB; a plugin at most 64 MiB. Beyond: MH_RESOURCE_EXHAUSTED.
 * Every write gives the key a new revision that never comes back. MH_OK of a write survives kill -9.
 * ctx may be NULL outside of a call ([control] functions). */
#ifndef MASTHEAD_EXT_STORE_H
#define MASTHEAD_EXT_STORE_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_SERVICE_STORE "masthead.store/1"

/* Flag of put, cas and batch: the host encrypts the value at rest. */
#define MH_STORE_SEALED 1u

#define MH_STORE_PUT 1
#define MH_STORE_DELETE 2
#define MH_STORE_CHECK 3 /* expected_revision only */

typedef struct mh_store_op {
    uint32_t struct_size, flags;
    int32_t kind, reserved;
    mh_str key, value;
    int64_t expected_revision; /* -1 any, 0 must not exist, else must match */
} mh_store_op;

typedef struct mh_store {
    uint32_t struct_size, reserved;
    /* MH_NOT_FOUND; revision may be NULL here and below. */
    int32_t (*get)(mh_host *host, mh_ctx *ctx, mh_str key, mh_sink value, int64_t *revision);
    int32_t (*put)(mh_host *host, mh_ctx *ctx, mh_str key, mh_str value, uint32_t flags, int64_t *revision);
    /* MH_OK also when it did not exist. */
    int32_t (*remove)(mh_host *host, mh_ctx *ctx, mh_str key);
    /* One emit per direct child below prefix ("" or "a/b"), in byte order, after the child named `after`, at most `limit`
     * (0 = 1000); a child that has children of its own is emitted with a trailing '/'. */
    int32_t (*list)(mh_host *host, mh_ctx *ctx, mh_str prefix, mh_str after, uint32_t limit, mh_sink keys);
    /* expected_revision 0: must not exist. MH_CONFLICT writes nothing. */
    int32_t (*cas)(mh_host *host, mh_ctx *ctx, mh_str key, int64_t expected_revision, mh_str value, uint32_t flags, int64_t *revision);
    /* All or nothing; MH_CONFLICT when an expected revision does not match. */
    int32_t (*batch)(mh_host *host, mh_ctx *ctx, const mh_store_op *ops, size_t count, mh_sink err);
} mh_store;

#ifdef __cplusplus
}
#endif

#endif
