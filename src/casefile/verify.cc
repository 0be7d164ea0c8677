// Is everything still what was recorded?
//
// Method: SQLite's own check of the whole file; the events' chain; for each table the rows in the order of their
// events, hashed again as they were when they were added; every content that is kept, against the hash in its owner's
// row. Cost: reads the file once. Known limit: who rewrites the history from some event on, with all hashes, is only
// caught by a hash of the last event that was noted elsewhere.
#include <fmt/format.h>

#include <map>

#include "rows.h"
#include "schema.h"

namespace samehand::casefile {
namespace {

constexpr std::size_t kMaxDifferences = 1000;
constexpr std::int64_t kRowsAtOpening = 20'000;  // a tenth of a second

class Verifier {
 public:
  Verifier(CaseFile& file, Database& database, const std::function<void(std::string_view)>& on_progress)
      : file_(file), database_(database), on_progress_(on_progress) {}

  Result<std::vector<Difference>> verify() {
    if (auto done = structure(); !done) return std::unexpected(done.error());
    {
      // Another process may add rows between one table and the next.
      if (auto begun = database_.run("BEGIN"); !begun) return std::unexpected(begun.error());
      auto done = chain();
      (void)database_.run("COMMIT");
      if (!done) return std::unexpected(done.error());
    }
    if (auto done = ownerless(); !done) return std::unexpected(done.error());
    if (auto done = contents(); !done) return std::unexpected(done.error());
    return std::move(out_);
  }

  // The chain; with its rows where that takes no time worth a word.
  Result<std::vector<Difference>> history() {
    std::int64_t rows = 0;
    for (const char* table : event_tables()) {
      const auto count = database_.integer(fmt::format("SELECT count(*) FROM {}", table));
      if (!count) return std::unexpected(count.error());
      rows += *count;
    }
    if (auto done = chain(rows <= kRowsAtOpening); !done) return std::unexpected(done.error());
    return std::move(out_);
  }

 private:
  void add(std::string what, std::string finds) {
    if (out_.size() < kMaxDifferences) out_.push_back({std::move(what), std::move(finds)});
  }
  void at(std::string_view what) {
    if (on_progress_) on_progress_(what);
  }

  Result<void> structure() {
    at("structure");
    Statement check = database_.prepare("PRAGMA integrity_check(20)");
    for (;;) {
      const auto row = check.step();
      if (!row) return std::unexpected(row.error());
      if (!*row) return {};
      if (check.text(0) != "ok") add("structure", check.text(0));
    }
  }

  Result<void> chain(bool with_rows = true) {
    at("history");
    const auto events = file_.history();
    if (!events) return std::unexpected(events.error());
    std::map<std::int64_t, RowHash> rows;
    for (const Event& event : *events) rows.try_emplace(event.number);
    for (const char* table : event_tables()) {
      if (!with_rows) break;
      Statement statement = database_.prepare(fmt::format("SELECT * FROM {} ORDER BY id", table));
      std::vector<std::string> names;
      for (int i = 0; i < statement.columns(); ++i) names.emplace_back(statement.column_name(i));
      for (;;) {
        const auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
        std::vector<Cell> cells;
        for (int i = 0; i < statement.columns(); ++i)
          cells.push_back({names[static_cast<std::size_t>(i)], statement.value(i)});
        const auto it = rows.find(statement.integer(1));
        if (it == rows.end())
          add(fmt::format("{} {}", table, statement.integer(0)), "belongs to no event");
        else
          it->second.add(table, cells);
      }
    }
    std::string previous;
    std::int64_t number = 1;
    for (const Event& event : *events) {
      const std::string what = fmt::format("event {} ({})", event.number, event.action);
      if (event.number != number++) add(what, "events before it are missing");
      if (event.previous != previous) add(what, "does not follow the event before it");
      if (event.hash != event_hash(event)) add(what, "was changed");
      if (with_rows && event.rows_sha256 != rows[event.number].finish())
        add(what, "what it added was changed, or rows are missing or new");
      previous = event.hash;
      number = event.number + 1;
    }
    return {};
  }

  // Contents that no row names would be carried along unseen.
  Result<void> ownerless() {
    for (const auto& [table, owners] : {std::pair{"exhibit_chunk", "SELECT id FROM exhibit WHERE by_reference = 0"},
                                        {"finding_chunk", "SELECT id FROM finding"}}) {
      const auto count =
          database_.integer(fmt::format("SELECT count(*) FROM {} WHERE owner NOT IN ({})", table, owners));
      if (!count) return std::unexpected(count.error());
      if (*count > 0) add(table, fmt::format("{} pieces of content belong to nothing", *count));
    }
    return {};
  }

  Result<void> contents() {
    const auto now = file_.read();
    if (!now) {
      add("contents", now.error().message);
      return {};
    }
    for (const evidence::Exhibit& exhibit : now->exhibits) {
      if (exhibit.by_reference) continue;
      at(exhibit.name);
      const std::string what = fmt::format("exhibit {} ({})", exhibit.number, exhibit.name);
      const auto bytes = file_.exhibit_bytes(exhibit, [&](std::uint64_t) { at(exhibit.name); });
      if (!bytes) add(what, bytes.error().message);
    }
    for (const Finding& finding : now->findings) {
      at(finding.method);
      const std::string what = fmt::format("finding {} ({})", finding.number, finding.method);
      const auto bytes = file_.finding_bytes(finding);
      if (!bytes) add(what, bytes.error().message);
    }
    return {};
  }

  CaseFile& file_;
  Database& database_;
  const std::function<void(std::string_view)>& on_progress_;
  std::vector<Difference> out_;
};

}  // namespace

Result<std::vector<Difference>> history_differences(CaseFile& file, Database& database) {
  // One view of all tables, whatever others write meanwhile.
  if (auto begun = database.run("BEGIN"); !begun) return std::unexpected(begun.error());
  const std::function<void(std::string_view)> silent;
  auto out = Verifier(file, database, silent).history();
  (void)database.run("COMMIT");
  return out;
}

Result<std::vector<Difference>> CaseFile::verify(const std::function<void(std::string_view)>& on_progress) {
  return Verifier(*this, stores_->database, on_progress).verify();
}

}  // namespace samehand::casefile
