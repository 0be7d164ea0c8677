// PE32 and PE32+ images: what Windows' loader would map, bind and call.
//
// Problem: give sections, imports with their slots, filled-in pointers, exports, symbols and unwind tables.
// Example: an import descriptor for KERNEL32.dll whose first thunk is at RVA 0x2000 with the name `ExitProcess`, image
// base 0x140000000 -> Import{0x140002000, "ExitProcess", "KERNEL32.dll"}.
// Method: "PE Format" (Microsoft Learn), read as forgivingly as the loader reads (pe_file.cc). By hand rather than
// through LLVM's Object library, which refuses odd headers that Windows runs; the tests compare with LLVM's tools.
// Cost: linear in the file: every table is cut to its section, and what its entries point to may overlap, so that
// names and thunks together are bounded by the file's size.
// Known failures: imports bound at link time without a lookup table have addresses only, and stay unnamed.
#include <algorithm>
#include <string>

#include "parse.h"
#include "pe_file.h"
#include "pe_tables.h"
#include "traces.h"

namespace samehand::image {

using namespace pe;

namespace {

Architecture architecture_of(const PeFile& file) {
  switch (file.machine) {
    case kMachine386:
      return file.wide ? Architecture::kOther : Architecture::kX86;
    case kMachineX64:
      return file.wide ? Architecture::kX64 : Architecture::kOther;
    case kMachineArm64:
      return file.wide ? Architecture::kArm64 : Architecture::kOther;
    default:
      return Architecture::kOther;
  }
}

void add_sections(const PeFile& file, Image& image) {
  for (const SectionHeader& h : file.sections) {
    // Discardable sections hold relocations and debugging information, which are read from the file here and are no
    // part of the running program; drivers keep start-up code in some, which counts.
    if ((h.flags & kDiscardable) != 0 && (h.flags & kExecute) == 0) continue;
    image.sections.push_back({.name = h.name,
                              .address = image.base + h.address,
                              .size = h.size(),
                              .file_offset = h.raw_offset,
                              .file_size = std::min(h.raw_size, h.size()),
                              .executable = (h.flags & (kExecute | kCode)) != 0,
                              .writable = (h.flags & kWrite) != 0});
  }
  if (!file.sections.empty()) return;
  image.diagnostics.push_back("no section headers: the file is read as one section");
  image.sections.push_back({.name = "file",
                            .address = image.base,
                            .size = file.bytes.size(),
                            .file_offset = 0,
                            .file_size = file.bytes.size(),
                            .executable = true,
                            .writable = true});
}

// By its name; or, where stripping took away the string table that holds the name, by what it starts with: a common
// information entry {length, id 0, version 1, augmentation "z..."}.
bool is_eh_frame(const Section& section, ByteView bytes) {
  if (section.name == ".eh_frame") return section.file_size > 0;
  if (!section.name.starts_with("/") || section.executable) return false;
  const ByteView content = bytes.clamp(section.file_offset, section.file_size);
  const std::uint64_t length = content.read_or_zero<std::uint32_t>(0);
  return length >= 12 && length < content.size() && content.read_or_zero<std::uint32_t>(4) == 0 && content[8] == 1 &&
         content[9] == 'z';
}

void add_unwind_tables(const PeFile& file, Image& image) {
  const Range range = file.directories[kExceptions];
  const ByteView table = file.directory(kExceptions);
  const auto offset = file.offset_of(range.address);
  if (!table.empty() && offset && image.architecture != Architecture::kX86) {
    image.unwind_tables.push_back({UnwindTable::Kind::kPdata, image.base + range.address, *offset, table.size()});
  }
  for (const Section& s : image.sections) {  // MinGW for i386 and old MinGW for x86-64
    if (is_eh_frame(s, file.bytes)) {
      image.unwind_tables.push_back({UnwindTable::Kind::kEhFrame, s.address, s.file_offset, s.file_size});
    }
  }
}

// What lies behind the sections and is lost first when a file is cut.
void note_missing_tables(const PeFile& file, Image& image) {
  const auto lacks = [&](std::uint64_t offset, std::uint64_t size) {
    return offset != 0 && size != 0 && !file.bytes.contains(offset, size);
  };
  if (lacks(file.symbols, file.symbol_count * std::uint64_t{18})) {
    note_missing(image, "the symbol table should lie past the end of the file");
  }
  const Range certificates = file.directories[kCertificates];  // its place is an offset
  if (lacks(certificates.address, certificates.size)) {
    note_missing(image, "the signature should lie past the end of the file");
  }
}

}  // namespace

Result<Image> parse_pe(ByteView bytes) {
  const std::optional<PeFile> opened = PeFile::open(bytes);
  if (!opened) {
    return fail(ErrorCode::kNotSupported, "a DOS program, or a PE file cut short before its header: no PE header");
  }
  const PeFile& file = *opened;
  Image image;
  image.format = Format::kPe;
  image.bytes = bytes;
  image.architecture = architecture_of(file);
  image.pointer_bytes = file.wide ? 8 : 4;
  image.base = file.image_base;
  if (image.architecture == Architecture::kOther) note_foreign(image, file.machine);
  if (file.headers_cut) note_missing(image, "the file ends within its section headers");
  add_sections(file, image);
  order_sections(image);
  if (image.sections.empty()) return fail(ErrorCode::kMalformed, "PE file in which nothing is loaded");
  note_missing_tables(file, image);
  if (file.entry != 0) image.entry = image.base + file.entry;
  read_pe_relocations(file, image);
  read_pe_imports(file, image);
  read_pe_exports(file, image);
  read_coff_symbols(file, image);
  read_pe_initializers(file, image);
  add_unwind_tables(file, image);
  read_pe_traces(file, image);
  order_contents(image);
  read_common_traces(image);
  return image;
}

}  // namespace samehand::image
