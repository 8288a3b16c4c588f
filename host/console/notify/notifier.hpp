// Notifier: takes notifications in (Poster) and owns the worker that sends them and watches the core.
//
// post() is thread-safe and durable when it returns ok. start() and stop() belong to the console; after stop() posts are
// still kept, and sent after the next start.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "host/base/clock.hpp"
#include "host/console/notify/dispatcher.hpp"
#include "host/console/notify/poster.hpp"
#include "host/console/notify/watch.hpp"

namespace masthead::console {
class EventBus;
}

namespace masthead::console::notify {

class Notifier final : public Poster {
public:
    struct Parts {
        store::Database& database;
        store::Sealer& sealer;
        Clock& clock;
        EventBus& events;
        Sender& sender;
        std::function<bool()> headscale_ready;
        std::function<std::vector<CoreWatch::Quarantined>()> quarantined;
    };
    explicit Notifier(Parts parts);
    ~Notifier() override;

    Status post(Note note) override;
    void start();
    void stop();
    /// Looks for due deliveries at once; also at channels that failed a moment ago.
    void wake();
    /// For sends outside of the worker.
    std::stop_token stopToken() const { return stopping_.get_token(); }

    static constexpr std::int64_t kKeptMessages = 200;

private:
    void work();
    void watchCore();
    void keepHouse();

    Parts parts_;
    Dispatcher dispatcher_;
    std::stop_source stopping_;
    std::mutex mutex_;  // guards woken_
    std::condition_variable_any changed_;
    bool woken_ = false;
    std::unique_ptr<CoreWatch> watch_;  // the worker's
    std::int64_t cleaned_at_ = 0;       // the worker's, wall ms
    std::jthread worker_;
};

}  // namespace masthead::console::notify
