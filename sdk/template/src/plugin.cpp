#include <masthead/plugin.hpp>

#include "source.hpp"

namespace {

class SamplePlugin final : public masthead::Plugin {
public:
    explicit SamplePlugin(masthead::Host host) : Plugin(host) { identitySource(std::make_unique<SampleSource>()); }
};

}  // namespace

MASTHEAD_PLUGIN(SamplePlugin)
