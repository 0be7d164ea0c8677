// The words of a listed instruction: what its text is compared by.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "samehand/code/listing.h"

namespace samehand::dossier {

struct Token {
  std::string_view text;
  std::optional<std::uint64_t> number;
};

// Names, numbers and punctuation of an instruction's text in order, spaces left out; at most kMaxTokens of them.
inline constexpr std::size_t kMaxTokens = 64;
std::vector<Token> tokens_of(std::string_view text);

inline constexpr std::uint32_t kNoOperation = ~0u;

// An instruction reduced to small numbers that are equal on both sides exactly where the thing is equal.
struct InstructionWords {
  std::uint32_t text = 0;    // the whole text
  std::uint32_t masked = 0;  // the text without addresses
  std::uint32_t shape = 0;   // ListedInstruction::shape
  std::uint32_t mnemonic = 0;
  std::uint32_t operation = 0;  // what it does, on any architecture; kNoOperation where that says little
  std::uint32_t first_tell = 0,
                tells = 0;  // names, constants, and constants with the operation: what tells places apart
};

struct BlockWords {
  std::uint32_t first = 0, count = 0;  // into ListingWords::instructions
};

struct ListingWords {
  std::vector<InstructionWords> instructions;
  std::vector<BlockWords> blocks;
  std::vector<std::uint32_t> tells;

  std::span<const InstructionWords> of(const BlockWords& block) const {
    return std::span(instructions).subspan(block.first, block.count);
  }
  std::span<const std::uint32_t> tells_of(const InstructionWords& i) const {
    return std::span(tells).subspan(i.first_tell, i.tells);
  }
};

// Numbers words in order of appearance, the same for every listing that it reads.
class Vocabulary {
 public:
  ListingWords read(const code::Listing& listing);
  std::size_t size() const { return ids_.size(); }

 private:
  std::uint32_t id(std::uint64_t hash) {
    return ids_.try_emplace(hash, static_cast<std::uint32_t>(ids_.size())).first->second;
  }
  std::unordered_map<std::uint64_t, std::uint32_t> ids_;
};

// Whether a number in an instruction of a function at `function` is an address rather than a constant: it lies within
// 64 MB of the function, and above the first page.
bool looks_like_address(std::uint64_t number, std::uint64_t function);

}  // namespace samehand::dossier
