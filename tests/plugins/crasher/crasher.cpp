// Ends or blocks its process in the ways a broken plugin does.
#include <masthead/plugin.hpp>

#include <poll.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>

namespace {

using masthead::HttpCall;
using masthead::Reply;
using masthead::Result;

class Crasher final : public masthead::Plugin {
public:
    explicit Crasher(masthead::Host host) : Plugin(host) {
        route("ok", [](const HttpCall&) -> Result<Reply> { return Reply::json(masthead::Json::object({{"ok", true}})); });
        route("crash", [](const HttpCall&) -> Result<Reply> {
            int* volatile nowhere = nullptr;
            *nowhere = 1;
            return Reply::noContent();
        });
        route("abort", [](const HttpCall&) -> Result<Reply> { std::abort(); });
        route("exit", [](const HttpCall&) -> Result<Reply> { std::exit(0); });
        route("hang", [this](const HttpCall&) -> Result<Reply> {
            std::unique_lock lock(mutex_);
            never_.wait(lock, [] { return false; });
            return Reply::noContent();
        });
        route("slow", [](const HttpCall& call) -> Result<Reply> {
            while (!call.cancelled()) ::poll(nullptr, 0, 1);
            return masthead::Error{masthead::Code::Cancelled, "gave up"};
        });
    }

private:
    std::mutex mutex_;
    std::condition_variable never_;
};

}  // namespace

MASTHEAD_PLUGIN(Crasher)
