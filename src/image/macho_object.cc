// Problem, example, method: see object_layout.cc. A Mach-O object has its sections laid out from 0 already, and
// operands that stay within it filled in; so all sections are moved up together, and only what crosses sections or
// names a symbol is patched. Relocations as in Apple's <mach-o/x86_64/reloc.h>, <mach-o/arm64/reloc.h>,
// <mach-o/reloc.h>. Cost: linear; all relocation tables together may have no more entries than the file has room for.
// Known failures: scattered i386 relocations (differences of two sections) keep their operands.
#include "macho_object.h"

#include <algorithm>

#include "object_layout.h"
#include "parse.h"

namespace samehand::image {

using namespace macho;

namespace {

constexpr std::uint64_t kShift = ObjectLayout::kStart;
constexpr unsigned kDebugging = 0xe0, kTypeMask = 0x0e, kDefinedInSection = 0x0e, kExternal = 0x01, kPrivate = 0x10;

struct Entry {
  std::uint64_t where = 0;   // in the section
  std::uint32_t symbol = 0;  // index of the symbol, or number of the section from 1
  bool relative = false, external = false;
  unsigned length = 0, type = 0;  // length: bytes
};

class MachOObject {
 public:
  MachOObject(const MachOFile& file, Image& image) : file_(file), image_(image), layout_(image) {}

  void read() {
    for (const macho::Section& s : file_.sections) {
      image::Section section;
      section.name = printable(s.segment) + "," + printable(s.name);
      section.address = s.address > ~0ull - kShift ? ~0ull : s.address + kShift;
      section.size = s.segment == "__DWARF" || s.segment == "__LD" ? 0 : s.size;
      section.file_offset = s.has_bytes() ? s.offset : 0;
      section.file_size = s.has_bytes() ? section.size : 0;
      section.executable = (s.flags & (kPureInstructions | kSomeInstructions)) != 0;
      section.writable = s.segment == "__DATA";
      layout_.add_placed_section(std::move(section));
    }
    read_symbols();
    layout_.begin_relocations();
    std::uint64_t entries_left = file_.bytes.size() / 8;
    for (const macho::Section& s : file_.sections) {
      if (s.has_bytes() && s.segment != "__DWARF" && s.segment != "__LD") relocate(s, entries_left);
    }
    layout_.finish();
    add_function_tables();
    order_contents(image_);
  }

 private:
  void read_symbols() {
    const std::uint64_t step = file_.wide ? 16 : 12;
    const ByteView table = file_.bytes.clamp(file_.symbols.offset, step * file_.symbols.size);
    const ByteView strings = file_.content(file_.strings);
    const std::uint64_t count = table.size() / step;
    symbols_.assign(count, {});
    Names names(image_);
    std::vector<std::uint64_t> undefined;
    for (std::uint64_t i = 0; i < count; i++) {
      const std::uint64_t at = i * step;
      const unsigned type = table[at + 4];
      if ((type & kDebugging) != 0) continue;
      const std::uint64_t value =
          file_.wide ? table.read_or_zero<std::uint64_t>(at + 8) : table.read_or_zero<std::uint32_t>(at + 8);
      ObjectSymbol& symbol = symbols_[i];
      symbol.name = names.at(strings, table.read_or_zero<std::uint32_t>(at));
      if ((type & kTypeMask) == 0) {
        if (value == 0) {
          undefined.push_back(i);
          continue;
        }
        const unsigned align =
            (table.read_or_zero<std::uint16_t>(at + 6) >> 8) & 15;  // a common variable; value is its size
        symbol.address = layout_.add_common(value, 1ull << align);
        symbol.defined = true;
      }
      if ((type & kTypeMask) != kDefinedInSection) continue;
      symbol.address = value + kShift;
      symbol.defined = true;
      if (symbol.name.empty() || symbol.name.starts_with("ltmp")) continue;
      if (symbol.name[0] == 'L' || symbol.name[0] == 'l') continue;  // labels of the assembler's own
      const std::size_t number = table[at + 5];
      const bool code = number >= 1 && number <= file_.sections.size() &&
                        (file_.sections[number - 1].flags & (kPureInstructions | kSomeInstructions)) != 0;
      image_.symbols.push_back({.address = symbol.address,
                                .size = 0,
                                .name = printable(symbol.name, kMaxName),
                                .kind = code ? SymbolKind::kFunction : SymbolKind::kObject,
                                .exported = (type & kExternal) != 0 && (type & kPrivate) == 0});
    }
    for (const std::uint64_t i : undefined) {
      symbols_[i].address = layout_.add_import(symbols_[i].name);
      symbols_[i].imported = symbols_[i].address != 0;
    }
  }

  // What an entry refers to: a symbol, or where a section was moved to (its operand counts from 0).
  ObjectSymbol symbol_of(const Entry& entry) const {
    if (!entry.external) return {.defined = true, .imported = false, .address = kShift, .name = {}};
    return entry.symbol < symbols_.size() ? symbols_[entry.symbol] : ObjectSymbol{};
  }

  void relocate(const macho::Section& section, std::uint64_t& entries_left) {
    const ByteView table = file_.bytes.clamp(section.relocations, 8ull * section.relocation_count);
    std::uint64_t subtracted = 0, addend = 0;
    bool subtracts = false;
    for (std::uint64_t at = 0; table.contains(at, 8) && entries_left > 0; at += 8, entries_left--) {
      const auto first = table.read_or_zero<std::uint32_t>(at), second = table.read_or_zero<std::uint32_t>(at + 4);
      constexpr std::uint32_t kScattered = 0x80000000;
      if ((first & kScattered) != 0) continue;
      const Entry entry{
          first,       second & 0xffffff, (second >> 24 & 1) != 0, (second >> 27 & 1) != 0, 1u << (second >> 25 & 3),
          second >> 28};
      if (entry.where >= section.size) continue;
      const ObjectSymbol symbol = symbol_of(entry);
      const std::uint64_t offset = section.offset + entry.where, place = section.address + kShift + entry.where;
      if (image_.architecture == Architecture::kArm64 && entry.type == 10) {  // ADDEND for the next entry
        addend =
            static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(entry.symbol << 8) >> 8));
        continue;
      }
      const bool subtractor = (image_.architecture == Architecture::kX64 && entry.type == 5) ||
                              (image_.architecture == Architecture::kArm64 && entry.type == 1);
      if (subtractor) {
        subtracted = symbol.address;
        subtracts = true;
        continue;
      }
      if (subtracts) {
        layout_.write(offset, layout_.read(offset, entry.length) + symbol.address - subtracted, entry.length);
      } else if (symbol.defined || symbol.imported) {
        if (image_.architecture == Architecture::kX64) patch_x64(entry, symbol, offset, place);
        if (image_.architecture == Architecture::kX86) patch_x86(entry, symbol, offset, place);
        if (image_.architecture == Architecture::kArm64) patch_arm64(entry, symbol, offset, place, addend);
      }
      subtracts = false;
      addend = 0;
    }
  }

  void pointer(const Entry& entry, const ObjectSymbol& symbol, std::uint64_t offset, std::uint64_t place) {
    const std::uint64_t value = layout_.read(offset, entry.length) + symbol.address;
    if (entry.length == image_.pointer_bytes) {
      layout_.pointer(offset, place, symbol, value);
    } else {
      layout_.write(offset, value, entry.length);
    }
  }

  void patch_x64(const Entry& entry, const ObjectSymbol& symbol, std::uint64_t offset, std::uint64_t place) {
    const auto operand =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(layout_.read(offset, 4))));
    switch (entry.type) {
      case 0:
        pointer(entry, symbol, offset, place);
        break;  // UNSIGNED
      case 1:
      case 2:
      case 6:
      case 7:
      case 8:  // SIGNED, BRANCH, SIGNED_1, _2, _4
        // Within the object the operand is right already: both ends move together.
        if (entry.external) layout_.write(offset, operand + symbol.address - (place + 4), 4);
        break;
      case 3:
      case 4:
        layout_.write(offset, operand + layout_.got_slot(symbol) - (place + 4), 4);
        break;  // GOT_LOAD, GOT
      default:
        break;
    }
  }

  void patch_x86(const Entry& entry, const ObjectSymbol& symbol, std::uint64_t offset, std::uint64_t place) {
    if (entry.type != 0) return;
    if (!entry.relative) {
      pointer(entry, symbol, offset, place);
    } else if (entry.external && entry.length == 4) {  // the operand counts from the field's own place in the object
      layout_.write(offset, layout_.read(offset, 4) + symbol.address - kShift, 4);
    }
  }

  void patch_arm64(const Entry& entry, const ObjectSymbol& symbol, std::uint64_t offset, std::uint64_t place,
                   std::uint64_t addend) {
    const std::uint64_t target = symbol.address + addend;
    switch (entry.type) {
      case 0:
        pointer(entry, symbol, offset, place);
        break;  // UNSIGNED
      case 2:
        layout_.arm64_branch26(offset, target - place);
        break;  // BRANCH26
      case 3:
        layout_.arm64_page(offset, place, target);
        break;  // PAGE21
      case 4:
        layout_.arm64_low12(offset, target);
        break;  // PAGEOFF12
      case 5:
        layout_.arm64_page(offset, place, layout_.got_slot(symbol));
        break;  // GOT_LOAD_PAGE21
      case 6:
        layout_.arm64_low12(offset, layout_.got_slot(symbol));
        break;  // GOT_LOAD_PAGEOFF12
      case 7:
        layout_.write(offset, layout_.got_slot(symbol) - place, entry.length);
        break;  // POINTER_TO_GOT
      default:
        break;
    }
  }

  void add_function_tables() {
    std::ranges::stable_sort(image_.relocations, {}, &Relocation::slot);
    for (const image::Section& s : image_.sections) {
      if (s.name == "__TEXT,__eh_frame" && s.file_size > 0) {
        image_.unwind_tables.push_back({UnwindTable::Kind::kEhFrame, s.address, s.file_offset, s.file_size});
      }
      if (!s.name.ends_with(",__mod_init_func") && !s.name.ends_with(",__mod_term_func")) continue;
      auto it = std::ranges::lower_bound(image_.relocations, s.address, {}, &Relocation::slot);
      for (; it != image_.relocations.end() && s.contains(it->slot); ++it) image_.initializers.push_back(it->target);
    }
  }

  const MachOFile& file_;
  Image& image_;
  ObjectLayout layout_;
  std::vector<ObjectSymbol> symbols_;
};

}  // namespace

void read_macho_object(const MachOFile& file, Image& image) {
  MachOObject(file, image).read();
}

}  // namespace samehand::image
