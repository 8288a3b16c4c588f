#include "host/console/net/resolve.hpp"

#include <netdb.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <mutex>

namespace masthead::console::net {
namespace {

/// What the resolver's own thread may still write to after we gave up; freed when it is done.
struct Lookup {
    std::string host, service;
    addrinfo hints{};
    gaicb request{};
    ~Lookup() {
        if (request.ar_result != nullptr) freeaddrinfo(request.ar_result);
    }
};

void keepUntilDone(std::unique_ptr<Lookup> lookup) {
    static std::mutex mutex;  // guards abandoned
    static std::vector<std::unique_ptr<Lookup>> abandoned;
    const std::lock_guard lock(mutex);
    abandoned.erase(std::remove_if(abandoned.begin(), abandoned.end(),
                                   [](const auto& old) { return gai_error(&old->request) != EAI_INPROGRESS; }),
                    abandoned.end());
    abandoned.push_back(std::move(lookup));
}

}  // namespace

Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port, std::int64_t timeout_ms,
                                     const std::stop_token& stop) {
    auto lookup = std::make_unique<Lookup>();
    lookup->host = host;
    lookup->service = std::to_string(port);
    lookup->hints.ai_family = AF_UNSPEC;
    lookup->hints.ai_socktype = SOCK_STREAM;
    lookup->hints.ai_flags = AI_NUMERICSERV;
    lookup->request.ar_name = lookup->host.c_str();
    lookup->request.ar_service = lookup->service.c_str();
    lookup->request.ar_request = &lookup->hints;
    gaicb* list[] = {&lookup->request};
    if (const int code = getaddrinfo_a(GAI_NOWAIT, list, 1, nullptr); code != 0) {
        return Error{Code::Unavailable, "the name " + host + " could not be looked up: " + gai_strerror(code)};
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    const gaicb* waiting[] = {&lookup->request};
    while (gai_error(&lookup->request) == EAI_INPROGRESS) {
        if (stop.stop_requested() || std::chrono::steady_clock::now() >= until) {
            const bool stopped = stop.stop_requested();
            if (gai_cancel(&lookup->request) == EAI_NOTCANCELED) keepUntilDone(std::move(lookup));
            if (stopped) return Error{Code::Cancelled, "stopping"};
            return Error{Code::Deadline, "the name " + host + " was not found in time"};
        }
        const timespec slice{0, 100'000'000};
        gai_suspend(waiting, 1, &slice);
    }
    if (const int code = gai_error(&lookup->request); code != 0) {
        return Error{Code::NotFound, "the name " + host + " could not be found: " + gai_strerror(code)};
    }
    std::vector<Address> out;
    for (const addrinfo* item = lookup->request.ar_result; item != nullptr && out.size() < 16; item = item->ai_next) {
        if (item->ai_addrlen > sizeof(sockaddr_storage)) continue;
        Address& address = out.emplace_back();
        std::memcpy(&address.storage, item->ai_addr, item->ai_addrlen);
        address.size = item->ai_addrlen;
    }
    if (out.empty()) return Error{Code::NotFound, "the name " + host + " has no address"};
    return out;
}

}  // namespace masthead::console::net
