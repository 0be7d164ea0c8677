// How, where, when and by whom a file was built: what the formats' own readers of traces share, and their entry points.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "elf_file.h"
#include "macho_file.h"
#include "pe_file.h"
#include "samehand/image/image.h"

namespace samehand::image {

// Each reads the traces of one format and adds the remarks that only it can make. To be called before the imports are
// put in order: imphash depends on the order in the file.
void read_elf_traces(const ElfFile& file, Image& image);
void read_pe_traces(const PeFile& file, Image& image);
void read_macho_traces(const MachOFile& file, Image& image);

// What concerns all formats, after everything else was read: entropies, packers, Go, Rust, damage.
void read_common_traces(Image& image);

// Adds a trace; both texts are made printable and cut. A file that has more than kMaxTraces gets no more.
constexpr std::size_t kMaxTraces = 4096;
void add_trace(Image& image, TraceKind kind, std::string_view key, std::string_view value, bool valid = true);
void add_remark(Image& image, Remark::Kind kind, std::string text);

// What lies in the file behind the last byte that the format accounts for.
void add_overlay(Image& image, std::uint64_t end);

// "2014-11-24 04:11:08 UTC"; seconds since 1970.
std::string utc_text(std::int64_t seconds);
// Seconds since 1970 as the system's clock says, to tell which build times lie in the future.
std::int64_t seconds_now();
std::string hex_text(ByteView bytes);
std::string hex_number(std::uint64_t value);
// A Windows GUID in its usual form, from 16 bytes: "6B29FC40-CA47-1067-B31D-00DD010662DA".
std::string guid_text(ByteView bytes);
// UTF-16 (little-endian) as UTF-8, up to a NUL.
std::string utf16_text(ByteView bytes);
std::string md5_hex(std::string_view text);
// Shannon's entropy in bits per byte, 0 to 8.
double entropy(ByteView bytes);

}  // namespace samehand::image
