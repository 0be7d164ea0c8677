// SQLite with everything off that a hostile file could use, and errors that people understand.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"

namespace samehand::casefile {

using Blob = std::vector<std::uint8_t>;
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

// A prepared statement. Indices of parameters begin at 1, of columns at 0, as SQLite's do.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql, const std::string& path);

  Statement& bind(int index, const Value& value);
  Statement& bind_blob(int index, ByteView bytes);  // borrowed until reset()
  // True where there is a row.
  Result<bool> step();
  // Steps to the end; for statements without rows.
  Result<void> run();
  void reset();

  int columns() const { return sqlite3_column_count(statement_.get()); }
  std::string_view column_name(int i) const { return sqlite3_column_name(statement_.get(), i); }
  bool is_null(int i) const { return sqlite3_column_type(statement_.get(), i) == SQLITE_NULL; }
  std::int64_t integer(int i) const { return sqlite3_column_int64(statement_.get(), i); }
  double real(int i) const { return sqlite3_column_double(statement_.get(), i); }
  std::string text(int i) const;
  ByteView blob(int i) const;  // until the next step
  Value value(int i) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  sqlite3* database_;
  std::string path_;
  int prepared_;  // SQLite's code
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  enum class Mode { kRead, kReadImmutable, kWrite, kCreate, kMemory };
  // No triggers, views, attached databases, extensions or functions of the schema; limits on lengths and on SQL;
  // defensive mode. Nothing of the file has been looked at when this returns.
  static Result<Database> open(const std::string& path, Mode mode);

  Statement prepare(std::string_view sql) { return {handle_.get(), sql, path_}; }
  Result<void> run(std::string_view sql) { return prepare(sql).run(); }
  Result<std::int64_t> integer(std::string_view sql);
  Result<std::string> text(std::string_view sql);
  std::int64_t last_insert() const { return sqlite3_last_insert_rowid(handle_.get()); }
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  sqlite3* handle() const { return handle_.get(); }
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* d) const { sqlite3_close(d); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

// What SQLite's code means for the user of the file at `path`.
Error to_error(int code, sqlite3* database, const std::string& path);

}  // namespace samehand::casefile
