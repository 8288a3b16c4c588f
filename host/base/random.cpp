#include "host/base/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

#include "host/base/encoding.hpp"

namespace masthead {

std::string randomBytes(std::size_t count) {
    std::string out(count, '\0');
    std::size_t done = 0;
    while (done < count) {
        const ssize_t got = ::getrandom(out.data() + done, count - done, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) std::abort();
        done += static_cast<std::size_t>(got);
    }
    return out;
}

std::string randomToken(std::size_t bytes) { return base64UrlEncode(randomBytes(bytes)); }

}  // namespace masthead
