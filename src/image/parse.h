// What the parsers of the single formats share: their entry points and the last pass over what they found.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// Says what the headers promise and the file does not hold. order_sections does so for sections.
void note_missing(Image& image, std::string what);
struct MissingBytes {
  std::vector<std::string> names;                    // of sections
  std::uint64_t bytes = 0;                           // of these that are not there
  std::uint64_t code_bytes = 0, all_code_bytes = 0;  // of executable ones: not there, promised
};
void note_missing(Image& image, const MissingBytes& missing);
// Says for which processor the code is; `machine` as the format numbers them, `kind` such as "big-endian" or empty.
void note_foreign(Image& image, std::uint32_t machine, std::string_view kind = {});

// Orders imports, symbols, relocations and initializers as Image promises, drops duplicates and what leads outside.
void order_contents(Image& image);

// Reads names out of string tables. Entries of hostile tables overlap, or run on without an end: when all that was read
// and searched in this way adds up to more than honest files need (their linkers share common endings, no more), there
// are no more names.
constexpr std::size_t kMaxName = 65536;
class Names {
 public:
  explicit Names(const Image& image) : left_(4 * image.bytes.size() + 65536) {}

  // The text at `offset` of a table, at most kMaxName bytes; empty where there is none.
  std::string_view at(ByteView strings, std::uint64_t offset) {
    const std::size_t limit = std::min<std::uint64_t>(kMaxName, left_);
    const std::optional<std::string_view> text = strings.c_string(offset, limit);
    left_ -= text ? text->size() : strings.clamp(offset, limit).size();
    return text.value_or("");
  }
  // Room for another copy of `size` bytes; false where it is used up.
  bool take(std::uint64_t size) {
    if (size > left_) return false;
    left_ -= size;
    return true;
  }

 private:
  std::uint64_t left_;
};

// Offset plus size, where that does not wrap around; else the highest offset there is.
inline std::uint64_t end_of(std::uint64_t offset, std::uint64_t size) {
  return size > ~0ull - offset ? ~0ull : offset + size;
}

// Bytes as text for people and reports: printable ASCII and valid UTF-8 stay, the rest becomes '?'; at most `limit`
// bytes.
std::string printable(std::string_view text, std::size_t limit = 1024);

}  // namespace samehand::image
