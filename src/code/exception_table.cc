// Problem: code that only an unwinder enters looks unreached, and where tables are missing it looks like a function.
//
// Method: the table that g++ and clang write for each function with clean-ups or handlers (Itanium C++ ABI, "Exception
// handling tables"): header, then call sites (start, length, landing pad, action).
//
// Cost: linear in the call sites.
//
// Known failures: none; a table that contradicts its function's range is not believed.
#include "exception_table.h"

#include <algorithm>

namespace samehand::code {
namespace {

constexpr std::uint8_t kOmit = 0xff;

}  // namespace

std::optional<std::uint64_t> take_encoded_pointer(Cursor& cursor, std::uint8_t encoding, std::uint64_t address,
                                                  const image::Image& image) {
  if (encoding == kOmit) return std::nullopt;
  std::uint64_t value = 0;
  switch (encoding & 0x0f) {
    case 0x0:
      value = image.pointer_bytes == 8 ? cursor.take<std::uint64_t>() : cursor.take<std::uint32_t>();
      break;
    case 0x1:
      value = cursor.take_uleb();
      break;
    case 0x2:
      value = cursor.take<std::uint16_t>();
      break;
    case 0x3:
      value = cursor.take<std::uint32_t>();
      break;
    case 0x4:
    case 0xc:
      value = cursor.take<std::uint64_t>();
      break;
    case 0x9:
      value = static_cast<std::uint64_t>(cursor.take_sleb());
      break;
    case 0xa:
      value = static_cast<std::uint64_t>(std::int64_t{cursor.take<std::int16_t>()});
      break;
    case 0xb:
      value = static_cast<std::uint64_t>(std::int64_t{cursor.take<std::int32_t>()});
      break;
    default:
      cursor.fail();
      return std::nullopt;
  }
  if (!cursor.ok() || value == 0) return std::nullopt;
  switch (encoding & 0x70) {
    case 0x00:
      break;
    case 0x10:
      value += address;
      break;
    case 0x30:
      value += image.got;
      break;
    default:
      cursor.fail();
      return std::nullopt;
  }
  if (image.pointer_bytes == 4) value &= 0xffffffff;
  if ((encoding & 0x80) != 0) return image.pointer_at(value);
  return value;
}

void read_landing_pads(const image::Image& image, std::uint64_t table, std::uint64_t begin, std::uint64_t end,
                       std::uint64_t& budget, std::vector<std::uint64_t>& pads) {
  const std::size_t first = pads.size();
  Cursor cursor(image.from(table));
  const auto place = [&] { return table + cursor.position(); };
  std::uint64_t pads_begin = begin;
  if (const auto encoding = cursor.take<std::uint8_t>(); encoding != kOmit) {
    pads_begin = take_encoded_pointer(cursor, encoding, place(), image).value_or(0);
  }
  if (cursor.take<std::uint8_t>() != kOmit) cursor.take_uleb();  // types
  const auto encoding = cursor.take<std::uint8_t>();
  const std::uint64_t bytes = cursor.take_uleb();
  const std::uint64_t sites_end = cursor.position() + bytes;
  while (cursor.ok() && cursor.position() < sites_end && budget > 0) {
    --budget;
    const std::uint64_t start = take_encoded_pointer(cursor, encoding & 0x0f, place(), image).value_or(0);
    const std::uint64_t length = take_encoded_pointer(cursor, encoding & 0x0f, place(), image).value_or(0);
    const std::uint64_t pad = take_encoded_pointer(cursor, encoding & 0x0f, place(), image).value_or(0);
    cursor.take_uleb();  // action
    if (start > end - begin || length > end - begin) cursor.fail();
    if (pad != 0) pads.push_back(pads_begin + pad);
  }
  if (!cursor.ok()) pads.resize(first);
  const auto mine = std::span(pads).subspan(first);
  std::ranges::sort(mine);
  const auto twice = std::ranges::unique(mine);
  pads.resize(pads.size() - twice.size());
}

}  // namespace samehand::code
