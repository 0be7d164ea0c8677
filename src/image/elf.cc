// ELF executables and shared libraries: what the loader of the system would map, link and call.
//
// Problem: give sections, imports with their slots, filled-in pointers, symbols and unwind tables of a file whose
// section headers may be missing or lie.
// Example: a stripped PIE's GOT slot 0x3fd0 with R_X86_64_JUMP_SLOT against undefined `puts` -> Import{0x3fd0, "puts"};
// slot 0x4010 with R_X86_64_RELATIVE addend 0x1139 -> Relocation{0x4010, 0x1139}.
// Method: System V ABI with the processor supplements of i386, x86-64 and AArch64; DT_RELR as in the generic ABI's
// proposal of 2018. The dynamic segment is followed where there is one, as the system's loader does; section headers
// (where ElfFile believes them) only name and bound the sections and lead to .symtab. Read by hand rather than through
// LLVM's Object library, which refuses files without sound section headers; the tests compare with LLVM's tools.
// Cost: linear in the file, but for sorting.
// Known failures: statically linked files without section headers keep their IRELATIVE slots unknown.
#include <algorithm>
#include <string>

#include "elf_file.h"
#include "elf_object.h"
#include "elf_relocate.h"
#include "elf_segments.h"
#include "elf_symbols.h"
#include "parse.h"
#include "traces.h"

namespace samehand::image {

using namespace elf;

namespace {

void add_sections(const ElfFile& file, Image& image) {
  for (const SectionHeader& h : file.sections) {
    if ((h.flags & kAlloc) == 0 || ((h.flags & kTls) != 0 && h.type == kNobits)) continue;
    const bool stubs = h.name.starts_with(".plt") || h.name == ".iplt" || h.name == ".init" || h.name == ".fini";
    image.sections.push_back({.name = printable(h.name, 256),
                              .address = h.address,
                              .size = h.size,
                              .file_offset = h.offset,
                              .file_size = h.type == kNobits ? 0 : h.size,
                              .executable = (h.flags & kExec) != 0,
                              .writable = (h.flags & kWrite) != 0,
                              .stubs = stubs});
  }
  if (image.sections.empty()) add_segments(file, image);
}

// Without section headers .eh_frame is found through .eh_frame_hdr, whose second field points to it.
void add_unwind_tables(const ElfFile& file, Image& image) {
  for (const Section& s : image.sections) {
    if (s.name != ".eh_frame" || s.file_size == 0) continue;
    image.unwind_tables.push_back({UnwindTable::Kind::kEhFrame, s.address, s.file_offset, s.file_size});
  }
  if (!image.unwind_tables.empty()) return;
  for (const Segment& s : file.segments) {
    if (s.type != kGnuEhFrame) continue;
    const ByteView header = file.from_address(s.address);
    constexpr std::uint8_t kPcRelativeInt32 = 0x1b;
    if (header[0] != 1 || header[1] != kPcRelativeInt32) continue;
    const auto distance = static_cast<std::int32_t>(header.read_or_zero<std::uint32_t>(4, file.order));
    const std::uint64_t address = s.address + 4 + static_cast<std::uint64_t>(static_cast<std::int64_t>(distance));
    const ByteView table = file.from_address(address);
    const auto offset = file.offset_of(address);
    if (offset && !table.empty()) {
      image.unwind_tables.push_back({UnwindTable::Kind::kEhFrame, address, *offset, table.size()});
    }
  }
}

void add_initializers(const ElfFile& file, Image& image) {
  const Dynamic& d = file.dynamic;
  for (const std::uint64_t address : {d.init, d.fini}) {
    if (address != 0) image.initializers.push_back(address);
  }
  constexpr std::uint64_t kMaxInitializers = 1 << 18;
  std::uint64_t left = kMaxInitializers;
  const auto add_array = [&](std::uint64_t array, std::uint64_t size) {
    const std::uint64_t step = image.pointer_bytes;
    const std::uint64_t count = std::min(std::min<std::uint64_t>(image.from(array).size(), size) / step, left);
    left -= count;
    for (std::uint64_t i = 0; i < count; i++) {
      const std::uint64_t slot = array + i * step;
      const Relocation* relocation = image.relocation_at(slot);
      const std::uint64_t target = relocation ? relocation->target : image.pointer_at(slot).value_or(0);
      if (target != 0) image.initializers.push_back(target);
    }
  };
  add_array(d.preinit_array, d.preinit_array_size);
  add_array(d.init_array, d.init_array_size);
  add_array(d.fini_array, d.fini_array_size);
  for (const SectionHeader& h : file.sections) {
    if ((h.flags & kAlloc) == 0) continue;
    if (h.type == kInitArray || h.type == kFiniArray || h.type == kPreinitArray) add_array(h.address, h.size);
    if (!d.present && (h.name == ".init" || h.name == ".fini") && h.size > 0) image.initializers.push_back(h.address);
  }
}

Architecture architecture_of(const ElfFile& file) {
  if (file.order == std::endian::big) return Architecture::kOther;
  switch (file.machine) {
    case kMachine386:
      return file.wide ? Architecture::kOther : Architecture::kX86;
    case kMachineX64:
      return file.wide ? Architecture::kX64 : Architecture::kOther;  // not the x32 ABI
    case kMachineArm64:
      return file.wide ? Architecture::kArm64 : Architecture::kOther;
    default:
      return Architecture::kOther;
  }
}

}  // namespace

Result<Image> parse_elf(ByteView bytes) {
  const std::optional<ElfFile> opened = ElfFile::open(bytes);
  if (!opened) return fail(ErrorCode::kTruncated, "ELF file that ends within its header");
  const ElfFile& file = *opened;
  Image image;
  image.format = Format::kElf;
  image.bytes = bytes;
  image.architecture = architecture_of(file);
  image.pointer_bytes = static_cast<std::uint8_t>(file.word_bytes());
  if (image.architecture == Architecture::kOther) {
    const std::string_view width = file.machine == kMachineX64 ? "the x32 ABI" : file.wide ? "64-bit" : "32-bit";
    note_foreign(image, file.machine, std::string(width) + (file.order == std::endian::big ? ", big-endian" : ""));
  }
  if (file.sections_cut) note_missing(image, "the section headers should lie past the end of the file");
  if (file.segments_cut) note_missing(image, "the file ends within its program headers");
  if (file.sections_damaged) image.diagnostics.push_back("section headers missing, damaged or false: read by segments");
  if (file.segments_damaged) image.diagnostics.push_back("program headers damaged or cut off");

  if (file.type == kTypeRelocatable) {
    if (file.sections.empty()) {
      return fail(ErrorCode::kTruncated, file.sections_cut ? "an object file that ends before its section headers"
                                                           : "an object file without section headers");
    }
    read_elf_object(file, image);
    add_unwind_tables(file, image);
    read_elf_traces(file, image);
    read_common_traces(image);
    return image;
  }
  add_sections(file, image);
  order_sections(image);
  if (image.sections.empty()) {
    if (file.segments_cut) return fail(ErrorCode::kTruncated, "ELF file that ends within its program headers");
    return fail(ErrorCode::kMalformed, "ELF file in which nothing is loaded");
  }
  if (file.type != kTypeDynamic) image.base = image.sections.front().address;
  if (file.entry != 0) image.entry = file.entry;
  if (image.architecture == Architecture::kX86) {
    for (const std::string_view name : {".got.plt", ".got"}) {
      const SectionHeader* got = file.section(name);
      if (got != nullptr && image.got == 0) image.got = got->address;
    }
    if (image.got == 0) image.got = file.dynamic.plt_got;
  }
  relocate_elf(file, image);
  if (file.sections.empty()) {
    order_contents(image);  // the imports are looked up by their slots
    split_off_stubs(image);
  }
  read_elf_symbols(file, image);
  order_contents(image);
  add_initializers(file, image);
  add_unwind_tables(file, image);
  read_elf_traces(file, image);
  order_contents(image);
  read_common_traces(image);
  return image;
}

}  // namespace samehand::image
