// What a program's unwind tables say about its functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "samehand/image/image.h"

namespace samehand::code {

// Code that one entry of a table covers: a function, or a split-off part of one.
struct UnwindRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  // The frame is there already at the first instruction (the call frame address is not the default, Windows: chained or
  // with unwind codes but without a prologue): a part that its function jumps to, never an entry.
  bool continues_frame = false;
  std::uint32_t first_pad = 0;  // into UnwindTables::landing_pads
  std::uint32_t pads = 0;
};

struct UnwindTables {
  std::vector<UnwindRange> ranges;          // ascending, apart from each other
  std::vector<std::uint64_t> landing_pads;  // ascending within each range
  std::vector<std::uint64_t> starts;        // ascending; starts of functions that come without a range

  std::span<const std::uint64_t> pads_of(const UnwindRange& r) const {
    return std::span(landing_pads).subspan(r.first_pad, r.pads);
  }
  // The range that contains the address, or nullptr: the last one that begins at or before it.
  const UnwindRange* range_at(std::uint64_t address) const;
};

// Reads all the image's tables. Damaged entries are skipped. Cost linear in the tables' bytes.
UnwindTables read_unwind_tables(const image::Image& image);

// One reader per format; each appends to `out` in any order.
void read_eh_frame(const image::Image& image, const image::UnwindTable& table, UnwindTables& out);
void read_pdata(const image::Image& image, const image::UnwindTable& table, UnwindTables& out);
void read_compact_unwind(const image::Image& image, const image::UnwindTable& table, UnwindTables& out);
void read_function_starts(const image::Image& image, const image::UnwindTable& table, UnwindTables& out);

}  // namespace samehand::code
