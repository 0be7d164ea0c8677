// The imports of a PE image, bound by the loader at start (directory 1) or at the first call (directory 13).
//
// Problem: name each slot of the import address tables. Example and sources: see pe.cc.
// Method: a descriptor names a library and two parallel tables: the lookup table (names and ordinals) and the address
// table (the slots). Old Borland linkers leave the first out; then the second still holds the names.
// Cost: linear: hostile descriptors can share one table, so the thunks of all are bounded together.
#include <algorithm>
#include <string>

#include "parse.h"
#include "pe_tables.h"

namespace samehand::image {

using namespace pe;

namespace {

class ImportReader {
 public:
  ImportReader(const PeFile& file, Image& image)
      : file_(file), image_(image), thunks_left_(file.bytes.size() / 4), names_(image) {}

  // `lookup` and `slots` are relative addresses; `bias` is what name addresses in the table have on top (old delay
  // imports hold absolute addresses).
  void read_thunks(const std::string& library, std::uint64_t lookup, std::uint64_t slots, std::uint64_t bias,
                   bool delayed) {
    const std::uint64_t step = image_.pointer_bytes;
    const ByteView table = file_.from_rva(lookup);
    for (std::uint64_t i = 0; thunks_left_ > 0 && table.contains(i * step, step); i++) {
      const std::uint64_t thunk =
          file_.wide ? table.read_or_zero<std::uint64_t>(i * step) : table.read_or_zero<std::uint32_t>(i * step);
      if (thunk == 0) break;
      thunks_left_--;
      if (!names_.take(library.size())) break;
      const bool by_ordinal = (thunk >> (step * 8 - 1)) != 0;
      std::string name;
      if (by_ordinal) {
        name = "#" + std::to_string(thunk & 0xffff);
      } else {
        constexpr std::uint64_t kHint = 2;  // a guess at the index in the library's table
        const std::string_view text = names_.at(file_.from_rva(((thunk - bias) & 0xffffffff) + kHint), 0);
        if (text.empty()) continue;
        name = printable(text, kMaxName);
      }
      image_.imports.push_back({image_.base + slots + i * step, std::move(name), library, delayed});
    }
  }

  std::string library(std::uint64_t rva) {
    const std::string_view text = file_.c_string(rva, 512);
    return text.size() < 512 ? printable(text) : std::string();
  }

 private:
  const PeFile& file_;
  Image& image_;
  std::uint64_t thunks_left_;
  Names names_;
};

constexpr std::uint64_t kMaxDescriptors = 16384;

}  // namespace

void read_pe_imports(const PeFile& file, Image& image) {
  ImportReader reader(file, image);
  const ByteView table =
      file.directories[kImports].address == 0 ? ByteView() : file.from_rva(file.directories[kImports].address);
  const auto u32 = [](ByteView view, std::uint64_t at) { return view.read_or_zero<std::uint32_t>(at); };
  for (std::uint64_t i = 0; i < kMaxDescriptors && table.contains(i * 20, 20); i++) {
    const std::uint64_t lookup = u32(table, i * 20), name = u32(table, i * 20 + 12), slots = u32(table, i * 20 + 16);
    if (name == 0 || slots == 0) break;
    const bool lookup_usable = lookup != 0 && !file.from_rva(lookup).empty();
    reader.read_thunks(reader.library(name), lookup_usable ? lookup : slots, slots, 0, false);
  }
  const ByteView delayed = file.directories[kDelayImports].address == 0
                               ? ByteView()
                               : file.from_rva(file.directories[kDelayImports].address);
  for (std::uint64_t i = 0; i < kMaxDescriptors && delayed.contains(i * 32, 32); i++) {
    const std::uint64_t at = i * 32;
    // Without the first attribute bit (Visual C++ 6) all addresses have the image base in them.
    const std::uint64_t bias = (u32(delayed, at) & 1) != 0 ? 0 : image.base;
    const auto field = [&](std::uint64_t offset) { return (u32(delayed, at + offset) - bias) & 0xffffffff; };
    if (u32(delayed, at + 4) == 0 || u32(delayed, at + 12) == 0) break;
    reader.read_thunks(reader.library(field(4)), field(16), field(12), bias, true);
  }
}

}  // namespace samehand::image
