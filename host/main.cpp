// The executable `masthead`: hands over to the console process or to a command; nothing else.
#include <string>
#include <vector>

#include "host/cli/commands.hpp"
#ifdef MH_HAVE_CONSOLE
#include "host/console/console_app.hpp"
#endif

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
#ifdef MH_HAVE_CONSOLE
    // The console reads its own options: it is a server application with a main of its own.
    if (!words.empty() && words.front() == "console") return masthead::console::run(argc - 1, argv + 1);
#endif
    return masthead::cli::dispatch(words);
}
