#include "tests/unit/console/sealed_scan.hpp"

#include <cppunit/TestAssert.h>
#include <sqlite3.h>

#include <string_view>
#include <vector>

#include "host/base/encoding.hpp"
#include "host/console/store/key_ring_keys.hpp"

namespace masthead::testing {
namespace {

using Cells = std::vector<std::string>;

Cells cells(sqlite3* handle, const std::string& sql) {
    Cells out;
    sqlite3_stmt* statement = nullptr;
    CPPUNIT_ASSERT_EQUAL_MESSAGE(sql, SQLITE_OK, sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(statement); ++column) {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
            out.emplace_back(bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
        }
    }
    sqlite3_finalize(statement);
    return out;
}

}  // namespace

int valuesUnder(const std::string& database, std::int64_t key) {
    sqlite3* handle = nullptr;
    CPPUNIT_ASSERT_EQUAL(SQLITE_OK, sqlite3_open_v2(database.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr));
    int found = 0;
    for (const auto& table : cells(handle, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
        for (const auto& cell : cells(handle, "SELECT * FROM " + table)) {
            const auto decoded = base64UrlDecode(cell);
            if (console::store::dataKeyOf(cell) == key || (decoded && console::store::dataKeyOf(*decoded) == key)) ++found;
        }
    }
    sqlite3_close(handle);
    return found;
}

}  // namespace masthead::testing
