#include "schema.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>

namespace samehand::casefile {
namespace {

// Type, name, table and definition of everything in the schema.
Result<std::vector<std::string>> listing(Database& database) {
  Statement statement = database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
  std::vector<std::string> out;
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return out;
    if (out.size() == 100) return fail(ErrorCode::kMalformed, "has more tables than any case", database.path());
    std::string line;
    for (int i = 0; i < 4; ++i) line += statement.text(i) + '\0';
    out.push_back(std::move(line));
  }
}

Result<void> copy_into(Database& from, const std::string& path) {
  auto to = Database::open(path, Database::Mode::kWrite);
  if (!to) return std::unexpected(to.error());
  sqlite3_backup* backup = sqlite3_backup_init(to->handle(), "main", from.handle(), "main");
  const int stepped = backup == nullptr ? SQLITE_ERROR : sqlite3_backup_step(backup, -1);
  const int finished = backup == nullptr ? sqlite3_errcode(to->handle()) : sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE || finished != SQLITE_OK) {
    Error error = to_error(finished != SQLITE_OK ? finished : stepped, to->handle(), path);
    error.message = "the copy before migrating could not be written: " + error.message;
    return std::unexpected(std::move(error));
  }
  return {};
}

}  // namespace

const Schema& current_schema() {
  static const Schema schema = {{
      "CREATE TABLE event(id INTEGER PRIMARY KEY, time TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, "
      "detail TEXT NOT NULL, rows_sha256 TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT",
      "CREATE TABLE info(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL) "
      "STRICT",
      "CREATE TABLE hypothesis(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT "
      "NULL, "
      "role TEXT NOT NULL, prior REAL NOT NULL, also TEXT NOT NULL, description TEXT NOT NULL, removed INTEGER NOT "
      "NULL) "
      "STRICT",
      "CREATE TABLE exhibit(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, sha256 TEXT NOT NULL UNIQUE, name TEXT NOT "
      "NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, by_reference INTEGER NOT NULL, source TEXT NOT NULL, collected "
      "TEXT NOT NULL, known_of INTEGER NOT NULL) STRICT",
      "CREATE TABLE exhibit_chunk(id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB "
      "NOT "
      "NULL, UNIQUE(owner, number)) STRICT",
      "CREATE TABLE finding(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, exhibit INTEGER NOT NULL, method TEXT NOT "
      "NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, UNIQUE(exhibit, method)) STRICT",
      "CREATE TABLE finding_chunk(id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB "
      "NOT "
      "NULL, UNIQUE(owner, number)) STRICT",
      "CREATE TABLE item(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, name TEXT NOT NULL, statement TEXT NOT NULL, "
      "kind "
      "TEXT NOT NULL, origin TEXT NOT NULL, method TEXT NOT NULL, source TEXT NOT NULL, reliability TEXT NOT NULL, "
      "forgeability TEXT NOT NULL, public_before INTEGER, points_at INTEGER NOT NULL, against INTEGER NOT NULL, grp "
      "TEXT "
      "NOT NULL, known TEXT NOT NULL, weights BLOB) STRICT",
      "CREATE TABLE locus(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, item INTEGER NOT NULL, exhibit INTEGER NOT "
      "NULL, "
      "member TEXT NOT NULL, unit TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT",
      "CREATE TABLE judgement(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, item INTEGER NOT NULL, field TEXT NOT "
      "NULL, "
      "value TEXT NOT NULL, reason TEXT NOT NULL) STRICT",
  }};
  return schema;
}

std::span<const char* const> event_tables() {
  static constexpr std::array kTables = {"info", "hypothesis", "exhibit", "finding", "item", "locus", "judgement"};
  return kTables;
}

Result<void> apply(Database& database, const Schema& schema, std::size_t from, std::size_t to) {
  for (std::size_t version = from; version < to; ++version) {
    for (const std::string& sql : schema[version]) {
      if (auto run = database.run(sql); !run) return run;
    }
  }
  return database.run(fmt::format("PRAGMA user_version={}", to));
}

Result<void> check_schema(Database& database, const Schema& schema, std::size_t version) {
  auto reference = Database::open("", Database::Mode::kMemory);
  if (!reference) return std::unexpected(reference.error());
  if (auto applied = apply(*reference, schema, 0, version); !applied) return applied;
  const auto expected = listing(*reference), actual = listing(database);
  if (!expected) return std::unexpected(expected.error());
  if (!actual) return std::unexpected(actual.error());
  if (*expected == *actual) return {};
  return fail(ErrorCode::kMalformed,
              "is no case file: its tables are not those that Samehand makes (triggers, views and tables of others are "
              "refused)",
              database.path());
}

Result<std::string> migrate(Database& database, const Schema& schema, std::size_t from) {
  // A name that is free; O_EXCL, so that no link that lies there is followed.
  std::string copy;
  int fd = -1;
  for (int n = 1; n <= 100 && fd < 0; ++n) {
    copy = fmt::format("{}.v{}{}.backup", database.path(), from, n == 1 ? "" : fmt::format("-{}", n));
    fd = ::open(copy.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno != EEXIST) break;
  }
  if (fd < 0)
    return fail(ErrorCode::kUnreadable, "no copy can be written beside it, so it is not migrated", database.path());
  ::close(fd);
  if (auto copied = copy_into(database, copy); !copied) {
    ::unlink(copy.c_str());
    return std::unexpected(copied.error());
  }
  auto migrated = database.run("BEGIN EXCLUSIVE");
  if (migrated) migrated = apply(database, schema, from, schema.size());
  if (migrated) migrated = database.run("COMMIT");
  if (migrated) return copy;
  if (database.in_transaction()) (void)database.run("ROLLBACK");
  return std::unexpected(migrated.error());
}

}  // namespace samehand::casefile
