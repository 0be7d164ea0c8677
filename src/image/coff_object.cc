// Relocatable COFF objects, as Windows' compilers and MinGW write them; also the "big" ones with 32-bit section counts.
//
// Problem, example, method: see object_layout.cc; fields and relocations as in "PE Format" (Microsoft Learn). There is
// no magic number but the machine: a file counts as an object only if its tables lie where an object's would.
// Cost: linear; all relocation tables together may have no more entries than the file has room for.
#include <algorithm>

#include "object_layout.h"
#include "parse.h"
#include "pe_file.h"
#include "traces.h"

namespace samehand::image {

using namespace pe;

namespace {

constexpr std::uint32_t kNoPart = 0xa00;  // sections removed at link time, comments
constexpr std::uint32_t kUninitialised = 0x80, kManyRelocations = 0x01000000;
constexpr unsigned kExternal = 2, kStatic = 3, kWeakExternal = 105, kFunctionType = 0x20;

struct Header {
  std::uint16_t machine = 0;
  std::uint32_t sections = 0, build_time = 0, symbols = 0, symbol_count = 0;
  std::uint64_t section_table = 0;
  bool big = false;
  std::uint64_t symbol_bytes() const { return big ? 20 : 18; }
};

std::optional<Header> read_header(ByteView bytes) {
  Header h;
  const auto u16 = [&](std::uint64_t at) { return bytes.read_or_zero<std::uint16_t>(at); };
  const auto u32 = [&](std::uint64_t at) { return bytes.read_or_zero<std::uint32_t>(at); };
  if (bytes.size() < 20) return std::nullopt;
  if (u32(0) == 0xffff0000u) {
    constexpr std::string_view kBigObject = "\xc7\xa1\xba\xd1\xee\xba\xa9\x4b\xaf\x20\xfa\xf6\x6a\xa4\xdc\xb8";
    if (u16(4) < 2 || bytes.slice(12, 16).text() != kBigObject) return std::nullopt;
    h = {u16(6), u32(44), u32(8), u32(48), u32(52), 56, true};
  } else {
    if (u16(16) != 0) return std::nullopt;  // an optional header makes it no object
    h = {u16(0), u16(2), u32(4), u32(8), u32(12), 20, false};
  }
  if (h.machine != kMachine386 && h.machine != kMachineX64 && h.machine != kMachineArm64) return std::nullopt;
  const std::uint64_t tables = h.section_table + 40ull * h.sections;
  if (h.sections == 0 || tables > bytes.size()) return std::nullopt;
  if (h.symbols != 0 && (h.symbols < tables || h.symbols > bytes.size())) return std::nullopt;
  return h;
}

struct SectionEntry {
  std::uint64_t address = 0;  // 0 where it is not loaded
  std::uint32_t offset = 0, size = 0, relocations = 0, relocation_count = 0;
};

struct Patch {
  std::uint64_t offset = 0, place = 0;
  ObjectSymbol symbol;
};

// The addend of a COFF relocation stands in the field itself.
void add_in_place(ObjectLayout& layout, const Patch& p, std::uint64_t value, unsigned bytes) {
  layout.write(p.offset, layout.read(p.offset, bytes) + value, bytes);
}

void patch_x64(ObjectLayout& layout, unsigned type, const Patch& p) {
  switch (type) {
    case 1:
      layout.pointer(p.offset, p.place, p.symbol, layout.read(p.offset, 8) + p.symbol.address);
      break;  // ADDR64
    case 2:
    case 3:
      add_in_place(layout, p, p.symbol.address, 4);
      break;  // ADDR32, ADDR32NB (image base 0)
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:  // REL32, and with 1 to 5 bytes behind
      add_in_place(layout, p, p.symbol.address - (p.place + 4 + (type - 4)), 4);
      break;
    default:
      break;
  }
}

void patch_x86(ObjectLayout& layout, unsigned type, const Patch& p) {
  switch (type) {
    case 6: {  // DIR32
      const std::uint64_t value = (layout.read(p.offset, 4) + p.symbol.address) & 0xffffffff;
      layout.pointer(p.offset, p.place, p.symbol, value);
      break;
    }
    case 7:
      add_in_place(layout, p, p.symbol.address, 4);
      break;  // DIR32NB
    case 0x14:
      add_in_place(layout, p, p.symbol.address - (p.place + 4), 4);
      break;  // REL32
    default:
      break;
  }
}

void patch_arm64(ObjectLayout& layout, unsigned type, const Patch& p) {
  const auto word = static_cast<std::uint32_t>(layout.read(p.offset, 4));
  const auto adr_addend = [&] {
    const std::uint64_t raw = ((word >> 29) & 3) | ((word >> 3) & 0x1ffffc);
    return (raw ^ 0x100000) - 0x100000;
  };
  const std::uint64_t target = p.symbol.address;
  switch (type) {
    case 1:
    case 2:
      add_in_place(layout, p, target, 4);
      break;  // ADDR32, ADDR32NB
    case 3:
      layout.arm64_branch26(p.offset, target - p.place);
      break;  // BRANCH26
    case 4:
      layout.arm64_page(p.offset, p.place, target + adr_addend());
      break;  // PAGEBASE_REL21
    case 5:
      layout.arm64_adr(p.offset, target + adr_addend() - p.place);
      break;  // REL21
    case 6:
      layout.arm64_low12(p.offset, target + ((word >> 10) & 0xfff));
      break;   // PAGEOFFSET_12A
    case 7: {  // PAGEOFFSET_12L
      const unsigned scale = (word & 0x04800000) == 0x04800000 && word >> 30 == 0 ? 4 : word >> 30;
      layout.arm64_low12(p.offset, target + (((word >> 10) & 0xfff) << scale));
      break;
    }
    case 14:
      layout.pointer(p.offset, p.place, p.symbol, layout.read(p.offset, 8) + target);
      break;  // ADDR64
    case 15:
      layout.arm64_branch19(p.offset, target - p.place);
      break;  // BRANCH19
    case 16:
      layout.arm64_branch14(p.offset, target - p.place);
      break;  // BRANCH14
    case 17:
      add_in_place(layout, p, target - (p.place + 4), 4);
      break;  // REL32
    default:
      break;
  }
}

class CoffObject {
 public:
  CoffObject(const Header& header, ByteView bytes, Image& image)
      : header_(header), bytes_(bytes), image_(image), layout_(image) {
    const std::uint64_t end = header.symbols + header.symbol_count * header.symbol_bytes();
    if (header.symbols != 0) {
      symbol_table_ = bytes.clamp(header.symbols, header.symbol_count * header.symbol_bytes());
      strings_ = bytes.clamp(end, bytes.read_or_zero<std::uint32_t>(end));
    }
  }

  void read() {
    place_sections();
    read_symbols();
    layout_.begin_relocations();
    relocate();
    layout_.finish();
    for (const Section& s : image_.sections) {
      if (s.file_size == 0) continue;
      if (s.name.starts_with(".pdata")) {
        image_.unwind_tables.push_back({UnwindTable::Kind::kPdata, s.address, s.file_offset, s.file_size});
      } else if (s.name == ".eh_frame") {
        image_.unwind_tables.push_back({UnwindTable::Kind::kEhFrame, s.address, s.file_offset, s.file_size});
      }
    }
    add_initializers();
    order_contents(image_);
  }

 private:
  std::uint32_t u32(std::uint64_t at) const { return bytes_.read_or_zero<std::uint32_t>(at); }

  void place_sections() {
    for (std::uint32_t i = 0; i < header_.sections; i++) {
      const std::uint64_t at = header_.section_table + 40ull * i;
      const std::uint32_t flags = u32(at + 36);
      SectionEntry entry{0, u32(at + 20), u32(at + 16), u32(at + 24), bytes_.read_or_zero<std::uint16_t>(at + 32)};
      if ((flags & kManyRelocations) != 0 && entry.relocation_count == 0xffff) {
        entry.relocation_count = u32(entry.relocations);
      }
      Section section;
      section.name = coff_section_name(bytes_.slice(at, 8), strings_);
      const bool loaded = (flags & (kNoPart | kDiscardable)) == 0 && !section.name.starts_with(".debug");
      if (loaded && entry.size > 0) {
        section.size = entry.size;
        section.file_offset = entry.offset;
        section.file_size = (flags & kUninitialised) != 0 ? 0 : bytes_.clamp(entry.offset, entry.size).size();
        section.executable = (flags & (kExecute | kCode)) != 0;
        section.writable = (flags & kWrite) != 0;
        const std::uint32_t align = (flags >> 20) & 15;
        entry.address = layout_.add_section(std::move(section), align == 0 ? 16 : 1ull << (align - 1));
      }
      sections_.push_back(entry);
    }
  }

  std::string_view symbol_name(std::uint64_t at, Names& names) const {
    if (symbol_table_.read_or_zero<std::uint32_t>(at) == 0) {
      return names.at(strings_, symbol_table_.read_or_zero<std::uint32_t>(at + 4));
    }
    const std::string_view name = symbol_table_.slice(at, 8).text();
    return name.substr(0, name.find('\0'));
  }

  // Section number, type, class and auxiliary count of the symbol at an offset.
  struct Fields {
    std::uint32_t value, section;
    unsigned type, storage, auxiliary;
  };
  Fields fields(std::uint64_t at) const {
    const ByteView& t = symbol_table_;
    const std::uint64_t rest = header_.big ? at + 16 : at + 14;
    const std::uint32_t section =
        header_.big ? t.read_or_zero<std::uint32_t>(at + 12) : t.read_or_zero<std::uint16_t>(at + 12);
    return {t.read_or_zero<std::uint32_t>(at + 8), section, t.read_or_zero<std::uint16_t>(rest), t[rest + 2],
            t[rest + 3]};
  }

  void read_symbols() {
    const std::uint64_t step = header_.symbol_bytes(), count = symbol_table_.size() / step;
    symbols_.assign(count, {});
    Names names(image_);
    for (std::uint64_t i = 0; i < count; i += 1 + fields(i * step).auxiliary) {
      const Fields f = fields(i * step);
      ObjectSymbol& resolved = symbols_[i];
      resolved.name = symbol_name(i * step, names);
      if (f.section == 0 && f.storage == kExternal && f.value != 0) {
        resolved.address = layout_.add_common(f.value, 16);
        resolved.defined = true;
      }
      if (f.section == 0 || f.section > sections_.size() || sections_[f.section - 1].address == 0) continue;
      const SectionEntry& section = sections_[f.section - 1];
      resolved.address = section.address + f.value;
      resolved.defined = true;
      if (f.storage != kExternal && f.storage != kStatic) continue;
      if (f.storage == kStatic && f.auxiliary != 0 && f.type == 0) continue;  // the section's own
      if (resolved.name.empty()) continue;
      image_.symbols.push_back({.address = resolved.address,
                                .size = 0,
                                .name = printable(resolved.name, kMaxName),
                                .kind = f.type == kFunctionType ? SymbolKind::kFunction : SymbolKind::kOther,
                                .exported = f.storage == kExternal});
    }
    for (std::uint64_t i = 0; i < count; i += 1 + fields(i * step).auxiliary) {
      const Fields f = fields(i * step);
      ObjectSymbol& resolved = symbols_[i];
      if (f.section != 0 || resolved.defined || (f.storage != kExternal && f.storage != kWeakExternal)) continue;
      if (f.storage == kWeakExternal && f.auxiliary > 0) {  // stands for another symbol unless somebody defines it
        const std::uint64_t other = symbol_table_.read_or_zero<std::uint32_t>((i + 1) * step);
        if (other < count && symbols_[other].defined) {
          resolved = symbols_[other];
          continue;
        }
      }
      if (resolved.name.starts_with("__imp_")) resolved.name.remove_prefix(6);
      if (resolved.name.empty()) continue;
      resolved.address = layout_.add_import(resolved.name);
      resolved.imported = resolved.address != 0;
    }
  }

  void relocate() {
    std::uint64_t entries_left = bytes_.size() / 10;
    for (const SectionEntry& section : sections_) {
      if (section.address == 0) continue;
      const ByteView table = bytes_.clamp(section.relocations, 10ull * section.relocation_count);
      for (std::uint64_t at = 0; table.contains(at, 10) && entries_left > 0; at += 10, entries_left--) {
        const std::uint64_t where = table.read_or_zero<std::uint32_t>(at);
        const std::uint64_t symbol = table.read_or_zero<std::uint32_t>(at + 4);
        const unsigned type = table.read_or_zero<std::uint16_t>(at + 8);
        if (where >= section.size || symbol >= symbols_.size()) continue;
        const Patch patch{section.offset + where, section.address + where, symbols_[symbol]};
        if (!patch.symbol.defined && !patch.symbol.imported) continue;
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

  void add_initializers() {
    std::ranges::stable_sort(image_.relocations, {}, &Relocation::slot);
    for (const Section& s : image_.sections) {
      if (!s.name.starts_with(".CRT$X") && s.name != ".ctors" && s.name != ".dtors") continue;
      auto it = std::ranges::lower_bound(image_.relocations, s.address, {}, &Relocation::slot);
      for (; it != image_.relocations.end() && s.contains(it->slot); ++it) image_.initializers.push_back(it->target);
    }
  }

  const Header& header_;
  ByteView bytes_;
  Image& image_;
  ObjectLayout layout_;
  ByteView symbol_table_, strings_;
  std::vector<SectionEntry> sections_;
  std::vector<ObjectSymbol> symbols_;  // by index in the symbol table; auxiliary entries stay empty
};

}  // namespace

bool is_coff_object(ByteView bytes) {
  return read_header(bytes).has_value();
}

Result<Image> parse_coff_object(ByteView bytes) {
  const std::optional<Header> header = read_header(bytes);
  if (!header) return fail(ErrorCode::kMalformed, "no COFF object");
  Image image;
  image.format = Format::kPe;
  image.bytes = bytes;
  image.architecture = header->machine == kMachine386   ? Architecture::kX86
                       : header->machine == kMachineX64 ? Architecture::kX64
                                                        : Architecture::kArm64;
  image.pointer_bytes = header->machine == kMachine386 ? 4 : 8;
  CoffObject(*header, bytes, image).read();
  if (header->build_time != 0) add_trace(image, TraceKind::kBuildTime, "", utc_text(header->build_time));
  read_common_traces(image);
  return image;
}

}  // namespace samehand::image
