// Making and opening.
#include "samehand/casefile/case_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "rows.h"
#include "samehand/base/file.h"
#include "schema.h"

namespace samehand::casefile {
namespace {

constexpr auto kMaxCheck = std::chrono::minutes(2);  // of the parts that are checked whenever a case is opened

// The first 100 bytes, before SQLite sees any of it: that it is a database, ours, and of a version that we know.
Result<std::uint32_t> check_header(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorCode::kNotFound, "no such case", path);
    return fail(ErrorCode::kUnreadable, fmt::format("cannot be read: {}", std::strerror(errno)), path);
  }
  struct stat status{};
  std::array<std::uint8_t, 100> header{};
  const bool regular = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  const ssize_t count = regular ? ::pread(fd, header.data(), header.size(), 0) : -1;
  ::close(fd);
  if (!regular) return fail(ErrorCode::kInvalidArgument, "is no file", path);
  const ByteView view(header);
  const auto field = [&](std::size_t at) { return view.read_or_zero<std::uint32_t>(at, std::endian::big); };
  if (count != static_cast<ssize_t>(header.size()) || !is_case(view))
    return fail(ErrorCode::kNotSupported, "is no case file; `samehand case new` makes one", path);
  const std::uint32_t version = field(60);
  if (version > static_cast<std::uint32_t>(kCurrentVersion)) {
    return fail(ErrorCode::kNotSupported,
                fmt::format("was written by a newer Samehand (version {} of the format, this one knows {})", version,
                            kCurrentVersion),
                path);
  }
  if (version == 0) return fail(ErrorCode::kMalformed, "is no complete case file", path);
  return version;
}

// SQLite calls this every so many steps; not 0 ends the statement.
int past(void* deadline) {
  return std::chrono::steady_clock::now() > *static_cast<std::chrono::steady_clock::time_point*>(deadline) ? 1 : 0;
}

// What can be said without reading the contents of exhibits: the schema, and the structure of all other tables.
Result<void> check_contents(Database& database, std::size_t version) {
  auto deadline = std::chrono::steady_clock::now() + kMaxCheck;
  sqlite3_progress_handler(database.handle(), 100'000, past, &deadline);
  auto checked = check_schema(database, current_schema(), version);
  for (const char* table : {"event", "info", "hypothesis", "exhibit", "finding", "item", "locus", "judgement"}) {
    if (!checked) break;
    const auto said = database.text(fmt::format("PRAGMA quick_check('{}')", table));
    if (!said)
      checked = std::unexpected(said.error());
    else if (*said != "ok")
      checked = fail(ErrorCode::kMalformed, "damaged: " + *said, database.path());
  }
  sqlite3_progress_handler(database.handle(), 0, nullptr, nullptr);
  return checked;
}

// Read-only media: SQLite cannot make its index of the WAL there. Where there is no WAL, it needs none.
Result<Database> open_for_reading(const std::string& path) {
  auto database = Database::open(path, Database::Mode::kRead);
  if (!database) return database;
  const auto tried = database->integer("SELECT count(*) FROM sqlite_schema");
  if (tried || tried.error().code != ErrorCode::kUnreadable) return database;
  struct stat status{};
  if (stat((path + "-wal").c_str(), &status) == 0 && status.st_size > 0) return std::unexpected(tried.error());
  return Database::open(path, Database::Mode::kReadImmutable);
}

void sync_folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

Result<void> prepare_writing(Database& database) {
  // Every commit is on the disk before it is acknowledged.
  for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"}) {
    if (auto set = database.run(pragma); !set) return set;
  }
  return {};
}

}  // namespace

bool is_case(ByteView bytes) {
  return bytes.size() >= 100 && bytes.slice(0, 16).text() == std::string_view("SQLite format 3\0", 16) &&
         bytes.read_or_zero<std::uint32_t>(68, std::endian::big) == kApplicationId;
}

CaseFile::CaseFile(std::unique_ptr<Stores> stores) : stores_(std::move(stores)) {}
CaseFile::CaseFile(CaseFile&&) noexcept = default;
CaseFile& CaseFile::operator=(CaseFile&&) noexcept = default;
CaseFile::~CaseFile() = default;

Result<void> CaseFile::create(const std::string& path, std::string_view title, std::string_view who) {
  struct stat status{};
  const auto taken = [&] { return fail(ErrorCode::kInvalidArgument, "is there already; nothing was done", path); };
  if (lstat(path.c_str(), &status) == 0) return taken();
  // Made beside its place and linked there when it is whole: link() replaces nothing.
  const std::string unfinished = fmt::format("{}.part{}", path, getpid());
  ::unlink(unfinished.c_str());
  const auto make = [&]() -> Result<void> {
    auto database = Database::open(unfinished, Database::Mode::kCreate);
    if (!database) return std::unexpected(database.error());
    for (const std::string& pragma :
         {std::string("PRAGMA page_size=4096"), fmt::format("PRAGMA application_id={}", kApplicationId)}) {
      if (auto set = database->run(pragma); !set) return set;
    }
    if (auto ready = prepare_writing(*database); !ready) return ready;
    if (auto begun = database->run("BEGIN IMMEDIATE"); !begun) return begun;
    if (auto applied = apply(*database, current_schema(), 0, current_schema().size()); !applied) return applied;
    if (auto committed = database->run("COMMIT"); !committed) return committed;
    auto stores = std::make_unique<Stores>();
    stores->database = std::move(*database);
    stores->access = Access::kWrite;
    CaseFile made(std::move(stores));
    auto change = made.begin(who, "new", title);
    if (!change) return std::unexpected(change.error());
    if (auto set = change->set_info("title", title); !set) return set;
    if (auto committed = change->commit(); !committed) return committed;
    // All of it into the one file: it is about to be renamed, and its WAL would not follow.
    return made.stores_->database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  };
  auto made = make();
  if (made && ::link(unfinished.c_str(), path.c_str()) != 0) {
    made = errno == EEXIST
               ? taken()
               : fail(ErrorCode::kUnreadable, fmt::format("cannot be made: {}", std::strerror(errno)), path);
  }
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((unfinished + suffix).c_str());
  if (!made) {
    Error error = made.error();
    error.where = path;
    return std::unexpected(std::move(error));
  }
  sync_folder_of(path);
  return {};
}

Result<CaseFile> CaseFile::open(const std::string& path, Access access,
                                const std::function<void(const std::string&)>& note) {
  const auto version = check_header(path);
  if (!version) return std::unexpected(version.error());
  auto database = open_for_reading(path);
  if (!database) return std::unexpected(database.error());
  if (auto checked = check_contents(*database, *version); !checked) return std::unexpected(checked.error());

  const bool old = *version < static_cast<std::uint32_t>(kCurrentVersion);
  if (access == Access::kWrite || old) {
    database = Database::open(path, Database::Mode::kWrite);
    if (!database) return std::unexpected(database.error());
    if (auto ready = prepare_writing(*database); !ready) return std::unexpected(ready.error());
  }
  auto stores = std::make_unique<Stores>();
  stores->database = std::move(*database);
  stores->access = access;
  CaseFile opened(std::move(stores));
  // Cheap, and so at every opening: whoever edits the history is told on, not only by `case verify`.
  if (note) {
    const auto wrong = history_differences(opened, opened.stores_->database);
    if (!wrong)
      note(fmt::format("{}: its history cannot be checked: {}", path, wrong.error().message));
    else if (!wrong->empty())
      note(fmt::format("{}: not as it was recorded: {}: {}; `samehand case verify` says more", path,
                       wrong->front().what, wrong->front().finds));
  }
  if (old) {
    const auto copy = migrate(opened.stores_->database, current_schema(), *version);
    if (!copy) return std::unexpected(copy.error());
    auto change = opened.begin("samehand", "migrate", fmt::format("from version {} to {}", *version, kCurrentVersion));
    if (!change) return std::unexpected(change.error());
    if (auto committed = change->commit(); !committed) return std::unexpected(committed.error());
    if (note)
      note(fmt::format("{}: migrated from version {} to {}; the old one is kept as {}", path, *version, kCurrentVersion,
                       *copy));
  }
  return opened;
}

Result<std::vector<Event>> CaseFile::history() {
  Statement statement = stores_->database.prepare(
      "SELECT id, time, who, action, detail, rows_sha256, previous, hash FROM event ORDER BY id");
  std::vector<Event> out;
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return out;
    out.push_back({statement.integer(0), statement.text(1), statement.text(2), statement.text(3), statement.text(4),
                   statement.text(5), statement.text(6), statement.text(7)});
  }
}

namespace {

Result<Blob> chunks_of(Database& database, const char* table, std::int64_t owner, std::uint64_t size,
                       const OnBytes& on_bytes = {}) {
  Statement statement =
      database.prepare(fmt::format("SELECT number, bytes FROM {} WHERE owner=? ORDER BY number", table));
  statement.bind(1, owner);
  Blob out;
  for (std::int64_t number = 0;; ++number) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const ByteView bytes = statement.blob(1);
    if (statement.integer(0) != number || bytes.size() > size - out.size())
      return fail(ErrorCode::kMalformed, "a content in it is not whole", database.path());
    out.insert(out.end(), bytes.span().begin(), bytes.span().end());
    if (on_bytes && number % kOnBytesChunks == kOnBytesChunks - 1) on_bytes(out.size());
  }
  if (out.size() != size) return fail(ErrorCode::kMalformed, "a content in it is not whole", database.path());
  return out;
}

// Whoever edits a content is found out when it is read, not only by `case verify`.
Result<Blob> named(Result<Blob> content, const std::string& sha256) {
  if (content && sha256_hex(ByteView(*content)) != sha256)
    return fail(ErrorCode::kMalformed, "its content is not what its SHA-256 names");
  return content;
}

}  // namespace

Result<std::vector<std::uint8_t>> CaseFile::exhibit_bytes(const evidence::Exhibit& exhibit, const OnBytes& on_bytes) {
  if (exhibit.by_reference)
    return fail(ErrorCode::kNotFound, "is kept by reference: only its hash is in the case", exhibit.name);
  return named(chunks_of(stores_->database, "exhibit_chunk", exhibit.number, exhibit.size_bytes, on_bytes),
               exhibit.sha256);
}

Result<std::vector<std::uint8_t>> CaseFile::finding_bytes(const Finding& finding) {
  return named(chunks_of(stores_->database, "finding_chunk", finding.number, finding.size_bytes), finding.sha256);
}

}  // namespace samehand::casefile
