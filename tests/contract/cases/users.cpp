#include <algorithm>

#include "tests/contract/target.hpp"

namespace masthead::contract {

class Users : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Users);
    CPPUNIT_TEST(createdUserIsListedWithAllItsFields);
    CPPUNIT_TEST(secondUserOfTheSameNameIsAConflictThatNamesIt);
    CPPUNIT_TEST(unfitNamesAreRefused);
    CPPUNIT_TEST(renameChangesTheNameAndKeepsTheId);
    CPPUNIT_TEST(renameToATakenNameIsAConflict);
    CPPUNIT_TEST(deletedUserIsGone);
    CPPUNIT_TEST(unknownUserIsNotFound);
    CPPUNIT_TEST(userWithNodesIsNotDeleted);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<headscale::User> withId(headscale::Id id) {
        auto all = client().listUsers();
        MUST(all);
        std::vector<headscale::User> found;
        std::copy_if(all->begin(), all->end(), std::back_inserter(found), [id](const headscale::User& user) { return user.id == id; });
        return found;
    }

    void createdUserIsListedWithAllItsFields() {
        const std::string name = fresh("ann");
        auto made = client().createUser({name, "Änn of Engineering", name + "@example.org", "https://example.org/a.png"});
        MUST(made);
        const auto listed = withId(made->id);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, listed.size());
        CPPUNIT_ASSERT(listed[0] == *made);
        CPPUNIT_ASSERT_EQUAL(name, listed[0].name);
        CPPUNIT_ASSERT_EQUAL(std::string("Änn of Engineering"), listed[0].display_name);
        CPPUNIT_ASSERT_EQUAL(name + "@example.org", listed[0].email);
        CPPUNIT_ASSERT_EQUAL(std::string("https://example.org/a.png"), listed[0].picture_url);
        CPPUNIT_ASSERT(listed[0].created_at.has_value());
    }

    void secondUserOfTheSameNameIsAConflictThatNamesIt() {
        const headscale::User first = newUser();
        auto second = client().createUser({first.name, "", "", ""});
        MUST_FAIL(Code::Conflict, second);
        CPPUNIT_ASSERT(second.error().message.find(first.name) != std::string::npos);
        CPPUNIT_ASSERT(second.error().message.find("UNIQUE") == std::string::npos);
    }

    void unfitNamesAreRefused() {
        for (const char* name : {"", "-x", "Not Valid!", "a@b@c", "9lives"}) MUST_FAIL(Code::InvalidArgument, client().createUser({name, "", "", ""}));
    }

    void renameChangesTheNameAndKeepsTheId() {
        const headscale::User user = newUser();
        const std::string name = fresh("renamed");
        auto renamed = client().renameUser(user.id, name);
        MUST(renamed);
        CPPUNIT_ASSERT_EQUAL(user.id, renamed->id);
        CPPUNIT_ASSERT_EQUAL(name, renamed->name);
        CPPUNIT_ASSERT_EQUAL(name, withId(user.id).at(0).name);
    }

    void renameToATakenNameIsAConflict() {
        const headscale::User taken = newUser();
        const headscale::User other = newUser();
        MUST_FAIL(Code::Conflict, client().renameUser(other.id, taken.name));
        CPPUNIT_ASSERT_EQUAL(other.name, withId(other.id).at(0).name);
    }

    void deletedUserIsGone() {
        const headscale::User user = newUser();
        MUST(client().deleteUser(user.id));
        CPPUNIT_ASSERT(withId(user.id).empty());
        MUST_FAIL(Code::NotFound, client().deleteUser(user.id));
    }

    void unknownUserIsNotFound() {
        for (const headscale::Id id : {headscale::Id{0}, headscale::Id{987654}}) {
            MUST_FAIL(Code::NotFound, client().renameUser(id, fresh("nobody")));
            MUST_FAIL(Code::NotFound, client().deleteUser(id));
        }
    }

    void userWithNodesIsNotDeleted() {
        const headscale::User user = newUser();
        newNode(user);
        MUST_FAIL(Code::FailedPrecondition, client().deleteUser(user.id));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, withId(user.id).size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Users);

}  // namespace masthead::contract
