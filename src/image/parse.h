// What the parsers of the single formats share: their entry points and the last pass over what they found.
#pragma once

#include <cstdint>
#include <string>

#include "samehand/image/image.h"

namespace samehand::image {

// Each takes the bytes of one image whose magic number was seen already, and gives what could be recovered: an error
// only where there is nothing to give. They fill everything but the traces and remarks that concern every format.
Result<Image> parse_elf(ByteView bytes);
Result<Image> parse_pe(ByteView bytes);
Result<Image> parse_coff_object(ByteView bytes);
bool is_coff_object(ByteView bytes);
Result<Image> parse_macho(ByteView bytes);

// Any of them, by the magic number; kNotSupported where it is none.
Result<Image> parse_image(ByteView bytes);

// One part per architecture, or per member of an architecture's static archive.
Result<std::vector<Part>> parse_fat_macho(ByteView bytes);
bool is_fat_macho(ByteView bytes);

// The members of a static archive, each read by parse_image.
Result<std::vector<Part>> parse_archive(ByteView bytes);

// Puts `image.sections` into ascending order without overlaps (where two claim the same address the first one in that
// order keeps it), cuts file ranges to the file, and drops empty ones. Says in the diagnostics what it had to cut.
// Image's lookups by address work only after this.
void order_sections(Image& image);

// Orders imports, symbols, relocations and initializers as Image promises, drops duplicates and what leads outside.
void order_contents(Image& image);

// Names are copied out of string tables in which hostile entries may overlap; a parser stops copying when those of one
// table add up to more than this, which honest files, whose linkers share common endings, stay far below.
constexpr std::size_t kMaxName = 65536;
inline std::uint64_t name_budget(const Image& image) {
  return 4 * image.bytes.size() + 65536;
}

// Offset plus size, where that does not wrap around; else the highest offset there is.
inline std::uint64_t end_of(std::uint64_t offset, std::uint64_t size) {
  return size > ~0ull - offset ? ~0ull : offset + size;
}

// Bytes as text for people and reports: printable ASCII and valid UTF-8 stay, the rest becomes '?'; at most `limit`
// bytes.
std::string printable(std::string_view text, std::size_t limit = 1024);

}  // namespace samehand::image
