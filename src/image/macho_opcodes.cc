// Problem: in a linked Mach-O file of 2009 to 2020 a small program of opcodes tells the dynamic linker which pointers
// to slide and which to bind to whose symbols.
// Example: {SET_SEGMENT_AND_OFFSET 2 0x10, SET_DYLIB_ORDINAL 1, SET_SYMBOL "_puts", DO_BIND} ->
// Import{segment 2's address + 0x10, "_puts", first library}.
// Method: the opcodes of Apple's <mach-o/loader.h>, as dyld runs them.
// Cost: linear: opcodes that repeat are stopped when there are more pointers than the file has room for.
#include <algorithm>

#include "macho_fixups.h"
#include "parse.h"

namespace samehand::image {

using namespace macho;

std::uint64_t read_uleb(ByteView bytes, std::uint64_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; at < bytes.size(); shift += 7) {
    const std::uint64_t byte = bytes[at++];
    if (shift < 64) value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) break;
  }
  return value;
}

std::int64_t read_sleb(ByteView bytes, std::uint64_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; at < bytes.size(); shift += 7) {
    const std::uint64_t byte = bytes[at++];
    if (shift < 64) value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) != 0) continue;
    if ((byte & 0x40) != 0 && shift + 7 < 64) value |= ~0ull << (shift + 7);
    break;
  }
  return static_cast<std::int64_t>(value);
}

std::string_view library_of(const MachOFile& file, std::int64_t ordinal) {
  if (ordinal < 1 || static_cast<std::uint64_t>(ordinal) > file.libraries.size()) return {};
  return file.libraries[static_cast<std::size_t>(ordinal - 1)].name;
}

namespace {

class OpcodeReader {
 public:
  OpcodeReader(const MachOFile& file, Image& image)
      : file_(file), image_(image), pointers_left_(file.bytes.size() / 4), names_(image) {}

  void rebase() {
    const ByteView code = file_.content(file_.rebases);
    std::uint64_t address = 0;
    for (std::uint64_t at = 0; at < code.size();) {
      const unsigned opcode = code[at] & 0xf0, immediate = code[at] & 0x0f;
      at++;
      switch (opcode) {
        case 0x00:
          return;  // DONE
        case 0x10:
          break;  // SET_TYPE_IMM
        case 0x20:
          address = segment_address(immediate) + read_uleb(code, at);
          break;
        case 0x30:
          address += read_uleb(code, at);
          break;
        case 0x40:
          address += immediate * file_.pointer_bytes();
          break;
        case 0x50:
          slide(address, immediate, 0);
          break;
        case 0x60:
          slide(address, read_uleb(code, at), 0);
          break;
        case 0x70:
          slide(address, 1, read_uleb(code, at));
          break;
        case 0x80: {
          const std::uint64_t count = read_uleb(code, at);
          slide(address, count, read_uleb(code, at));
          break;
        }
        default:
          return damaged();
      }
    }
  }

  // `lazily`: each import is a piece of its own that ends with DONE.
  void bind(Range range, bool lazily) {
    const ByteView code = file_.content(range);
    std::uint64_t address = 0;
    std::int64_t ordinal = 0;
    std::string_view name;
    for (std::uint64_t at = 0; at < code.size();) {
      const unsigned opcode = code[at] & 0xf0, immediate = code[at] & 0x0f;
      at++;
      switch (opcode) {
        case 0x00:  // DONE
          if (!lazily) return;
          break;
        case 0x10:
          ordinal = immediate;
          break;
        case 0x20:
          ordinal = static_cast<std::int64_t>(read_uleb(code, at));
          break;
        case 0x30:
          ordinal = immediate == 0 ? 0 : static_cast<std::int64_t>(immediate) - 16;
          break;
        case 0x40:  // SET_SYMBOL_TRAILING_FLAGS_IMM
          name = code.c_string(at, kMaxName).value_or("");
          at += name.size() + 1;
          break;
        case 0x50:
          break;  // SET_TYPE_IMM
        case 0x60:
          read_sleb(code, at);
          break;
        case 0x70:
          address = segment_address(immediate) + read_uleb(code, at);
          break;
        case 0x80:
          address += read_uleb(code, at);
          break;
        case 0x90:
          import(address, 1, 0, name, ordinal, lazily);
          break;
        case 0xa0:
          import(address, 1, read_uleb(code, at), name, ordinal, lazily);
          break;
        case 0xb0:
          import(address, 1, immediate * file_.pointer_bytes(), name, ordinal, lazily);
          break;
        case 0xc0: {
          const std::uint64_t count = read_uleb(code, at);
          import(address, count, read_uleb(code, at), name, ordinal, lazily);
          break;
        }
        default:
          return damaged();
      }
    }
  }

 private:
  std::uint64_t segment_address(unsigned index) const {
    return index < file_.segments.size() ? file_.segments[index].address : 0;
  }

  void damaged() { image_.diagnostics.push_back("unknown opcode in the dynamic linker's information"); }

  void slide(std::uint64_t& address, std::uint64_t count, std::uint64_t skip) {
    for (std::uint64_t i = 0; i < count && pointers_left_ > 0; i++, pointers_left_--) {
      if (const auto value = image_.pointer_at(address)) image_.relocations.push_back({address, *value});
      address += file_.pointer_bytes() + skip;
    }
  }

  void import(std::uint64_t& address, std::uint64_t count, std::uint64_t skip, std::string_view name,
              std::int64_t ordinal, bool lazily) {
    for (std::uint64_t i = 0; i < count && pointers_left_ > 0; i++, pointers_left_--) {
      if (image_.section_at(address) != nullptr && !name.empty() &&
          names_.take(name.size() + library_of(file_, ordinal).size())) {
        image_.imports.push_back({address, printable(name, kMaxName), printable(library_of(file_, ordinal)), lazily});
      }
      address += file_.pointer_bytes() + skip;
    }
  }

  const MachOFile& file_;
  Image& image_;
  std::uint64_t pointers_left_;
  Names names_;
};

}  // namespace

void read_macho_opcodes(const MachOFile& file, Image& image) {
  OpcodeReader reader(file, image);
  reader.rebase();
  reader.bind(file.binds, false);
  reader.bind(file.lazy_binds, true);
  // Weak ones name what this image defines too, so that one definition wins at run time; they add what is not bound
  // yet.
  reader.bind(file.weak_binds, false);
}

void read_indirect_symbols(const MachOFile& file, Image& image) {
  const std::uint64_t symbol_bytes = file.wide ? 16 : 12;
  const ByteView table = file.bytes.clamp(file.indirect_symbols.offset, 4ull * file.indirect_symbols.size);
  const ByteView symbols = file.bytes.clamp(file.symbols.offset, symbol_bytes * file.symbols.size);
  const ByteView strings = file.content(file.strings);
  std::uint64_t slots_left = table.size() / 4;
  Names names(image);
  for (const macho::Section& s : file.sections) {
    // i386 stubs of five bytes are patched in place; those with code of their own jump through a pointer section.
    const bool in_place = s.type() == kStubs && s.reserved2 == 5;
    if (s.type() != kNonLazyPointers && s.type() != kLazyPointers && !in_place) continue;
    const std::uint64_t step = in_place ? 5 : file.pointer_bytes();
    for (std::uint64_t i = 0; i < s.size / step && slots_left > 0; i++, slots_left--) {
      const std::uint64_t entry = 4 * (s.reserved1 + i);
      if (!table.contains(entry, 4)) break;
      const std::uint64_t index = table.read_or_zero<std::uint32_t>(entry);
      constexpr std::uint64_t kLocalOrAbsolute = 0xc0000000;
      if ((index & kLocalOrAbsolute) != 0 || !symbols.contains(index * symbol_bytes, symbol_bytes)) continue;
      constexpr unsigned kDefinedInSection = 0x0e;
      if ((symbols[index * symbol_bytes + 4] & 0x0e) == kDefinedInSection) continue;
      const std::string_view name = names.at(strings, symbols.read_or_zero<std::uint32_t>(index * symbol_bytes));
      if (name.empty()) continue;
      const std::int64_t ordinal = symbols[index * symbol_bytes + 7];  // the high byte of n_desc
      image.imports.push_back({s.address + i * step, printable(name, kMaxName), printable(library_of(file, ordinal)),
                               s.type() == kLazyPointers});
    }
  }
}

}  // namespace samehand::image
