#include "host/headscale/releases/fetch.hpp"

#include <unistd.h>

#include "host/base/encoding.hpp"
#include "host/base/text.hpp"
#include "host/headscale/releases/download.hpp"
#include "host/headscale/releases/elf.hpp"
#include "host/headscale/releases/http.hpp"

namespace masthead::headscale::releases {
namespace {

constexpr std::size_t kMaxChecksums = std::size_t{256} << 10;

std::string byHand(const std::string& version) {
    return "Fetch it elsewhere and run `masthead headscale use FILE --version " + version +
           "`, or set headscale.release_url to a mirror or headscale.binary to a program you have.";
}

Failure unreachable(const Release& release, const Error& error) {
    const std::string what = "headscale " + release.version + " could not be downloaded: " + error.message;
    if (error.code == Code::NotFound)
        return {"binary-missing", what, "Check headscale.version and headscale.release_url. " + byHand(release.version)};
    return {"binary-missing", what, byHand(release.version)};
}

Result<std::string> readChecksums(const std::string& url) {
    std::string text;
    auto answer = download(
        url, 0, [](const Download&) { return true; },
        [&](const char* data, std::size_t size) {
            text.append(data, size);
            return text.size() <= kMaxChecksums;
        });
    if (!answer && answer.error().code == Code::Cancelled)
        return Error{Code::FailedPrecondition, "checksums.txt is larger than 256 KiB"};
    if (!answer) return std::move(answer).error();
    if (answer->truncated) return Error{Code::Unavailable, "the connection broke while checksums.txt was read"};
    return text;
}

}  // namespace

std::string assetName(const std::string& version) { return "headscale_" + version + "_linux_" + std::string(ownArchitecture()); }

std::string checksumOf(std::string_view checksums, std::string_view asset) {
    for (const auto line : split(checksums, '\n')) {
        const auto space = line.find_first_of(" \t");
        if (space != 64) continue;
        auto name = trim(line.substr(space));
        if (!name.empty() && name.front() == '*') name.remove_prefix(1);
        const std::string hash = lowerAscii(line.substr(0, space));
        if (name == asset && hexDecode(hash)) return hash;
    }
    return {};
}

std::optional<Failure> fetch(const Release& release, Library& library, const OnProgress& progress) {
    const std::string asset = assetName(release.version);
    const std::string base = release.base_url + (release.base_url.back() == '/' ? "v" : "/v") + release.version + "/";
    if (base.rfind("https://", 0) != 0 && !isLoopbackHttp(base) && release.sha256.empty()) {
        return Failure{"binary-missing", release.base_url + " is plain http, which anybody on the way can change",
                       "Use https, or pin the program with headscale.release_sha256."};
    }
    const auto checksums = readChecksums(base + "checksums.txt");
    if (!checksums) return unreachable(release, checksums.error());
    const std::string expected = checksumOf(*checksums, asset);
    if (expected.empty()) {
        return Failure{"download-corrupt", base + "checksums.txt does not list " + asset,
                       "Check headscale.version and that the mirror is complete. " + byHand(release.version)};
    }
    if (!release.sha256.empty() && lowerAscii(release.sha256) != expected) {
        return Failure{"download-corrupt",
                       asset + " has the checksum " + expected + " at the release host, but headscale.release_sha256 pins " +
                           lowerAscii(release.sha256),
                       "Nothing was downloaded. Find out which of the two is right before changing the pin."};
    }
    if (auto made = library.prepareParts(); !made)
        return Failure{"storage", made.error().message, "Check the permissions and the free space of data_dir."};
    const std::string part = library.partPath(expected);
    if (auto failed = downloadVerified(base + asset, part, expected, "headscale " + release.version, progress)) {
        if (failed->remedy.empty()) failed->remedy = byHand(release.version);
        return failed;
    }
    auto refused = library.install(part, release.version);
    if (refused) ::unlink(part.c_str());
    return refused;
}

}  // namespace masthead::headscale::releases
