// Function ranges from Mach-O's __unwind_info, function starts from LC_FUNCTION_STARTS.
//
// Problem and example: __unwind_info is a two-level index from code addresses to 32-bit unwind encodings; each entry
// lasts until the next begins. LC_FUNCTION_STARTS is a list of ULEB128 distances, the first from the mach header: 80 20
// 30 00 -> functions at base + 0x1000 and base + 0x1030.
//
// Method: mach-o/compact_unwind_encoding.h, mach-o/loader.h of Apple's SDK.
//
// Cost: linear in the tables.
//
// Known failures: neighbours with the same encoding may share one entry in __unwind_info, so its ranges are used for
// their begins only; landing pads are not read.
#include "cursor.h"
#include "unwind.h"

namespace samehand::code {
namespace {

constexpr std::uint32_t kRegularPage = 2;
constexpr std::uint32_t kCompressedPage = 3;

}  // namespace

void read_compact_unwind(const image::Image& image, const image::UnwindTable& table, UnwindTables& out) {
  const ByteView bytes = image.bytes.slice(table.file_offset, table.size);
  const auto index_at = bytes.read_or_zero<std::uint32_t>(20);
  const auto index_count = bytes.read_or_zero<std::uint32_t>(24);
  const std::uint64_t cap = bytes.size() / 4;  // an entry takes four bytes or more; overlapping pages may not multiply
  std::uint64_t read = 0;
  for (std::uint64_t i = 0; i < index_count && bytes.contains(index_at + i * 12, 12); ++i) {
    const auto first_function = bytes.read_or_zero<std::uint32_t>(index_at + i * 12);
    const auto page_at = bytes.read_or_zero<std::uint32_t>(index_at + i * 12 + 4);
    if (page_at == 0) continue;  // the sentinel at the end
    const ByteView page = bytes.clamp(page_at);
    const auto kind = page.read_or_zero<std::uint32_t>(0);
    const std::uint64_t entries_at = page.read_or_zero<std::uint16_t>(4);
    const std::uint64_t entries = page.read_or_zero<std::uint16_t>(6);
    const std::uint64_t entry_bytes = kind == kRegularPage ? 8 : 4;
    if (kind != kRegularPage && kind != kCompressedPage) continue;
    for (std::uint64_t k = 0; k < entries && page.contains(entries_at + k * entry_bytes, entry_bytes); ++k) {
      if (++read > cap) return;
      const auto word = page.read_or_zero<std::uint32_t>(entries_at + k * entry_bytes);
      const std::uint64_t function = kind == kRegularPage ? word : first_function + (word & 0xffffff);
      out.starts.push_back(image.base + function);
    }
  }
}

void read_function_starts(const image::Image& image, const image::UnwindTable& table, UnwindTables& out) {
  Cursor cursor(image.bytes.slice(table.file_offset, table.size));
  std::uint64_t address = image.base;
  while (!cursor.at_end()) {
    const std::uint64_t distance = cursor.take_uleb();
    if (!cursor.ok() || distance == 0) return;
    address += distance;
    out.starts.push_back(address);
  }
}

}  // namespace samehand::code
