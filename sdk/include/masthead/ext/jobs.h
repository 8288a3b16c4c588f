/* Extension masthead.job-handlers/1 (plugin to host) and service masthead.jobs/1 (host to plugin).
 *
 * plugin.json declares jobs {"id","title","every":"5m","timeout":"1m","on_start":false}; handlers are bound by id. The host
 * never overlaps runs of one job, backs off after failures and keeps the time of a run within its timeout. */
#ifndef MASTHEAD_EXT_JOBS_H
#define MASTHEAD_EXT_JOBS_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_SERVICE_JOBS "masthead.jobs/1"
#define MH_EXTENSION_JOB_HANDLERS "masthead.job-handlers/1"

typedef struct mh_job_binding {
    const char *id;
    void *data;
    /* [job] report_json: one emit of counters, shown with the run; optional. */
    int32_t (*run)(mh_plugin *plugin, void *data, mh_ctx *ctx, mh_sink report_json, mh_sink err);
} mh_job_binding;

typedef struct mh_job_handlers {
    uint32_t struct_size, reserved;
    size_t count;
    const mh_job_binding *bindings;
} mh_job_handlers;

typedef struct mh_jobs {
    uint32_t struct_size, reserved;
    /* [any] Asks for a run as soon as possible; a run under way is followed by one more. MH_NOT_FOUND: not declared. */
    int32_t (*run_soon)(mh_host *host, mh_str job_id);
} mh_jobs;

#ifdef __cplusplus
}
#endif

#endif
