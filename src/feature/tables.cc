// A table of commands, options, methods or callbacks names its functions:
//
//   { "insert", lua_insert }, { "remove", lua_remove }   ->   lua_insert has table string "insert"; the two are
//   neighbours
//
// Method: the image's pointers in order of their slots. A function's string is the nearest string pointer in the twelve
// slots before it, and the one right behind it if within eight slots; its neighbour is the next function pointer within
// eight slots. Images whose loader relocates nothing keep absolute addresses: there every aligned word of the data that
// is an address in the image counts as a pointer.
#include "tables.h"

#include <algorithm>

namespace samehand::feature {
namespace {

constexpr std::size_t kMaxPointers = 1u << 22;

std::vector<image::Relocation> pointers_of(const image::Image& image) {
  if (!image.relocations.empty() || image.base < 0x10000 || image.relocatable) return image.relocations;
  std::vector<image::Relocation> found;
  for (const image::Section& section : image.sections) {
    if (section.executable) continue;
    const std::uint64_t word = image.pointer_bytes;
    const std::uint64_t first = (section.address + word - 1) / word * word;
    const ByteView bytes = image.from(first);
    for (std::uint64_t at = 0; at + word <= bytes.size() && found.size() < kMaxPointers; at += word) {
      const std::uint64_t target =
          word == 8 ? bytes.read_or_zero<std::uint64_t>(at) : bytes.read_or_zero<std::uint32_t>(at);
      if (target >= image.base && image.section_at(target) != nullptr) found.push_back({first + at, target});
    }
  }
  return found;
}

}  // namespace

void scan_tables(const image::Image& image, References& references, Collector& collector, SampleFeatures& sample) {
  const std::vector<image::Relocation> pointers = pointers_of(image);
  const std::uint64_t near = 8ull * image.pointer_bytes, before = 12ull * image.pointer_bytes;
  for (std::size_t i = 0; i < pointers.size(); i++) {
    const std::uint64_t slot = pointers[i].slot;
    const Reference function = references.at(pointers[i].target);
    if (function.place != Place::kFunction) continue;
    const auto take_string = [&](std::uint64_t target, bool behind) {
      const Reference r = references.at(target);
      if (r.place != Place::kString) return false;
      // What stands behind may belong to the next row: it counts as something else than what stands before.
      collector.give(function.function, Kind::kTableString, behind ? r.hash + 3 : r.hash);
      if (!behind) references.mark_used(target);
      return true;
    };
    for (std::size_t j = i; j-- > 0 && slot - pointers[j].slot <= before;)
      if (take_string(pointers[j].target, false)) break;
    if (i + 1 < pointers.size() && pointers[i + 1].slot - slot <= near) take_string(pointers[i + 1].target, true);
    for (std::size_t j = i + 1; j < pointers.size() && pointers[j].slot - slot <= near; j++) {
      const Reference next = references.at(pointers[j].target);
      if (next.place != Place::kFunction) continue;
      sample.table_neighbours.emplace_back(function.function, next.function);
      break;
    }
  }
}

}  // namespace samehand::feature
