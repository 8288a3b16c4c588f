// Uses every service of the host once, so that tests can look at both ends.
#include <masthead/plugin.hpp>

#include <atomic>

namespace {

using masthead::Call;
using masthead::HttpCall;
using masthead::Json;
using masthead::Reply;
using masthead::Result;
using masthead::Status;

class Sampler final : public masthead::Plugin {
public:
    explicit Sampler(masthead::Host host) : Plugin(host) {
        route("echo", &Sampler::echo);
        route("keys.get", &Sampler::getKey);
        route("keys.put", &Sampler::putKey);
        route("keys.list", &Sampler::listKeys);
        route("keys.swap", &Sampler::swapKey);
        route("publish", [this](const HttpCall& call) {
            return done(masthead::Events::open(Plugin::host())
                            ->publish(typeOf(call), Json::object({{"by", call.principal().text("id")}})));
        });
        route("record", [this](const HttpCall& call) {
            return done(masthead::Audit::open(Plugin::host())
                            ->record(&call, "sampler.tried", "a thing", "success", Json::object({{"n", 1}})));
        });
        route("secret", &Sampler::secret);
        route("run", [this](const HttpCall&) { return done(masthead::Jobs::open(Plugin::host())->runSoon("count")); });
        route("counts", [this](const HttpCall&) -> Result<Reply> {
            return Reply::json(Json::object({{"runs", runs_.load()}, {"events", events_.load()}}));
        });
        route("headscale", &Sampler::headscale);
        route("html", [](const HttpCall&) -> Result<Reply> { return Reply::text("<p>no</p>", "text/html"); });
        route("door", &Sampler::door);
        job("count", [this](const Call&) -> Result<Json> { return Json::object({{"runs", ++runs_}}); });
        onEvent([this](const Call&, std::string_view type, const Json&) {
            if (type == "tailnet.nodes") ++events_;
        });
        health([](const Call&) -> Result<Json> { return Json::object({{"fine", true}}); });
    }

    Status configure(const Json& config) override {
        greeting_ = config.text("greeting");
        if (greeting_ == "refuse") return masthead::Error{masthead::Code::InvalidArgument, "greeting: not this word"};
        return {};
    }
    Status start() override {
        auto store = masthead::Store::open(host());
        if (!store) return std::move(store).error();
        store_ = *store;
        return {};
    }

private:
    static Result<Reply> done(const Status& status) {
        if (!status) return status.error();
        return Reply::noContent();
    }
    static std::string typeOf(const HttpCall& call) {
        const auto types = call.query("type");
        return types.empty() ? "sampler.changed" : types.front();
    }

    Result<Reply> echo(const HttpCall& call) {
        auto body = call.json();
        if (!body) return std::move(body).error();
        return Reply::json(Json::object({{"greeting", greeting_},
                                         {"word", call.capture("word")},
                                         {"text", (*body)["text"]},
                                         {"principal", call.principal()},
                                         {"allowed", call.allowed("sampler.use")},
                                         {"id", call.id()},
                                         {"cookie", std::string(call.header("cookie"))},
                                         {"agent", std::string(call.header("user-agent"))},
                                         {"info", host().info()}}));
    }
    Result<Reply> getKey(const HttpCall& call) {
        auto value = store_->get(call.capture("key"), &call);
        if (!value) return std::move(value).error();
        return Reply::json(Json::object({{"value", value->bytes}, {"revision", value->revision}}));
    }
    Result<Reply> putKey(const HttpCall& call) {
        auto revision = store_->put(call.capture("key"), call.body(), &call, call.query("sealed").empty() ? 0 : MH_STORE_SEALED);
        if (!revision) return std::move(revision).error();
        return Reply::json(Json::object({{"revision", *revision}}));
    }
    Result<Reply> listKeys(const HttpCall& call) {
        auto keys = store_->list("", {}, 0, &call);
        if (!keys) return std::move(keys).error();
        Json out = Json::array();
        for (const auto& key : *keys) out.push(key);
        return Reply::json(Json::object({{"keys", out}}));
    }
    /// Moves the value to <key>.moved in one batch, if nobody changed it in between.
    Result<Reply> swapKey(const HttpCall& call) {
        const std::string key = call.capture("key");
        auto value = store_->get(key, &call);
        if (!value) return std::move(value).error();
        const std::int64_t expected = call.query("wrong").empty() ? value->revision : value->revision + 1;
        return done(
            store_->apply(masthead::Store::Batch().check(key, expected).put(key + ".moved", value->bytes).remove(key), &call));
    }
    Result<Reply> secret(const HttpCall& call) {
        const auto names = call.query("name");
        auto value = masthead::Secrets::open(host())->get(names.empty() ? "token" : names.front());
        if (!value) return std::move(value).error();
        return Reply::json(Json::object({{"length", value->size()}}));
    }
    Result<Reply> headscale(const HttpCall& call) {
        auto body = call.json();
        if (!body) return std::move(body).error();
        auto answer =
            masthead::Headscale::open(host())->callRaw(body->text("method"), body->text("path"), (*body)["body"], &call);
        if (!answer) return std::move(answer).error();
        return Reply::rawJson(*answer);
    }
    Result<Reply> door(const HttpCall& call) {
        Reply reply =
            Reply::text("<!doctype html><title>door</title>" + call.ticket().value_or("none"), "text/html; charset=utf-8");
        reply.ticket = {"visitor-1", 600};
        return reply;
    }

    std::optional<masthead::Store> store_;
    std::string greeting_;
    std::atomic<int> runs_{0}, events_{0};
};

}  // namespace

MASTHEAD_PLUGIN(Sampler)
