#include "words.h"

#include <charconv>
#include <string>

#include "samehand/base/hash.h"

namespace samehand::dossier {
namespace {

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
         c == '$' || c == '@' || c == '?' || static_cast<unsigned char>(c) >= 0x80;
}

std::optional<std::uint64_t> number_of(std::string_view word) {
  const bool hex = word.starts_with("0x") || word.starts_with("0X");
  if (hex) word.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

// Different kinds of words never share an id.
constexpr std::uint64_t kShapeSeed = 1, kTextSeed = 2, kMaskedSeed = 3, kMnemonicSeed = 4, kNameSeed = 5,
                        kNumberSeed = 6;

// An operand that names a place: within brackets, or where the operation takes an address anyway.
bool takes_address(std::string_view mnemonic) {
  return mnemonic.starts_with('j') || mnemonic.starts_with("call") || mnemonic.starts_with("b") ||
         mnemonic.starts_with("lea") || mnemonic.starts_with("adr") || mnemonic.starts_with("cb") ||
         mnemonic.starts_with("tb") || mnemonic.starts_with("loop") || mnemonic.starts_with("ldr");
}

}  // namespace

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  while (!text.empty() && tokens.size() < kMaxTokens) {
    std::size_t length = 1;
    if (is_word(text[0])) {
      while (length < text.size() && is_word(text[length])) ++length;
    }
    const std::string_view word = text.substr(0, length);
    if (word != " " && word != "\t") tokens.push_back({word, number_of(word)});
    text.remove_prefix(length);
  }
  return tokens;
}

bool looks_like_address(std::uint64_t number, std::uint64_t function) {
  constexpr std::uint64_t kReach = 64u << 20;
  const std::uint64_t distance = number > function ? number - function : function - number;
  return number >= 0x1000 && distance <= kReach;
}

ListingWords Vocabulary::read(const code::Listing& listing) {
  ListingWords words;
  for (const code::ListedBlock& block : listing.blocks) {
    words.blocks.push_back(
        {static_cast<std::uint32_t>(words.instructions.size()), static_cast<std::uint32_t>(block.instructions.size())});
    for (const code::ListedInstruction& instruction : block.instructions) {
      InstructionWords out;
      const std::vector<Token> tokens = tokens_of(instruction.text);
      const std::string_view mnemonic = tokens.empty() ? std::string_view() : tokens.front().text;
      out.text = id(combine64(kTextSeed, hash64(instruction.text)));
      out.shape = id(combine64(kShapeSeed, instruction.shape));
      out.mnemonic = id(combine64(kMnemonicSeed, hash64(mnemonic)));
      out.first_tell = static_cast<std::uint32_t>(words.tells.size());
      const bool place = takes_address(mnemonic);
      std::uint64_t masked = kMaskedSeed;
      int brackets = 0;
      for (std::size_t t = 0; t < tokens.size(); ++t) {
        const Token& token = tokens[t];
        brackets += token.text == "[" ? 1 : token.text == "]" ? -1 : 0;
        if (token.number) {
          const bool address = (place || brackets > 0) && looks_like_address(*token.number, listing.address);
          masked = combine64(masked, address ? ~0ull : combine64(kNumberSeed, *token.number));
          // Small numbers are everywhere and tell nothing.
          if (!address && *token.number >= 10) words.tells.push_back(id(combine64(kNumberSeed, *token.number)));
        } else {
          masked = combine64(masked, hash64(token.text));
          if (t > 0 && token.text.size() > 3) words.tells.push_back(id(combine64(kNameSeed, hash64(token.text))));
        }
      }
      out.masked = id(masked);
      out.tells = static_cast<std::uint32_t>(words.tells.size()) - out.first_tell;
      words.instructions.push_back(out);
    }
  }
  return words;
}

}  // namespace samehand::dossier
