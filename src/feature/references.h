// What lies at an address: a string, read-only bytes, a function, an import, other data. The hash that an address
// leaves in a feature is of what lies there, never of the address.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "samehand/code/program.h"
#include "samehand/image/image.h"

namespace samehand::feature {

enum class Place : std::uint8_t { kNothing, kString, kReadOnly, kFunction, kGlobal, kImport, kCode };

struct Reference {
  Place place = Place::kNothing;
  std::uint32_t function = 0;  // of kFunction: index into Program::functions
  std::uint64_t hash = 0;
};

// Names of the same function in different C libraries and systems become one: __isoc99_sscanf and sscanf, __memcpy_chk
// and memcpy, _strdup and strdup, fopen64 and fopen; on PE also CreateFileA and CreateFileW.
std::string normalized_import(std::string_view name, bool pe);

// Looks up addresses of one image, remembering what it found. Not thread-safe. A look-up costs a few nanoseconds after
// the first, which reads at most kMaxString bytes.
class References {
 public:
  static constexpr std::size_t kMinString = 3, kMaxString = 256;

  References(const image::Image& image, const code::Program& program);

  const Reference& at(std::uint64_t address);
  // What the pointer stored at `slot` leads to, where the loader fills it in and nothing else writes there.
  const image::Relocation* fixed_pointer(std::uint64_t slot) const;
  // A number in the code that is an address of this image's, which only images with a fixed base have.
  bool is_address(std::uint64_t number);
  // The string, read-only data or function at a distance below the offset table of i386; 0 where there is none. A
  // function that keeps the table's address on the stack loads it again behind branches, where it isn't known.
  std::uint64_t below_offset_table(std::int64_t displacement);
  std::uint64_t offset_table() const { return offset_table_; }
  // The range of addresses that may stand as plain numbers in the code; empty where addresses are always relative.
  std::uint64_t low() const { return low_; }
  std::uint64_t high() const { return high_; }
  // Where the section at `address` cannot be written: up to `count` bytes there; else empty.
  ByteView constant_bytes(std::uint64_t address, std::uint64_t count) const;

  // Texts for people, by string hash; and by import hash. Only those that features were made of.
  void mark_used(std::uint64_t address);
  std::vector<std::pair<std::uint64_t, std::string>> labels(std::size_t max_bytes) const;

 private:
  struct Entry {
    std::uint64_t address = 0;
    Reference reference;
    bool used = false;
  };

  Entry& entry(std::uint64_t address);
  Reference classify(std::uint64_t address) const;
  Reference import_reference(std::uint32_t import) const;
  bool string_at(std::uint64_t address, std::uint64_t& hash, std::string* text) const;
  bool jump_table_at(std::uint64_t address) const;
  void grow();

  const image::Image& image_;
  const code::Program& program_;
  std::uint64_t low_ = 0, high_ = 0;
  std::uint64_t code_low_ = ~0ull, code_high_ = 0;
  std::uint64_t offset_table_ = 0;  // of i386
  std::vector<std::uint64_t> import_hashes_;
  std::vector<std::uint64_t> starts_;  // of the program's functions, close together
  // What was found, in order of the first look-up, so that what one function names lies together; and where each
  // address is among them, one-based: open addressing, a power of two.
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> table_;
};

}  // namespace samehand::feature
