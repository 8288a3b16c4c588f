#include "host/supervisor/prepare.hpp"

#include <sys/epoll.h>

#include <csignal>
#include <utility>

#include "host/base/file.hpp"
#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/supervisor/failure_class.hpp"

namespace masthead::supervisor {
namespace {

constexpr Json::Limits kResultJson{8, std::size_t{64} << 10};
constexpr std::size_t kJudgedLines = 50;

/// A remedy may be a sentence of its own or the second half of one.
std::string joined(std::string message, const std::string& remedy) {
    if (remedy.empty()) return message;
    const bool sentence = remedy.front() >= 'A' && remedy.front() <= 'Z';
    if (!message.empty() && message.back() == '.') message.pop_back();
    return message + (sentence ? ". " : "; ") + remedy;
}

}  // namespace

std::optional<Json> progressIn(std::string_view line) {
    if (line.empty() || line.front() != '{') return std::nullopt;
    const auto parsed = parseJson(line, kResultJson);
    if (!parsed || !(*parsed)["progress"].isObject()) return std::nullopt;
    return (*parsed)["progress"];
}

Reason prepareFailure(const std::string& output, const ExitInfo& exit, const std::vector<std::string>& lines) {
    const auto parsed = parseJson(trim(output), kResultJson);
    if (parsed && !parsed->text("class").empty()) {
        return Reason{parsed->text("class"), joined(parsed->text("message"), parsed->text("remedy"))};
    }
    if (auto known = classifyFailure("masthead prepare", exit, lines)) return *known;
    return Reason{"", "masthead prepare ended with " + exit.text() + (lines.empty() ? "" : ": " + lines.back())};
}

Prepare::Prepare(EventLoop& loop, const LogOptions& log, Hooks hooks)
    : loop_(loop), hooks_(std::move(hooks)), log_(loop, "prepare", log) {
    log_.setTap([this](std::string_view raw) {
        const auto progress = progressIn(raw);
        if (progress && hooks_.progress) hooks_.progress(*progress);
        return !progress;
    });
}

Prepare::~Prepare() {
    if (process_) loop_.unwatch(process_->pidFd());
}

Status Prepare::launch() {
    auto pipe = makePipe();
    if (!pipe) return std::move(pipe).error();
    output_ = std::move(*pipe);
    auto request = hooks_.command();
    if (!request) return std::move(request).error();
    request->standard_output = output_.write.get();
    request->standard_error = log_.standardError();
    log_.mark();
    auto process = ChildProcess::spawn(*request);
    if (!process) return std::move(process).error();
    process_.emplace(std::move(*process));
    output_.write.reset();
    loop_.watch(process_->pidFd(), EPOLLIN, [this](std::uint32_t) { checkExit(); });
    return {};
}

void Prepare::start() {
    if (auto launched = launch(); !launched) {
        const bool missing = launched.error().code == Code::NotFound;
        hooks_.done(Reason{missing ? "binary-missing" : "", "masthead prepare: " + launched.error().message});
    }
}

void Prepare::cancel() {
    // Its downloads resume and its files are replaced atomically, so nothing is gained by asking politely.
    if (process_) process_->signal(SIGKILL);
}

std::string Prepare::readOutput() {
    std::string text(kResultJson.bytes, '\0');
    const ssize_t got = ::read(output_.read.get(), text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    output_.read.reset();
    return text;
}

bool Prepare::checkExit() {
    if (!process_) return false;
    const int pidfd = process_->pidFd();
    const auto exit = process_->reap();
    if (!exit) return false;
    loop_.unwatch(pidfd);
    process_.reset();
    log_.drain();
    const std::string output = readOutput();
    if (!exit->by_signal && exit->number == 0) {
        hooks_.done(std::nullopt);
    } else {
        hooks_.done(prepareFailure(output, *exit, log_.sinceMark(kJudgedLines)));
    }
    return true;
}

}  // namespace masthead::supervisor
