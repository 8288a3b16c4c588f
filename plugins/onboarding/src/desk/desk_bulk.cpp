// The Desk for many requests at once: one result per row, and keys as sheet data.
#include "crypto/codec.hpp"
#include "desk/options.hpp"
#include "desk/parts.hpp"
#include "desk/users.hpp"
#include "text/hygiene.hpp"

namespace onboarding {
namespace {

constexpr std::size_t kMaxRows = 500;
/// What a call needs at its end, to answer.
constexpr std::int64_t kLeastMs = 4 * kSecond;

Json rowOf(const Request& request) {
    return Json::object({{"id", std::to_string(request.id)}, {"words", request.words}, {"device", visible(request.device)}, {"person", visible(request.person)}});
}

Json failed(Json row, const std::string& state, const std::string& error) {
    row.set("ok", false);
    row.set("state", state);
    row.set("error", error);
    return row;
}

/// Whom the device would belong to, in words of the preview.
Json ownerIn(const Json& users, const Request& request, const Grant& grant) {
    const auto known = [&](const std::string& member, const std::string& value) -> Json {
        for (const auto& user : users["users"].items()) {
            if (user.text(member) == value) return Json::object({{"id", user.text("id")}, {"name", user.text("name")}});
        }
        return Json::object({{"id", Json()}, {"name", value}});
    };
    if (!grant.user_id.empty()) return known("id", grant.user_id);
    if (!grant.new_user.empty()) return known("name", grant.new_user);
    if (!grant.tags.empty()) return Json();
    if (const Owner owner = suggest(users, request); !owner.id.empty()) return Json::object({{"id", owner.id}, {"name", owner.name}});
    return Json::object({{"id", Json()}, {"name", newUserName(request)}});
}

}  // namespace

Result<Json> Desk::bulk(const Json& body, const Call& call) {
    Parts& parts = *parts_;
    const bool approving = body.text("action") == "approve";
    if (!approving && body.text("action") != "reject") return Error{Code::InvalidArgument, "action must be approve or reject"};
    std::vector<Request> rows;
    Json results = Json::array();
    {
        const std::lock_guard lock(parts.mutex);
        for (const auto& id : body["ids"].items()) {
            if (auto request = parts.byId(id.asString())) rows.push_back(std::move(*request));
            else results.push(failed(Json::object({{"id", id}}), "gone", request.error().message));
        }
        if (body["filter"].isObject()) rows = parts.matching(body["filter"].text("state"), body["filter"].text("q"));
    }
    if (rows.size() > kMaxRows) return Error{Code::InvalidArgument, "at most 500 requests at once; these are " + std::to_string(rows.size())};
    Json out = body["preview"].asBool() ? preview(rows, approving, body["options"], call) : decideAll(rows, approving, body["options"], call);
    for (const auto& gone : results.items()) out.push(gone);
    std::int64_t good = 0;
    for (const auto& row : out.items()) good += row["ok"].asBool() ? 1 : 0;
    const auto total = static_cast<std::int64_t>(out.items().size());
    return Json::object({{"results", std::move(out)}, {"ok", good}, {"failed", total - good}, {"preview", body["preview"].asBool()}});
}

Json Desk::preview(const std::vector<Request>& rows, bool approving, const Json& options, const Call& call) const {
    Json users = Json::object();
    if (auto listed = listUsers(parts_->services, call)) users = std::move(*listed);
    const Settings now = settings();
    Json out = Json::array();
    for (const auto& request : rows) {
        Json row = rowOf(request);
        const auto to = next(request.state, approving ? Step::Approve : Step::Reject);
        auto grant = grantOf(options, now, parts_->clock());
        if (!to) {
            out.push(failed(std::move(row), std::string(toText(request.state)), "it is " + std::string(toText(request.state)) + " already"));
        } else if (approving && !grant) {
            out.push(failed(std::move(row), std::string(toText(request.state)), grant.error().message));
        } else {
            row.set("ok", true);
            row.set("state", toText(approving ? State::Approved : *to));
            row.set("error", Json());
            if (approving) row.set("owner", ownerIn(users, request, *grant));
            out.push(std::move(row));
        }
    }
    return out;
}

Json Desk::decideAll(const std::vector<Request>& rows, bool approving, const Json& options, const Call& call) {
    Json out = Json::array();
    Json waiting = options.isObject() ? options : Json::object();
    const std::string user_name = approving ? userName(waiting, call) : std::string();
    for (const auto& request : rows) {
        const std::string id = std::to_string(request.id);
        Json row = rowOf(request);
        if (call.cancelled()) {
            out.push(failed(std::move(row), std::string(toText(request.state)), "there was no time left for this one; try again"));
            continue;
        }
        // When time runs short the keys are left to the job: approved all the same.
        if (approving && call.remainingMs() < kLeastMs && waiting["undoSeconds"].asInt(-1) == 0) waiting.set("undoSeconds", 1);
        auto done = approving ? approve(id, waiting, user_name, call) : reject(id, options.text("reason"), call);
        if (!done) {
            out.push(failed(std::move(row), std::string(toText(request.state)), done.error().message));
            continue;
        }
        const std::string& state = done->text("state");
        row.set("ok", !approving || state != "pending");
        row.set("state", state);
        row.set("error", (*done)["error"]);
        out.push(std::move(row));
    }
    return out;
}

Result<Json> Desk::sheet(const std::vector<std::string>& ids, const Call& call) {
    const std::lock_guard lock(parts_->mutex);
    Json cards = Json::array();
    Json shown = Json::array();
    for (const auto& id : ids) {
        auto request = parts_->byId(id);
        if (!request) continue;
        auto key = parts_->clearKey(*request, call);
        if (!key && key.error().code == Code::PermissionDenied) return std::move(key).error();
        if (!key) continue;
        Json card = rowOf(*request);
        for (const auto& [name, value] : key->members()) card.set(name, value);
        card.set("platform", request->platform);
        cards.push(std::move(card));
        shown.push(request->key_id);
    }
    parts_->services.audit(&call, "onboarding.export", "requests", true, Json::object({{"keyIds", std::move(shown)}}));
    return Json::object({{"sheet", std::move(cards)}});
}

}  // namespace onboarding
