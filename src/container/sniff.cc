// Problem: a folder holds thousands of files of which a few are executables or containers of them.
// Example: 7f 45 4c 46 … -> ELF, executable; 50 4b 03 04 … -> zip, archive; "#!/bin/sh" -> other.
// Method: a table of magic numbers, and a closer look where two formats share one (Java's class files and fat Mach-O,
// tar without its magic, DOS programs and PE, COFF objects that have no magic at all).
// Cost: constant. Known failures: raw LZMA streams without a plausible header; archives appended to other files
// (a self-extracting zip is an executable here).
#include "samehand/container/sniff.h"

#include <array>
#include <bit>
#include <string_view>

namespace samehand::container {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  Kind kind;
  std::string_view name;
};

constexpr std::array kMagics = {
    Magic{0,
          "\x7f"
          "ELF"sv,
          Kind::kExecutable, "ELF"},
    Magic{0, "\xfe\xed\xfa\xce"sv, Kind::kExecutable, "Mach-O"},
    Magic{0, "\xfe\xed\xfa\xcf"sv, Kind::kExecutable, "Mach-O"},
    Magic{0, "\xce\xfa\xed\xfe"sv, Kind::kExecutable, "Mach-O"},
    Magic{0, "\xcf\xfa\xed\xfe"sv, Kind::kExecutable, "Mach-O"},
    Magic{0, "\xca\xfe\xba\xbf"sv, Kind::kExecutable, "fat Mach-O"},
    Magic{0, "!<arch>\ndebian-binary"sv, Kind::kArchive, "Debian package"},
    Magic{0, "!<arch>\n"sv, Kind::kStaticArchive, "static archive"},
    Magic{0, "PK\x03\x04"sv, Kind::kArchive, "zip archive"},
    Magic{0, "PK\x05\x06"sv, Kind::kArchive, "zip archive"},
    Magic{0, "PK\x07\x08"sv, Kind::kArchive, "zip archive"},
    Magic{0, "7z\xbc\xaf\x27\x1c"sv, Kind::kArchive, "7z archive"},
    Magic{0, "Rar!\x1a\x07"sv, Kind::kArchive, "rar archive"},
    Magic{0, "MSCF\0\0\0\0"sv, Kind::kArchive, "cabinet"},
    Magic{0, "\xed\xab\xee\xdb"sv, Kind::kArchive, "RPM package"},
    Magic{0, "070701"sv, Kind::kArchive, "cpio archive"},
    Magic{0, "070702"sv, Kind::kArchive, "cpio archive"},
    Magic{0, "070707"sv, Kind::kArchive, "cpio archive"},
    Magic{257, "ustar"sv, Kind::kArchive, "tar archive"},
    Magic{32769, "CD001"sv, Kind::kArchive, "ISO image"},
    Magic{0, "\x1f\x8b\x08"sv, Kind::kCompressed, "gzip data"},
    Magic{0, "BZh"sv, Kind::kCompressed, "bzip2 data"},
    Magic{0,
          "\xfd"
          "7zXZ\0"sv,
          Kind::kCompressed, "xz data"},
    Magic{0, "\x28\xb5\x2f\xfd"sv, Kind::kCompressed, "zstd data"},
    Magic{0, "\x04\x22\x4d\x18"sv, Kind::kCompressed, "lz4 data"},
    Magic{0, "LZIP\x01"sv, Kind::kCompressed, "lzip data"},
    Magic{0, "\x1f\x9d"sv, Kind::kCompressed, "compress data"},
};

bool has(ByteView start, std::size_t offset, std::string_view bytes) {
  return start.slice(offset, bytes.size()).text() == bytes && start.contains(offset, bytes.size());
}

// A Java class file begins like a fat Mach-O; its version (45 and up) stands where the number of architectures is.
bool is_fat_mach_o(ByteView start) {
  const auto count = start.read_or_zero<std::uint32_t>(4, std::endian::big);
  return has(start, 0, "\xca\xfe\xba\xbe"sv) && count > 0 && count < 40;
}

// "MZ" and a PE header where it says. A header beyond what we see is given the benefit of the doubt.
bool is_pe(ByteView start) {
  if (!has(start, 0, "MZ"sv)) return false;
  const auto header = start.read_or_zero<std::uint32_t>(0x3c);
  return has(start, header, "PE\0\0"sv) || (start.size() >= kSniffBytes && header > start.size() - 4);
}

// COFF objects have no magic: a known machine, a plausible number of sections, no optional header, symbols after the
// section headers.
bool is_coff_object(ByteView start) {
  // The form for many sections does have one, its class identifier.
  if (has(start, 12, "\xc7\xa1\xba\xd1\xee\xba\xa9\x4b\xaf\x20\xfa\xf6\x6a\xa4\xdc\xb8"sv))
    return has(start, 0, "\0\0\xff\xff"sv);
  const auto machine = start.read_or_zero<std::uint16_t>(0);
  if (machine != 0x14c && machine != 0x8664 && machine != 0xaa64) return false;
  const auto sections = start.read_or_zero<std::uint16_t>(2);
  const auto symbols = start.read_or_zero<std::uint32_t>(8);
  const auto optional_header = start.read_or_zero<std::uint16_t>(16);
  const auto flags = start.read_or_zero<std::uint16_t>(18);
  return sections > 0 && sections < 4096 && symbols >= 20 + 40u * sections && optional_header == 0 &&
         (flags & 0x3002) == 0;
}

// Tar from before POSIX has no magic, but a checksum over its first header: the sum of the 512 bytes with the checksum
// field itself taken as spaces.
bool is_old_tar(ByteView start) {
  if (!start.contains(0, 512) || start[0] == 0) return false;
  std::uint32_t stated = 0, sum = 0;
  bool any = false;
  for (std::size_t i = 148; i < 156; i++) {
    if (start[i] >= '0' && start[i] <= '7') {
      stated = stated * 8 + (start[i] - '0');
      any = true;
    }
  }
  for (std::size_t i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? ' ' : start[i];
  return any && sum == stated;
}

// "BZh" is also how a text may begin: bzip2 says its block size and then the digits of pi.
bool is_bzip2(ByteView start) {
  return start[3] >= '1' && start[3] <= '9' && has(start, 4, "1AY&SY"sv);
}

// A raw LZMA stream: properties 5d, a dictionary that is a power of two, a size that is unknown or below a terabyte.
bool is_lzma(ByteView start) {
  const auto dictionary = start.read_or_zero<std::uint32_t>(1);
  const auto size = start.read_or_zero<std::uint64_t>(5);
  return start[0] == 0x5d && start.size() > 13 && std::has_single_bit(dictionary) && dictionary >= 4096 &&
         (size == ~0ull || size < (1ull << 40));
}

bool is_text(ByteView start) {
  for (const std::uint8_t byte : start.clamp(0, 4096).span()) {
    if (byte == 0x7f) return false;
    if (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f' && byte != 0x1b) return false;
  }
  return true;
}

struct Verdict {
  Kind kind;
  std::string_view name;
};

Verdict judge(ByteView start) {
  if (start.empty()) return {Kind::kOther, "empty"};
  for (const Magic& magic : kMagics) {
    if (has(start, magic.offset, magic.bytes) && (magic.name != "bzip2 data" || is_bzip2(start))) {
      return {magic.kind, magic.name};
    }
  }
  if (is_pe(start)) return {Kind::kExecutable, "PE"};
  if (has(start, 0, "MZ"sv)) return {Kind::kOther, "a DOS program"};
  if (is_fat_mach_o(start)) return {Kind::kExecutable, "fat Mach-O"};
  if (is_coff_object(start)) return {Kind::kExecutable, "COFF object"};
  if (is_old_tar(start)) return {Kind::kArchive, "tar archive"};
  if (is_lzma(start)) return {Kind::kCompressed, "lzma data"};
  return {Kind::kOther, is_text(start) ? "text" : "data of an unknown kind"};
}

}  // namespace

Kind sniff(ByteView start) {
  return judge(start).kind;
}

std::string_view describe(ByteView start) {
  return judge(start).name;
}

}  // namespace samehand::container
