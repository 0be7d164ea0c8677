// The headers of a PE file as they stand in it: COFF header, optional header, data directories, section headers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"

namespace samehand::image {

namespace pe {

// Indices of the data directories.
enum Directory : std::size_t {
  kExports = 0,
  kImports = 1,
  kResources = 2,
  kExceptions = 3,
  kCertificates = 4,
  kRelocations = 5,
  kDebug = 6,
  kTls = 9,
  kLoadConfig = 10,
  kDelayImports = 13,
  kClr = 14,
  kDirectories = 16
};

constexpr std::uint16_t kMachine386 = 0x14c, kMachineX64 = 0x8664, kMachineArm64 = 0xaa64, kMachineArmNt = 0x1c4;
constexpr std::uint32_t kCode = 0x20, kDiscardable = 0x02000000, kExecute = 0x20000000, kWrite = 0x80000000;

struct Range {
  std::uint32_t address = 0;  // relative to the image base; of kCertificates: an offset in the file
  std::uint32_t size = 0;
};

struct SectionHeader {
  std::string name;
  std::uint32_t virtual_size = 0, address = 0, raw_size = 0, raw_offset = 0, flags = 0;
  std::uint32_t size() const { return virtual_size != 0 ? virtual_size : raw_size; }
};

}  // namespace pe

class PeFile {
 public:
  static constexpr std::size_t kMaxSections = 65535;

  // nullopt where there is no PE header: a DOS program, or one cut off before it.
  static std::optional<PeFile> open(ByteView bytes);

  ByteView bytes;
  std::uint64_t header = 0;           // offset of "PE\0\0"
  std::uint64_t optional_header = 0;  // its offset
  std::uint64_t section_table = 0;    // its offset
  bool wide = false;                  // PE32+
  bool headers_cut = false;           // fewer section headers than promised
  std::uint16_t machine = 0, characteristics = 0;
  std::uint32_t build_time = 0, symbols = 0, symbol_count = 0;
  std::uint64_t image_base = 0;
  std::uint32_t entry = 0, size_of_headers = 0, checksum = 0;
  std::uint8_t linker_major = 0, linker_minor = 0;
  std::uint16_t subsystem = 0;
  std::array<pe::Range, pe::kDirectories> directories{};
  std::vector<pe::SectionHeader> sections;

  // Where a relative address lies in the file; nullopt where the file has no byte for it.
  std::optional<std::uint64_t> offset_of(std::uint64_t rva) const;
  // The file's bytes from a relative address on to the end of its section's content; empty outside.
  ByteView from_rva(std::uint64_t rva) const;
  // A directory's content; cut to its section's.
  ByteView directory(pe::Directory index) const;
  // A NUL-terminated text at a relative address, at most `limit` bytes; empty outside.
  std::string_view c_string(std::uint64_t rva, std::size_t limit = 4096) const;

  // The COFF string table, which follows the symbols; offsets into it count its size field.
  ByteView string_table() const;

 private:
  void read_sections(std::uint64_t count);
};

// A section's name as COFF writes it in eight bytes: "/4" stands for the text at 4 in the string table.
std::string coff_section_name(ByteView field, ByteView strings);

}  // namespace samehand::image
