// Mach-O executables, libraries and bundles, thin and fat: what dyld would map, bind and call.
//
// Problem: give sections, imports with their slots, filled-in pointers, symbols, exports, function starts and unwind
// tables.
// Example: LC_MAIN says 0x3f50, __TEXT is mapped at 0x100000000 -> entry 0x100003f50.
// Method: Apple's <mach-o/loader.h>, <mach-o/nlist.h>, <mach-o/fat.h>; bindings in macho_opcodes.cc and
// macho_chained.cc. By hand rather than through LLVM's Object library, which gives up on a file at the first load
// command that it finds odd; the tests compare with LLVM's tools.
// Cost: linear in the file, but for sorting.
// Known failures: PowerPC files; kernel caches; what a hardened packer hides.
#include <algorithm>
#include <string>
#include <unordered_set>

#include "macho_file.h"
#include "macho_fixups.h"
#include "macho_object.h"
#include "parse.h"
#include "traces.h"

namespace samehand::image {

using namespace macho;

namespace {

bool holds_stubs(const macho::Section& s) {
  return s.type() == kStubs || s.name == "__stub_helper" || s.name == "__auth_stubs" || s.name == "__objc_stubs";
}

void add_sections(const MachOFile& file, Image& image) {
  for (const macho::Section& s : file.sections) {
    const Segment& segment = file.segments[s.segment_index];
    image.sections.push_back({.name = printable(s.segment) + "," + printable(s.name),
                              .address = s.address,
                              .size = s.size,
                              .file_offset = s.has_bytes() ? s.offset : 0,
                              .file_size = s.has_bytes() ? s.size : 0,
                              .executable = (s.flags & (kPureInstructions | kSomeInstructions)) != 0,
                              .writable = (segment.protection & 2) != 0,
                              .stubs = holds_stubs(s)});
  }
  for (const Segment& s : file.segments) {
    if (s.sections != 0 || s.file_size == 0 || (s.protection & 4) == 0) continue;  // code that no section describes
    image.sections.push_back({.name = printable(s.name),
                              .address = s.address,
                              .size = s.size,
                              .file_offset = s.offset,
                              .file_size = s.file_size,
                              .executable = true,
                              .writable = (s.protection & 2) != 0});
  }
}

void add_symbols(const MachOFile& file, Image& image) {
  const std::uint64_t step = file.wide ? 16 : 12;
  const ByteView table = file.bytes.clamp(file.symbols.offset, step * file.symbols.size);
  const ByteView strings = file.content(file.strings);
  Names names(image);
  for (std::uint64_t at = 0; table.contains(at, step); at += step) {
    const unsigned type = table[at + 4];
    constexpr unsigned kDebugging = 0xe0, kTypeMask = 0x0e, kDefinedInSection = 0x0e, kExternal = 0x01, kPrivate = 0x10;
    if ((type & kDebugging) != 0 || (type & kTypeMask) != kDefinedInSection) continue;
    const std::uint64_t address =
        file.wide ? table.read_or_zero<std::uint64_t>(at + 8) : table.read_or_zero<std::uint32_t>(at + 8);
    const image::Section* section = image.section_at(address);
    if (section == nullptr) continue;
    const std::string_view name = names.at(strings, table.read_or_zero<std::uint32_t>(at));
    if (name.empty()) continue;
    image.symbols.push_back({.address = address,
                             .size = 0,
                             .name = printable(name, kMaxName),
                             .kind = section->executable ? SymbolKind::kFunction : SymbolKind::kObject,
                             .exported = (type & kExternal) != 0 && (type & kPrivate) == 0});
  }
}

// The export trie: each node may end a name (then it has an address) and leads to its children by further letters.
void add_exports(const MachOFile& file, Image& image) {
  const ByteView trie = file.content(file.exports);
  if (trie.empty()) return;
  std::vector<std::pair<std::uint64_t, std::string>> open{{0, ""}};
  std::unordered_set<std::uint64_t> seen{0};
  Names names(image);
  while (!open.empty()) {
    auto [at, prefix] = std::move(open.back());
    open.pop_back();
    const std::uint64_t terminal = read_uleb(trie, at);
    const std::uint64_t children_at = at + terminal;
    if (terminal != 0) {
      const std::uint64_t flags = read_uleb(trie, at);
      constexpr std::uint64_t kKind = 3, kRegular = 0, kReexport = 8;
      if ((flags & kKind) == kRegular && (flags & kReexport) == 0) {
        const std::uint64_t address = image.base + read_uleb(trie, at);
        if (const image::Section* section = image.section_at(address)) {
          image.symbols.push_back({address, 0, printable(prefix, kMaxName),
                                   section->executable ? SymbolKind::kFunction : SymbolKind::kObject, true});
        }
      }
    }
    at = children_at;
    if (at < children_at - terminal) continue;  // the size wrapped around
    const unsigned children = trie[at++];
    for (unsigned i = 0; i < children && at < trie.size(); i++) {
      const auto letters = trie.c_string(at, kMaxName);
      if (!letters) break;
      at += letters->size() + 1;
      const std::uint64_t child = read_uleb(trie, at);
      const std::uint64_t length = prefix.size() + letters->size();
      if (child >= trie.size() || length > kMaxName || !seen.insert(child).second || !names.take(length)) continue;
      open.emplace_back(child, prefix + std::string(*letters));
    }
  }
}

void add_unwind_tables(const MachOFile& file, Image& image) {
  for (const image::Section& s : image.sections) {
    if (s.file_size == 0) continue;
    if (s.name == "__TEXT,__eh_frame") {
      image.unwind_tables.push_back({UnwindTable::Kind::kEhFrame, s.address, s.file_offset, s.file_size});
    } else if (s.name == "__TEXT,__unwind_info") {
      image.unwind_tables.push_back({UnwindTable::Kind::kCompactUnwind, s.address, s.file_offset, s.file_size});
    }
  }
  const ByteView starts = file.content(file.function_starts);
  if (starts.empty()) return;
  image.unwind_tables.push_back({UnwindTable::Kind::kFunctionStarts, 0, file.function_starts.offset, starts.size()});
}

void add_initializers(const MachOFile& file, Image& image) {
  constexpr std::uint64_t kMaxInitializers = 1 << 18;
  std::uint64_t left = kMaxInitializers;
  for (const macho::Section& s : file.sections) {
    const bool offsets = s.type() == kInitOffsets;
    if (s.type() != kInitPointers && s.type() != kTermPointers && !offsets) continue;
    const std::uint64_t step = offsets ? 4 : file.pointer_bytes();
    const std::uint64_t count = std::min(image.from(s.address).clamp(0, s.size).size() / step, left);
    left -= count;
    for (std::uint64_t i = 0; i < count; i++) {
      const std::uint64_t slot = s.address + i * step;
      if (offsets) {
        image.initializers.push_back(image.base + image.at(slot, 4).read_or_zero<std::uint32_t>(0));
      } else if (const Relocation* relocation = image.relocation_at(slot)) {
        image.initializers.push_back(relocation->target);
      } else {
        image.initializers.push_back(image.pointer_at(slot).value_or(0));
      }
    }
  }
}

}  // namespace

Result<Image> parse_macho(ByteView bytes) {
  const std::optional<MachOFile> opened = MachOFile::open(bytes);
  if (!opened) return fail(ErrorCode::kTruncated, "Mach-O file that ends within its header");
  const MachOFile& file = *opened;
  if (file.file_type == kFileSet)
    return fail(ErrorCode::kNotSupported, "a kernel cache, which holds many images in one");
  Image image;
  image.format = Format::kMachO;
  image.bytes = bytes;
  image.architecture = file.cpu == kCpuX64     ? Architecture::kX64
                       : file.cpu == kCpuX86   ? Architecture::kX86
                       : file.cpu == kCpuArm64 ? Architecture::kArm64
                                               : Architecture::kOther;
  image.pointer_bytes = static_cast<std::uint8_t>(file.pointer_bytes());
  if (image.architecture == Architecture::kOther) note_foreign(image, file.cpu);
  if (file.commands_cut) {
    note_missing(image, "the file ends within its load commands");
  } else if (file.commands_damaged) {
    image.diagnostics.push_back("load commands are damaged");
  }
  for (const macho::Segment& segment : file.segments) {
    // Sections speak for themselves; __LINKEDIT, with all symbols and imports, has none.
    if (segment.sections == 0 && segment.file_size > 0 && !bytes.contains(segment.offset, segment.file_size)) {
      note_missing(image, "segment " + printable(segment.name, 16) + " should lie past the end of the file");
    }
  }
  if (file.file_type == kObjectFile) {
    read_macho_object(file, image);
    read_macho_traces(file, image);
    read_common_traces(image);
    return image;
  }
  image.base = file.base();
  add_sections(file, image);
  order_sections(image);
  if (image.sections.empty()) return fail(ErrorCode::kMalformed, "Mach-O file in which nothing is loaded");
  if (file.entry_offset) image.entry = image.base + *file.entry_offset;
  if (file.entry_address) image.entry = *file.entry_address;
  read_chained_fixups(file, image);
  read_macho_opcodes(file, image);
  read_indirect_symbols(file, image);
  add_symbols(file, image);
  add_exports(file, image);
  order_contents(image);
  add_initializers(file, image);
  add_unwind_tables(file, image);
  order_contents(image);
  read_macho_traces(file, image);
  read_common_traces(image);
  return image;
}

}  // namespace samehand::image
