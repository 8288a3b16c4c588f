// Binds another route than the one it declares; notes in the store that it was destroyed.
#include <masthead/plugin.hpp>

namespace {
class Unbound final : public masthead::Plugin {
public:
    explicit Unbound(masthead::Host host) : Plugin(host) {
        route("bound", [](const masthead::HttpCall&) { return masthead::Reply::noContent(); });
    }
    ~Unbound() override {
        if (auto store = masthead::Store::open(host())) (void)store->put("destroyed", "yes");
    }
};
}  // namespace

MASTHEAD_PLUGIN(Unbound)
