// Says another version than its manifest.
#undef MASTHEAD_PLUGIN_VERSION
#define MASTHEAD_PLUGIN_VERSION MASTHEAD_TEST_VERSION
#include <masthead/plugin.hpp>

namespace {
class Mismatch final : public masthead::Plugin {
public:
    using Plugin::Plugin;
};
}  // namespace

MASTHEAD_PLUGIN(Mismatch)
