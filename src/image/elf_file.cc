// Problem: an ELF file says the same thing twice. Section headers are for linkers and debuggers, program headers for
// the loader; malware and careless tools strip, zero or falsify the former, and the program runs all the same.
// Example: `sstrip`ped: e_shoff = 0 and all is left to PT_LOAD and PT_DYNAMIC. Or e_shoff points behind the file.
// Method: read both; believe the section headers only if they lie in the file, and if those that are loaded lie where
// some PT_LOAD puts them (System V ABI, "Program Loading"). Otherwise `sections` is left empty and sections_damaged
// says so.
// Cost: linear in the tables' sizes, times the (few) PT_LOADs.
// Known failure: falsified section headers that agree with the segments in address and offset, but not in meaning.
#include "elf_file.h"

#include <algorithm>

namespace samehand::image {

using namespace elf;

std::optional<ElfFile> ElfFile::open(ByteView bytes) {
  if (!bytes.text().starts_with("\x7f"
                                "ELF") ||
      bytes.size() < 52)
    return std::nullopt;
  ElfFile file;
  file.bytes = bytes;
  file.wide = bytes[4] == 2;
  file.order = bytes[5] == 2 ? std::endian::big : std::endian::little;
  if (file.wide && bytes.size() < 64) return std::nullopt;
  file.type = file.u16(16);
  file.machine = file.u16(18);
  file.entry = file.word(24);
  const bool w = file.wide;
  file.read_segments(file.word(w ? 32 : 28), file.u16(w ? 54 : 42), file.u16(w ? 56 : 44));
  file.read_sections(file.word(w ? 40 : 32), file.u16(w ? 58 : 46), file.u16(w ? 60 : 48), file.u16(w ? 62 : 50));
  file.read_dynamic();
  return file;
}

void ElfFile::read_segments(std::uint64_t table, std::uint64_t entry_size, std::uint64_t count) {
  if (count == 0 || table == 0) return;
  const std::uint64_t wanted = wide ? 56 : 32;
  headers_end = std::max(headers_end, std::min<std::uint64_t>(bytes.size(), table + count * wanted));
  if (entry_size < wanted) {
    entry_size = wanted;
    segments_damaged = true;
  }
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, kMaxSegments); i++) {
    const std::uint64_t at = table + i * entry_size;
    if (at < table || !bytes.contains(at, wanted)) {
      segments_damaged = segments_cut = true;
      break;
    }
    if (wide) {
      segments.push_back({u32(at), u32(at + 4), u64(at + 8), u64(at + 16), u64(at + 32), u64(at + 40)});
    } else {
      segments.push_back({u32(at), u32(at + 24), u32(at + 4), u32(at + 8), u32(at + 16), u32(at + 20)});
    }
  }
}

void ElfFile::read_sections(std::uint64_t table, std::uint64_t entry_size, std::uint64_t count, std::uint64_t names) {
  if (table == 0) return;
  const std::uint64_t wanted = wide ? 64 : 40;
  sections_cut = !bytes.contains(table, std::max<std::uint64_t>(count, 1) * wanted);
  if (entry_size != wanted || !bytes.contains(table, wanted)) {
    sections_damaged = true;
    return;
  }
  const auto header = [&](std::uint64_t at) {
    SectionHeader h;
    h.name_offset = u32(at);
    h.type = u32(at + 4);
    if (wide) {
      h.flags = u64(at + 8), h.address = u64(at + 16), h.offset = u64(at + 24), h.size = u64(at + 32);
      h.link = u32(at + 40), h.info = u32(at + 44), h.align = u64(at + 48), h.entry_size = u64(at + 56);
    } else {
      h.flags = u32(at + 8), h.address = u32(at + 12), h.offset = u32(at + 16), h.size = u32(at + 20);
      h.link = u32(at + 24), h.info = u32(at + 28), h.align = u32(at + 32), h.entry_size = u32(at + 36);
    }
    return h;
  };
  // Counts that do not fit in 16 bits stand in the first header.
  const SectionHeader first = header(table);
  if (count == 0) count = first.size;
  if (names == 0xffff) names = first.link;
  const std::uint64_t room = (bytes.size() - table) / wanted;
  if (count > std::min<std::uint64_t>(room, kMaxSections)) sections_damaged = true;
  count = std::min({count, room, static_cast<std::uint64_t>(kMaxSections)});
  headers_end = std::max(headers_end, table + count * wanted);
  sections.reserve(count);
  for (std::uint64_t i = 0; i < count; i++) sections.push_back(header(table + i * wanted));

  const ByteView strings = names < sections.size() ? content(sections[names]) : ByteView();
  for (SectionHeader& h : sections) h.name = strings.c_string(h.name_offset, 256).value_or("");
  if (!sections_agree_with_segments()) sections_damaged = true;
  if (sections_damaged && type != kTypeRelocatable) sections.clear();
}

bool ElfFile::sections_agree_with_segments() const {
  if (type == kTypeRelocatable) return true;
  std::size_t loaded = 0, astray = 0;
  std::uint64_t code_bytes = 0;
  for (const SectionHeader& h : sections) {
    if ((h.flags & kAlloc) == 0 || h.type == kNobits || h.size == 0) continue;
    loaded++;
    if ((h.flags & kExec) != 0) code_bytes += std::min<std::uint64_t>(h.size, bytes.size());
    const bool agrees = std::ranges::any_of(segments, [&](const Segment& s) {
      return s.type == kLoad && h.address >= s.address && h.address - s.address <= s.file_size &&
             h.size <= s.file_size - (h.address - s.address) && h.offset - s.offset == h.address - s.address;
    });
    if (!agrees) astray++;
  }
  const bool loads_code = std::ranges::any_of(
      segments, [](const Segment& s) { return s.type == kLoad && (s.flags & 1) != 0 && s.file_size > 0; });
  // Files that hold debugging information only keep the headers of sections whose bytes were taken out (NOBITS).
  if (loaded == 0)
    return !loads_code || std::ranges::any_of(sections, [](const SectionHeader& h) {
      return h.type == kNobits && (h.flags & kExec) != 0;
    });
  return astray == 0 && (code_bytes > 0 || !loads_code);
}

std::optional<std::uint64_t> ElfFile::offset_of(std::uint64_t address) const {
  for (const Segment& s : segments) {
    if (s.type != kLoad || address < s.address || address - s.address >= s.file_size) continue;
    const std::uint64_t offset = s.offset + (address - s.address);
    if (offset >= s.offset && offset < bytes.size()) return offset;
  }
  return std::nullopt;
}

ByteView ElfFile::from_address(std::uint64_t address) const {
  for (const Segment& s : segments) {
    if (s.type != kLoad || address < s.address || address - s.address >= s.file_size) continue;
    return bytes.clamp(s.offset, s.file_size).clamp(address - s.address);
  }
  return {};
}

ByteView ElfFile::content(const SectionHeader& section) const {
  if (section.type == kNobits || section.type == 0) return {};
  return bytes.clamp(section.offset, section.size);
}

const SectionHeader* ElfFile::section(std::string_view name) const {
  const auto it = std::ranges::find(sections, name, &SectionHeader::name);
  return it == sections.end() ? nullptr : &*it;
}

void ElfFile::read_dynamic() {
  ByteView table;
  for (const Segment& s : segments) {
    if (s.type == kDynamic) table = bytes.clamp(s.offset, s.file_size);
  }
  const std::uint64_t step = 2 * word_bytes();
  for (std::uint64_t at = 0; at + step <= table.size() && at / step < kMaxDynamic; at += step) {
    const auto field = [&](std::uint64_t offset) -> std::uint64_t {
      return wide ? table.read_or_zero<std::uint64_t>(offset, order) : table.read_or_zero<std::uint32_t>(offset, order);
    };
    const std::uint64_t tag = field(at), value = field(at + step / 2);
    if (tag == 0) break;
    dynamic.present = true;
    switch (tag) {
      case 1:
        dynamic.needed.push_back(value);
        break;
      case 2:
        dynamic.plt_size = value;
        break;
      case 3:
        dynamic.plt_got = value;
        break;
      case 4:
        dynamic.hash = value;
        break;
      case 5:
        dynamic.strings = value;
        break;
      case 6:
        dynamic.symbols = value;
        break;
      case 7:
        dynamic.rela = value;
        break;
      case 8:
        dynamic.rela_size = value;
        break;
      case 10:
        dynamic.strings_size = value;
        break;
      case 12:
        dynamic.init = value;
        break;
      case 13:
        dynamic.fini = value;
        break;
      case 14:
        dynamic.soname = value;
        break;
      case 15:
      case 29:
        dynamic.run_path = value;
        break;
      case 17:
        dynamic.rel = value;
        break;
      case 18:
        dynamic.rel_size = value;
        break;
      case 20:
        dynamic.plt_kind = value;
        break;
      case 23:
        dynamic.plt = value;
        break;
      case 25:
        dynamic.init_array = value;
        break;
      case 26:
        dynamic.fini_array = value;
        break;
      case 27:
        dynamic.init_array_size = value;
        break;
      case 28:
        dynamic.fini_array_size = value;
        break;
      case 32:
        dynamic.preinit_array = value;
        break;
      case 33:
        dynamic.preinit_array_size = value;
        break;
      case 35:
        dynamic.relr_size = value;
        break;
      case 36:
        dynamic.relr = value;
        break;
      case 0x6ffffff0:
        dynamic.symbol_versions = value;
        break;
      case 0x6ffffffe:
        dynamic.versions_needed = value;
        break;
      case 0x6fffffff:
        dynamic.versions_needed_count = value;
        break;
      case 0x6ffffef5:
        dynamic.gnu_hash = value;
        break;
      default:
        break;
    }
  }
}

}  // namespace samehand::image
