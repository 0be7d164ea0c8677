// The executable bytes of an image as one dense range of 32-bit offsets, and the instructions that lie in it.
//
// Problem: recovery keeps several facts per instruction and jumps between them by address all the time; addresses are
// 64 bits wide and their sections lie anywhere.
//
// Method: the executable sections are laid one after another into a "code space"; an instruction's facts are found by
// its index. A bitmap with one bit per code byte and running counts turns an offset into an index (rank) in a few
// operations and needs 0.2 bytes per code byte. Data is addressed by its "link offset", the distance from the image's
// lowest section, so that a target fits 32 bits as well.
//
// Cost: 16.2 bytes per instruction; look-ups are constant time but for the choice of the section (binary search, and
// almost always the first guess).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/image/image.h"

namespace samehand::code {

inline constexpr std::uint32_t kNone = 0xffffffff;

// What an instruction does to control flow.
enum class Flow : std::uint8_t {
  kOther,
  kPadding,      // no-operations between functions and before loops
  kConditional,  // jump that may fall through
  kJump,
  kIndirectJump,
  kCall,
  kIndirectCall,
  kReturn,
  kTrap,     // stops the program: ud2, hlt, int3, brk
  kAddress,  // names an address (lea, adrp + add, an absolute immediate)
  kBad,      // no instruction, or cut off by a known start
};

// Facts that the sweep sees in an instruction, and marks that the passes leave on it.
enum Mark : std::uint32_t {
  kPops = 1,            // gives stack back: what an epilogue does
  kSetsDepth = 2,       // `stack` is the new depth, not a change
  kIndexed = 4,         // indirect jump through memory with an index: a jump table's base is its target
  kTableOperand = 8,    // a load whose base may be a table
  kLandmark = 16,       // endbr, paciasp, bti c: compilers put it at entries
  kShortAddress = 32,   // AArch64 adr: mostly the base of a compressed jump table, not a function's address
  kToCode = 64,         // `target` is the index of an instruction; else a link offset
  kStart = 128,         // a function starts here
  kLabel = 256,         // target of a jump table or computed goto
  kCalled = 512,        // target of a direct call
  kTaken = 1024,        // its address is used somewhere
  kNoReturn = 2048,     // at a start: the function never returns; at a call: neither does what it calls
  kFragment = 4096,     // a split-off part of a function has an unwind entry here
  kRejected = 8192,     // was a weak start and failed a check
  kLandingPad = 16384,  // exceptions land here
  kToImport = 32768,    // call or jump to an imported function, through its slot or stub
};

struct Instruction {
  std::uint32_t offset = 0;      // in code space
  std::uint32_t target = kNone;  // see kToCode
  std::int32_t stack = 0;        // bytes by which the stack grows (call and return themselves do not count)
  std::uint32_t marks : 24 = 0;
  std::uint32_t length : 4 = 0;  // bytes
  Flow flow : 4 = Flow::kOther;

  bool has(std::uint32_t mark) const { return (marks & mark) != 0; }
  void set(std::uint32_t mark) { marks = (marks | mark) & 0xffffff; }
  void clear(std::uint32_t mark) { marks = marks & ~mark & 0xffffff; }
  std::uint32_t end() const { return offset + length; }
  bool is_call() const { return flow == Flow::kCall || flow == Flow::kIndirectCall; }
  bool is_direct_jump() const { return flow == Flow::kJump || flow == Flow::kConditional; }
};
static_assert(sizeof(Instruction) == 16);

// Offsets of code, and link offsets of everything.
class CodeSpace {
 public:
  struct Part {
    std::uint64_t address = 0;
    std::uint32_t begin = 0;  // offset; parts never touch, so that nothing falls through from one into the next
    std::uint32_t size = 0;
    ByteView bytes;
  };

  // Takes the image's executable sections that are not stubs; at most kMaxCodeBytes in all.
  explicit CodeSpace(const image::Image& image);

  std::span<const Part> parts() const { return parts_; }
  std::uint32_t size() const { return size_; }
  std::uint64_t code_bytes() const { return code_bytes_; }

  // kNone outside code.
  std::uint32_t offset_of(std::uint64_t address) const {
    const std::uint64_t inside = address - main_.address;
    return inside < main_.size ? main_.begin + static_cast<std::uint32_t>(inside) : search_offset_of(address);
  }
  std::uint64_t address_of(std::uint32_t offset) const {
    const std::uint32_t inside = offset - main_.begin;
    return inside < main_.size ? main_.address + inside : search_address_of(offset);
  }
  ByteView bytes_at(std::uint32_t offset) const;  // to the end of the part
  std::size_t part_of(std::uint32_t offset) const;

  // kNone where the distance does not fit.
  std::uint32_t link_of(std::uint64_t address) const {
    const std::uint64_t distance = address - base_;
    return address >= base_ && distance < kNone ? static_cast<std::uint32_t>(distance) : kNone;
  }
  std::uint64_t address_of_link(std::uint32_t link) const { return base_ + link; }

 private:
  std::uint32_t search_offset_of(std::uint64_t address) const;
  std::uint64_t search_address_of(std::uint32_t offset) const;

  std::vector<Part> parts_;  // ascending address and offset
  Part main_;                // the largest of them, where nearly everything lies; empty if others overlap it
  std::uint64_t base_ = 0;
  std::uint32_t size_ = 0;
  std::uint64_t code_bytes_ = 0;
};

inline constexpr std::uint64_t kMaxCodeBytes = 1u << 30;

// Which instruction begins at an offset.
class InstructionIndex {
 public:
  // First all offsets where an instruction begins, then finish(); before that nothing can be looked up.
  void begin(std::uint32_t code_space_size) { bits_.assign((code_space_size >> 6) + 1, 0); }
  void add(std::uint32_t offset) { bits_[offset >> 6] |= std::uint64_t{1} << (offset & 63); }
  void finish();

  // kNone where no instruction begins.
  std::uint32_t at(std::uint32_t offset) const {
    const std::size_t word = offset >> 6;
    if (word >= bits_.size()) return kNone;
    const std::uint64_t below = bits_[word] << (63 - (offset & 63));  // the bit itself is now the highest
    if ((below >> 63) == 0) return kNone;
    return counts_[word] + static_cast<std::uint32_t>(std::popcount(below)) - 1;
  }

  // The first instruction that begins at or after the offset; their number where there is none.
  std::uint32_t first_from(std::uint32_t offset) const {
    const std::size_t word = offset >> 6;
    if (word >= bits_.size()) return total_;
    const std::uint64_t before = bits_[word] & ((std::uint64_t{1} << (offset & 63)) - 1);
    return counts_[word] + static_cast<std::uint32_t>(std::popcount(before));
  }

 private:
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint32_t> counts_;  // instructions before each word
  std::uint32_t total_ = 0;
};

}  // namespace samehand::code
