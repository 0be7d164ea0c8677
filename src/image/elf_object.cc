// Problem, example, method: see object_layout.cc. The kinds of relocations are those of the System V ABI's supplements
// for i386 and x86-64 and of "ELF for the Arm 64-bit Architecture"; those not listed here (thread-local storage,
// sizes) leave their operands as they are.
// Cost: linear; all relocation sections together may have no more entries than the file has room for.
#include "elf_object.h"

#include <algorithm>

#include "elf_symbols.h"
#include "object_layout.h"
#include "parse.h"

namespace samehand::image {

using namespace elf;

namespace {

// One relocation with everything that the formulas of the ABIs name: S, A, P (G and GOT are the layout's).
struct Patch {
  std::uint64_t offset = 0;  // of the field in the file
  std::uint64_t place = 0;   // P, its address
  std::uint64_t addend = 0;  // A
  ObjectSymbol symbol;       // S
  std::uint64_t target() const { return symbol.address + addend; }
};

void patch_x64(ObjectLayout& layout, std::uint32_t type, const Patch& p) {
  switch (type) {
    case 1:
      layout.pointer(p.offset, p.place, p.symbol, p.target());
      break;  // 64
    case 2:
    case 4:
      layout.write(p.offset, p.target() - p.place, 4);
      break;  // PC32, PLT32
    case 9:
    case 41:
    case 42:
    case 43:  // GOTPCREL and its relaxable forms
      layout.write(p.offset, layout.got_slot(p.symbol) + p.addend - p.place, 4);
      break;
    case 10:
    case 11:
      layout.write(p.offset, p.target(), 4);
      break;  // 32, 32S
    case 12:
      layout.write(p.offset, p.target(), 2);
      break;  // 16
    case 13:
      layout.write(p.offset, p.target() - p.place, 2);
      break;  // PC16
    case 14:
      layout.write(p.offset, p.target(), 1);
      break;  // 8
    case 15:
      layout.write(p.offset, p.target() - p.place, 1);
      break;  // PC8
    case 24:
      layout.write(p.offset, p.target() - p.place, 8);
      break;  // PC64
    case 25:
      layout.write(p.offset, p.target() - layout.got_base(), 8);
      break;  // GOTOFF64
    case 26:
      layout.write(p.offset, layout.got_base() + p.addend - p.place, 4);
      break;  // GOTPC32
    default:
      break;
  }
}

void patch_x86(ObjectLayout& layout, std::uint32_t type, const Patch& p) {
  switch (type) {
    case 1:
      layout.pointer(p.offset, p.place, p.symbol, p.target() & 0xffffffff);
      break;  // 32
    case 2:
    case 4:
      layout.write(p.offset, p.target() - p.place, 4);
      break;  // PC32, PLT32
    case 3:
    case 43:  // GOT32, GOT32X
      layout.write(p.offset, layout.got_slot(p.symbol) + p.addend - layout.got_base(), 4);
      break;
    case 9:
      layout.write(p.offset, p.target() - layout.got_base(), 4);
      break;  // GOTOFF
    case 10:
      layout.write(p.offset, layout.got_base() + p.addend - p.place, 4);
      break;  // GOTPC
    case 20:
      layout.write(p.offset, p.target(), 2);
      break;  // 16
    case 21:
      layout.write(p.offset, p.target() - p.place, 2);
      break;  // PC16
    case 22:
      layout.write(p.offset, p.target(), 1);
      break;  // 8
    case 23:
      layout.write(p.offset, p.target() - p.place, 1);
      break;  // PC8
    default:
      break;
  }
}

void patch_arm64(ObjectLayout& layout, std::uint32_t type, const Patch& p) {
  const std::uint64_t distance = p.target() - p.place;
  switch (type) {
    case 257:
      layout.pointer(p.offset, p.place, p.symbol, p.target());
      break;  // ABS64
    case 258:
      layout.write(p.offset, p.target(), 4);
      break;  // ABS32
    case 259:
      layout.write(p.offset, p.target(), 2);
      break;  // ABS16
    case 260:
      layout.write(p.offset, distance, 8);
      break;  // PREL64
    case 261:
    case 314:
      layout.write(p.offset, distance, 4);
      break;  // PREL32, PLT32
    case 262:
      layout.write(p.offset, distance, 2);
      break;  // PREL16
    case 273:
      layout.arm64_branch19(p.offset, distance);
      break;  // LD_PREL_LO19
    case 274:
      layout.arm64_adr(p.offset, distance);
      break;  // ADR_PREL_LO21
    case 275:
    case 276:
      layout.arm64_page(p.offset, p.place, p.target());
      break;  // ADR_PREL_PG_HI21
    case 277:
    case 278:
    case 284:
    case 285:
    case 286:
    case 299:  // ADD_ABS_LO12_NC, LDST*_LO12_NC
      layout.arm64_low12(p.offset, p.target());
      break;
    case 279:
      layout.arm64_branch14(p.offset, distance);
      break;  // TSTBR14
    case 280:
      layout.arm64_branch19(p.offset, distance);
      break;  // CONDBR19
    case 282:
    case 283:
      layout.arm64_branch26(p.offset, distance);
      break;  // JUMP26, CALL26
    case 309:
      layout.arm64_branch19(p.offset, layout.got_slot(p.symbol) + p.addend - p.place);
      break;  // GOT_LD_PREL19
    case 311:
      layout.arm64_page(p.offset, p.place, layout.got_slot(p.symbol) + p.addend);
      break;  // ADR_GOT_PAGE
    case 312:
      layout.arm64_low12(p.offset, layout.got_slot(p.symbol) + p.addend);
      break;  // LD64_GOT_LO12_NC
    default:
      break;
  }
}

// How many bytes of a REL relocation's field hold the addend (i386 only: the others write RELA).
unsigned addend_bytes(std::uint32_t type) {
  return type == 20 || type == 21 ? 2 : type == 22 || type == 23 ? 1 : 4;
}

class ElfObject {
 public:
  ElfObject(const ElfFile& file, Image& image) : file_(file), image_(image), layout_(image) {}

  void read() {
    place_sections();
    read_symbols();
    layout_.begin_relocations();
    if (image_.architecture == Architecture::kX86) image_.got = layout_.got_base();
    relocate();
    layout_.finish();
    add_initializers();
    order_contents(image_);
  }

 private:
  void place_sections() {
    addresses_.assign(file_.sections.size(), 0);
    for (std::size_t i = 0; i < file_.sections.size(); i++) {
      const SectionHeader& h = file_.sections[i];
      if ((h.flags & kAlloc) == 0 || h.size == 0) continue;
      Section section;
      section.name = printable(h.name, 256);
      section.size = h.size;
      section.file_offset = h.offset;
      section.file_size = file_.content(h).size();
      section.executable = (h.flags & kExec) != 0;
      section.writable = (h.flags & kWrite) != 0;
      section.stubs = h.name == ".init" || h.name == ".fini";
      addresses_[i] = layout_.add_section(std::move(section), std::max<std::uint64_t>(h.align, 1));
    }
  }

  std::size_t section_of(const ElfSymbol& symbol, std::uint64_t index) const {
    if (symbol.section != kExtended) return symbol.section;
    return extended_.read_or_zero<std::uint32_t>(index * 4, file_.order);
  }

  void read_symbols() {
    const auto symtab = std::ranges::find(file_.sections, kSymtab, &SectionHeader::type);
    if (symtab == file_.sections.end()) return;
    const ElfSymbolTable table = symbol_table(file_, *symtab);
    constexpr std::uint32_t kExtendedIndices = 18;
    const auto extended = std::ranges::find(file_.sections, kExtendedIndices, &SectionHeader::type);
    if (extended != file_.sections.end()) extended_ = file_.content(*extended);

    symbols_.assign(table.count, {});
    Names names(image_);
    for (std::uint64_t i = 1; i < table.count; i++) {
      const ElfSymbol symbol = table.at(i);
      const std::string_view name = names.at(table.strings, symbol.name);
      ObjectSymbol& resolved = symbols_[i];
      resolved.name = name;
      if (symbol.section == kAbsolute || symbol.section == kUndefined) continue;
      if (symbol.section == kCommon) {
        resolved.address = layout_.add_common(symbol.size, symbol.value);
      } else {
        const std::size_t section = section_of(symbol, i);
        if (section >= addresses_.size() || addresses_[section] == 0) continue;
        resolved.address = addresses_[section] + symbol.value;
      }
      resolved.defined = true;
      const unsigned type = symbol.type();
      if (type != kNoType && type != elf::kObject && type != kFunction && type != kIndirectFunction) continue;
      if (name.empty() || is_mapping_symbol(name)) continue;
      image_.symbols.push_back({.address = resolved.address,
                                .size = symbol.size,
                                .name = printable(name, kMaxName),
                                .kind = symbol_kind(symbol),
                                .exported = symbol.binding() != kLocal && symbol.is_default_visible()});
    }
    for (std::uint64_t i = 1; i < table.count; i++) {
      ObjectSymbol& resolved = symbols_[i];
      if (table.at(i).section != kUndefined || resolved.name.empty() || resolved.name == "_GLOBAL_OFFSET_TABLE_")
        continue;
      resolved.address = layout_.add_import(resolved.name);
      resolved.imported = resolved.address != 0;
    }
  }

  void relocate() {
    const bool wide = file_.wide;
    std::uint64_t entries_left = file_.bytes.size() / 8;
    for (const SectionHeader& h : file_.sections) {
      if ((h.type != kRel && h.type != kRela) || h.info >= file_.sections.size() || addresses_[h.info] == 0) continue;
      const SectionHeader& target = file_.sections[h.info];
      const bool with_addend = h.type == kRela;
      const ByteView table = file_.content(h);
      const std::uint64_t word = file_.word_bytes(), step = word * (with_addend ? 3 : 2);
      const auto field = [&](std::uint64_t at) -> std::uint64_t {
        return wide ? table.read_or_zero<std::uint64_t>(at, file_.order)
                    : table.read_or_zero<std::uint32_t>(at, file_.order);
      };
      for (std::uint64_t at = 0; table.contains(at, step) && entries_left > 0; at += step, entries_left--) {
        const std::uint64_t where = field(at), info = field(at + word);
        if (where >= file_.content(target).size()) continue;
        const auto type = static_cast<std::uint32_t>(wide ? info & 0xffffffff : info & 0xff);
        const std::uint64_t symbol = wide ? info >> 32 : info >> 8;
        Patch patch;
        patch.offset = target.offset + where;
        patch.place = addresses_[h.info] + where;
        patch.addend = with_addend ? field(at + 2 * word) : sign_extended(patch.offset, addend_bytes(type));
        if (symbol < symbols_.size()) patch.symbol = symbols_[symbol];
        switch (image_.architecture) {
          case Architecture::kX64:
            patch_x64(layout_, type, patch);
            break;
          case Architecture::kX86:
            patch_x86(layout_, type, patch);
            break;
          case Architecture::kArm64:
            patch_arm64(layout_, type, patch);
            break;
          default:
            break;
        }
      }
    }
  }

  std::uint64_t sign_extended(std::uint64_t offset, unsigned bytes) const {
    const unsigned shift = 64 - 8 * bytes;
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(layout_.read(offset, bytes) << shift) >> shift);
  }

  void add_initializers() {
    std::ranges::stable_sort(image_.relocations, {}, &Relocation::slot);
    for (std::size_t i = 0; i < file_.sections.size(); i++) {
      const SectionHeader& h = file_.sections[i];
      if (addresses_[i] == 0 || (h.type != kInitArray && h.type != kFiniArray && h.type != kPreinitArray)) continue;
      auto it = std::ranges::lower_bound(image_.relocations, addresses_[i], {}, &Relocation::slot);
      for (; it != image_.relocations.end() && it->slot - addresses_[i] < h.size; ++it) {
        image_.initializers.push_back(it->target);
      }
    }
  }

  const ElfFile& file_;
  Image& image_;
  ObjectLayout layout_;
  ByteView extended_;                     // section indices that do not fit in 16 bits, by symbol
  std::vector<std::uint64_t> addresses_;  // by section; 0 where it is not loaded
  std::vector<ObjectSymbol> symbols_;     // by index in the symbol table
};

}  // namespace

void read_elf_object(const ElfFile& file, Image& image) {
  ElfObject(file, image).read();
}

}  // namespace samehand::image
