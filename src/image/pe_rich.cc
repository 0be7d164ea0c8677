// Problem: Microsoft's linker leaves between the DOS stub and the PE header a table of the tools that made the object
// files, hidden by XOR with a key, which is a checksum of the table and of the DOS header before it.
// Example: decoded "DanS", 0, 0, 0, {0x01055e97, 7} -> product 0x105 (C++ compiler of Visual Studio 2015), build 24215,
// 7 objects. If the key is not the checksum, the table was edited, or copied from another file.
// Method: D. Pistelli, "Microsoft's Rich Signature" (2008); the checksum adds each byte of the DOS header (without
// e_lfanew) rotated left by its offset, and each product id rotated by its count. Product numbers are those of the
// tools' @comp.id, as collected by many since (only those that name compilers, linkers and assemblers are kept here).
// Cost: linear in the header, which is at most kMaxStub bytes.
// Known failures: tools newer than 2015 all say 14.00 or 19.00; their build number tells them apart.
#include "pe_rich.h"

#include <algorithm>
#include <array>
#include <bit>

namespace samehand::image {
namespace {

constexpr std::uint64_t kMaxStub = 64 * 1024;

struct Product {
  std::uint16_t id;
  const char* name;
  int linker = 0;  // version, for linkers
};

constexpr Product kProducts[] = {
    {0x0000, "unmarked"},
    {0x0001, "imports"},
    {0x0002, "linker 5.10", 510},
    {0x0004, "linker 6.00", 600},
    {0x0006, "resources 5.00"},
    {0x0008, "C 11.00"},
    {0x0009, "Visual Basic 6.0"},
    {0x000a, "C 12.00"},
    {0x000b, "C++ 12.00"},
    {0x000d, "Visual Basic 6.0"},
    {0x000e, "assembler 6.13"},
    {0x000f, "assembler 7.10"},
    {0x0012, "assembler 6.14"},
    {0x0015, "C 12.00 standard"},
    {0x0016, "C++ 12.00 standard"},
    {0x0019, "import library 7.00"},
    {0x001c, "C 13.00"},
    {0x001d, "C++ 13.00"},
    {0x003d, "linker 7.00", 700},
    {0x0040, "assembler 7.00"},
    {0x0045, "resources 7.00"},
    {0x005a, "linker 7.10", 710},
    {0x005c, "exports 7.10"},
    {0x005d, "import library 7.10"},
    {0x005e, "resources 7.10"},
    {0x005f, "C 13.10"},
    {0x0060, "C++ 13.10"},
    {0x006d, "C 14.00"},
    {0x006e, "C++ 14.00"},
    {0x0078, "linker 8.00", 800},
    {0x007a, "exports 8.00"},
    {0x007b, "import library 8.00"},
    {0x007c, "resources 8.00"},
    {0x007d, "assembler 8.00"},
    {0x0083, "C 15.00"},
    {0x0084, "C++ 15.00"},
    {0x0091, "linker 9.00", 900},
    {0x0092, "exports 9.00"},
    {0x0093, "import library 9.00"},
    {0x0094, "resources 9.00"},
    {0x0095, "assembler 9.00"},
    {0x009a, "resources 10.00"},
    {0x009b, "exports 10.00"},
    {0x009c, "import library 10.00"},
    {0x009d, "linker 10.00", 1000},
    {0x009e, "assembler 10.00"},
    {0x00aa, "C 16.00"},
    {0x00ab, "C++ 16.00"},
    {0x00c9, "resources 11.00"},
    {0x00ca, "exports 11.00"},
    {0x00cb, "import library 11.00"},
    {0x00cc, "linker 11.00", 1100},
    {0x00cd, "assembler 11.00"},
    {0x00ce, "C 17.00"},
    {0x00cf, "C++ 17.00"},
    {0x00db, "resources 12.00"},
    {0x00dc, "exports 12.00"},
    {0x00dd, "import library 12.00"},
    {0x00de, "linker 12.00", 1200},
    {0x00df, "assembler 12.00"},
    {0x00e0, "C 18.00"},
    {0x00e1, "C++ 18.00"},
    {0x00ff, "resources 14.00"},
    {0x0100, "exports 14.00"},
    {0x0101, "import library 14.00"},
    {0x0102, "linker 14.00", 1400},
    {0x0103, "assembler 14.00"},
    {0x0104, "C 19.00"},
    {0x0105, "C++ 19.00"},
};

const Product* product(std::uint16_t id) {
  const auto it = std::ranges::find(kProducts, id, &Product::id);
  return it == std::end(kProducts) ? nullptr : it;
}

}  // namespace

int RichHeader::linker_version() const {
  int version = 0;
  for (const RichEntry& entry : entries) {
    if (const Product* known = product(entry.product)) version = std::max(version, known->linker);
  }
  return version;
}

std::string RichHeader::text() const {
  std::string text;
  for (const RichEntry& entry : entries) {
    const Product* known = product(entry.product);
    if (!text.empty()) text += "; ";
    text += known != nullptr ? known->name : "product " + std::to_string(entry.product);
    if (entry.build != 0) text += " build " + std::to_string(entry.build);
    text += " x " + std::to_string(entry.count);
  }
  return text;
}

std::optional<RichHeader> read_rich_header(const PeFile& file) {
  constexpr std::uint64_t kDosHeader = 64;
  if (file.header <= kDosHeader) return std::nullopt;
  const ByteView stub = file.bytes.clamp(0, std::min(file.header, kMaxStub));
  const std::size_t end = stub.text().rfind("Rich");
  if (end == std::string_view::npos || end < kDosHeader) return std::nullopt;
  const auto u32 = [&](std::uint64_t at) { return stub.read_or_zero<std::uint32_t>(at); };
  const std::uint32_t key = u32(end + 4);
  constexpr std::uint32_t kDans = 0x536e6144;  // "DanS"
  std::uint64_t start = end;
  while (start >= 4 && (u32(start) ^ key) != kDans) start -= 4;
  if (start < 4 || end - start < 16) return std::nullopt;

  RichHeader header;
  std::uint32_t sum = static_cast<std::uint32_t>(start);
  for (std::uint64_t i = 0; i < start; i++) {
    constexpr std::uint64_t kPeOffset = 0x3c;  // its value was not known when the sum was taken
    if (i >= kPeOffset && i < kPeOffset + 4) continue;
    sum += std::rotl(static_cast<std::uint32_t>(stub[i]), static_cast<int>(i & 31));
  }
  for (std::uint64_t at = start + 16; at + 8 <= end; at += 8) {
    const std::uint32_t id = u32(at) ^ key, count = u32(at + 4) ^ key;
    header.entries.push_back({static_cast<std::uint16_t>(id >> 16), static_cast<std::uint16_t>(id), count});
    sum += std::rotl(id, static_cast<int>(count & 31));
  }
  header.checksum_fits = sum == key;
  for (std::uint64_t at = start; at + 4 <= end; at += 4) {
    const std::uint32_t word = u32(at) ^ key;
    for (int shift = 0; shift < 32; shift += 8) header.clear += static_cast<char>(word >> shift);
  }
  return header;
}

}  // namespace samehand::image
