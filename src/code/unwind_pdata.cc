// Function ranges from Windows' .pdata and .xdata, x64 and ARM64.
//
// Problem and example: a table of (begin, end, unwind information) on x64, of (begin, packed or pointed-to information
// with a length) on ARM64; functions split by the compiler have several entries, of which only the first is an entry.
//
// Method: Microsoft, "x64 exception handling" and "ARM64 exception handling".
//
// Cost: linear in the table.
//
// Known failures: the handlers' data are read in GCC's format only (MinGW), where the range confirms it; MSVC's scope
// tables are not read.
#include "exception_table.h"
#include "unwind.h"

namespace samehand::code {
namespace {

constexpr std::uint8_t kHasHandler = 3;  // exception or termination handler
constexpr std::uint8_t kChained = 4;

void read_x64_entry(const image::Image& image, std::uint64_t begin, std::uint64_t end, std::uint64_t info_address,
                    std::uint64_t& pad_budget, UnwindTables& out) {
  UnwindRange range{begin, end, false, static_cast<std::uint32_t>(out.landing_pads.size()), 0};
  const ByteView info = image.from(info_address);
  if (info.contains(0, 4)) {
    const std::uint8_t flags = info[0] >> 3;
    const std::uint8_t prologue_bytes = info[1];
    const std::uint8_t codes = info[2];
    range.continues_frame = (flags & kChained) != 0 || (prologue_bytes == 0 && codes > 0);
    if ((flags & kHasHandler) != 0 && (flags & kChained) == 0) {
      const std::uint64_t handler_data = info_address + 4 + (codes + 1) / 2 * 4 + 4;
      read_landing_pads(image, handler_data, begin, end, pad_budget, out.landing_pads);
      range.pads = static_cast<std::uint32_t>(out.landing_pads.size()) - range.first_pad;
      for (std::uint32_t i = 0; i < range.pads; ++i) {  // another language's data read as GCC's: not believed
        const std::uint64_t pad = out.landing_pads[range.first_pad + i];
        const image::Section* section = image.section_at(pad);
        if (section == nullptr || !section->executable) range.pads = 0;
      }
      out.landing_pads.resize(range.first_pad + range.pads);
    }
  }
  out.ranges.push_back(range);
}

void read_arm64_entry(const image::Image& image, std::uint64_t begin, std::uint32_t information, UnwindTables& out) {
  UnwindRange range{begin, 0, false, static_cast<std::uint32_t>(out.landing_pads.size()), 0};
  switch (information & 3) {
    case 0: {  // address of .xdata
      const auto header = image.from(image.base + information).read<std::uint32_t>(0);
      if (!header) return;
      range.end = begin + (*header & 0x3ffff) * 4ull;
      break;
    }
    case 1:
      range.end = begin + (information >> 2 & 0x7ff) * 4ull;
      break;
    case 2:  // packed, without prologue
      range.end = begin + (information >> 2 & 0x7ff) * 4ull;
      range.continues_frame = true;
      break;
    default:
      return;
  }
  if (range.end > range.begin) out.ranges.push_back(range);
}

}  // namespace

void read_pdata(const image::Image& image, const image::UnwindTable& table, UnwindTables& out) {
  const ByteView bytes = image.bytes.slice(table.file_offset, table.size);
  std::uint64_t pad_budget = image.bytes.size();
  const bool arm64 = image.architecture == image::Architecture::kArm64;
  const std::uint64_t entry_bytes = arm64 ? 8 : 12;
  for (std::uint64_t at = 0; bytes.contains(at, entry_bytes); at += entry_bytes) {
    const auto begin = bytes.read_or_zero<std::uint32_t>(at);
    const auto second = bytes.read_or_zero<std::uint32_t>(at + 4);
    if (begin == 0) continue;
    if (arm64) {
      read_arm64_entry(image, image.base + begin, second, out);
    } else if (second > begin) {
      const auto info = bytes.read_or_zero<std::uint32_t>(at + 8);
      read_x64_entry(image, image.base + begin, image.base + second, image.base + info, pad_budget, out);
    }
  }
}

}  // namespace samehand::code
