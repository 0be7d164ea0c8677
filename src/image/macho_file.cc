// Problem, example, sources: see macho.cc. Load commands lie one behind the other, each with its size; a size of zero
// or one that leads out of the file ends the walk, and what was read so far stays.
#include "macho_file.h"

#include <algorithm>

namespace samehand::image {

using namespace macho;

namespace {

// A text field of fixed width, padded with NULs.
std::string_view fixed_text(ByteView field) {
  const std::string_view text = field.text();
  return text.substr(0, text.find('\0'));
}

}  // namespace

std::optional<MachOFile> MachOFile::open(ByteView bytes) {
  MachOFile file;
  file.bytes = bytes;
  const std::uint32_t magic = file.u32(0);
  file.wide = magic == 0xfeedfacf;
  if ((magic != 0xfeedface && !file.wide) || bytes.size() < 28) return std::nullopt;
  file.cpu = file.u32(4);
  file.cpu_subtype = file.u32(8);
  file.file_type = file.u32(12);
  file.flags = file.u32(24);
  const std::uint64_t count = file.u32(16);
  std::uint64_t at = file.wide ? 32 : 28;
  for (std::uint64_t i = 0; i < count; i++) {
    const std::uint64_t size = file.u32(at + 4);
    if (i >= kMaxCommands || size < 8 || !bytes.contains(at, size)) {
      file.commands_damaged = true;
      file.commands_cut = size >= 8 && at < bytes.size() + 8 && bytes.size() - std::min(at, bytes.size()) < size;
      break;
    }
    file.read_command(file.u32(at), at, size);
    at += size;
  }
  return file;
}

void MachOFile::read_segment(std::uint64_t at, std::uint64_t size) {
  const std::uint64_t head = wide ? 72 : 56, step = wide ? 80 : 68;
  if (size < head || segments.size() >= kMaxSegments) {
    commands_damaged = true;
    return;
  }
  Segment segment;
  segment.name = fixed_text(bytes.slice(at + 8, 16));
  segment.address = word(at + 24);
  segment.size = word(at + (wide ? 32 : 28));
  segment.offset = word(at + (wide ? 40 : 32));
  segment.file_size = word(at + (wide ? 48 : 36));
  segment.protection = u32(at + (wide ? 60 : 44));
  segment.sections = u32(at + (wide ? 64 : 48));
  const std::uint64_t room = (size - head) / step;
  if (segment.sections > room) commands_damaged = true;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(segment.sections, room) && sections.size() < kMaxSections;
       i++) {
    const std::uint64_t s = at + head + i * step;
    Section section;
    section.name = fixed_text(bytes.slice(s, 16));
    section.segment = fixed_text(bytes.slice(s + 16, 16));
    section.address = word(s + 32);
    section.size = word(s + (wide ? 40 : 36));
    const std::uint64_t rest = s + (wide ? 48 : 40);
    section.offset = u32(rest);
    section.align = u32(rest + 4);
    section.relocations = u32(rest + 8);
    section.relocation_count = u32(rest + 12);
    section.flags = u32(rest + 16);
    section.reserved1 = u32(rest + 20);
    section.reserved2 = u32(rest + 24);
    section.segment_index = static_cast<std::uint32_t>(segments.size());
    sections.push_back(section);
  }
  segments.push_back(segment);
}

// Register sets by flavour: only the place of the program counter matters.
void MachOFile::read_thread(std::uint64_t at, std::uint64_t size) {
  const std::uint32_t flavour = u32(at + 8);
  constexpr std::uint32_t kX86Registers = 1, kX64Registers = 4, kArm64Registers = 6;
  if (cpu == kCpuX64 && flavour == kX64Registers && size >= 16 + 17 * 8) entry_address = u64(at + 16 + 16 * 8);
  if (cpu == kCpuX86 && flavour == kX86Registers && size >= 16 + 11 * 4) entry_address = u32(at + 16 + 10 * 4);
  if (cpu == kCpuArm64 && flavour == kArm64Registers && size >= 16 + 33 * 8) entry_address = u64(at + 16 + 32 * 8);
}

void MachOFile::read_command(std::uint32_t command, std::uint64_t at, std::uint64_t size) {
  const auto text_at = [&](std::uint64_t field) {
    return bytes.slice(at, size).c_string(u32(at + field), 4096).value_or("");
  };
  const auto range_at = [&](std::uint64_t offset) { return Range{u32(at + offset), u32(at + offset + 4)}; };
  constexpr std::uint32_t kRequired = 0x80000000;
  switch (command & ~kRequired) {
    case 0x1:
      if (!wide) read_segment(at, size);
      break;
    case 0x19:
      if (wide) read_segment(at, size);
      break;
    case 0x2:
      symbols = range_at(8), strings = range_at(16);
      break;
    case 0x5:
      read_thread(at, size);
      break;
    case 0xb:
      if (size >= 64) indirect_symbols = range_at(56);
      break;
    case 0xc:
    case 0x18:
    case 0x1f:
    case 0x20:
    case 0x23:
      libraries.push_back({text_at(8), u32(at + 12)});
      break;
    case 0xd:
      id = text_at(8), id_timestamp = u32(at + 12);
      break;
    case 0xe:
      interpreter = text_at(8);
      break;
    case 0x1b:
      if (size >= 24) uuid = bytes.slice(at + 8, 16);
      break;
    case 0x1d:
      signature = range_at(8);
      break;
    case 0x21:
    case 0x2c:
      if (size >= 20) encryption = u32(at + 16);
      break;
    case 0x22:
      if (size < 48) break;
      rebases = range_at(8), binds = range_at(16), weak_binds = range_at(24), lazy_binds = range_at(32);
      exports = range_at(40);
      break;
    case 0x24:
    case 0x25:
    case 0x2f:
    case 0x30: {  // LC_VERSION_MIN_MACOSX, _IPHONEOS, _TVOS, _WATCHOS
      const std::uint32_t kind = command & 0xff;
      build_versions.push_back({kind == 0x24   ? 1u
                                : kind == 0x25 ? 2u
                                : kind == 0x2f ? 3u
                                               : 4u,
                                u32(at + 8),
                                u32(at + 12),
                                {}});
      break;
    }
    case 0x26:
      function_starts = range_at(8);
      break;
    case 0x28:
      if (size >= 16) entry_offset = u64(at + 8);
      break;
    case 0x2a:
      source_version = u64(at + 8);
      break;
    case 0x32: {
      BuildVersion version{u32(at + 8), u32(at + 12), u32(at + 16), {}};
      for (std::uint64_t i = 0; i < std::min<std::uint64_t>(u32(at + 20), 64) && 24 + i * 8 + 8 <= size; i++) {
        version.tools.push_back({u32(at + 24 + i * 8), u32(at + 28 + i * 8)});
      }
      build_versions.push_back(std::move(version));
      break;
    }
    case 0x33:
      exports = range_at(8);
      break;
    case 0x34:
      chained_fixups = range_at(8);
      break;
    default:
      break;
  }
}

std::uint64_t MachOFile::base() const {
  for (const Segment& s : segments) {
    if (s.offset == 0 && s.file_size > 0) return s.address;
  }
  for (const Segment& s : segments) {
    if (s.name == "__TEXT") return s.address;
  }
  return 0;
}

}  // namespace samehand::image
