// Function ranges from .eh_frame.
//
// Problem: the table lists every function (and every split-off part) with its address and length, but its entries are
// of variable length and their pointers are encoded in ways that each entry's header (CIE) picks.
//
// Example: FDE {CIE 0, pc-relative begin 0x1020, length 0x35, first instruction DW_CFA_advance_loc} -> range [0x1020,
// 0x1055); had the first instruction been DW_CFA_def_cfa_offset 48, the range would continue a frame.
//
// Method: LSB Core, "Exception frames"; DWARF 4, 6.4 for the call frame instructions.
//
// Cost: one pass, linear in the section.
//
// Known failures: entries with DW_EH_PE_aligned or funcrel pointers are skipped.
#include <algorithm>
#include <vector>

#include "exception_table.h"
#include "unwind.h"

namespace samehand::code {
namespace {

struct CommonEntry {
  std::uint64_t offset = 0;
  std::uint8_t pointer = 0;  // encodings
  std::uint8_t lsda = 0xff;
  bool sized_augmentation = false;
  bool known = false;
};

CommonEntry read_common_entry(ByteView body, std::uint64_t address, const image::Image& image) {
  CommonEntry out;
  Cursor cursor(body);
  const auto version = cursor.take<std::uint8_t>();
  const auto augmentation = body.c_string(1, 16);
  if (!augmentation || (version != 1 && version != 3)) return out;
  cursor.skip(augmentation->size() + 1);
  if (*augmentation == "eh") cursor.skip(image.pointer_bytes);
  cursor.take_uleb();  // code alignment
  cursor.take_sleb();  // data alignment
  if (version == 1) {
    cursor.take<std::uint8_t>();  // return address register
  } else {
    cursor.take_uleb();
  }
  for (const char letter : *augmentation) {
    switch (letter) {
      case 'z':
        out.sized_augmentation = true;
        cursor.take_uleb();
        break;
      case 'R':
        out.pointer = cursor.take<std::uint8_t>();
        break;
      case 'L':
        out.lsda = cursor.take<std::uint8_t>();
        break;
      case 'P': {
        const auto encoding = cursor.take<std::uint8_t>();
        take_encoded_pointer(cursor, encoding, address + cursor.position(), image);
        break;
      }
      case 'S':
      case 'B':
      case 'G':
        break;  // signal frame, AArch64 return address signed with key B, memory tagged stack
      default:
        out.known = *augmentation == "eh";
        return out;
    }
  }
  out.known = cursor.ok();
  return out;
}

// Whether the first call frame instruction before any advance changes the canonical frame or saves registers.
bool changes_frame_at_start(Cursor& cursor) {
  while (cursor.ok() && !cursor.at_end()) {
    const auto op = cursor.take<std::uint8_t>();
    if ((op & 0xc0) == 0x80) return true;  // offset
    switch (op) {
      case 0x00:
        continue;  // nop
      case 0x2e:
        cursor.take_uleb();
        continue;  // GNU_args_size
      case 0x0c:
      case 0x0d:
      case 0x0e:
      case 0x12:
      case 0x13:  // def_cfa and its forms
      case 0x05:
      case 0x0f:
      case 0x10:
      case 0x14:
      case 0x16:
        return true;  // offset_extended, expressions, val_offset
      default:
        return false;
    }
  }
  return false;
}

}  // namespace

void read_eh_frame(const image::Image& image, const image::UnwindTable& table, UnwindTables& out) {
  const ByteView bytes = image.bytes.slice(table.file_offset, table.size);
  std::vector<CommonEntry> commons;  // ascending offset
  std::uint64_t pad_budget = image.bytes.size();
  std::uint64_t at = 0;
  while (bytes.contains(at, 4)) {
    const std::uint64_t entry = at;
    std::uint64_t length = bytes.read_or_zero<std::uint32_t>(at);
    at += 4;
    if (length == 0) continue;  // a terminator; another object's table may follow
    if (length == 0xffffffff) {
      length = bytes.read_or_zero<std::uint64_t>(at);
      at += 8;
    }
    const ByteView body = bytes.slice(at, length);
    if (body.size() < 4) break;
    const auto id = body.read_or_zero<std::uint32_t>(0);
    const std::uint64_t body_address = table.address + at;
    if (id == 0) {
      CommonEntry common = read_common_entry(body.clamp(4), body_address + 4, image);
      common.offset = entry;
      commons.push_back(common);
    } else {
      const std::uint64_t wanted = at - id;
      const auto after = std::ranges::upper_bound(commons, wanted, {}, &CommonEntry::offset);
      if (after != commons.begin() && std::prev(after)->offset == wanted && std::prev(after)->known) {
        const CommonEntry& common = *std::prev(after);
        Cursor cursor(body, 4);
        const auto begin = take_encoded_pointer(cursor, common.pointer, body_address + cursor.position(), image);
        const auto size = take_encoded_pointer(cursor, common.pointer & 0x0f, 0, image);
        if (begin && size && *size != 0 && *begin + *size > *begin) {
          UnwindRange range{*begin, *begin + *size, false, static_cast<std::uint32_t>(out.landing_pads.size()), 0};
          if (common.sized_augmentation) {
            const std::uint64_t augmentation = cursor.take_uleb();
            const std::uint64_t instructions = cursor.position() + augmentation;
            const auto lsda = take_encoded_pointer(cursor, common.lsda, body_address + cursor.position(), image);
            if (lsda) read_landing_pads(image, *lsda, range.begin, range.end, pad_budget, out.landing_pads);
            cursor = Cursor(body, instructions);
          }
          range.pads = static_cast<std::uint32_t>(out.landing_pads.size()) - range.first_pad;
          range.continues_frame = changes_frame_at_start(cursor);
          out.ranges.push_back(range);
        }
      }
    }
    at += length;
  }
}

}  // namespace samehand::code
