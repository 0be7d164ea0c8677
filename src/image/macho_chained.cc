// Problem: since 2020 the pointers that the dynamic linker must fill in are chained through the data itself: each holds
// what it is to become and the distance to the next one.
// Example (DYLD_CHAINED_PTR_64_OFFSET): 0x0010000000003f50 at slot S: bind bit 0, next 2 -> slot S will hold base +
// 0x3f50, and the next pointer lies 2 x 4 bytes further on.
// Method: the structures of Apple's <mach-o/fixup-chains.h>.
// Cost: linear; a chain only moves forward within its page, and all together may have no more links than the file has
// room for.
// Known failures: kernel caches (formats 4, 5, 8, 11), whose pointers lead into other images.
#include <algorithm>
#include <optional>

#include "macho_fixups.h"
#include "parse.h"

namespace samehand::image {

using namespace macho;

namespace {

struct ChainedImport {
  std::string name, library;
};

// A link of a chain, whatever its format.
struct Link {
  bool bind = false;
  std::uint64_t value = 0;  // ordinal of the import, or target
  bool from_base = false;   // the target counts from the image's base
  std::uint64_t next = 0;   // bytes to the next link, 0 at the end
};

std::optional<Link> decode(unsigned format, std::uint64_t raw) {
  const auto bits = [&](unsigned from, unsigned count) { return (raw >> from) & ((1ull << count) - 1); };
  Link link;
  switch (format) {
    case 1:
    case 7:
    case 9:
    case 10:
    case 12: {  // ARM64E and its kernel, userland, firmware, 24-bit kinds
      const bool authenticated = bits(63, 1) != 0;
      link.bind = bits(62, 1) != 0;
      link.next = bits(51, 11) * (format == 7 || format == 10 ? 4 : 8);
      if (link.bind) {
        link.value = bits(0, format == 12 ? 24 : 16);
      } else {
        link.value = authenticated ? bits(0, 32) : bits(0, 43);
        link.from_base = authenticated || format != 1;
      }
      return link;
    }
    case 2:
    case 6:  // 64, 64_OFFSET
      link.bind = bits(63, 1) != 0;
      link.next = bits(51, 12) * 4;
      link.value = link.bind ? bits(0, 24) : bits(0, 36);
      link.from_base = format == 6;
      return link;
    case 3:  // 32
      link.bind = bits(31, 1) != 0;
      link.next = bits(26, 5) * 4;
      link.value = link.bind ? bits(0, 20) : bits(0, 26);
      return link;
    default:
      return std::nullopt;
  }
}

std::vector<ChainedImport> read_imports(const MachOFile& file, const Image& image, ByteView data) {
  const std::uint64_t table = data.read_or_zero<std::uint32_t>(8), names = data.read_or_zero<std::uint32_t>(12);
  const std::uint64_t count = data.read_or_zero<std::uint32_t>(16);
  const unsigned format = data.read_or_zero<std::uint32_t>(20);
  const std::uint64_t step = format == 1 ? 4 : format == 2 ? 8 : 16;
  std::vector<ChainedImport> imports;
  Names texts(image);
  for (std::uint64_t i = 0; i < count && data.contains(table + i * step, step); i++) {
    std::uint64_t name_offset = 0;
    std::int64_t ordinal = 0;
    if (format == 3) {
      const auto entry = data.read_or_zero<std::uint64_t>(table + i * step);
      ordinal = static_cast<std::int16_t>(entry & 0xffff);
      name_offset = entry >> 32;
    } else {
      const auto entry = data.read_or_zero<std::uint32_t>(table + i * step);
      ordinal = static_cast<std::int8_t>(entry & 0xff);
      name_offset = entry >> 9;
    }
    const std::string_view name = texts.at(data, names + name_offset), library = library_of(file, ordinal);
    imports.push_back({printable(name, kMaxName), texts.take(library.size()) ? printable(library) : std::string()});
  }
  return imports;
}

}  // namespace

void read_chained_fixups(const MachOFile& file, Image& image) {
  const ByteView data = file.content(file.chained_fixups);
  if (!data.contains(0, 28)) return;
  const std::vector<ChainedImport> imports = read_imports(file, image, data);
  const std::uint64_t starts = data.read_or_zero<std::uint32_t>(4);
  const std::uint64_t segment_count =
      std::min<std::uint64_t>(data.read_or_zero<std::uint32_t>(starts), file.segments.size());
  std::uint64_t links_left = file.bytes.size() / 4;
  Names copies(image);
  bool unknown_format = false;
  const auto follow = [&](std::uint64_t address, unsigned format) {
    const unsigned width = format == 3 ? 4 : 8;
    while (links_left > 0) {
      links_left--;
      const ByteView place = image.at(address, width);
      if (place.empty()) return;
      const std::uint64_t raw =
          width == 4 ? place.read_or_zero<std::uint32_t>(0) : place.read_or_zero<std::uint64_t>(0);
      const std::optional<Link> link = decode(format, raw);
      if (!link) {
        unknown_format = true;
        return;
      }
      if (!link->bind) {
        image.relocations.push_back({address, link->from_base ? image.base + link->value : link->value});
      } else if (link->value < imports.size() &&
                 copies.take(imports[link->value].name.size() + imports[link->value].library.size())) {
        const ChainedImport& import = imports[link->value];
        image.imports.push_back({address, import.name, import.library, false});
      }
      if (link->next == 0) return;
      address += link->next;
    }
  };
  for (std::uint64_t i = 0; i < segment_count; i++) {
    const std::uint64_t offset = data.read_or_zero<std::uint32_t>(starts + 4 + i * 4);
    if (offset == 0 || !data.contains(starts + offset, 22)) continue;
    const std::uint64_t at = starts + offset;
    const std::uint64_t page_size = data.read_or_zero<std::uint16_t>(at + 4);
    const unsigned format = data.read_or_zero<std::uint16_t>(at + 6);
    const std::uint64_t segment = image.base + data.read_or_zero<std::uint64_t>(at + 8);
    const std::uint64_t pages = data.read_or_zero<std::uint16_t>(at + 20);
    for (std::uint64_t page = 0; page < pages && data.contains(at + 22 + page * 2, 2); page++) {
      const unsigned start = data.read_or_zero<std::uint16_t>(at + 22 + page * 2);
      constexpr unsigned kNone = 0xffff, kSeveral = 0x8000;
      if (start == kNone) continue;
      if ((start & kSeveral) == 0) {
        follow(segment + page * page_size + start, format);
        continue;
      }
      // 32-bit chains may break off within a page: then the starts stand in a list behind the pages.
      for (std::uint64_t k = start & ~kSeveral; data.contains(at + 22 + k * 2, 2) && links_left > 0; k++) {
        const unsigned entry = data.read_or_zero<std::uint16_t>(at + 22 + k * 2);
        follow(segment + page * page_size + (entry & ~kSeveral), format);
        if ((entry & kSeveral) != 0) break;
      }
    }
  }
  if (unknown_format) image.diagnostics.push_back("chained pointers of an unknown format were left out");
}

}  // namespace samehand::image
