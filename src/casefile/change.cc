// Adding: every row goes through insert(), which also hashes it.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "rows.h"
#include "samehand/base/codec.h"
#include "schema.h"

namespace samehand::casefile {
namespace {

constexpr std::size_t kMaxName = 1000, kMaxText = 64 << 10;  // bytes

Result<void> check_text(std::string_view what, std::string_view text, std::size_t limit, const std::string& path) {
  if (text.size() > limit)
    return fail(ErrorCode::kTooLarge, fmt::format("{} of {} bytes; at most {} are kept", what, text.size(), limit),
                path);
  if (text.find('\0') != std::string_view::npos)
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} holds a NUL character", what), path);
  return {};
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : "\n") + name;
  return out;
}

}  // namespace

struct Change::State {
  Database* database = nullptr;
  Event event;
  RowHash hash;
  std::map<std::string, Statement, std::less<>> inserts;
  bool open = true;

  ~State() {
    inserts.clear();
    if (open) (void)database->run("ROLLBACK");
  }

  // The id of the row. `cells` without id and event.
  Result<std::int64_t> insert(std::string_view table, std::vector<Cell> cells) {
    cells.insert(cells.begin(), {"event", event.number});
    auto it = inserts.find(table);
    if (it == inserts.end()) {
      std::string columns, marks;
      for (const Cell& cell : cells) {
        columns += (columns.empty() ? "" : ", ") + std::string(cell.column);
        marks += marks.empty() ? "?" : ", ?";
      }
      const std::string sql = fmt::format("INSERT INTO {}({}) VALUES({})", table, columns, marks);
      it = inserts.emplace(std::string(table), database->prepare(sql)).first;
    }
    Statement& statement = it->second;
    for (std::size_t i = 0; i < cells.size(); ++i) statement.bind(static_cast<int>(i) + 1, cells[i].value);
    const auto run = statement.run();
    statement.reset();
    if (!run) return std::unexpected(run.error());
    const std::int64_t id = database->last_insert();
    cells.insert(cells.begin(), {"id", id});
    hash.add(table, cells);
    return id;
  }

  // Contents are not among an event's rows: the hash in their owner's row names them.
  Result<void> insert_chunks(const char* table, std::int64_t owner, ByteView bytes, const OnBytes& on_bytes = {}) {
    Statement statement = database->prepare(fmt::format("INSERT INTO {}(owner, number, bytes) VALUES(?, ?, ?)", table));
    std::int64_t number = 0;
    for (std::size_t at = 0; at < bytes.size(); at += kChunkBytes) {
      statement.bind(1, owner).bind(2, number++).bind_blob(3, bytes.clamp(at, kChunkBytes));
      const auto run = statement.run();
      statement.reset();
      if (!run) return run;
      if (on_bytes && number % kOnBytesChunks == 0) on_bytes(at + kChunkBytes);
    }
    return {};
  }
};

Change::Change(std::unique_ptr<State> state) : state_(std::move(state)) {}
Change::Change(Change&&) noexcept = default;
Change::~Change() = default;

void Change::set_detail(std::string detail) {
  state_->event.detail = std::move(detail);
}

Result<void> Change::set_info(std::string_view key, std::string_view value) {
  if (auto fits = check_text("a text", value, kMaxText, state_->database->path()); !fits) return fits;
  const auto row = state_->insert("info", {{"key", std::string(key)}, {"value", std::string(value)}});
  if (!row) return std::unexpected(row.error());
  return {};
}

Result<std::int64_t> Change::add_exhibit(const evidence::Exhibit& exhibit, ByteView bytes, const OnBytes& on_bytes) {
  const std::string& path = state_->database->path();
  for (const std::string* text : {&exhibit.name, &exhibit.source, &exhibit.collected}) {
    if (auto fits = check_text("a name", *text, kMaxName, path); !fits) return std::unexpected(fits.error());
  }
  Statement known = state_->database->prepare("SELECT 1 FROM exhibit WHERE sha256=?");
  known.bind(1, exhibit.sha256);
  const auto there = known.step();
  if (!there) return std::unexpected(there.error());
  if (*there) return fail(ErrorCode::kInvalidArgument, "is in the case already", exhibit.name);
  const auto id = state_->insert("exhibit", {{"sha256", exhibit.sha256},
                                             {"name", exhibit.name},
                                             {"kind", std::string(to_string(exhibit.kind))},
                                             {"size", static_cast<std::int64_t>(exhibit.size_bytes)},
                                             {"by_reference", std::int64_t{exhibit.by_reference}},
                                             {"source", exhibit.source},
                                             {"collected", exhibit.collected},
                                             {"known_of", exhibit.known_of}});
  if (!id || exhibit.by_reference) return id;
  if (auto kept = state_->insert_chunks("exhibit_chunk", *id, bytes, on_bytes); !kept)
    return std::unexpected(kept.error());
  return id;
}

Result<std::int64_t> Change::add_finding(std::int64_t exhibit, std::string_view method, ByteView content) {
  const auto id = state_->insert("finding", {{"exhibit", exhibit},
                                             {"method", std::string(method)},
                                             {"sha256", sha256_hex(content)},
                                             {"size", static_cast<std::int64_t>(content.size())}});
  if (!id) return id;
  if (auto kept = state_->insert_chunks("finding_chunk", *id, content); !kept) return std::unexpected(kept.error());
  return id;
}

Result<std::int64_t> Change::add_item(const evidence::Item& item) {
  const std::string& path = state_->database->path();
  for (const std::string* text : {&item.name, &item.source, &item.group, &item.known, &item.method}) {
    if (auto fits = check_text("a name", *text, kMaxName, path); !fits) return std::unexpected(fits.error());
  }
  if (auto fits = check_text("a statement", item.statement, kMaxText, path); !fits)
    return std::unexpected(fits.error());
  Value weights;
  if (!item.weights.empty()) {
    ByteWriter out;
    out.varint(item.weights.size());
    for (const auto& [hypothesis, w] : item.weights) {
      out.varint(static_cast<std::uint64_t>(hypothesis));
      out.real(w.low_db);
      out.real(w.mid_db);
      out.real(w.high_db);
    }
    weights = out.take();
  }
  const auto id = state_->insert(
      "item", {{"name", item.name},
               {"statement", item.statement},
               {"kind", std::string(to_string(item.kind))},
               {"origin", std::string(to_string(item.origin))},
               {"method", item.method},
               {"source", item.source},
               {"reliability", to_string(item.reliability)},
               {"forgeability", std::string(evidence::to_string(item.forgeability))},
               {"public_before", item.public_before ? Value(std::int64_t{*item.public_before}) : Value()},
               {"points_at", item.points_at},
               {"against", std::int64_t{item.against}},
               {"grp", item.group},
               {"known", item.known},
               {"weights", std::move(weights)}});
  if (!id) return id;
  for (const evidence::Locus& locus : item.loci) {
    const auto row = state_->insert("locus", {{"item", *id},
                                              {"exhibit", locus.exhibit},
                                              {"member", locus.member},
                                              {"unit", std::string(to_string(locus.unit))},
                                              {"first", static_cast<std::int64_t>(locus.begin)},
                                              {"last", static_cast<std::int64_t>(locus.end)}});
    if (!row) return row;
  }
  return id;
}

Result<std::int64_t> Change::set_hypothesis(const evidence::Hypothesis& hypothesis, bool removed) {
  const std::string& path = state_->database->path();
  if (auto fits = check_text("a hypothesis's name", hypothesis.name, kMaxName, path); !fits)
    return std::unexpected(fits.error());
  std::int64_t number = hypothesis.number;
  if (number == 0) {
    const auto next = state_->database->integer("SELECT coalesce(max(number), 0) + 1 FROM hypothesis");
    if (!next) return next;
    number = *next;
  }
  const auto row = state_->insert("hypothesis", {{"number", number},
                                                 {"name", hypothesis.name},
                                                 {"role", std::string(to_string(hypothesis.role))},
                                                 {"prior", hypothesis.prior},
                                                 {"also", joined(hypothesis.also)},
                                                 {"description", hypothesis.description},
                                                 {"removed", std::int64_t{removed}}});
  if (!row) return row;
  return number;
}

Result<void> Change::judge(std::int64_t item, std::string_view field, std::string_view value, std::string_view reason) {
  const std::string& path = state_->database->path();
  evidence::Item trial;
  if (auto applied = apply_judgement(trial, field, value); !applied) return applied;
  for (const std::string_view text : {value, reason}) {
    if (auto fits = check_text("a text", text, kMaxText, path); !fits) return fits;
  }
  const auto row = state_->insert(
      "judgement",
      {{"item", item}, {"field", std::string(field)}, {"value", std::string(value)}, {"reason", std::string(reason)}});
  if (!row) return std::unexpected(row.error());
  return {};
}

Result<void> Change::commit() {
  Event& event = state_->event;
  event.rows_sha256 = state_->hash.finish();
  event.hash = event_hash(event);
  Statement insert = state_->database->prepare(
      "INSERT INTO event(id, time, who, action, detail, rows_sha256, previous, hash) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, event.number);
  int index = 2;
  for (const std::string* text :
       {&event.time, &event.who, &event.action, &event.detail, &event.rows_sha256, &event.previous, &event.hash})
    insert.bind(index++, *text);
  auto done = insert.run();
  state_->inserts.clear();
  if (done) done = state_->database->run("COMMIT");
  if (!done) return done;
  state_->open = false;
  return {};
}

Result<Change> CaseFile::begin(std::string_view who, std::string_view action, std::string_view detail) {
  Database& database = stores_->database;
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return std::unexpected(begun.error());
  auto state = std::make_unique<Change::State>();
  state->database = &database;
  Event& event = state->event;
  event.time = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                           fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
  event.who = who;
  event.action = action;
  event.detail = detail;
  for (std::string* text : {&event.who, &event.action, &event.detail}) {
    if (text->size() > kMaxName) text->resize(kMaxName);
  }
  Statement last = database.prepare("SELECT id, hash FROM event ORDER BY id DESC LIMIT 1");
  const auto row = last.step();
  if (!row) return std::unexpected(row.error());
  event.number = *row ? last.integer(0) + 1 : 1;
  if (*row) event.previous = last.text(1);
  return Change(std::move(state));
}

}  // namespace samehand::casefile
