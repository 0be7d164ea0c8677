#include "unwind.h"

#include <algorithm>

namespace samehand::code {

const UnwindRange* UnwindTables::range_at(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(ranges, address, {}, &UnwindRange::begin);
  if (after == ranges.begin()) return nullptr;
  const UnwindRange& range = *std::prev(after);
  return address < range.end ? &range : nullptr;
}

UnwindTables read_unwind_tables(const image::Image& image) {
  UnwindTables tables;
  for (const image::UnwindTable& table : image.unwind_tables) {
    switch (table.kind) {
      case image::UnwindTable::Kind::kEhFrame:
        read_eh_frame(image, table, tables);
        break;
      case image::UnwindTable::Kind::kPdata:
        read_pdata(image, table, tables);
        break;
      case image::UnwindTable::Kind::kCompactUnwind:
        read_compact_unwind(image, table, tables);
        break;
      case image::UnwindTable::Kind::kFunctionStarts:
        read_function_starts(image, table, tables);
        break;
    }
  }
  // Where two tables name one begin, the entry that knows more comes first and stays.
  std::ranges::stable_sort(tables.ranges, [](const UnwindRange& a, const UnwindRange& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.pads > b.pads;
  });
  const auto twice = std::ranges::unique(tables.ranges, {}, &UnwindRange::begin);
  tables.ranges.erase(twice.begin(), twice.end());
  // Entries that overlap are damaged; cut, so that passes over all ranges stay linear.
  for (std::size_t i = 0; i + 1 < tables.ranges.size(); ++i) {
    tables.ranges[i].end = std::min(tables.ranges[i].end, tables.ranges[i + 1].begin);
  }
  std::ranges::sort(tables.starts);
  const auto repeated = std::ranges::unique(tables.starts);
  tables.starts.erase(repeated.begin(), repeated.end());
  return tables;
}

}  // namespace samehand::code
