// Machine code of one function -> the intermediate form of ir.h.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "ir.h"
#include "samehand/base/byte_view.h"
#include "samehand/base/hash.h"
#include "samehand/image/image.h"

namespace samehand::feature {

// Operations that kGeneric names alike on all architectures; other mnemonics are numbers of one architecture.
enum CommonMnemonic : std::uint16_t {
  kByteSwap = 0xff00,
  kCountLeadingZeros,
  kCountTrailingZeros,
  kCountOnes,
  kSquareRoot,
  kMinimum,
  kMaximum,
  kAbsolute,
  kFusedMultiply,
  kRound,
  kSystemCall,
  kCycleCounter,
  kCompareExchange,
  kFetchAdd,
  kReverseBits,
};

// A hash over a function's machine code in which whatever depends on where code and data lie has been blanked.
class ExactHash {
 public:
  // The instruction of `length` bytes, at most 16, at the start of `code`; the bits set in `blank` do not count.
  void add(ByteView code, std::size_t length, unsigned __int128 blank) {
    unsigned __int128 value = 0;
    if (code.size() >= sizeof value)  // the usual case, without a copy of varying length
      std::memcpy(&value, code.data(), sizeof value);
    else
      std::memcpy(&value, code.data(), code.size());
    if (length < sizeof value) value &= bytes(0, static_cast<unsigned>(length));
    value &= ~blank;
    hash_ = mix64(hash_ ^ static_cast<std::uint64_t>(value));
    if (length > 8) hash_ = mix64(hash_ + static_cast<std::uint64_t>(value >> 64));
  }
  // The mask of `count` bytes from byte `first`.
  static unsigned __int128 bytes(unsigned first, unsigned count) {
    return ((static_cast<unsigned __int128>(1) << (8 * count)) - 1) << (8 * first);
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0x5a;
};

// Where the code that is being lowered lies, to tell what depends on its place.
struct Surroundings {
  std::uint64_t image_low = 0, image_high = 0;  // addresses of the image; equal where its addresses look like numbers
  std::uint64_t function_size = 0;              // jumps further than that leave the function
  std::uint64_t offset_table = 0;               // of position-independent code for i386, else 0

  bool in_image(std::uint64_t address) const { return address >= image_low && address < image_high; }
  // Whether an addition of `immediate` at `address` turns a return address, or one popped just before (clang), into
  // that of the offset table.
  bool makes_offset_table(std::uint64_t address, std::int64_t immediate) const {
    const auto made = static_cast<std::uint32_t>(address + static_cast<std::uint64_t>(immediate));
    return offset_table != 0 && (made == offset_table || made - 1 == offset_table);
  }
  bool is_below_offset_table(std::int64_t displacement) const {
    return offset_table != 0 && displacement < kNearestBelowTable &&
           static_cast<std::uint64_t>(-displacement) < offset_table;
  }
  bool far(std::int64_t distance) const {
    return distance > static_cast<std::int64_t>(function_size) || -distance > static_cast<std::int64_t>(function_size);
  }
};

// Lowers one architecture. Not thread-safe; cheap after the first.
class Lowerer {
 public:
  virtual ~Lowerer() = default;
  // Appends what the instructions of a block become: the first `size` bytes of `bytes`, which should go on to the end
  // of the section, because near its end decoding is slower. Undecodable bytes are skipped. Returns how many
  // instructions it read.
  virtual std::uint32_t lower_block(ByteView bytes, std::size_t size, std::uint64_t address, const Surroundings& around,
                                    std::vector<Instruction>& out, ExactHash& exact) = 0;
};

std::unique_ptr<Lowerer> make_x86_lowerer(bool is_64_bit);
std::unique_ptr<Lowerer> make_arm64_lowerer();

}  // namespace samehand::feature
