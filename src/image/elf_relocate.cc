// Which pointers the loader fills in, and with what; which names the file imports.
//
// Problem, example and sources: see elf.cc. Three encodings of relocations (REL with the addend in place, RELA, RELR)
// on three processors come down to two results: a slot with a name, or a slot with an address.
// Cost: linear; every entry is read once, and no table may be longer than the file.
#include "elf_relocate.h"

#include <algorithm>

#include "elf_symbols.h"
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

class Relocator {
 public:
  Relocator(const ElfFile& file, Image& image) : file_(file), image_(image), symbols_(dynamic_symbols(file)) {}

  void apply_table(ByteView table, bool with_addend) {
    const std::uint64_t word = file_.word_bytes(), step = word * (with_addend ? 3 : 2);
    for (std::uint64_t at = 0; table.contains(at, step) && entries_left_ > 0; at += step, entries_left_--) {
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
    for (std::uint64_t at = 0; table.contains(at, word) && entries_left_ > 0; at += word) {
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
    if (entries_left_ == 0) return;
    entries_left_--;
    if (const auto value = image_.pointer_at(slot)) image_.relocations.push_back({slot, *value});
  }

  void apply(std::uint64_t slot, Effect effect, std::uint64_t symbol, std::uint64_t addend) {
    if (image_.pointer_bytes == 4) addend &= 0xffffffff;
    if (effect == Effect::kBasePlusAddend) {
      image_.relocations.push_back({slot, addend});
      return;
    }
    const ElfSymbol entry = symbols_.at(symbol);
    if (entry.section != 0) {
      const std::uint64_t target = entry.value + (effect == Effect::kSymbolPlusAddend ? addend : 0);
      image_.relocations.push_back({slot, image_.pointer_bytes == 4 ? target & 0xffffffff : target});
    } else if (const std::string_view name = names_.at(symbols_.strings, entry.name), library = libraries_.of(symbol);
               !name.empty() && names_.take(library.size())) {
      image_.imports.push_back(
          {.slot = slot, .name = printable(name, kMaxName), .library = printable(library), .delayed = false});
    }
  }

  const ElfFile& file_;
  Image& image_;
  ElfSymbolTable symbols_;
  SymbolLibraries libraries_{file_};
  Names names_{image_};
  // Each relocation fills in a pointer of its own, so there are no more than pointers fit into the file.
  std::uint64_t entries_left_ = file_.bytes.size() / 4;
};

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

}  // namespace samehand::image
