// Which pointers the loader fills in, and with what; which names the file imports and defines.
//
// Problem, example and sources: see elf.cc. Three encodings of relocations (REL with the addend in place, RELA, RELR)
// on three processors come down to two results: a slot with a name, or a slot with an address.
// Cost: linear; every entry is read once, and no table may be longer than the file.
#include "elf_relocate.h"

#include <algorithm>

#include "parse.h"

namespace samehand::image {

using namespace elf;

namespace {

enum class Effect { kNone, kBasePlusAddend, kSymbol, kSymbolPlusAddend };

Effect effect_of(Architecture architecture, std::uint32_t type) {
  switch (architecture) {
    case Architecture::kX64:
      if (type == 8 || type == 37) return Effect::kBasePlusAddend;  // RELATIVE, IRELATIVE
      if (type == 6 || type == 7) return Effect::kSymbol;           // GLOB_DAT, JUMP_SLOT
      if (type == 1) return Effect::kSymbolPlusAddend;              // 64
      return Effect::kNone;
    case Architecture::kX86:
      if (type == 8 || type == 42) return Effect::kBasePlusAddend;
      if (type == 6 || type == 7) return Effect::kSymbol;
      if (type == 1) return Effect::kSymbolPlusAddend;  // 32
      return Effect::kNone;
    case Architecture::kArm64:
      if (type == 1027 || type == 1032) return Effect::kBasePlusAddend;
      if (type == 1025 || type == 1026) return Effect::kSymbol;
      if (type == 257) return Effect::kSymbolPlusAddend;  // ABS64
      return Effect::kNone;
    default:
      return Effect::kNone;
  }
}

struct SymbolEntry {
  std::uint32_t name = 0;
  std::uint8_t info = 0, other = 0;
  std::uint16_t section = 0;
  std::uint64_t value = 0, size = 0;
};

// A symbol table and its strings. Where no section header bounds it, `count` is what the hash table reaches, which the
// undefined symbols need not be among, and the entries go on to the end of their segment.
struct SymbolTable {
  ByteView entries, strings;
  bool wide = false;
  std::endian order = std::endian::little;
  std::uint64_t count = 0;

  std::uint64_t entry_bytes() const { return wide ? 24 : 16; }
  SymbolEntry at(std::uint64_t index) const {
    const std::uint64_t o = index * entry_bytes();
    if (!entries.contains(o, entry_bytes())) return {};
    const auto u16 = [&](std::uint64_t at) { return entries.read_or_zero<std::uint16_t>(at, order); };
    const auto u32 = [&](std::uint64_t at) { return entries.read_or_zero<std::uint32_t>(at, order); };
    const auto u64 = [&](std::uint64_t at) { return entries.read_or_zero<std::uint64_t>(at, order); };
    if (wide) return {u32(o), entries[o + 4], entries[o + 5], u16(o + 6), u64(o + 8), u64(o + 16)};
    return {u32(o), entries[o + 12], entries[o + 13], u16(o + 14), u32(o + 4), u32(o + 8)};
  }
  std::string_view name(const SymbolEntry& entry) const { return strings.c_string(entry.name, kMaxName).value_or(""); }
};

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

// The symbols that the loader uses. Their number is said by the section header, else by a hash table, else by the
// strings, which usually follow; it may be too high: entries are checked one by one.
SymbolTable dynamic_symbols(const ElfFile& file) {
  const Dynamic& d = file.dynamic;
  SymbolTable table{{}, {}, file.wide, file.order, 0};
  for (const SectionHeader& h : file.sections) {
    if (h.type != kDynsym || (d.present && d.symbols != 0 && h.address != d.symbols)) continue;
    table.entries = file.content(h);
    if (h.link < file.sections.size()) table.strings = file.content(file.sections[h.link]);
    table.count = table.entries.size() / table.entry_bytes();
    if (table.count > 0 && !table.strings.empty()) return table;
  }
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

class Relocator {
 public:
  Relocator(const ElfFile& file, Image& image) : file_(file), image_(image), symbols_(dynamic_symbols(file)) {}

  void apply_table(ByteView table, bool with_addend) {
    const std::uint64_t word = file_.word_bytes(), step = word * (with_addend ? 3 : 2);
    for (std::uint64_t at = 0; table.contains(at, step); at += step) {
      const std::uint64_t slot = field(table, at), info = field(table, at + word);
      const auto type = static_cast<std::uint32_t>(file_.wide ? info & 0xffffffff : info & 0xff);
      const std::uint64_t symbol = file_.wide ? info >> 32 : info >> 8;
      const Effect effect = effect_of(image_.architecture, type);
      if (effect == Effect::kNone) continue;
      std::uint64_t addend = 0;
      if (with_addend) {
        addend = field(table, at + 2 * word);
      } else if (effect != Effect::kSymbol) {
        addend = image_.pointer_at(slot).value_or(0);
      }
      apply(slot, effect, symbol, addend);
    }
  }

  // An even word is the address of a slot; an odd one a bitmap of which of the following 63 (31) words are slots.
  void apply_relr(ByteView table) {
    const std::uint64_t word = file_.word_bytes();
    std::uint64_t next = 0;
    for (std::uint64_t at = 0; table.contains(at, word); at += word) {
      const std::uint64_t entry = field(table, at);
      if ((entry & 1) == 0) {
        relative(entry);
        next = entry + word;
        continue;
      }
      for (std::uint64_t bits = entry >> 1, slot = next; bits != 0; bits >>= 1, slot += word) {
        if ((bits & 1) != 0) relative(slot);
      }
      next += (word * 8 - 1) * word;
    }
  }

 private:
  std::uint64_t field(ByteView table, std::uint64_t at) const {
    return file_.wide ? table.read_or_zero<std::uint64_t>(at, file_.order)
                      : table.read_or_zero<std::uint32_t>(at, file_.order);
  }

  void relative(std::uint64_t slot) {
    if (const auto value = image_.pointer_at(slot)) image_.relocations.push_back({slot, *value});
  }

  void apply(std::uint64_t slot, Effect effect, std::uint64_t symbol, std::uint64_t addend) {
    if (image_.pointer_bytes == 4) addend &= 0xffffffff;
    if (effect == Effect::kBasePlusAddend) {
      image_.relocations.push_back({slot, addend});
      return;
    }
    const SymbolEntry entry = symbols_.at(symbol);
    if (entry.section != 0) {
      const std::uint64_t target = entry.value + (effect == Effect::kSymbolPlusAddend ? addend : 0);
      image_.relocations.push_back({slot, image_.pointer_bytes == 4 ? target & 0xffffffff : target});
    } else if (const std::string_view name = symbols_.name(entry); !name.empty() && name.size() <= names_left_) {
      names_left_ -= name.size();
      image_.imports.push_back({.slot = slot, .name = printable(name, kMaxName), .library = {}, .delayed = false});
    }
  }

  const ElfFile& file_;
  Image& image_;
  SymbolTable symbols_;
  std::uint64_t names_left_ = name_budget(image_);
};

bool is_mapping_symbol(std::string_view name) {
  return name.size() >= 2 && name[0] == '$' && (name[1] == 'x' || name[1] == 'd' || name[1] == 't' || name[1] == 'a') &&
         (name.size() == 2 || name[2] == '.');
}

void add_symbols(const SymbolTable& table, bool dynamic, Image& image) {
  std::uint64_t names_left = name_budget(image);
  for (std::uint64_t i = 1; i < table.count; i++) {
    const SymbolEntry entry = table.at(i);
    const unsigned type = entry.info & 15, binding = entry.info >> 4, visibility = entry.other & 3;
    constexpr std::uint16_t kUndefined = 0, kReserved = 0xff00, kExtendedIndex = 0xffff;
    if (entry.section == kUndefined || (entry.section >= kReserved && entry.section != kExtendedIndex)) continue;
    if (type != 0 && type != 1 && type != 2 && type != 10) continue;  // sections, files, thread-local data
    if (image.section_at(entry.value) == nullptr) continue;
    const std::string_view name = table.name(entry);
    if (name.empty() || is_mapping_symbol(name) || name.size() > names_left) continue;
    names_left -= name.size();
    const SymbolKind kind = type == 2 || type == 10 ? SymbolKind::kFunction
                            : type == 1             ? SymbolKind::kObject
                                                    : SymbolKind::kOther;
    image.symbols.push_back({.address = entry.value,
                             .size = entry.size,
                             .name = printable(name, kMaxName),
                             .kind = kind,
                             .exported = dynamic && binding != 0 && (visibility == 0 || visibility == 3)});
  }
}

}  // namespace

void relocate_elf(const ElfFile& file, Image& image) {
  Relocator relocator(file, image);
  const Dynamic& d = file.dynamic;
  if (d.present) {
    const auto table = [&](std::uint64_t address, std::uint64_t size) {
      return file.from_address(address).clamp(0, size);
    };
    constexpr std::uint64_t kTagRela = 7;
    if (d.rela != 0) relocator.apply_table(table(d.rela, d.rela_size), true);
    if (d.rel != 0) relocator.apply_table(table(d.rel, d.rel_size), false);
    if (d.plt != 0) relocator.apply_table(table(d.plt, d.plt_size), d.plt_kind == kTagRela);
    if (d.relr != 0) relocator.apply_relr(table(d.relr, d.relr_size));
    return;
  }
  for (const SectionHeader& h : file.sections) {
    if ((h.flags & kAlloc) == 0) continue;
    if (h.type == kRel || h.type == kRela) relocator.apply_table(file.content(h), h.type == kRela);
    if (h.type == kRelr) relocator.apply_relr(file.content(h));
  }
}

void read_elf_symbols(const ElfFile& file, Image& image) {
  for (const SectionHeader& h : file.sections) {
    if (h.type != kSymtab || h.link >= file.sections.size()) continue;
    SymbolTable table{file.content(h), file.content(file.sections[h.link]), file.wide, file.order, 0};
    table.count = table.entries.size() / table.entry_bytes();
    add_symbols(table, false, image);
  }
  add_symbols(dynamic_symbols(file), true, image);
}

}  // namespace samehand::image
