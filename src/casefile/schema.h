// The tables of a case file, version by version. docs/format/case.md says what they mean.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "database.h"

namespace samehand::casefile {

inline constexpr std::int64_t kApplicationId = 0x53684373;  // "ShCs"
inline constexpr std::size_t kChunkBytes = 1 << 20;         // contents of exhibits and findings lie in such pieces
inline constexpr std::int64_t kOnBytesChunks = 8;           // so often a long content says how far it is

// Statement lists: the first makes version 1 out of nothing, each further one a version out of the one before. A
// version that was ever released is never edited; what is added is a table or a column that may be NULL.
using Schema = std::vector<std::vector<std::string>>;
const Schema& current_schema();

// The tables whose rows belong to events, in the order in which they are hashed. Further ones go to the end.
std::span<const char* const> event_tables();

// Applies versions (from, to].
Result<void> apply(Database& database, const Schema& schema, std::size_t from, std::size_t to);

// Whether the database holds exactly the tables and indices of this version and nothing else: no trigger, no view, no
// table of somebody else's, not a letter of a definition changed.
Result<void> check_schema(Database& database, const Schema& schema, std::size_t version);

// Brings an open case to the newest version, in one transaction, after writing the old one to a file beside it, whose
// path is returned.
Result<std::string> migrate(Database& database, const Schema& schema, std::size_t from);

}  // namespace samehand::casefile
