/* Extension masthead.identity-source/1: users, groups and memberships from a directory, streamed into the host.
 *
 * Order is free; members are joined by external id at the end. Only MH_OK of fetch counts: any other answer throws away
 * what the run reported. A group without memberships is empty; a group that was not reported is missing.
 * Strings: UTF-8, at most 1 KiB each; an empty external_id is refused by the sink. */
#ifndef MASTHEAD_EXT_IDENTITY_SOURCE_H
#define MASTHEAD_EXT_IDENTITY_SOURCE_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_EXTENSION_IDENTITY_SOURCE "masthead.identity-source/1"

#define MH_USER_DISABLED 1u
#define MH_USER_EMAIL_VERIFIED 2u
#define MH_USER_SERVICE_ACCOUNT 4u

#define MH_MEMBER_USER 1
#define MH_MEMBER_GROUP 2

typedef struct mh_user {
    uint32_t struct_size, flags;
    mh_str external_id; /* stable at the source, never a name */
    mh_str username, email, display_name;
} mh_user;

typedef struct mh_group {
    uint32_t struct_size, flags;
    mh_str external_id, name;
    mh_str path; /* where names are unique only among siblings; else empty */
} mh_group;

typedef struct mh_membership {
    uint32_t struct_size;
    int32_t member_kind; /* MH_MEMBER_USER, MH_MEMBER_GROUP (nested) */
    mh_str group_id, member_id;
} mh_membership;

/* Given by the host. Any answer but MH_OK: stop at once and return that code from fetch. */
typedef struct mh_identity_sink {
    uint32_t struct_size, reserved;
    void *ctx;
    int32_t (*user)(void *ctx, const mh_user *user);
    int32_t (*group)(void *ctx, const mh_group *group);
    int32_t (*membership)(void *ctx, const mh_membership *membership);
    int32_t (*removed)(void *ctx, int32_t member_kind, mh_str external_id); /* incremental runs only */
    int32_t (*cursor)(void *ctx, mh_str new_cursor);                       /* only if incremental runs are possible */
} mh_identity_sink;

typedef struct mh_identity_source {
    uint32_t struct_size, reserved;
    /* [any] {"groups","nested","incremental"} as booleans, one emit. */
    void (*describe)(mh_plugin *plugin, mh_sink capabilities_json);
    /* [worker] Is the configuration of one instance well formed? No network. */
    int32_t (*validate)(mh_plugin *plugin, mh_str instance_config_json, mh_sink err);
    /* [worker] Can the source be reached? report_json: {"message", ...}. */
    int32_t (*test)(mh_plugin *plugin, mh_ctx *ctx, mh_str instance_config_json, mh_sink report_json, mh_sink err);
    /* [job] An empty cursor asks for a full run. */
    int32_t (*fetch)(mh_plugin *plugin, mh_ctx *ctx, mh_str instance_config_json, mh_str cursor, const mh_identity_sink *sink, mh_sink err);
} mh_identity_source;

#ifdef __cplusplus
}
#endif

#endif
