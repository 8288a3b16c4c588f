/* Masthead plugin ABI, version 1: everything that crosses between host and plugin, in C.
 *
 * Rules (they bind both sides; a plugin that breaks one is refused or ends as a plugin fault):
 *  1. Only fixed-width integers, double, size_t, pointers, mh_str, mh_sink, and structs or tables of those cross. No bit
 *     fields, no bool, no enum as a field (int32_t with named constants), no time_t (int64_t ms since 1970), no FILE*.
 *  2. A struct that may grow begins with struct_size. Tables only grow at the end. Nobody reads past the struct_size of
 *     the other side; unknown trailing members are ignored.
 *  3. Inputs are borrowed for the duration of the call. Results go to a sink of the caller. Nobody frees memory of the
 *     other side. Pointers to tables and to extensions stay valid until destroy() returns.
 *  4. Text is UTF-8, given by pointer and size, not terminated; ids passed to get_service and get_extension are
 *     zero-terminated. JSON is RFC 8259, depth at most 64, no duplicate member names.
 *  5. A function never throws, never longjmps, never calls exit, and never touches signal masks or handlers, the locale,
 *     the environment, the working directory or the umask. A plugin starts no threads: it asks for jobs.
 *  6. Everything beyond this file is a service (host to plugin) or an extension (plugin to host), found by an id that
 *     carries its revision ("masthead.store/1"). A break gets a new id; the old id keeps its meaning.
 *  7. Functions answer with an MH_ status. With an error, a JSON object goes to the err sink (if there is one):
 *     {"detail": text for the administrator, "detail_internal": for the log only, "retryable": bool,
 *      "fields": [{"path", "reason"}]}; every member may be missing.
 *
 * Thread tags: [control] one host thread at a time per plugin. [worker] HTTP calls, concurrent. [job] at most one run per
 * job. [any] from everywhere at any time between create and destroy, does not block for long.
 * No call reaches a plugin before start() answered MH_OK nor after stop() returned, except create, configure,
 * get_extension, stop and destroy.
 *
 * Compiles as C11 and as C++11 to C++20.
 */
#ifndef MASTHEAD_ABI_H
#define MASTHEAD_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_MAGIC 0x4d48504cu /* "MHPL" */
#define MH_ABI_MAJOR 1u
#define MH_ABI_MINOR 0u
#define MH_SDK_VERSION "1.0.0"

#if defined(__linux__) && defined(__x86_64__)
#define MH_ABI_TAG "linux-x86_64"
#elif defined(__linux__) && defined(__aarch64__)
#define MH_ABI_TAG "linux-aarch64"
#else
#error "Masthead plugins are built for 64-bit Linux on x86 or ARM"
#endif

#if defined(__GNUC__)
#define MH_EXPORT __attribute__((visibility("default"), used))
#else
#define MH_EXPORT
#endif

/* Status codes. The mapping to HTTP is the host's. */
#define MH_OK 0
#define MH_INVALID_ARGUMENT 1
#define MH_UNAUTHENTICATED 2
#define MH_PERMISSION_DENIED 3
#define MH_NOT_FOUND 4
#define MH_CONFLICT 5
#define MH_FAILED_PRECONDITION 6
#define MH_RESOURCE_EXHAUSTED 7
#define MH_CANCELLED 8
#define MH_DEADLINE 9
#define MH_UNAVAILABLE 10
#define MH_INTERNAL 11
#define MH_UNIMPLEMENTED 12

/* Levels for mh_host_api.log. */
#define MH_LOG_DEBUG 0
#define MH_LOG_INFO 1
#define MH_LOG_WARNING 2
#define MH_LOG_ERROR 3

/* Borrowed bytes; data may be NULL when size is 0. */
typedef struct mh_str {
    const char *data;
    size_t size;
} mh_str;

/* How results come back: emit is called zero or more times before the function that took the sink returns. emit may be
 * NULL: the caller does not want the result. */
typedef struct mh_sink {
    void *ctx;
    void (*emit)(void *ctx, mh_str bytes);
} mh_sink;

typedef struct mh_host mh_host;     /* opaque: the host as one plugin sees it */
typedef struct mh_ctx mh_ctx;       /* opaque: one call into a plugin; valid until that call returns */
typedef struct mh_plugin mh_plugin; /* opaque: the plugin's instance */

/* What the host offers without asking. Valid from create until destroy returns. */
typedef struct mh_host_api {
    uint32_t struct_size, abi_minor;

    /* [any] The table of a service, NULL if the host does not know the id or the manifest's "needs" does not name it. */
    const void *(*get_service)(mh_host *host, const char *id);

    /* [any] One log record; the host adds the plugin's id. fields_json: a flat object or empty. Secrets the host knows are
     * redacted; do not rely on it. */
    void (*log)(mh_host *host, int32_t level, mh_str message, mh_str fields_json);

    /* [any] {"public_url","version","trial","demo","plugin_id","assets"}: one emit. "assets" is the address of web/public for
     * pages outside of the console, with a digest in it that changes with every byte of web/ and a trailing slash. */
    void (*info)(mh_host *host, mh_sink info_json);

    /* [any] Milliseconds until the deadline of the call, 0 when it has passed. */
    int64_t (*remaining_ms)(const mh_ctx *ctx);

    /* [any] 1 when nobody waits for the call any more: return MH_CANCELLED soon. */
    int32_t (*cancelled)(const mh_ctx *ctx);

    /* [any] Id of the request or job run; borrowed until the call returns. */
    mh_str (*call_id)(const mh_ctx *ctx);

    /* [any] {"id","name","email","roles":[],"method"}; id is empty for public routes without a session and "plugin:<id>"
     * for jobs and event handlers. One emit. */
    void (*principal)(const mh_ctx *ctx, mh_sink principal_json);

    /* [any] 1 when the principal of the call has the permission. */
    int32_t (*allowed)(const mh_ctx *ctx, mh_str permission);
} mh_host_api;

/* What every plugin offers. */
typedef struct mh_plugin_api {
    uint32_t struct_size, reserved;

    /* [control] plugins.settings.<id> with the defaults of the manifest's schema filled in. Called once before start, and
     * again when settings change. MH_INVALID_ARGUMENT names the setting. */
    int32_t (*configure)(mh_plugin *plugin, mh_str config_json, mh_sink err);

    /* [control] Services may be used from here on. */
    int32_t (*start)(mh_plugin *plugin, mh_sink err);

    /* [control] No call comes in after it returned. May be called without start. */
    void (*stop)(mh_plugin *plugin, int64_t deadline_ms);

    /* [control] Frees the instance. */
    void (*destroy)(mh_plugin *plugin);

    /* [any] The table of an extension or NULL; ids are compared whole. */
    const void *(*get_extension)(mh_plugin *plugin, const char *id);
} mh_plugin_api;

/* The handshake. The only exported symbol is `const mh_entry mh_entry_v1`; another major exports another name. */
typedef struct mh_entry {
    uint32_t magic, struct_size, abi_major, abi_minor_needed;
    const char *abi_tag;        /* MH_ABI_TAG */
    const char *sdk_version;    /* headers used, MH_SDK_VERSION */
    const char *build_info;     /* compiler; contains "asan" or "tsan" when built with that sanitizer */
    const char *plugin_id;      /* equals "id" in plugin.json */
    const char *plugin_version; /* equals "version" in plugin.json */

    /* [control] Makes the instance; quick, no files, no sockets, no threads. The host may create, destroy and create
     * again. On an error *plugin stays untouched. */
    int32_t (*create)(mh_host *host, const mh_host_api *host_api, mh_plugin **plugin, const mh_plugin_api **plugin_api, mh_sink err);
} mh_entry;

extern const mh_entry mh_entry_v1;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif
