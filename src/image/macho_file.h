// The header and load commands of a Mach-O file as they stand in it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"

namespace samehand::image {

namespace macho {

// Values of fields, as in Apple's <mach-o/loader.h> and <mach/machine.h>.
constexpr std::uint32_t kCpuX86 = 7, kCpuX64 = 0x01000007, kCpuArm64 = 0x0100000c;
constexpr std::uint32_t kObjectFile = 1, kKernelExtension = 11, kFileSet = 12;
constexpr std::uint32_t kZeroFill = 1, kNonLazyPointers = 6, kLazyPointers = 7, kStubs = 8, kInitPointers = 9,
                        kTermPointers = 10, kBigZeroFill = 12, kThreadZeroFill = 18, kInitOffsets = 22;
constexpr std::uint32_t kPureInstructions = 0x80000000, kSomeInstructions = 0x400;

struct Section {
  std::string_view name, segment;
  std::uint64_t address = 0, size = 0;
  std::uint32_t offset = 0, align = 0, relocations = 0, relocation_count = 0, flags = 0;
  std::uint32_t reserved1 = 0, reserved2 = 0;
  std::uint32_t segment_index = 0;

  std::uint32_t type() const { return flags & 0xff; }
  bool has_bytes() const { return type() != kZeroFill && type() != kBigZeroFill && type() != kThreadZeroFill; }
};

struct Segment {
  std::string_view name;
  std::uint64_t address = 0, size = 0, offset = 0, file_size = 0;
  std::uint32_t protection = 0;  // bits: 1 read, 2 write, 4 execute
  std::uint32_t sections = 0;
};

struct Range {
  std::uint32_t offset = 0, size = 0;
};

struct Library {
  std::string_view name;
  std::uint32_t timestamp = 0;
};

}  // namespace macho

class MachOFile {
 public:
  static constexpr std::size_t kMaxCommands = 65536, kMaxSections = 65536, kMaxSegments = 4096;

  // nullopt where the header is cut off, or is big-endian (PowerPC).
  static std::optional<MachOFile> open(ByteView bytes);

  ByteView bytes;
  bool wide = false, commands_damaged = false;
  bool commands_cut = false;  // they run past the end of the file
  std::uint32_t cpu = 0, cpu_subtype = 0, file_type = 0, flags = 0;
  std::vector<macho::Segment> segments;
  std::vector<macho::Section> sections;
  std::vector<macho::Library> libraries;  // in the order by which imports refer to them, from 1
  macho::Range rebases, binds, weak_binds, lazy_binds, exports, chained_fixups, function_starts, signature;
  macho::Range symbols;                        // offset and count of entries
  macho::Range strings;                        // offset and bytes
  macho::Range indirect_symbols;               // offset and count
  std::optional<std::uint64_t> entry_offset;   // LC_MAIN: from the start of the file
  std::optional<std::uint64_t> entry_address;  // LC_UNIXTHREAD
  ByteView uuid;                               // 16 bytes or none
  std::string_view interpreter, id;            // LC_LOAD_DYLINKER; LC_ID_DYLIB
  std::uint32_t id_timestamp = 0;
  std::uint64_t source_version = 0;
  std::uint32_t encryption = 0;  // nonzero: the code is encrypted
  // LC_BUILD_VERSION or LC_VERSION_MIN_*; versions as 16.8.8 bits.
  struct BuildVersion {
    std::uint32_t platform = 0, minimum = 0, sdk = 0;
    std::vector<std::array<std::uint32_t, 2>> tools;  // number of the tool, version
  };
  std::vector<BuildVersion> build_versions;

  std::uint64_t pointer_bytes() const { return wide ? 8 : 4; }
  std::uint16_t u16(std::uint64_t offset) const { return bytes.read_or_zero<std::uint16_t>(offset); }
  std::uint32_t u32(std::uint64_t offset) const { return bytes.read_or_zero<std::uint32_t>(offset); }
  std::uint64_t u64(std::uint64_t offset) const { return bytes.read_or_zero<std::uint64_t>(offset); }
  std::uint64_t word(std::uint64_t offset) const { return wide ? u64(offset) : u32(offset); }
  ByteView content(macho::Range range) const { return bytes.clamp(range.offset, range.size); }

  // Address of the segment that maps the header; what offsets in the export trie, the function starts and LC_MAIN count
  // from.
  std::uint64_t base() const;

 private:
  void read_command(std::uint32_t command, std::uint64_t at, std::uint64_t size);
  void read_segment(std::uint64_t at, std::uint64_t size);
  void read_thread(std::uint64_t at, std::uint64_t size);
};

}  // namespace samehand::image
