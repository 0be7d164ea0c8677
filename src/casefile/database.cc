#include "database.h"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace samehand::casefile {
namespace {

constexpr int kBusyMs = 60'000;          // so long we wait for another process that writes
constexpr int kMaxValueBytes = 4 << 20;  // longest text or blob; contents lie in pieces of kChunkBytes

// A path as a URI: everything but the plainest characters is escaped.
std::string uri(const std::string& path, std::string_view query) {
  std::string out = "file:";
  for (const unsigned char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '_' || c == '-';
    out += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02x}", c);
  }
  return out + std::string(query);
}

void harden(sqlite3* database) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  for (const auto& [limit, value] : {std::pair{SQLITE_LIMIT_LENGTH, kMaxValueBytes},
                                     {SQLITE_LIMIT_SQL_LENGTH, 100'000},
                                     {SQLITE_LIMIT_COLUMN, 100},
                                     {SQLITE_LIMIT_EXPR_DEPTH, 20},
                                     {SQLITE_LIMIT_COMPOUND_SELECT, 3},
                                     {SQLITE_LIMIT_VDBE_OP, 25'000},
                                     {SQLITE_LIMIT_FUNCTION_ARG, 8},
                                     {SQLITE_LIMIT_ATTACHED, 0},
                                     {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
                                     {SQLITE_LIMIT_VARIABLE_NUMBER, 50},
                                     {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                                     {SQLITE_LIMIT_WORKER_THREADS, 0}}) {
    sqlite3_limit(database, limit, value);
  }
  sqlite3_busy_timeout(database, kBusyMs);
}

}  // namespace

Error to_error(int code, sqlite3* database, const std::string& path) {
  // SQLite calls it a full disk only where a page of the database itself did not fit.
  if ((code & 0xff) == SQLITE_IOERR && database != nullptr) {
    const int system = sqlite3_system_errno(database);
    if (system == ENOSPC || system == EDQUOT) code = SQLITE_FULL;
    if (system == EFBIG) {
      return {ErrorCode::kUnreadable,
              "may not grow so far (a limit of the file system, or ulimit -f); nothing of this step was kept", path};
    }
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::kUnreadable, "no room left on the disk; nothing of this step was kept", path};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kTimedOut, "another process is writing to it and does not end; try again later", path};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return {ErrorCode::kMalformed, "damaged: its structure is not that of a database", path};
    case SQLITE_TOOBIG:
      return {ErrorCode::kTooLarge, "a value in it is longer than any case has", path};
    case SQLITE_NOMEM:
      return {ErrorCode::kTooLarge, "not enough memory", path};
    case SQLITE_CANTOPEN:
      return {ErrorCode::kUnreadable, "cannot be opened", path};
    case SQLITE_READONLY:
      return {ErrorCode::kUnreadable, "cannot be written to", path};
    case SQLITE_IOERR:
      return {ErrorCode::kUnreadable, "cannot be read or written; nothing of this step was kept", path};
    case SQLITE_INTERRUPT:
      return {ErrorCode::kTimedOut, "reading it takes too long", path};
    default:
      return {ErrorCode::kMalformed, fmt::format("unexpected: {}", sqlite3_errmsg(database)), path};
  }
}

Statement::Statement(sqlite3* database, std::string_view sql, const std::string& path)
    : database_(database), path_(path) {
  sqlite3_stmt* statement = nullptr;
  prepared_ = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), 0, &statement, nullptr);
  statement_.reset(statement);
}

Statement& Statement::bind(int index, const Value& value) {
  if (statement_ == nullptr) return *this;
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    void operator()(std::monostate) const { sqlite3_bind_null(statement, index); }
    void operator()(std::int64_t v) const { sqlite3_bind_int64(statement, index, v); }
    void operator()(double v) const { sqlite3_bind_double(statement, index, v); }
    void operator()(const std::string& v) const {
      sqlite3_bind_text64(statement, index, v.data(), v.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    void operator()(const Blob& v) const {
      if (v.empty())
        sqlite3_bind_zeroblob(statement, index, 0);
      else
        sqlite3_bind_blob64(statement, index, v.data(), v.size(), SQLITE_TRANSIENT);
    }
  };
  std::visit(Binder{statement_.get(), index}, value);
  return *this;
}

Statement& Statement::bind_blob(int index, ByteView bytes) {
  if (statement_ != nullptr) sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

Result<bool> Statement::step() {
  if (prepared_ != SQLITE_OK) return std::unexpected(to_error(prepared_, database_, path_));
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(to_error(code, database_, path_));
}

Result<void> Statement::run() {
  for (;;) {
    const auto row = step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
  }
}

void Statement::reset() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::string Statement::text(int i) const {
  const ByteView bytes = blob(i);
  return std::string(bytes.text());
}

ByteView Statement::blob(int i) const {
  // Text comes as its UTF-8 bytes. The order of the two calls matters.
  const void* data = sqlite3_column_blob(statement_.get(), i);
  const int size = sqlite3_column_bytes(statement_.get(), i);
  if (data == nullptr || size <= 0) return {};
  return ByteView::of_text({static_cast<const char*>(data), static_cast<std::size_t>(size)});
}

Value Statement::value(int i) const {
  switch (sqlite3_column_type(statement_.get(), i)) {
    case SQLITE_INTEGER:
      return integer(i);
    case SQLITE_FLOAT:
      return real(i);
    case SQLITE_TEXT:
      return text(i);
    case SQLITE_BLOB: {
      const ByteView bytes = blob(i);
      return Blob(bytes.span().begin(), bytes.span().end());
    }
    default:
      return std::monostate{};
  }
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  std::string name = ":memory:";
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
  if (mode == Mode::kMemory) {
    flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY;
  } else {
    flags |= SQLITE_OPEN_URI;
    name = uri(path, mode == Mode::kReadImmutable ? "?immutable=1" : "");
    flags |= mode == Mode::kCreate  ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
             : mode == Mode::kWrite ? SQLITE_OPEN_READWRITE
                                    : SQLITE_OPEN_READONLY;
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  Database database;
  database.handle_.reset(handle);
  database.path_ = path;
  if (code != SQLITE_OK) return std::unexpected(to_error(code, handle, path));
  harden(handle);
  for (const char* pragma : {"PRAGMA cell_size_check=ON", "PRAGMA mmap_size=0", "PRAGMA temp_store=MEMORY"}) {
    if (auto set = database.run(pragma); !set) return std::unexpected(set.error());
  }
  return database;
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  Statement statement = prepare(sql);
  const auto row = statement.step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement.integer(0) : 0;
}

Result<std::string> Database::text(std::string_view sql) {
  Statement statement = prepare(sql);
  const auto row = statement.step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement.text(0) : std::string();
}

}  // namespace samehand::casefile
