// Entry point of every CppUnit executable: runs all registered suites, or those whose name contains the argument,
// prints each failure with its place, and closes with "N passed, N failed". Exit 1 on failure or when nothing ran.
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/TestRunner.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>

namespace {

/// Leaves of `test` whose full name contains `filter`; ownership stays with the tree.
void collect(CppUnit::Test* test, const std::string& filter, CppUnit::TestRunner& runner, bool owned_by_match) {
    const bool matches = owned_by_match || filter.empty() || test->getName().find(filter) != std::string::npos;
    if (test->getChildTestCount() == 0) {
        if (matches) runner.addTest(test);
        return;
    }
    for (int i = 0; i < test->getChildTestCount(); ++i) collect(test->getChildTestAt(i), filter, runner, matches && !filter.empty());
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    const std::string filter = argc > 1 && argv[1][0] != '-' ? argv[1] : "";
    const bool verbose = argc > 1 && std::strcmp(argv[argc - 1], "-v") == 0;
    CppUnit::TestResult controller;
    CppUnit::TestResultCollector collector;
    controller.addListener(&collector);
    CppUnit::BriefTestProgressListener progress;
    if (verbose) controller.addListener(&progress);

    CppUnit::Test* all = CppUnit::TestFactoryRegistry::getRegistry().makeTest();
    auto* runner = new CppUnit::TestRunner;  // would delete tests that the tree owns: left to the end of the process
    collect(all, filter, *runner, false);
    runner->run(controller);

    CppUnit::CompilerOutputter outputter(&collector, std::cerr);
    if (!collector.wasSuccessful()) outputter.write();
    const int failed = static_cast<int>(collector.failures().size());
    const int ran = collector.runTests();
    std::printf("%d passed, %d failed\n", ran - failed, failed);
    std::fflush(stdout);
    std::_Exit(failed > 0 || ran == 0 ? 1 : 0);
}
