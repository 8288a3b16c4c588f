// The source against a fake host and a sink of its own; exits 1 with the line that does not hold.
#include <cstdio>
#include <masthead/testing/fake_host.hpp>

#include "source.hpp"

namespace {

int failures = 0;
void check(bool holds, int line) {
    if (holds) return;
    std::fprintf(stderr, "source_test.cpp:%d does not hold\n", line);
    ++failures;
}
#define CHECK(condition) check(condition, __LINE__)

struct Seen {
    int users = 0, groups = 0, members = 0, refuse_after = -1;
};

int32_t user(void* ctx, const mh_user*) {
    auto& seen = *static_cast<Seen*>(ctx);
    return seen.users++ == seen.refuse_after ? MH_RESOURCE_EXHAUSTED : MH_OK;
}
int32_t group(void* ctx, const mh_group*) { return ++static_cast<Seen*>(ctx)->groups, MH_OK; }
int32_t member(void* ctx, const mh_membership*) { return ++static_cast<Seen*>(ctx)->members, MH_OK; }
int32_t removed(void*, int32_t, mh_str) { return MH_OK; }
int32_t cursor(void*, mh_str) { return MH_OK; }

masthead::Status fetch(Seen& seen, const char* text) {
    masthead::testing::FakeHost host;
    std::string error;
    const auto instance = masthead::Json::parse(text, error);
    const mh_identity_sink sink{sizeof(mh_identity_sink), 0, &seen, &user, &group, &member, &removed, &cursor};
    return SampleSource().fetch(masthead::Call(host.host(), host.context()), *instance, "", masthead::IdentitySink(&sink));
}

constexpr const char* kTwo =
    R"({"users":[{"id":"1","name":"anna"},{"id":"2","name":"ben"}],"groups":[{"id":"g","name":"all","members":["1","2"]}]})";

}  // namespace

int main() {
    Seen all;
    CHECK(fetch(all, kTwo).ok());
    CHECK(all.users == 2 && all.groups == 1 && all.members == 2);
    Seen full;
    full.refuse_after = 0;
    CHECK(fetch(full, kTwo).error().code == masthead::Code::ResourceExhausted);
    CHECK(full.groups == 0);
    Seen none;
    CHECK(!fetch(none, R"({"users":[{"name":"no id"}]})").ok());
    CHECK(none.users == 0);
    return failures == 0 ? 0 : 1;
}
