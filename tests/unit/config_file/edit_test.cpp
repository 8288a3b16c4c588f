#include "host/headscale/config_file/edit.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "host/headscale/config_file/emit.hpp"
#include "host/headscale/config_file/generate.hpp"
#include "host/headscale/config_file/tree.hpp"

namespace masthead::headscale::config_file {

class EditTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EditTest);
    CPPUNIT_TEST(changesScalarsAndNothingElse);
    CPPUNIT_TEST(keepsLineEndsAndMissingFinalNewline);
    CPPUNIT_TEST(changesMultiLineScalars);
    CPPUNIT_TEST(changesFlowCollections);
    CPPUNIT_TEST(changesBlockLists);
    CPPUNIT_TEST(fillsEmptyValues);
    CPPUNIT_TEST(insertsMissingKeys);
    CPPUNIT_TEST(refusesWhatItCannotDoSafely);
    CPPUNIT_TEST(quotesWhatOthersWouldMisread);
    CPPUNIT_TEST(everyKeyOfAGeneratedFileCanBeChangedAndBack);
    CPPUNIT_TEST(readsValues);
    CPPUNIT_TEST_SUITE_END();

    struct Case {
        const char* before;
        const char* path;
        Json value;
        const char* after;
    };
    static void check(const Case& c) {
        const auto out = setValue(c.before, keyPath(c.path), c.value);
        CPPUNIT_ASSERT_MESSAGE(std::string(c.before) + (out.ok() ? "" : "\n-> " + out.error().message), out.ok());
        CPPUNIT_ASSERT_EQUAL(std::string(c.after), *out);
    }
    static std::string refusal(const std::string& text, const char* path, const Json& value = Json("x")) {
        const auto out = setValue(text, keyPath(path), value);
        CPPUNIT_ASSERT_MESSAGE("accepted: " + text + (out.ok() ? "\n-> " + *out : ""), !out.ok());
        return out.error().message;
    }

    void changesScalarsAndNothingElse() {
        check({"# top\na: 1 # one\n\nb:   'x'   # two\n", "b", Json("v"), "# top\na: 1 # one\n\nb:   'v'   # two\n"});
        check({"b: \"x # no comment\" # c\n", "b", Json("v\"z"), "b: \"v\\\"z\" # c\n"});
        check({"b: 'it''s'\nc: 1\n", "b", Json("don't"), "b: 'don''t'\nc: 1\n"});
        check({"url: http://a:1/x#v # c\n", "url", Json("https://b"), "url: https://b # c\n"});
        check({"a:\n  b:\n    c: old\n    d: 1\n", "a.b.c", Json("new"), "a:\n  b:\n    c: new\n    d: 1\n"});
        check({"a: true\n", "a", Json(false), "a: false\n"});
        check({"a: 1\n", "a", Json("1"), "a: \"1\"\n"});
        check({"\"quoted key\": 1\n", "quoted key", Json(2), "\"quoted key\": 2\n"});
        check({"Server_URL: a\n", "server_url", Json("b"), "Server_URL: b\n"});
        check({"a:\tx\t# tab\nb: 1\n", "a", Json("v"), "a:\tv\t# tab\nb: 1\n"});
        check({"---\na: x\n...\n", "a", Json("v"), "---\na: v\n...\n"});
        check({"a: \xC3\xA4\xE2\x82\xAC # \xC3\xB6\nb: x\n", "b", Json("v"), "a: \xC3\xA4\xE2\x82\xAC # \xC3\xB6\nb: v\n"});
    }
    void keepsLineEndsAndMissingFinalNewline() {
        check({"a: x\r\nb: v # c\r\nc: z\r\n", "b", Json("w"), "a: x\r\nb: w # c\r\nc: z\r\n"});
        check({"a: x\r\nb:\r\n  - p\r\n  - q\r\n", "b", Json::array({"p", "r"}), "a: x\r\nb:\r\n  - p\r\n  - r\r\n"});
        check({"a: x\r\n", "k.m", Json(1), "a: x\r\nk:\r\n  m: 1\r\n"});
        check({"a: x", "a", Json("v"), "a: v"});
        check({"a: x", "b", Json("v"), "a: x\nb: v"});
        check({"a:\n  - x", "a", Json::array({"v", "z"}), "a:\n  - v\n  - z"});
    }
    void changesMultiLineScalars() {
        check({"a: |\n  one\n  two\n\n# c\nb: 1\n", "a", Json("x"), "a: x\n\n# c\nb: 1\n"});
        check({"a: >-\n  one\n  two\nb: 1\n", "a", Json("p\nq"), "a: \"p\\nq\"\nb: 1\n"});
        check({"a: one\n  two\n  three # c\nb: 1\n", "a", Json("x"), "a: x # c\nb: 1\n"});
        check({"a: \"one\n  two\"\nb: 1\n", "a", Json("x"), "a: \"x\"\nb: 1\n"});
        check({"a: 'one\n  two' # c\n", "a", Json("x"), "a: 'x' # c\n"});
    }
    void changesFlowCollections() {
        check({"a: {b: 1, c: x, d: [1, 2]} # c\n", "a.c", Json("v"), "a: {b: 1, c: v, d: [1, 2]} # c\n"});
        check({"a: {b: 1, c: x}\n", "a.c", Json("v"), "a: {b: 1, c: v}\n"});
        check({"a: {b: 1,\n    c: 'x', # c\n    d: 2}\n", "a.c", Json("v"), "a: {b: 1,\n    c: 'v', # c\n    d: 2}\n"});
        check({"a: [\"x]\", 'v', z] # c\n", "a", Json::array({"1", Json(2)}), "a: [\"1\", 2] # c\n"});
        check({"a: []\n", "a", Json::array({"127.0.0.1/32"}), "a: [127.0.0.1/32]\n"});
        check({"a: {b: [x, v], c: 1}\n", "a.b", Json::array(), "a: {b: [], c: 1}\n"});
        check({"a: {}\n", "a.b.c", Json(1), "a: {b: {c: 1}}\n"});
        check({"a: {x: 1}\n", "a.b", Json(true), "a: {b: true, x: 1}\n"});
        check({"{a: 1}\n", "a", Json(2), "{a: 2}\n"});
    }
    void changesBlockLists() {
        check({"a:\n  # first\n  - x # ex\n  - v\n  # last\nb: 1\n", "a", Json::array({"x", "z"}),
               "a:\n  # first\n  - x # ex\n  - z\n  # last\nb: 1\n"});
        check({"a:\n- x\n- v\nb: 1\n", "a", Json::array({"v"}), "a:\n- v\nb: 1\n"});
        check({"a:\n- x\n- v\nb: 1\n", "a", Json::array({"x", "w", "v"}), "a:\n- x\n- w\n- v\nb: 1\n"});
        check({"a:\n- x\n- v\nb: 1\n", "a", Json::array({"x", "v", "z"}), "a:\n- x\n- v\n- z\nb: 1\n"});
        check({"a:\n- x # c\nb: 1\n", "a", Json::array(), "a: [] # c\nb: 1\n"});
        check({"a: # why\n  # note\n  - x\nb: 1\n", "a", Json::array(), "a: [] # why\n  # note\nb: 1\n"});
        check({"a:\n  - {k: x, v: \"1\"}\n  - k: v\n    v: 2\n", "a",
               Json::array({Json::object({{"k", "z"}}), Json::object({{"k", "v"}, {"v", 2}})}),
               "a:\n  - {k: z}\n  - k: v\n    v: 2\n"});
        check({"a:\n  k: [1]\n  l: 2\nb: 1\n", "a", Json::object({{"m", 3}}), "a: {m: 3}\nb: 1\n"});
    }
    void fillsEmptyValues() {
        check({"a:\nb: 1\n", "a", Json("x"), "a: x\nb: 1\n"});
        check({"a: # c\nb: 1\n", "a", Json("x"), "a: x # c\nb: 1\n"});
        check({"b: 1\na:", "a", Json("x"), "b: 1\na: x"});
        check({"a: ~ # c\n", "a", Json("x"), "a: x # c\n"});
        check({"a: null\nb: 1\n", "a.c", Json("x"), "a: {c: x}\nb: 1\n"});
        check({"a: # c\n  # d: 1\nb: 1\n", "a.c", Json("x"), "a: # c\n  c: x\n  # d: 1\nb: 1\n"});
        check({"x:\n  a:\n  b: 1\n", "x.a", Json("v"), "x:\n  a: v\n  b: 1\n"});
    }
    void insertsMissingKeys() {
        check({"", "a.b", Json(1), "a:\n  b: 1\n"});
        check({"# only a comment", "a", Json(1), "# only a comment\na: 1\n"});
        check({"a:\n  b: 1 # one\n# next\nc: 2\n", "a.d", Json("x"), "a:\n  b: 1 # one\n  d: x\n# next\nc: 2\n"});
        check({"a:\n    b:\n        c: 1\nd: 2\n", "a.e.f", Json("x"), "a:\n    b:\n        c: 1\n    e:\n      f: x\nd: 2\n"});
        check({"a:\n  b: |\n    text\n    more\nc: 2\n", "a.d", Json("x"), "a:\n  b: |\n    text\n    more\n  d: x\nc: 2\n"});
        check({"a:\n  b:\n  - 1\n  - 2\nc: 2\n", "a.d", Json("x"), "a:\n  b:\n  - 1\n  - 2\n  d: x\nc: 2\n"});
        check({"a: 1\nz:\n", "b", Json(2), "a: 1\nz:\nb: 2\n"});
        check({"a: &x 1\nb: *x\nc:\n  d: 1\n", "c.e", Json(2), "a: &x 1\nb: *x\nc:\n  d: 1\n  e: 2\n"});
    }
    void refusesWhatItCannotDoSafely() {
        const std::pair<const char*, const char*> cases[] = {
            {"a: &anchor x\nb: *anchor\n", "line 1: a uses a YAML anchor"},
            {"b: &anchor x\na: *anchor\n", "line 2: a uses a YAML anchor or alias"},
            {"a: !!str x\n", "carries a YAML tag"},
            {"a: x\na: v\n", "a stands there more than once"},
            {"a: x\n---\na: v\n", "more than one YAML document"},
            {"- a\n", "not a mapping"},
            {"a: [1\n", "line"},
            {"a:\n\tb: 1\n", "line 2"},
            {"\xEF\xBB\xBF"
             "a: x\n",
             "byte order mark"},
        };
        for (const auto& [text, part] : cases) {
            const auto message = refusal(text, "a");
            CPPUNIT_ASSERT_MESSAGE(message + " for " + text, message.find(part) != std::string::npos);
        }
        CPPUNIT_ASSERT(refusal("a: 1\n", "a.b").find("a is not a section") != std::string::npos);
        CPPUNIT_ASSERT(refusal("base: &b {x: 1}\na:\n  <<: *b\n", "a.c").find("merge key") != std::string::npos);
        CPPUNIT_ASSERT(refusal("a: &m\n  b: 1\nc: *m\n", "a.b").find("anchor") != std::string::npos);
        refusal(std::string("a: x\0b\n", 7), "a");
        refusal(std::string(100, '['), "a");
        refusal("a: x\n", "");
    }
    void quotesWhatOthersWouldMisread() {
        const std::pair<const char*, const char*> cases[] = {{"0600", "\"0600\""},
                                                             {"yes", "\"yes\""},
                                                             {"Off", "\"Off\""},
                                                             {"null", "\"null\""},
                                                             {"1.5", "\"1.5\""},
                                                             {"1e3", "\"1e3\""},
                                                             {"12:30", "\"12:30\""},
                                                             {"2020-01-01", "\"2020-01-01\""},
                                                             {"", "\"\""},
                                                             {"a: b", "\"a: b\""},
                                                             {"#x", "\"#x\""},
                                                             {"- a", "\"- a\""},
                                                             {"x:", "\"x:\""},
                                                             {"*a", "\"*a\""},
                                                             {"127.0.0.1:80", "127.0.0.1:80"},
                                                             {"https://a.example/x", "https://a.example/x"},
                                                             {"/var/lib", "/var/lib"},
                                                             {"10.0.0.0/8", "10.0.0.0/8"},
                                                             {"fd7a:115c:a1e0::/48", "fd7a:115c:a1e0::/48"},
                                                             {"a\nb", "\"a\\nb\""}};
        for (const auto& [text, expected] : cases) {
            CPPUNIT_ASSERT_EQUAL(std::string(expected), emitText(text));
            CPPUNIT_ASSERT(*treeToJson(*parseTree("k: " + emitText(text))) == Json::object({{"k", text}}));
        }
    }
    void everyKeyOfAGeneratedFileCanBeChangedAndBack() {
        Settings s{29, "https://a.example", "127.0.0.1:1", "127.0.0.1:2", "/s ock", "/d", "/n", "/k", {}};
        s.network.derp_urls = {"https://derp.example/x"};
        const std::string text = generate(s);
        const auto root = parseTree(text);
        CPPUNIT_ASSERT(root.ok());
        std::size_t leaves = 0;
        visit(text, *root, {}, leaves);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(leaves), leaves > 30);
    }
    void visit(const std::string& text, const Node& node, const KeyPath& path, std::size_t& leaves) {
        if (node.kind == Node::Kind::Map && !node.members.empty()) {
            for (const auto& [key, value] : node.members) {
                KeyPath below = path;
                below.push_back(key.text);
                visit(text, value, below, leaves);
            }
            return;
        }
        ++leaves;
        const Json old = *treeToJson(node);
        const auto changed = setValue(text, path, Json("changed: #value"));
        CPPUNIT_ASSERT_MESSAGE(path.back(), changed.ok() && *changed != text);
        const auto back = setValue(*changed, path, old);
        CPPUNIT_ASSERT_MESSAGE(path.back(), back.ok());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(path.back(), treeToJson(*parseTree(text))->dump(), treeToJson(*parseTree(*back))->dump());
        CPPUNIT_ASSERT_EQUAL(std::count(text.begin(), text.end(), '\n'), std::count(back->begin(), back->end(), '\n'));
    }
    void readsValues() {
        const char* text = "a:\n  b: [1, \"2\", x]\n  c:\n";
        CPPUNIT_ASSERT_EQUAL(std::string("[1,\"2\",\"x\"]"), (**getValue(text, keyPath("a.b"))).dump());
        CPPUNIT_ASSERT((**getValue(text, keyPath("A.C"))).isNull());
        CPPUNIT_ASSERT(!getValue(text, keyPath("a.d"))->has_value());
        CPPUNIT_ASSERT(!getValue("a: [", keyPath("a")).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EditTest);

}  // namespace masthead::headscale::config_file
