/* A plugin in plain C that claims a later major of the ABI. */
#include <masthead/abi.h>

static int32_t create(mh_host *host, const mh_host_api *host_api, mh_plugin **plugin, const mh_plugin_api **plugin_api, mh_sink err) {
    (void)host;
    (void)host_api;
    (void)plugin;
    (void)plugin_api;
    (void)err;
    return MH_UNIMPLEMENTED;
}

#if defined(__SANITIZE_ADDRESS__)
#define BUILD "c asan"
#elif defined(__SANITIZE_THREAD__)
#define BUILD "c tsan"
#else
#define BUILD "c"
#endif

MH_EXPORT const mh_entry mh_entry_v1 = {MH_MAGIC, sizeof(mh_entry), 2u, 0u, MH_ABI_TAG, MH_SDK_VERSION, BUILD, MASTHEAD_PLUGIN_ID, MASTHEAD_PLUGIN_VERSION, create};
