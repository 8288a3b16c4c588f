#include "host/headscale/releases/download.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "host/base/encoding.hpp"
#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/headscale/releases/http.hpp"

namespace masthead::headscale::releases {
namespace {

constexpr std::uint64_t kProgressStep = std::uint64_t{1} << 20;

Failure storage(const Error& error) {
    return {"storage", error.message, "Check the permissions and the free space of data_dir."};
}

std::uint64_t sizeOf(int fd) {
    struct stat info {};
    return ::fstat(fd, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

Result<std::string> hashFile(int fd) {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(::EVP_MD_CTX_new(), &::EVP_MD_CTX_free);
    if (!context || ::EVP_DigestInit_ex(context.get(), ::EVP_sha256(), nullptr) != 1)
        return Error{Code::Internal, "SHA-256 is not available"};
    std::array<char, 65536> buffer{};
    for (off_t at = 0;;) {
        const ssize_t got = ::pread(fd, buffer.data(), buffer.size(), at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return systemError("reading the download", errno);
        if (got == 0) break;
        ::EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(got));
        at += got;
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    ::EVP_DigestFinal_ex(context.get(), digest.data(), &size);
    return hexEncode(std::string(reinterpret_cast<const char*>(digest.data()), size));
}

class Part {
public:
    Part(int fd, const std::string& what, const OnProgress& progress)
        : fd_(fd), what_(what), progress_(progress), size_(sizeOf(fd)) {}

    std::uint64_t size() const { return size_; }
    const std::string& problem() const { return problem_; }

    bool start(const Download& answer) {
        total_ = answer.total;
        if (answer.offset > size_) return stop("the server skipped bytes");
        if (answer.total > kMaxProgramBytes)
            return stop("the file is larger than any headscale (" + std::to_string(answer.total) + " bytes)");
        // A server without ranges sends the whole file again.
        size_ = answer.offset;
        if (::ftruncate(fd_, static_cast<off_t>(size_)) != 0) return stop(systemError("shortening the part file", errno).message);
        progress_(what_, size_, total_);
        return true;
    }
    bool append(const char* data, std::size_t count) {
        if (size_ + count > kMaxProgramBytes) return stop("the file is larger than any headscale");
        while (count > 0) {
            const ssize_t written = ::pwrite(fd_, data, count, static_cast<off_t>(size_));
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return stop(systemError("writing the download", errno).message);
            data += written;
            count -= static_cast<std::size_t>(written);
            size_ += static_cast<std::uint64_t>(written);
        }
        if (size_ - reported_ >= kProgressStep || size_ == total_) {
            reported_ = size_;
            progress_(what_, size_, total_);
        }
        return true;
    }
    void reset() {
        size_ = 0;
        reported_ = 0;
        if (::ftruncate(fd_, 0) != 0) problem_ = "shortening the part file failed";
    }

private:
    bool stop(std::string why) {
        problem_ = std::move(why);
        return false;
    }
    int fd_;
    const std::string& what_;
    const OnProgress& progress_;
    std::uint64_t size_;
    std::uint64_t total_ = 0;
    std::uint64_t reported_ = 0;
    std::string problem_;
};

}  // namespace

std::optional<Failure> downloadVerified(const std::string& url, const std::string& path, const std::string& sha256,
                                        const std::string& what, const OnProgress& progress) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return storage(systemError("opening " + path, errno));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return Failure{"storage", what + " is being downloaded by another process", "Wait until it is done."};
    Part part(fd.get(), what, progress);
    if (part.size() > 0) log::info("going on with an earlier download", {{"what", what}, {"bytes", std::to_string(part.size())}});

    for (int attempt = 0; attempt < 2; ++attempt) {
        const bool resumed = part.size() > 0;
        auto complete = hashFile(fd.get());
        if (!complete) return storage(complete.error());
        if (*complete == sha256) return std::nullopt;
        auto answer = download(
            url, part.size(), [&](const Download& d) { return part.start(d); },
            [&](const char* data, std::size_t size) { return part.append(data, size); });
        if (!answer && answer.error().code == Code::Conflict && resumed) {
            part.reset();  // 416: what lies here is not a beginning of that file
            continue;
        }
        if (!answer && answer.error().code == Code::Cancelled)
            return Failure{"download-corrupt", what + " could not be downloaded: " + part.problem(), ""};
        if (!answer) return Failure{"binary-missing", what + " could not be downloaded: " + answer.error().message, ""};
        if (answer->truncated) {
            return Failure{"download-corrupt",
                           what + " arrived truncated: the connection ended after " + std::to_string(part.size()) + " of " +
                               std::to_string(answer->total) + " bytes",
                           "Nothing was installed. Try again: the download goes on where it stopped."};
        }
        auto hash = hashFile(fd.get());
        if (!hash) return storage(hash.error());
        if (*hash == sha256) return std::nullopt;
        if (resumed) {
            log::warning("the resumed download has a wrong checksum; starting over", {{"what", what}});
            part.reset();
            continue;
        }
        ::unlink(path.c_str());
        return Failure{"download-corrupt", what + " has a wrong checksum: expected " + sha256 + ", got " + *hash,
                       "Nothing was installed. The file at the release host or the connection is not trustworthy; try another "
                       "network or mirror."};
    }
    ::unlink(path.c_str());
    return Failure{"download-corrupt", what + " has a wrong checksum even after starting over",
                   "Nothing was installed. Try another network or mirror."};
}

}  // namespace masthead::headscale::releases
