#include "host/headscale/tailnet/tailnet.hpp"

#include <algorithm>
#include <chrono>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"

namespace masthead::headscale {

namespace {

// Polling may take at most a quarter of the time, however large the tailnet.
constexpr std::int64_t kRestPerPoll = 3;

}  // namespace

Tailnet::Tailnet(Connect connect, TailnetListener& listener, TailnetKeeper* keeper, const Clock& clock, TailnetSettings settings)
    : connect_(std::move(connect)), listener_(listener), keeper_(keeper), clock_(clock), settings_(std::move(settings)), view_(emptyView()) {}

Tailnet::~Tailnet() { stop(); }

void Tailnet::start() {
    if (keeper_ != nullptr) {
        if (const auto kept = keeper_->load()) {
            auto view = viewOf(kept->snapshot);
            const std::lock_guard lock(mutex_);
            view_ = std::move(view);
            as_of_ = kept->at;
            saved_revision_ = view_->revision;
        }
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Tailnet::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void Tailnet::poke() {
    {
        const std::lock_guard lock(mutex_);
        poked_at_ = clock_.steadyMs();
        poke_step_ = 0;
    }
    wake_.notify_all();
}

std::shared_ptr<Client> Tailnet::client() const {
    const std::lock_guard lock(mutex_);
    return client_;
}

std::shared_ptr<const TailnetView> Tailnet::view() const {
    const std::lock_guard lock(mutex_);
    return view_;
}

TailnetSummary Tailnet::summary() const {
    const std::lock_guard lock(mutex_);
    return {view_->nodes.size(), view_->online, view_->users.size(), view_->revision, as_of_, stale_};
}

std::string Tailnet::nodesDocument() const {
    std::shared_ptr<const TailnetView> view;
    std::int64_t as_of = 0;
    bool stale = true;
    {
        const std::lock_guard lock(mutex_);
        view = view_;
        as_of = as_of_;
        stale = stale_;
    }
    std::string out;
    out.reserve(view->nodes_json->size() + 128);
    out += "{\"nodes\":";
    out += *view->nodes_json;
    out += ",\"revision\":" + std::to_string(view->revision) + ",\"asOf\":";
    out += as_of == 0 ? std::string("null") : "\"" + formatTimestamp(as_of) + "\"";
    out += stale ? ",\"stale\":true}" : ",\"stale\":false}";
    return out;
}

Result<std::string> Tailnet::nodeDocument(const std::string& id) const {
    const auto number = parseUnsigned<Id>(id);
    if (!number) return Error{Code::InvalidArgument, "the node id must be decimal digits"};
    const auto entry = view()->find(*number);
    if (!entry) return Error{Code::NotFound, "there is no node " + id};
    return "{\"node\":" + entry->json + "}";
}

void Tailnet::run(std::stop_token stop) {
    Scope scope = Scope::Everything;
    while (!stop.stop_requested()) {
        const bool connected = ensureClient();
        if (connected) poll(scope);
        saveIfDue(false);
        scope = waitForNext(stop, client() != nullptr);
    }
    saveIfDue(true);
}

bool Tailnet::ensureClient() {
    if (client()) return true;
    auto made = connect_();
    if (!made) {
        goAway(made.error());
        return false;
    }
    const std::lock_guard lock(mutex_);
    client_ = std::move(*made);
    last_full_ = 0;
    return true;
}

void Tailnet::poll(Scope scope) {
    const auto client = this->client();
    const std::int64_t started = clock_.steadyMs();
    // Users and keys change only through calls; a burst after a poke looks for nodes coming and going.
    const bool everything = scope == Scope::Everything || last_full_ == 0;
    TailnetLists lists;
    auto nodes = client->listNodes(settings_.deadline);
    if (!nodes) return goAway(nodes.error());
    lists.nodes = std::move(*nodes);
    if (everything) {
        auto users = client->listUsers(settings_.deadline);
        if (!users) return goAway(users.error());
        auto keys = client->listPreAuthKeys(settings_.deadline);
        if (!keys) return goAway(keys.error());
        lists.users = std::make_unique<std::vector<User>>(std::move(*users));
        lists.keys = std::make_unique<std::vector<PreAuthKey>>(std::move(*keys));
        last_full_ = std::max<std::int64_t>(started, 1);
    }
    last_trouble_.clear();
    publish(std::move(lists));
    poll_cost_ms_ = clock_.steadyMs() - started;
}

void Tailnet::publish(TailnetLists lists) {
    TailnetStep step = advance(view(), std::move(lists));
    const std::int64_t now = clock_.wallMs();
    bool back = false;
    {
        const std::lock_guard lock(mutex_);
        view_ = step.view;
        as_of_ = now;
        back = stale_;
        stale_ = false;
    }
    if (back) listener_.headscaleChanged(true, now);
    if (step.changes.any()) listener_.tailnetChanged(*step.view, step.changes);
}

void Tailnet::goAway(const Error& why) {
    bool was_ready = false;
    {
        const std::lock_guard lock(mutex_);
        client_.reset();
        was_ready = !stale_;
        stale_ = true;
    }
    // Once per kind of trouble, not four times a second while headscale starts.
    if (why.message != last_trouble_) {
        last_trouble_ = why.message;
        log::warning("headscale does not answer; showing its last known state", {{"reason", why.message}, {"detail", why.internal}});
    }
    if (was_ready) listener_.headscaleChanged(false, clock_.wallMs());
}

void Tailnet::saveIfDue(bool now) {
    if (keeper_ == nullptr) return;
    std::shared_ptr<const TailnetView> view;
    std::int64_t as_of = 0;
    {
        const std::lock_guard lock(mutex_);
        view = view_;
        as_of = as_of_;
    }
    if (view->revision == saved_revision_ || as_of == 0) return;
    const std::int64_t steady = clock_.steadyMs();
    if (!now && saved_at_ != 0 && steady - saved_at_ < settings_.save_ms) return;
    keeper_->save({as_of, snapshotOf(*view)});
    saved_at_ = std::max<std::int64_t>(steady, 1);
    saved_revision_ = view->revision;
}

Tailnet::Scope Tailnet::waitForNext(const std::stop_token& stop, bool connected) {
    std::unique_lock lock(mutex_);
    const std::int64_t now = clock_.steadyMs();
    const std::int64_t rest = now + kRestPerPoll * poll_cost_ms_;
    for (;;) {
        std::int64_t due = connected ? last_full_ + settings_.interval_ms : now + settings_.reconnect_ms;
        Scope scope = Scope::Everything;
        const std::size_t step = poke_step_;
        if (poked_at_ && step < settings_.after_poke_ms.size()) {
            const std::int64_t poke_due = *poked_at_ + settings_.after_poke_ms[step];
            if (poke_due < due) {
                due = poke_due;
                scope = step == 0 ? Scope::Everything : Scope::Nodes;
            }
        }
        due = std::max(due, rest);
        const std::int64_t left = due - clock_.steadyMs();
        const auto poked = poked_at_;
        // Woken early by a poke: work out the time anew. A fake clock does not move by itself, so never sleep for long at once.
        const bool changed = left > 0 && wake_.wait_for(lock, stop, std::chrono::milliseconds(std::min<std::int64_t>(left, 1000)),
                                                        [&] { return poked_at_ != poked || poke_step_ != step; });
        if (stop.stop_requested()) return scope;
        if (changed || clock_.steadyMs() < due) continue;
        if (poked_at_) {
            // One look serves every step that has come due meanwhile.
            while (poke_step_ < settings_.after_poke_ms.size() && *poked_at_ + settings_.after_poke_ms[poke_step_] <= clock_.steadyMs()) ++poke_step_;
            if (poke_step_ >= settings_.after_poke_ms.size()) poked_at_.reset();
        }
        return scope;
    }
}

}  // namespace masthead::headscale
