/* Service masthead.secrets/1: values of the secrets that plugin.json declares, {"secrets": [{"name","description"}]}.
 * The operator sets plugins.settings.<id>.<name> to a reference (file:/path, env:NAME, credential:name). [any] */
#ifndef MASTHEAD_EXT_SECRETS_H
#define MASTHEAD_EXT_SECRETS_H

#include <masthead/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MH_SERVICE_SECRETS "masthead.secrets/1"

typedef struct mh_secrets {
    uint32_t struct_size, reserved;
    /* One emit. MH_PERMISSION_DENIED: not declared. MH_NOT_FOUND: declared, not set. MH_FAILED_PRECONDITION: set, but it
     * cannot be read. Do not keep the value longer than needed. */
    int32_t (*get)(mh_host *host, mh_str name, mh_sink value, mh_sink err);
} mh_secrets;

#ifdef __cplusplus
}
#endif

#endif
