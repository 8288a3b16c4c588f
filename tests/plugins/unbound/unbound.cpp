// Binds another route than the one it declares.
#include <masthead/plugin.hpp>

namespace {
class Unbound final : public masthead::Plugin {
public:
    explicit Unbound(masthead::Host host) : Plugin(host) {
        route("bound", [](const masthead::HttpCall&) { return masthead::Reply::noContent(); });
    }
};
}  // namespace

MASTHEAD_PLUGIN(Unbound)
