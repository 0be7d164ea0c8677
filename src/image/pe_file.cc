// Problem: read PE headers as Windows' loader does, which forgives much, so that odd files that run can be read.
// Example: a section with PointerToRawData 0x410 is mapped from 0x400, and the last bytes of its page show in memory.
// Method: "PE Format" (Microsoft Learn); the loader's roundings as collected in A. Albertini's Corkami wiki. Section
// lookups are linear in the number of sections, which is small in files of honest size; hostile ones with thousands
// pay with a bound: lookups are cut to the first kSearched sections.
#include "pe_file.h"

#include <algorithm>

#include "parse.h"

namespace samehand::image {

using namespace pe;

namespace {

constexpr std::size_t kSearched = 512;

}  // namespace

std::string coff_section_name(ByteView field, ByteView strings) {
  std::string_view text = field.text();
  text = text.substr(0, text.find('\0'));
  if (text.size() > 1 && text[0] == '/') {
    std::uint64_t at = 0;
    bool digits = true;
    for (const char c : text.substr(1)) {
      digits &= c >= '0' && c <= '9';
      at = at * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (digits && at >= 4) {
      if (const auto name = strings.c_string(at, 1024)) return printable(*name);
    }
  }
  return printable(text);
}

std::optional<PeFile> PeFile::open(ByteView bytes) {
  PeFile file;
  file.bytes = bytes;
  const auto u16 = [&](std::uint64_t at) { return bytes.read_or_zero<std::uint16_t>(at); };
  const auto u32 = [&](std::uint64_t at) { return bytes.read_or_zero<std::uint32_t>(at); };
  file.header = u32(0x3c);
  if (bytes.slice(file.header, 4).text() != std::string_view("PE\0\0", 4) || !bytes.contains(file.header, 26)) {
    return std::nullopt;
  }
  const std::uint64_t coff = file.header + 4;
  file.machine = u16(coff);
  file.build_time = u32(coff + 4);
  file.symbols = u32(coff + 8);
  file.symbol_count = u32(coff + 12);
  file.characteristics = u16(coff + 18);
  const std::uint64_t o = coff + 20;
  file.optional_header = o;
  file.section_table = o + u16(coff + 16);
  file.wide = u16(o) == 0x20b;
  file.linker_major = bytes[o + 2];
  file.linker_minor = bytes[o + 3];
  file.entry = u32(o + 16);
  file.image_base = file.wide ? bytes.read_or_zero<std::uint64_t>(o + 24) : u32(o + 28);
  file.size_of_headers = u32(o + 60);
  file.checksum = u32(o + 64);
  file.subsystem = u16(o + 68);
  const std::uint64_t count_at = o + (file.wide ? 108 : 92);
  const std::uint32_t count = std::min<std::uint32_t>(u32(count_at), kDirectories);
  for (std::size_t i = 0; i < count; i++) {
    file.directories[i] = {u32(count_at + 4 + i * 8), u32(count_at + 8 + i * 8)};
  }
  file.read_sections(u16(coff + 2));
  return file;
}

void PeFile::read_sections(std::uint64_t count) {
  const ByteView strings = string_table();
  for (std::uint64_t i = 0; i < count; i++) {
    const std::uint64_t at = section_table + i * 40;
    if (!bytes.contains(at, 40)) {
      headers_cut = true;
      return;
    }
    SectionHeader h;
    h.name = coff_section_name(bytes.slice(at, 8), strings);
    h.virtual_size = bytes.read_or_zero<std::uint32_t>(at + 8);
    h.address = bytes.read_or_zero<std::uint32_t>(at + 12);
    h.raw_size = bytes.read_or_zero<std::uint32_t>(at + 16);
    h.raw_offset = bytes.read_or_zero<std::uint32_t>(at + 20);
    h.flags = bytes.read_or_zero<std::uint32_t>(at + 36);
    if (h.raw_offset % 512 != 0 && h.raw_offset > 512) h.raw_offset &= ~511u;
    if (h.raw_offset == 0) h.raw_size = 0;
    sections.push_back(std::move(h));
  }
}

std::optional<std::uint64_t> PeFile::offset_of(std::uint64_t rva) const {
  const std::size_t searched = std::min(sections.size(), kSearched);
  for (std::size_t i = 0; i < searched; i++) {
    const SectionHeader& s = sections[i];
    if (rva < s.address || rva - s.address >= std::max(s.size(), s.raw_size)) continue;
    const std::uint64_t inside = rva - s.address;
    if (inside < s.raw_size && s.raw_offset + inside < bytes.size()) return s.raw_offset + inside;
    return std::nullopt;
  }
  if (rva < size_of_headers && rva < bytes.size()) return rva;
  return std::nullopt;
}

ByteView PeFile::from_rva(std::uint64_t rva) const {
  const std::size_t searched = std::min(sections.size(), kSearched);
  for (std::size_t i = 0; i < searched; i++) {
    const SectionHeader& s = sections[i];
    if (rva < s.address || rva - s.address >= std::max(s.size(), s.raw_size)) continue;
    return bytes.clamp(s.raw_offset, s.raw_size).clamp(rva - s.address);
  }
  return bytes.clamp(0, size_of_headers).clamp(rva);
}

ByteView PeFile::directory(Directory index) const {
  const Range range = directories[index];
  if (range.address == 0) return {};
  if (index == kCertificates) return bytes.clamp(range.address, range.size);
  return from_rva(range.address).clamp(0, range.size);
}

std::string_view PeFile::c_string(std::uint64_t rva, std::size_t limit) const {
  return from_rva(rva).c_string(0, limit).value_or("");
}

ByteView PeFile::string_table() const {
  if (symbols == 0) return {};
  const std::uint64_t at = symbols + static_cast<std::uint64_t>(symbol_count) * 18;
  return bytes.clamp(at, bytes.read_or_zero<std::uint32_t>(at));
}

}  // namespace samehand::image
