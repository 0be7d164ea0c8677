// Problem: without section headers all that is known of the code is that it lies in some executable segment. Older
// linkers put the tables of the dynamic linker in front of the code and the read-only data behind it into the same
// segment, and the import stubs stand among the functions; read as code, all of these give functions that are none.
// Example: PT_LOAD r-x [0, 0xa98) with .rela.plt up to 0x668, DT_INIT 0x668, DT_FINI 0x958, .eh_frame_hdr at 0x97c ->
// segment0.head [0, 0x668), segment0 [0x668, 0x970), segment0.tail [0x970, 0xa98), and in the middle one the stubs
// [0x690, 0x730) as ".plt".
// Method: linkers sort .init, .plt, .text, .fini next to each other, tables before, data behind. The code begins behind
// the last table that lies before .init or the entry point; where the unwind tables lie behind it in the same segment,
// it ends behind .fini. LLVM's linker has another order, but never data behind code in a segment. A stub is
// one of the forms that the processor supplements of the System V ABI prescribe, with a slot that an import has; runs
// of them are stubs, single ones may be code of the program (clang makes such jumps as tail calls).
// Cost: linear: one pass over the executable bytes.
// Known failures: statically linked files have neither tables nor .fini's address: their read-only data stays with the
// code where the linker put it there.
#include "elf_segments.h"

#include <algorithm>
#include <string>

#include "parse.h"

namespace samehand::image {

using namespace elf;

namespace {

struct Range {
  std::uint64_t begin = 0, end = 0;
};

// What the dynamic segment and the program headers place, code apart.
std::vector<Range> known_tables(const ElfFile& file) {
  std::vector<Range> tables;
  const Dynamic& d = file.dynamic;
  const auto add = [&](std::uint64_t address, std::uint64_t size) {
    if (address != 0) tables.push_back({address, end_of(address, size)});
  };
  for (const Segment& s : file.segments) {
    constexpr std::uint32_t kProgramHeaders = 6;
    if (s.type == kInterp || s.type == kNote || s.type == kProgramHeaders) add(s.address, s.file_size);
  }
  add(d.strings, d.strings_size);
  add(d.rel, d.rel_size);
  add(d.rela, d.rela_size);
  add(d.relr, d.relr_size);
  add(d.plt, d.plt_size);
  add(d.symbols, 1);  // its size is not said; the strings follow it as a rule
  add(d.hash, 8);
  add(d.gnu_hash, 16);
  add(d.versions_needed, 16);
  return tables;
}

// The few instructions of .fini, which .rodata follows.
std::uint64_t fini_bytes(const ElfFile& file) {
  return file.machine == kMachineX64 ? 13 : 20;
}

// Where code begins and ends in an executable segment.
Range code_in(const ElfFile& file, const Segment& s) {
  Range code{s.address, end_of(s.address, s.memory_size)};
  const auto inside = [&](std::uint64_t address) { return address > code.begin && address < code.end; };
  const Dynamic& d = file.dynamic;
  std::uint64_t first = file.entry;
  if (inside(d.init) && (!inside(first) || d.init < first)) first = d.init;
  if (!inside(first)) return code;
  for (const Range& table : known_tables(file)) {
    if (table.begin >= s.address && table.end <= first) code.begin = std::max(code.begin, table.end);
  }
  // Read-only data behind the code betrays itself by the unwind tables' header, which the program headers place.
  const std::uint64_t end = code.end;
  for (const Segment& other : file.segments) {
    if (other.type != kGnuEhFrame || other.address <= first || other.address >= end) continue;
    code.end = std::min(code.end, other.address);
    if (d.fini > first && d.fini > file.entry && d.fini < code.end)
      code.end = std::min(code.end, d.fini + fini_bytes(file));
  }
  return code;
}

// The part of a section between two addresses of it.
Section part_of(const Section& whole, std::uint64_t begin, std::uint64_t end) {
  Section part = whole;
  const std::uint64_t skipped = begin - whole.address;
  part.address = begin;
  part.size = end - begin;
  part.file_offset = whole.file_offset + std::min(skipped, whole.file_size);
  part.file_size = std::min(whole.file_size - std::min(skipped, whole.file_size), part.size);
  return part;
}

// The length of the stub at `at`, or 0.
std::uint64_t stub_at(const Image& image, ByteView code, std::uint64_t at, std::uint64_t address) {
  const auto imports = [&](std::uint64_t slot) { return image.import_at(slot) != nullptr; };
  if (image.architecture == Architecture::kArm64) {
    // adrp x16, page; ldr x17, [x16, #low]; add x16, x16, #low; br x17
    const auto word = [&](std::uint64_t i) { return code.read_or_zero<std::uint32_t>(at + 4 * i); };
    if ((word(0) & 0x9f00001f) != 0x90000010 || (word(1) & 0xffc003ff) != 0xf9400211 || word(3) != 0xd61f0220) return 0;
    std::uint64_t pages = ((word(0) >> 29) & 3) | ((word(0) >> 3) & 0x1ffffc);
    pages = (pages ^ 0x100000) - 0x100000;
    const std::uint64_t slot = (address & ~0xfffull) + (pages << 12) + ((word(1) >> 10 & 0xfff) << 3);
    return imports(slot) ? 16 : 0;
  }
  std::uint64_t jump = at;
  if (const std::uint32_t first = code.read_or_zero<std::uint32_t>(at); first == 0xfa1e0ff3 || first == 0xfb1e0ff3) {
    jump += 4;  // endbr64, endbr32
  }
  if (code[jump] == 0xf2) jump++;  // bnd
  if (code[jump] != 0xff) return 0;
  const std::uint64_t operand = code.read_or_zero<std::uint32_t>(jump + 2);
  std::uint64_t slot = 0;
  if (image.architecture == Architecture::kX64) {
    if (code[jump + 1] != 0x25) return 0;  // jmp [rip + operand]
    slot = address + (jump + 6 - at) +
           static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(operand)));
  } else {
    if (code[jump + 1] == 0x25) {
      slot = operand;  // jmp [operand]
    } else if (code[jump + 1] == 0xa3) {
      slot = (image.got + operand) & 0xffffffff;  // jmp [ebx + operand]
    } else {
      return 0;
    }
  }
  if (!imports(slot)) return 0;
  // Lazily bound stubs go on with push and jmp; others are padded.
  const std::uint64_t end = jump + 6;
  if (code[end] == 0x68 && code[end + 5] == 0xe9) return end + 10 - at;
  const bool padded8 = code[end] == 0x66 && code[end + 1] == 0x90;
  return padded8 ? end + 2 - at : std::max<std::uint64_t>(16, end - at);
}

}  // namespace

void add_segments(const ElfFile& file, Image& image) {
  for (const Segment& s : file.segments) {
    if (s.type != kLoad) continue;
    Section whole;
    whole.name = "segment" + std::to_string(image.sections.size());
    whole.address = s.address;
    whole.size = s.memory_size;
    whole.file_offset = s.offset;
    whole.file_size = std::min(s.file_size, s.memory_size);
    whole.executable = (s.flags & 1) != 0;
    whole.writable = (s.flags & 2) != 0;
    const Range code = code_in(file, s);
    const std::uint64_t end = end_of(s.address, s.memory_size);
    if (!whole.executable || (code.begin == s.address && code.end == end) || code.begin >= code.end) {
      image.sections.push_back(std::move(whole));
      continue;
    }
    const auto add = [&](std::uint64_t from, std::uint64_t to, const char* suffix, bool executable) {
      if (from >= to) return;
      Section part = part_of(whole, from, to);
      part.name += suffix;
      part.executable = executable;
      image.sections.push_back(std::move(part));
    };
    add(s.address, code.begin, ".head", false);
    add(code.begin, code.end, "", true);
    add(code.end, end, ".tail", false);
  }
}

void split_off_stubs(Image& image) {
  constexpr std::size_t kRun = 2;
  std::vector<Section> parts;
  for (const Section& s : image.sections) {
    const ByteView code = image.bytes.clamp(s.file_offset, s.file_size);
    if (!s.executable || image.imports.empty()) {
      parts.push_back(s);
      continue;
    }
    std::uint64_t cut = s.address;  // up to where the section is in `parts` already
    for (std::uint64_t at = 0; at < code.size();) {
      std::uint64_t end = at;
      std::size_t stubs = 0;
      while (const std::uint64_t length = stub_at(image, code, end, s.address + end)) {
        end += length;
        stubs++;
      }
      if (stubs < kRun) {
        at = std::max(end, at + 4);  // stubs are aligned to four bytes at least
        continue;
      }
      end = std::min<std::uint64_t>(end, code.size());
      if (s.address + at > cut) parts.push_back(part_of(s, cut, s.address + at));
      parts.push_back(part_of(s, s.address + at, s.address + end));
      parts.back().name = ".plt";
      parts.back().stubs = true;
      cut = s.address + end;
      at = end;
    }
    if (cut < end_of(s.address, s.size)) parts.push_back(part_of(s, cut, s.address + s.size));
  }
  image.sections = std::move(parts);
}

}  // namespace samehand::image
