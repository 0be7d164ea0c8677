// Relocations, exports, COFF symbols and initializers of a PE image; see pe.cc for problem and sources.
#include "pe_tables.h"

#include <algorithm>
#include <string>

#include "parse.h"

namespace samehand::image {

using namespace pe;

// Blocks of {page, size, entries of 4 bits type and 12 bits offset}; types 3 and 10 fill in a whole pointer.
void read_pe_relocations(const PeFile& file, Image& image) {
  const ByteView table = file.directory(kRelocations);
  std::uint64_t at = 0;
  while (table.contains(at, 8)) {
    const std::uint64_t page = table.read_or_zero<std::uint32_t>(at);
    const std::uint64_t size = table.read_or_zero<std::uint32_t>(at + 4);
    if (size < 8) break;
    const ByteView entries = table.clamp(at + 8, size - 8);
    for (std::uint64_t i = 0; i + 2 <= entries.size(); i += 2) {
      const auto entry = entries.read_or_zero<std::uint16_t>(i);
      constexpr unsigned kHighLow = 3, kDir64 = 10;
      const unsigned type = entry >> 12;
      if (type != kHighLow && type != kDir64) continue;
      const std::uint64_t slot = image.base + page + (entry & 0xfff);
      const ByteView place = image.from(slot);
      const std::uint64_t target =
          type == kDir64 ? place.read_or_zero<std::uint64_t>(0) : place.read_or_zero<std::uint32_t>(0);
      if (target != 0) image.relocations.push_back({slot, target});
    }
    at += size;
  }
}

void read_pe_exports(const PeFile& file, Image& image) {
  const Range range = file.directories[kExports];
  const ByteView table = file.from_rva(range.address);
  if (range.address == 0 || !table.contains(0, 40)) return;
  const std::uint32_t first_ordinal = table.read_or_zero<std::uint32_t>(16);
  const ByteView functions =
      file.from_rva(table.read_or_zero<std::uint32_t>(28)).clamp(0, 4ull * table.read_or_zero<std::uint32_t>(20));
  const std::uint64_t named = table.read_or_zero<std::uint32_t>(24);
  const ByteView names = file.from_rva(table.read_or_zero<std::uint32_t>(32)).clamp(0, 4 * named);
  const ByteView ordinals = file.from_rva(table.read_or_zero<std::uint32_t>(36)).clamp(0, 2 * named);

  constexpr std::uint64_t kMaxExports = 65536;  // ordinals have 16 bits
  const std::uint64_t count = std::min<std::uint64_t>(functions.size() / 4, kMaxExports);
  std::vector<bool> has_name(count, false);
  const auto add = [&](std::uint64_t index, std::string name) {
    const std::uint32_t rva = functions.read_or_zero<std::uint32_t>(index * 4);
    if (rva == 0 || (rva >= range.address && rva - range.address < range.size)) return;  // forwarded to another DLL
    const Section* section = image.section_at(image.base + rva);
    if (section == nullptr) return;
    const SymbolKind kind = section->executable ? SymbolKind::kFunction : SymbolKind::kObject;
    image.symbols.push_back({image.base + rva, 0, std::move(name), kind, true});
  };
  Names names_read(image);
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(names.size() / 4, kMaxExports); i++) {
    const std::uint64_t index = ordinals.read_or_zero<std::uint16_t>(i * 2);
    const std::string_view name = names_read.at(file.from_rva(names.read_or_zero<std::uint32_t>(i * 4)), 0);
    if (index >= count || name.empty()) continue;
    has_name[index] = true;
    add(index, printable(name, kMaxName));
  }
  for (std::uint64_t i = 0; i < count; i++) {
    if (!has_name[i]) add(i, "#" + std::to_string(first_ordinal + i));
  }
}

// Eighteen bytes each: name or offset of the name, value, section, type, class, number of auxiliary entries to skip.
void read_coff_symbols(const PeFile& file, Image& image) {
  if (file.symbols == 0) return;
  const ByteView table = file.bytes.clamp(file.symbols, 18ull * file.symbol_count);
  const ByteView strings = file.string_table();
  Names names_read(image);
  for (std::uint64_t at = 0; table.contains(at, 18); at += 18 + 18ull * table[at + 17]) {
    const auto value = table.read_or_zero<std::uint32_t>(at + 8);
    const std::size_t section = table.read_or_zero<std::uint16_t>(at + 12);
    const auto type = table.read_or_zero<std::uint16_t>(at + 14);
    const unsigned storage = table[at + 16];
    constexpr unsigned kExternal = 2, kStatic = 3, kFunctionType = 0x20;
    if ((storage != kExternal && storage != kStatic) || section == 0 || section > file.sections.size()) continue;
    if (storage == kStatic && table[at + 17] != 0 && type == 0) continue;  // a section's own symbol
    const std::uint64_t address = image.base + file.sections[section - 1].address + value;
    const Section* place = image.section_at(address);
    if (place == nullptr) continue;
    std::string_view name = table.slice(at, 8).text();
    if (table.read_or_zero<std::uint32_t>(at) == 0) {
      name = names_read.at(strings, table.read_or_zero<std::uint32_t>(at + 4));
    }
    name = name.substr(0, name.find('\0'));
    if (name.empty()) continue;
    const SymbolKind kind =
        place->executable ? (type == kFunctionType ? SymbolKind::kFunction : SymbolKind::kOther) : SymbolKind::kObject;
    image.symbols.push_back({address, 0, printable(name, kMaxName), kind, false});
  }
}

void read_pe_initializers(const PeFile& file, Image& image) {
  const std::uint64_t step = image.pointer_bytes;
  constexpr std::uint64_t kMaxCallbacks = 4096;
  if (const ByteView tls = file.from_rva(file.directories[kTls].address);
      file.directories[kTls].address != 0 && tls.contains(0, 4 * step)) {
    const std::uint64_t callbacks =
        file.wide ? tls.read_or_zero<std::uint64_t>(24) : tls.read_or_zero<std::uint32_t>(12);
    for (std::uint64_t i = 0; callbacks != 0 && i < kMaxCallbacks; i++) {
      const std::uint64_t callback = image.pointer_at(callbacks + i * step).value_or(0);
      if (callback == 0) break;
      image.initializers.push_back(callback);
    }
  }
  for (const Section& s : image.sections) {
    if (s.name != ".CRT") continue;
    for (std::uint64_t i = 0; i < std::min(s.file_size / step, kMaxCallbacks); i++) {
      const std::uint64_t target = image.pointer_at(s.address + i * step).value_or(0);
      const Section* code = image.section_at(target);
      if (code != nullptr && code->executable) image.initializers.push_back(target);
    }
  }
}

}  // namespace samehand::image
