// Rows as they are hashed, and events as they are chained.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "database.h"
#include "samehand/base/hash.h"
#include "samehand/casefile/case_file.h"

namespace samehand::casefile {

struct Cell {
  std::string_view column;
  Value value;
};

// Values that are NULL are left out, so that a column added by a later version changes no hash.
std::vector<std::uint8_t> encode_row(const std::vector<Cell>& cells);

// Hashes the rows of one event, table by table, in the order of their ids.
class RowHash {
 public:
  void add(std::string_view table, const std::vector<Cell>& cells);
  std::string finish();  // over the tables in the order of event_tables()

 private:
  std::map<std::string, Sha256, std::less<>> tables_;
};

// Over everything that an event says, with the hash of the one before.
std::string event_hash(const Event& event);

// The connection and where it leads.
struct Stores {
  Database database;
  Access access = Access::kRead;
};

// What is wrong with the chain and, where there are few rows, with what the events added; in one read transaction.
Result<std::vector<Difference>> history_differences(CaseFile& file, Database& database);

}  // namespace samehand::casefile
