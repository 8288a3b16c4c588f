// Who was running when the console died: a page of shared memory (run/crash/console.markers) with one slot per thread that is
// inside a plugin, and a signal handler that notes the faulting thread's slot before the process dies.
//
// CrashMarkers is made once per process and stays mapped. Marker is a scope on the calling thread. The handler uses only
// async-signal-safe calls and an alternate stack. The file outlives the process and is read by the next one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::console::plugins {

struct MarkedCall {
    std::string plugin, version, entry, call;
    std::int64_t started_at = 0;  // wall ms
};

/// What a page says about the process that wrote it.
struct LastWords {
    bool faulted = false;  // `running` holds the culprit only
    int signal = 0;        // 0 with faulted: the plugin called exit()
    std::uint64_t address = 0;
    std::int64_t at = 0;  // wall ms
    std::int64_t process_started_at = 0;
    std::vector<MarkedCall> running;
};

class CrashMarkers {
public:
    /// What the previous process left in `directory`; empty words when there is nothing or it ended in order.
    static LastWords readLast(const std::string& directory);
    /// Starts a new page and installs the handlers of SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT.
    static Status install(const std::string& directory);
    /// The process ends in order: nothing is to be read from the page.
    static void markOrderlyEnd();
};

/// Names the plugin that the calling thread is inside of. Nests: the innermost counts. Without install() it does nothing.
class Marker {
public:
    Marker(const std::string& plugin, const std::string& version, const std::string& entry, const std::string& call);
    ~Marker();
    Marker(const Marker&) = delete;
    Marker& operator=(const Marker&) = delete;

private:
    int slot_;
    int outer_;
};

/// Gives the calling thread a stack for signal handlers, so that a stack overflow can be told too.
class AlternateStack {
public:
    AlternateStack();
    ~AlternateStack();
    AlternateStack(const AlternateStack&) = delete;
    AlternateStack& operator=(const AlternateStack&) = delete;

private:
    std::unique_ptr<char[]> memory_;
};

}  // namespace masthead::console::plugins
