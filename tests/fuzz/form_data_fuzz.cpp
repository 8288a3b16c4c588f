// A form of a stranger: no crash, bounded, and what comes out of it is inert in a page.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pages/form_data.hpp"
#include "pages/html.hpp"
#include "pages/tongue.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onboarding::pages;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(prefersChinese(text));
    const auto form = FormData::parse(text);
    if (!form) return 0;
    if (form->pairs().size() > 64) std::abort();
    for (const auto& [name, value] : form->pairs()) {
        if (name.size() > 64 || value.size() > 8192) std::abort();
        if (html("{}", value).str().find_first_of("<>\"'") != std::string::npos) std::abort();
    }
    return 0;
}
