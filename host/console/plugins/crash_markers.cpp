#include "host/console/plugins/crash_markers.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "host/base/file.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::uint32_t kMagic = 0x4d484352;  // "MHCR"
constexpr std::size_t kSlots = 128;
constexpr std::size_t kAlternateStack = 64 * 1024;
constexpr std::array<int, 5> kSignals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

struct Slot {
    std::atomic<std::uint32_t> used;    // taken by a thread
    std::atomic<std::uint32_t> active;  // its texts are complete and the thread is inside of the plugin
    std::int64_t started_at;
    char plugin[40], version[40], entry[88], call[72];
};

struct Page {
    std::uint32_t magic, size;
    std::int64_t process_started_at;
    std::atomic<std::uint32_t> orderly, faulted;
    std::int32_t fault_slot, signal;
    std::uint64_t address;
    std::int64_t at;
    Slot slots[kSlots];
};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

Page* g_page = nullptr;  // mapped once, never unmapped: handlers may run until the last moment
struct sigaction g_previous[kSignals.size()];
thread_local int t_slot = -1;

std::int64_t wallMs() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

std::string pagePath(const std::string& directory) { return joinPath(directory, "console.markers"); }

template <std::size_t N>
void copyText(char (&target)[N], const std::string& text) {
    const std::size_t size = std::min(text.size(), N - 1);
    std::memcpy(target, text.data(), size);
    target[size] = '\0';
}

template <std::size_t N>
std::string textOf(const char (&text)[N]) {
    return std::string(text, strnlen(text, N));
}

// Async-signal-safe: plain stores into the mapped page.
void noteFault(int signal, std::uint64_t address) {
    Page* page = g_page;
    const int slot = t_slot;
    if (page == nullptr || slot < 0 || page->slots[slot].active.load() == 0) return;
    if (page->faulted.exchange(1) != 0) return;
    page->fault_slot = slot;
    page->signal = signal;
    page->address = address;
    page->at = wallMs();
}

void onFault(int signal, siginfo_t* info, void*) {
    noteFault(signal, reinterpret_cast<std::uint64_t>(info->si_addr));
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        if (kSignals[i] == signal) sigaction(signal, &g_previous[i], nullptr);
    }
    // A fault of the processor repeats by itself once we return; abort() and kill() must be raised again.
    if (info->si_code <= 0 || signal == SIGABRT) raise(signal);
}

void onExit() { noteFault(0, 0); }

MarkedCall read(const Slot& slot) {
    return {textOf(slot.plugin), textOf(slot.version), textOf(slot.entry), textOf(slot.call), slot.started_at};
}

}  // namespace

LastWords CrashMarkers::readLast(const std::string& directory) {
    LastWords out;
    const auto bytes = readFile(pagePath(directory), sizeof(Page) + 1);
    if (!bytes || bytes->size() != sizeof(Page)) return out;
    const auto page = std::make_unique<Page>();
    std::memcpy(static_cast<void*>(page.get()), bytes->data(), sizeof(Page));
    if (page->magic != kMagic || page->size != sizeof(Page) || page->orderly.load() != 0) return out;
    out.process_started_at = page->process_started_at;
    out.at = page->at;
    const bool slot_valid = page->fault_slot >= 0 && static_cast<std::size_t>(page->fault_slot) < kSlots;
    if (page->faulted.load() != 0 && slot_valid) {
        out.faulted = true;
        out.signal = page->signal;
        out.address = page->address;
        out.running.push_back(read(page->slots[page->fault_slot]));
        return out;
    }
    for (const auto& slot : page->slots) {
        if (slot.active.load() != 0) out.running.push_back(read(slot));
    }
    return out;
}

Status CrashMarkers::install(const std::string& directory) {
    if (auto made = ensureDirectory(directory, 0700); !made) return made;
    const std::string path = pagePath(directory);
    unlink(path.c_str());
    const UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd || ftruncate(fd.get(), sizeof(Page)) != 0) return systemError("making the crash markers " + path, errno);
    void* memory = mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (memory == MAP_FAILED) return systemError("mapping the crash markers " + path, errno);
    auto* page = static_cast<Page*>(memory);
    page->magic = kMagic;
    page->size = sizeof(Page);
    page->fault_slot = -1;
    page->process_started_at = wallMs();
    const bool first = g_page == nullptr;
    g_page = page;
    if (!first) return {};

    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        struct sigaction action {};
        action.sa_sigaction = &onFault;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        sigemptyset(&action.sa_mask);
        if (sigaction(kSignals[i], &action, &g_previous[i]) != 0) return systemError("installing the crash handler", errno);
    }
    std::atexit(&onExit);
    return {};
}

void CrashMarkers::markOrderlyEnd() {
    if (g_page != nullptr) g_page->orderly.store(1);
}

Marker::Marker(const std::string& plugin, const std::string& version, const std::string& entry, const std::string& call)
    : slot_(-1), outer_(t_slot) {
    if (g_page == nullptr) return;
    for (std::size_t i = 0; i < kSlots && slot_ < 0; ++i) {
        std::uint32_t free = 0;
        if (g_page->slots[i].used.compare_exchange_strong(free, 1)) slot_ = static_cast<int>(i);
    }
    if (slot_ < 0) return;
    Slot& slot = g_page->slots[slot_];
    copyText(slot.plugin, plugin);
    copyText(slot.version, version);
    copyText(slot.entry, entry);
    copyText(slot.call, call);
    slot.started_at = wallMs();
    slot.active.store(1);
    t_slot = slot_;
}

Marker::~Marker() {
    if (slot_ < 0) return;
    t_slot = outer_;
    g_page->slots[slot_].active.store(0);
    g_page->slots[slot_].used.store(0);
}

AlternateStack::AlternateStack() : memory_(std::make_unique<char[]>(kAlternateStack)) {
    stack_t stack{};
    stack.ss_sp = memory_.get();
    stack.ss_size = kAlternateStack;
    sigaltstack(&stack, nullptr);
}

AlternateStack::~AlternateStack() {
    stack_t stack{};
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, nullptr);
}

}  // namespace masthead::console::plugins
