// Which names an ELF file gives to its places.
//
// Problem: .symtab is bounded by its section header; the loader's table is not: it has an address, and only the hash
// tables tell how far it reaches. Example and sources: see elf.cc.
// Cost: linear; names that overlap in the string table are copied up to a budget.
#include "elf_symbols.h"

#include <algorithm>

#include "parse.h"

namespace samehand::image {

using namespace elf;

ElfSymbol ElfSymbolTable::at(std::uint64_t index) const {
  const std::uint64_t o = index * entry_bytes();
  if (!entries.contains(o, entry_bytes())) return {};
  const auto u16 = [&](std::uint64_t at) { return entries.read_or_zero<std::uint16_t>(at, order); };
  const auto u32 = [&](std::uint64_t at) { return entries.read_or_zero<std::uint32_t>(at, order); };
  const auto u64 = [&](std::uint64_t at) { return entries.read_or_zero<std::uint64_t>(at, order); };
  if (wide) return {u32(o), entries[o + 4], entries[o + 5], u16(o + 6), u64(o + 8), u64(o + 16)};
  return {u32(o), entries[o + 12], entries[o + 13], u16(o + 14), u32(o + 4), u32(o + 8)};
}

ElfSymbolTable symbol_table(const ElfFile& file, const SectionHeader& section) {
  ElfSymbolTable table{file.content(section), {}, file.wide, file.order, 0};
  if (section.link < file.sections.size()) table.strings = file.content(file.sections[section.link]);
  table.count = table.entries.size() / table.entry_bytes();
  return table;
}

SymbolKind symbol_kind(const ElfSymbol& symbol) {
  if (symbol.type() == kFunction || symbol.type() == kIndirectFunction) return SymbolKind::kFunction;
  return symbol.type() == elf::kObject ? SymbolKind::kObject : SymbolKind::kOther;
}

bool is_mapping_symbol(std::string_view name) {
  return name.size() >= 2 && name[0] == '$' && (name[1] == 'x' || name[1] == 'd' || name[1] == 't' || name[1] == 'a') &&
         (name.size() == 2 || name[2] == '.');
}

namespace {

// How many symbols DT_GNU_HASH reaches: the last chain's end. The table: bucket count, first hashed symbol, bloom
// words, shift, bloom filter, buckets, chains whose last entry has its lowest bit set.
std::uint64_t count_by_gnu_hash(const ElfFile& file) {
  const ByteView table = file.from_address(file.dynamic.gnu_hash);
  const auto u32 = [&](std::uint64_t at) { return table.read_or_zero<std::uint32_t>(at, file.order); };
  const std::uint64_t buckets = u32(0), first = u32(4), bloom = u32(8);
  const std::uint64_t at = 16 + bloom * file.word_bytes();
  if (!table.contains(at, buckets * 4)) return 0;
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < buckets; i++) last = std::max<std::uint64_t>(last, u32(at + i * 4));
  if (last < first) return first;
  const std::uint64_t chains = at + buckets * 4;
  while (table.contains(chains + (last - first) * 4, 4) && (u32(chains + (last - first) * 4) & 1) == 0) last++;
  return last + 1;
}

void add_symbols(const ElfSymbolTable& table, bool dynamic, Image& image) {
  Names names(image);
  for (std::uint64_t i = 1; i < table.count; i++) {
    const ElfSymbol symbol = table.at(i);
    if (symbol.section == kUndefined || (symbol.section >= kReserved && symbol.section != kExtended)) continue;
    const unsigned type = symbol.type();
    if (type != kNoType && type != elf::kObject && type != kFunction && type != kIndirectFunction) continue;
    if (image.section_at(symbol.value) == nullptr) continue;
    const std::string_view name = names.at(table.strings, symbol.name);
    if (name.empty() || is_mapping_symbol(name)) continue;
    image.symbols.push_back({.address = symbol.value,
                             .size = symbol.size,
                             .name = printable(name, kMaxName),
                             .kind = symbol_kind(symbol),
                             .exported = dynamic && symbol.binding() != kLocal && symbol.is_default_visible()});
  }
}

}  // namespace

// The number of symbols is said by the section header, else by a hash table, else by the strings, which usually follow;
// it may be too high: entries are checked one by one.
ElfSymbolTable dynamic_symbols(const ElfFile& file) {
  const Dynamic& d = file.dynamic;
  for (const SectionHeader& h : file.sections) {
    if (h.type != kDynsym || (d.present && d.symbols != 0 && h.address != d.symbols)) continue;
    ElfSymbolTable table = symbol_table(file, h);
    if (table.count > 0 && !table.strings.empty()) return table;
  }
  ElfSymbolTable table{{}, {}, file.wide, file.order, 0};
  if (!d.present || d.symbols == 0) return table;
  std::uint64_t count = 0;
  if (d.hash != 0) count = file.from_address(d.hash).read_or_zero<std::uint32_t>(4, file.order);
  if (count == 0 && d.gnu_hash != 0) count = count_by_gnu_hash(file);
  if (count == 0 && d.strings > d.symbols) count = (d.strings - d.symbols) / table.entry_bytes();
  table.entries = file.from_address(d.symbols);
  table.count = std::min<std::uint64_t>(count, table.entries.size() / table.entry_bytes());
  table.strings = file.from_address(d.strings).clamp(0, d.strings_size == 0 ? ~0ull : d.strings_size);
  return table;
}

SymbolLibraries::SymbolLibraries(const ElfFile& file) : file_(file) {
  const Dynamic& d = file.dynamic;
  if (d.symbol_versions == 0 || d.versions_needed == 0) return;
  versions_ = file.from_address(d.symbol_versions);
  const ByteView needed = file.from_address(d.versions_needed), strings = file.from_address(d.strings);
  const auto u16 = [&](std::uint64_t at) { return needed.read_or_zero<std::uint16_t>(at, file.order); };
  const auto u32 = [&](std::uint64_t at) { return needed.read_or_zero<std::uint32_t>(at, file.order); };
  constexpr std::size_t kMaxVersions = 8192;  // over all libraries: the lists may be made to run in circles
  std::size_t left = kMaxVersions;
  std::uint64_t at = 0;
  for (std::uint64_t i = 0; i < d.versions_needed_count && left > 0 && needed.contains(at, 16); i++, left--) {
    const std::string_view library = strings.c_string(u32(at + 4), 256).value_or("");
    std::uint64_t aux = at + u32(at + 8);
    for (unsigned k = 0; k < u16(at + 2) && left > 0 && needed.contains(aux, 16); k++, left--) {
      const std::size_t index = u16(aux + 6) & 0x7fff;  // the highest bit hides a version
      if (libraries_.size() <= index) libraries_.resize(index + 1);
      libraries_[index] = library;
      if (u32(aux + 12) == 0) break;
      aux += u32(aux + 12);
    }
    if (u32(at + 12) == 0) break;
    at += u32(at + 12);
  }
}

std::string_view SymbolLibraries::of(std::uint64_t symbol) const {
  const std::size_t index = versions_.read_or_zero<std::uint16_t>(symbol * 2, file_.order) & 0x7fff;
  return index < libraries_.size() ? libraries_[index] : std::string_view();
}

void read_elf_symbols(const ElfFile& file, Image& image) {
  const auto symtab = std::ranges::find(file.sections, kSymtab, &SectionHeader::type);
  if (symtab != file.sections.end()) add_symbols(symbol_table(file, *symtab), false, image);
  add_symbols(dynamic_symbols(file), true, image);
}

}  // namespace samehand::image
