// A case: one incident in one SQLite file, with an append-only history.
//
// Every change is one event of the history and one transaction: after commit() it survives the end of the process and
// of the machine (WAL, synchronous=FULL); before, nothing of it is seen. Rows are only ever added; a later row says
// that something is now otherwise. Each event carries a hash of its rows and of the event before, so that whoever edits
// the file must rewrite everything that follows, and the last hash, noted elsewhere, tells.
//
// A file of somebody else's is hostile: before it is used it is opened for reading only, and its schema must be exactly
// ours. No path in it is ever followed. docs/format/case.md is the format.
//
// Not thread-safe; any number of processes may have one file open.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"
#include "samehand/evidence/item.h"

namespace samehand::casefile {

inline constexpr int kCurrentVersion = 1;

struct Event {
  std::int64_t number = 0;
  std::string time, who, action, detail;
  std::string rows_sha256, previous, hash;
};

// A later decision about an item.
struct Judgement {
  std::int64_t number = 0, event = 0, item = 0;
  std::string field, value, reason;

  // Begins the reason where nobody judged: groups that were found among the voices of reports.
  static constexpr std::string_view kFound = "voices: ";
  bool found() const { return reason.starts_with(kFound); }
};

// What a method found in an exhibit, as it answered.
struct Finding {
  std::int64_t number = 0, exhibit = 0;
  std::string method, sha256;
  std::uint64_t size_bytes = 0;
};

// Everything but contents and history, as of now.
struct Contents {
  std::string title, created;
  std::vector<evidence::Hypothesis> hypotheses;  // in the order in which they came; removed ones are not listed
  std::vector<evidence::Exhibit> exhibits;
  std::vector<Finding> findings;
  std::vector<evidence::Item> items;  // judgements applied
  std::vector<Judgement> judgements;
  std::int64_t events = 0;
  std::string head;  // hash of the last event

  const evidence::Hypothesis* hypothesis(std::int64_t number) const;
  const evidence::Hypothesis* hypothesis(std::string_view name) const;
  const evidence::Exhibit* exhibit(std::int64_t number) const;
  const evidence::Item* item(std::int64_t number) const;
  // What this very method found in an exhibit; null where it has not answered.
  const Finding* finding(std::int64_t exhibit, std::string_view method) const;
};

// The fields that a judgement may set, and how its value is written. "weights": `NUMBER=LOW,MID,HIGH` by spaces, empty
// for the defaults.
inline constexpr std::string_view kFields[] = {"kind",      "reliability", "forgeability", "public-before",
                                               "points-at", "against",     "group",        "source",
                                               "known",     "excluded",    "weights"};
std::string weights_text(const evidence::Weights& weights);

// Sets one field of an item; kInvalidArgument where field or value is none.
Result<void> apply_judgement(evidence::Item& item, std::string_view field, std::string_view value);

// Something that is not as it was recorded.
struct Difference {
  std::string what;   // "exhibit 3 (tool.exe)", "event 12"
  std::string finds;  // what is wrong
};

struct Stores;

// Whether these bytes begin as a case file does, of whatever version; says nothing of the rest.
bool is_case(ByteView bytes);

// Of a content: how many bytes are done, every few megabytes.
using OnBytes = std::function<void(std::uint64_t done)>;

// One change in the making. Rolled back unless committed.
class Change {
 public:
  Change(Change&&) noexcept;
  Change& operator=(Change&&) = delete;
  ~Change();

  Result<void> set_info(std::string_view key, std::string_view value);
  // The number that it got. An exhibit whose SHA-256 is there already is kInvalidArgument. By reference `bytes` are not
  // kept; else they must be those that `sha256` names. `on_bytes` hears how many are written.
  Result<std::int64_t> add_exhibit(const evidence::Exhibit& exhibit, ByteView bytes, const OnBytes& on_bytes = {});
  Result<std::int64_t> add_finding(std::int64_t exhibit, std::string_view method, ByteView content);
  Result<std::int64_t> add_item(const evidence::Item& item);  // its loci too
  // A new one where `number` is 0, else what is now true of it.
  Result<std::int64_t> set_hypothesis(const evidence::Hypothesis& hypothesis, bool removed = false);
  Result<void> judge(std::int64_t item, std::string_view field, std::string_view value, std::string_view reason);
  // What the event says; may be set late, when counts are known.
  void set_detail(std::string detail);
  Result<void> commit();

 private:
  friend class CaseFile;
  struct State;
  explicit Change(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

enum class Access : std::uint8_t { kRead, kWrite };

class CaseFile {
 public:
  // A new, empty case; kInvalidArgument where something lies at `path` already. Complete or not there.
  static Result<void> create(const std::string& path, std::string_view title, std::string_view who);
  // `note` is told where an older version was migrated, and where its copy lies.
  static Result<CaseFile> open(const std::string& path, Access access,
                               const std::function<void(const std::string&)>& note = {});
  CaseFile(CaseFile&&) noexcept;
  CaseFile& operator=(CaseFile&&) noexcept;
  ~CaseFile();

  // Inside a change: with what it has added so far.
  Result<Contents> read();
  Result<std::vector<Event>> history();
  // kNotFound for an exhibit kept by reference. kMalformed where a content is not what its hash names.
  // `on_bytes` hears how many are read.
  Result<std::vector<std::uint8_t>> exhibit_bytes(const evidence::Exhibit& exhibit, const OnBytes& on_bytes = {});
  Result<std::vector<std::uint8_t>> finding_bytes(const Finding& finding);

  // Waits for other writers, a minute at most. `action` is a word: "add", "assess".
  Result<Change> begin(std::string_view who, std::string_view action, std::string_view detail);

  // The whole file's structure, the chain, every event's rows, every content that is kept. Errors only where the file
  // cannot be read at all. `on_progress` hears what is looked at, and again as a long content is read.
  Result<std::vector<Difference>> verify(const std::function<void(std::string_view what)>& on_progress = {});

 private:
  explicit CaseFile(std::unique_ptr<Stores> stores);
  std::unique_ptr<Stores> stores_;
};

}  // namespace samehand::casefile
