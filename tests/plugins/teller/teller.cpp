// Posts what a test sends it as a notification: POST /post/{event} with the members of a notification as its body.
#include <masthead/notify.hpp>
#include <masthead/plugin.hpp>

namespace {

using masthead::HttpCall;
using masthead::Json;
using masthead::Reply;
using masthead::Result;

class Teller final : public masthead::Plugin {
public:
    explicit Teller(masthead::Host host) : Plugin(host) {
        route("post", [this](const HttpCall& call) -> Result<Reply> {
            auto body = call.json();
            if (!body) return std::move(body).error();
            masthead::Notification note{body->text("title"), body->text("text"), body->text("link")};
            if (body->has("severity")) note.severity = body->text("severity");
            note.data = (*body)["data"];
            auto notify = masthead::Notify::open(Plugin::host());
            if (!notify) return std::move(notify).error();
            if (auto posted = notify->post(call.capture("event"), note); !posted) return std::move(posted).error();
            return Reply::noContent();
        });
    }
};

}  // namespace

MASTHEAD_PLUGIN(Teller)
