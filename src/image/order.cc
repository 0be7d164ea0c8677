// The last pass over what a parser found: the order and the guarantees that Image promises to its readers.
//
// Problem: tables of a file come in any order and a hostile file lets its sections overlap, run past the end of the
// file or wrap around the address space. Readers search by address and want none of that.
// Example: sections [0x1000,0x3000) a, [0x2000,0x4000) b  ->  [0x1000,0x3000) a, [0x3000,0x4000) b (its file range cut
// at the front by the same 0x1000).
// Method: sort, then one sweep; the sort is stable, so of two sections with one address the earlier in the file wins.
// Cost: n log n in the number of entries.
#include <algorithm>
#include <tuple>

#include "parse.h"

namespace samehand::image {
namespace {

constexpr std::uint64_t kMaxAddress = ~0ull;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Length of the valid UTF-8 sequence of two to four bytes at `i`, or 0.
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const std::size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || i + length > text.size()) return 0;
  for (std::size_t k = 1; k < length; k++) {
    if (!is_continuation(text[i + k])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[i + 1]);
  if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return 0;  // overlong, surrogate
  if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return 0;  // overlong, beyond U+10FFFF
  return length;
}

}  // namespace

void order_sections(Image& image) {
  const std::uint64_t limit = image.pointer_bytes == 4 ? 0xffffffffull : kMaxAddress;
  std::size_t cut = 0;
  MissingBytes missing;
  for (Section& s : image.sections) {
    if (s.address > limit) s.size = 0;
    if (s.size > limit - s.address) {
      s.size = limit - s.address;
      cut++;
    }
    const std::uint64_t wanted = std::min(s.file_size, s.size);
    s.file_size = image.bytes.clamp(s.file_offset, wanted).size();
    if (s.executable) missing.all_code_bytes += wanted;
    if (s.file_size < wanted) {
      missing.names.push_back(s.name);
      missing.bytes += wanted - s.file_size;
      if (s.executable) missing.code_bytes += wanted - s.file_size;
    }
    if (s.file_size == 0) s.file_offset = 0;
  }
  if (cut > 0) image.diagnostics.push_back("sections that run past the last address were cut: " + std::to_string(cut));
  note_missing(image, missing);

  std::erase_if(image.sections, [](const Section& s) { return s.size == 0; });
  std::ranges::stable_sort(image.sections, {}, &Section::address);

  // Sections may share bytes of the file (PE files do for a few), but not so that readers drown: a thousand sections
  // that each show the whole file would make them read it a thousand times.
  std::uint64_t bytes_left = 4 * image.bytes.size() + 65536;
  std::size_t repeated = 0;
  for (Section& s : image.sections) {
    if (s.file_size > bytes_left) {
      s.file_size = 0;
      repeated++;
    }
    bytes_left -= s.file_size;
  }
  if (repeated > 0)
    image.diagnostics.push_back("sections that repeat the same bytes were emptied: " + std::to_string(repeated));

  std::uint64_t end = 0;
  std::size_t overlaps = 0;
  for (Section& s : image.sections) {
    if (s.address < end) {
      overlaps++;
      const std::uint64_t hidden = std::min(end - s.address, s.size);
      s.address += hidden;
      s.size -= hidden;
      const std::uint64_t hidden_in_file = std::min(hidden, s.file_size);
      s.file_offset += hidden_in_file;
      s.file_size -= hidden_in_file;
    }
    end = std::max(end, s.address + s.size);
  }
  if (overlaps > 0) {
    image.diagnostics.push_back("sections that overlap another one were cut: " + std::to_string(overlaps));
    std::erase_if(image.sections, [](const Section& s) { return s.size == 0; });
  }
}

void order_contents(Image& image) {
  std::ranges::stable_sort(image.imports, {}, &Import::slot);
  const auto imports = std::ranges::unique(image.imports, {}, &Import::slot);
  image.imports.erase(imports.begin(), imports.end());

  // A slot of an import may also be slid, to the code that binds it at the first call.
  std::erase_if(image.relocations, [&](const Relocation& r) {
    return image.section_at(r.target) == nullptr || image.import_at(r.slot) != nullptr;
  });
  if (!std::ranges::is_sorted(image.relocations, {}, &Relocation::slot)) {
    std::ranges::stable_sort(image.relocations, {}, &Relocation::slot);
  }
  const auto relocations = std::ranges::unique(image.relocations, {}, &Relocation::slot);
  image.relocations.erase(relocations.begin(), relocations.end());

  // Two tables may name one thing: one entry stays, with what either of them knows.
  auto& symbols = image.symbols;
  std::ranges::sort(symbols, [](const Symbol& a, const Symbol& b) {
    return std::tie(a.address, a.name, a.kind) < std::tie(b.address, b.name, b.kind);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < symbols.size(); i++) {
    if (kept > 0 && symbols[kept - 1].address == symbols[i].address && symbols[kept - 1].name == symbols[i].name) {
      symbols[kept - 1].exported |= symbols[i].exported;
      symbols[kept - 1].size = std::max(symbols[kept - 1].size, symbols[i].size);
      continue;
    }
    if (kept != i) symbols[kept] = std::move(symbols[i]);
    kept++;
  }
  symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(kept), symbols.end());

  std::erase_if(image.initializers, [&](std::uint64_t address) { return image.section_at(address) == nullptr; });
  std::ranges::sort(image.initializers);
  const auto initializers = std::ranges::unique(image.initializers);
  image.initializers.erase(initializers.begin(), initializers.end());

  if (image.entry && image.section_at(*image.entry) == nullptr) {
    image.diagnostics.push_back("the entry point lies in no section");
    image.entry.reset();
  }
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  text = text.substr(0, limit);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length > 0) {
      out.append(text, i, length);
      i += length;
      continue;
    }
    const char c = text[i++];
    out += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return out;
}

}  // namespace samehand::image
