// The tables of an ELF file as they stand in it: header, section headers, program headers, the dynamic segment.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"

namespace samehand::image {

namespace elf {

// Values of fields, as in the System V ABI and its processor supplements.
constexpr std::uint16_t kTypeRelocatable = 1, kTypeExecutable = 2, kTypeDynamic = 3;
constexpr std::uint16_t kMachine386 = 3, kMachineX64 = 62, kMachineArm64 = 183;
constexpr std::uint32_t kLoad = 1, kDynamic = 2, kInterp = 3, kNote = 4, kGnuEhFrame = 0x6474e550;
constexpr std::uint32_t kSymtab = 2, kStrtab = 3, kRela = 4, kNobits = 8, kRel = 9, kDynsym = 11, kRelr = 19;
constexpr std::uint32_t kNoteSection = 7, kInitArray = 14, kFiniArray = 15, kPreinitArray = 16;
constexpr std::uint64_t kWrite = 1, kAlloc = 2, kExec = 4, kTls = 0x400;

struct SectionHeader {
  std::string_view name;
  std::uint32_t name_offset = 0, type = 0, link = 0, info = 0;
  std::uint64_t flags = 0, address = 0, offset = 0, size = 0, align = 0, entry_size = 0;
};

struct Segment {
  std::uint32_t type = 0, flags = 0;
  std::uint64_t offset = 0, address = 0, file_size = 0, memory_size = 0;
};

// What the dynamic segment says; addresses as it states them.
struct Dynamic {
  bool present = false;
  std::uint64_t strings = 0, strings_size = 0, symbols = 0, hash = 0, gnu_hash = 0;
  std::uint64_t rel = 0, rel_size = 0, rela = 0, rela_size = 0, relr = 0, relr_size = 0;
  std::uint64_t plt = 0, plt_size = 0, plt_kind = 0, plt_got = 0;
  std::uint64_t init = 0, fini = 0;
  std::uint64_t init_array = 0, init_array_size = 0, fini_array = 0, fini_array_size = 0;
  std::uint64_t preinit_array = 0, preinit_array_size = 0;
  std::uint64_t soname = 0, run_path = 0;  // offsets into the strings, 0 where absent
  std::uint64_t versions_needed = 0, versions_needed_count = 0, symbol_versions = 0;
  std::vector<std::uint64_t> needed;  // offsets into the strings
};

}  // namespace elf

// Reads fields of either class and byte order. Nothing here trusts a count: tables are cut to the file, and to
// kMaxSections and kMaxSegments entries.
class ElfFile {
 public:
  static constexpr std::size_t kMaxSections = 65536, kMaxSegments = 512, kMaxDynamic = 65536;

  // nullopt where not even the header is there.
  static std::optional<ElfFile> open(ByteView bytes);

  ByteView bytes;
  bool wide = false;
  std::endian order = std::endian::little;
  std::uint16_t type = 0, machine = 0;
  std::uint64_t entry = 0;
  std::uint64_t headers_end = 0;             // behind the last section and program header in the file
  std::vector<elf::SectionHeader> sections;  // as in the file, index 0 included
  std::vector<elf::Segment> segments;
  bool sections_damaged = false;  // the header promises section headers that are not there or make no sense
  bool segments_damaged = false;
  bool sections_cut = false, segments_cut = false;  // the tables of headers run past the end of the file
  elf::Dynamic dynamic;

  std::uint16_t u16(std::uint64_t offset) const { return bytes.read_or_zero<std::uint16_t>(offset, order); }
  std::uint32_t u32(std::uint64_t offset) const { return bytes.read_or_zero<std::uint32_t>(offset, order); }
  std::uint64_t u64(std::uint64_t offset) const { return bytes.read_or_zero<std::uint64_t>(offset, order); }
  // A field as wide as an address of this file.
  std::uint64_t word(std::uint64_t offset) const { return wide ? u64(offset) : u32(offset); }
  std::uint64_t word_bytes() const { return wide ? 8 : 4; }

  // The file's bytes from an address on to the end of its segment's content; empty where no segment loads it.
  ByteView from_address(std::uint64_t address) const;
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const;
  // The content of a section; empty for those without and for those outside the file.
  ByteView content(const elf::SectionHeader& section) const;
  const elf::SectionHeader* section(std::string_view name) const;

 private:
  void read_sections(std::uint64_t table, std::uint64_t entry_size, std::uint64_t count, std::uint64_t names);
  void read_segments(std::uint64_t table, std::uint64_t entry_size, std::uint64_t count);
  void read_dynamic();
  bool sections_agree_with_segments() const;
};

}  // namespace samehand::image
