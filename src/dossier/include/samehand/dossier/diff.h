// Two functions' listings laid side by side: which block answers which, and within blocks which instruction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/code/listing.h"
#include "samehand/dossier/text.h"

namespace samehand::dossier {

enum class RowKind : std::uint8_t {
  kEqual,     // the same text
  kAddress,   // the same but for addresses, which differ between any two builds
  kOperands,  // the same operation on other registers, constants or places, or as another architecture says it
  kReplaced,  // another instruction in the same place
  kOnlyA,
  kOnlyB
};

// Instructions by index within their blocks; -1 where a side has none.
struct DiffRow {
  std::int32_t a = -1, b = -1;
  RowKind kind = RowKind::kEqual;
};

// Blocks by index within their listings; -1 where a side has none. `rows` covers every listed instruction of both
// blocks once, in order.
struct BlockDiff {
  std::int32_t a = -1, b = -1;
  std::vector<DiffRow> rows;
};

struct FunctionDiff {
  std::vector<BlockDiff> blocks;  // in the order of A's listing, B's own blocks after those they follow in B
  std::uint32_t matched_blocks = 0;
  std::uint32_t equal = 0;  // instructions (counted once per row) that are equal or differ in addresses only
  std::uint32_t operands = 0, replaced = 0, only_a = 0, only_b = 0;
};

// Aligns two listings; each block is matched at most once. Deterministic. The method and its cost are in diff.cc;
// hostile listings of 20,000 instructions each take well under a second.
FunctionDiff diff(const code::Listing& a, const code::Listing& b);

// One function as `samehand diff` names it.
struct DiffSide {
  std::string_view file;
  const code::Listing& listing;
};

// Side by side for a terminal: a line of counts, then block by block, differences marked in the middle column: nothing
// where equal, ~ other operands, | another instruction, < only in A, > only in B. `options.top` is not used.
std::string diff_text(const DiffSide& a, const DiffSide& b, const FunctionDiff& diff, const TextOptions& options = {});

// The same as one JSON object, docs/format/diff.md.
std::string diff_json(const DiffSide& a, const DiffSide& b, const FunctionDiff& diff);

}  // namespace samehand::dossier
