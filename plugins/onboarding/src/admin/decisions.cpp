// Admin routes that decide: approve, undo, reject, reveal, delete, bulk, export.
#include "domain/time.hpp"
#include "media/qr.hpp"
#include "media/zip.hpp"
#include "plugin.hpp"

namespace onboarding {
namespace {

Result<Reply> answer(Result<Json> request) {
    if (!request) return std::move(request).error();
    return Reply::json(Json::object({{"request", *std::move(request)}}));
}

Reply noStore(Reply reply) {
    reply.headers.emplace_back("cache-control", "no-store");
    return reply;
}

std::string indexOf(const Json& cards) {
    std::string out;
    for (const auto& card : cards.items()) {
        out += card.text("words") + "\t" + card.text("device") + "\t" + card.text("person") + "\t" + card.text("expiresAt") + "\r\n";
    }
    return out;
}

Reply zipOf(const Json& cards, std::int64_t now) {
    ZipWriter zip(now);
    for (const auto& card : cards.items()) {
        const std::string name = card.text("words") + "-" + card.text("id");
        zip.add(name + ".svg", card.text("qrSvg"));
        zip.add(name + ".png", qrPng(card.text("key")));
    }
    zip.add("index.txt", indexOf(cards));
    Reply reply = Reply::text(zip.finish(), "application/zip");
    reply.headers.emplace_back("content-disposition", "attachment; filename=\"device-keys.zip\"");
    return noStore(std::move(reply));
}

}  // namespace

void OnboardingPlugin::bindDecisions() {
    route("requests.approve", &OnboardingPlugin::approve);
    route("requests.undo", &OnboardingPlugin::undo);
    route("requests.reject", &OnboardingPlugin::reject);
    route("requests.reveal", &OnboardingPlugin::reveal);
    route("requests.delete", &OnboardingPlugin::remove);
    route("requests.bulk", &OnboardingPlugin::bulk);
    route("requests.export", &OnboardingPlugin::exportKeys);
}

Result<Reply> OnboardingPlugin::approve(const HttpCall& call) {
    auto body = call.json();
    if (!body) return std::move(body).error();
    return answer(desk_.approve(call.capture("id"), *body, call));
}

Result<Reply> OnboardingPlugin::undo(const HttpCall& call) { return answer(desk_.undo(call.capture("id"), call)); }

Result<Reply> OnboardingPlugin::reject(const HttpCall& call) {
    auto body = call.json();
    if (!body) return std::move(body).error();
    return answer(desk_.reject(call.capture("id"), body->text("reason"), call));
}

Result<Reply> OnboardingPlugin::reveal(const HttpCall& call) {
    auto key = desk_.reveal(call.capture("id"), call);
    if (!key) return std::move(key).error();
    return noStore(Reply::json(*key));
}

Result<Reply> OnboardingPlugin::remove(const HttpCall& call) {
    if (auto gone = desk_.erase(call.capture("id"), call); !gone) return std::move(gone).error();
    return Reply::json(Json::object());
}

Result<Reply> OnboardingPlugin::bulk(const HttpCall& call) {
    auto body = call.json();
    if (!body) return std::move(body).error();
    auto done = desk_.bulk(*body, call);
    if (!done) return std::move(done).error();
    return Reply::json(*done);
}

Result<Reply> OnboardingPlugin::exportKeys(const HttpCall& call) {
    auto body = call.json();
    if (!body) return std::move(body).error();
    std::vector<std::string> ids;
    for (const auto& id : (*body)["ids"].items()) ids.push_back(id.asString());
    auto sheet = desk_.sheet(ids, call);
    if (!sheet) return std::move(sheet).error();
    if (body->text("format") == "zip") return zipOf((*sheet)["sheet"], wallMs());
    return noStore(Reply::json(*sheet));
}

}  // namespace onboarding
