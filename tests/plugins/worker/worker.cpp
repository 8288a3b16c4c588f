// Has a job that runs until it is told to stop, and notes how that came about.
#include <masthead/plugin.hpp>

#include <poll.h>

namespace {

class Worker final : public masthead::Plugin {
public:
    explicit Worker(masthead::Host host) : Plugin(host) {
        job("patient", [this](const masthead::Call& call) -> masthead::Result<masthead::Json> {
            auto store = masthead::Store::open(Plugin::host());
            if (!store) return std::move(store).error();
            if (auto noted = store->put("started", "yes"); !noted) return std::move(noted).error();
            while (!call.cancelled()) ::poll(nullptr, 0, 1);
            if (auto noted = store->put("ended", call.remainingMs() > 0 ? "told" : "too late"); !noted) return std::move(noted).error();
            return masthead::Error{masthead::Code::Cancelled, "gave up"};
        });
    }
};

}  // namespace

MASTHEAD_PLUGIN(Worker)
