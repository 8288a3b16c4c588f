#include "host/console/api/static_files.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <optional>

#include "host/base/encoding.hpp"
#include "host/base/text.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::console::api {
namespace {

constexpr std::size_t kMaxFile = std::size_t{16} << 20;

std::optional<std::string> readBelow(const std::string& directory, const std::string& relative) {
    const UniqueFd root(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root || relative.empty()) return std::nullopt;
    open_how how{};
    how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const UniqueFd file(static_cast<int>(::syscall(SYS_openat2, root.get(), relative.c_str(), &how, sizeof how)));
    struct stat info {};
    if (!file || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode) || static_cast<std::size_t>(info.st_size) > kMaxFile) return std::nullopt;
    std::string out(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = ::read(file.get(), out.data() + done, out.size() - done);
        if (got <= 0) return std::nullopt;
        done += static_cast<std::size_t>(got);
    }
    return out;
}

bool accepts(const Request& request, std::string_view coding) {
    for (const auto part : split(request.header("accept-encoding"), ',')) {
        const auto fields = split(part, ';');
        if (trim(fields[0]) == coding && (fields.size() == 1 || trim(fields[1]) != "q=0")) return true;
    }
    return false;
}

bool notModified(const Request& request, const std::string& etag) {
    for (const auto part : split(request.header("if-none-match"), ',')) {
        if (trim(part) == etag) return true;
    }
    return false;
}

std::string cacheControl(Caching caching, std::string_view name) {
    if (caching == Caching::Never) return "no-store";
    if (caching == Caching::Immutable || (caching == Caching::ByName && hashedName(name))) return "public, max-age=31536000, immutable";
    return "no-cache";
}

}  // namespace

std::string contentType(std::string_view name) {
    static constexpr std::pair<std::string_view, const char*> kTypes[] = {
        {".html", "text/html; charset=utf-8"},       {".js", "text/javascript; charset=utf-8"}, {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},         {".json", "application/json"},             {".map", "application/json"},
        {".webmanifest", "application/manifest+json"}, {".svg", "image/svg+xml"},               {".png", "image/png"},
        {".jpg", "image/jpeg"},                      {".webp", "image/webp"},                   {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},                    {".wasm", "application/wasm"},             {".txt", "text/plain; charset=utf-8"},
    };
    for (const auto& [extension, type] : kTypes) {
        if (name.size() > extension.size() && name.substr(name.size() - extension.size()) == extension) return type;
    }
    return "application/octet-stream";
}

bool hashedName(std::string_view name) {
    name = name.substr(name.rfind('/') + 1);
    const auto extension = name.rfind('.');
    if (extension == std::string_view::npos || extension == 0) return false;
    const auto start = name.find_last_of("-.", extension - 1);
    if (start == std::string_view::npos) return false;
    const auto hash = name.substr(start + 1, extension - start - 1);
    bool mixed = false;
    for (const char c : hash) mixed = mixed || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    return hash.size() >= 8 && mixed;
}

Response serveFile(const std::string& directory, const std::string& relative, const Request& request, Caching caching) {
    auto content = readBelow(directory, relative);
    if (!content) return problem(Error{Code::NotFound, "There is nothing here."}, request.id);
    const std::string etag = "\"" + sha256Hex(*content).substr(0, 32) + "\"";
    Response response{200, contentType(relative), "", {}, {}};
    response.headers = {{"Cache-Control", cacheControl(caching, relative)}, {"Vary", "Accept-Encoding"}};
    if (caching != Caching::Never) {
        response.headers.emplace_back("ETag", etag);
        if (notModified(request, etag)) {
            response.status = 304;
            return response;
        }
    }
    static constexpr std::pair<const char*, const char*> kVariants[] = {{"br", ".br"}, {"gzip", ".gz"}};
    for (const auto& [coding, suffix] : kVariants) {
        if (!accepts(request, coding)) continue;
        if (auto packed = readBelow(directory, relative + suffix)) {
            response.headers.emplace_back("Content-Encoding", coding);
            response.body = std::move(*packed);
            return response;
        }
    }
    response.body = std::move(*content);
    return response;
}

}  // namespace masthead::console::api
