#include "words.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>

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
                        kNumberSeed = 6, kOperationSeed = 7, kOperandSeed = 8;

// What an instruction does in words that all architectures share, 0 for the many whose use is a compiler's whim (moves,
// additions, jumps). Mnemonics by how they begin.
enum Operation : std::uint8_t {
  kNone,
  kCall,
  kReturn,
  kCompare,
  kMultiply,
  kDivide,
  kShift,
  kAnd,
  kOr,
  kXor,
  kFloat,
  kLoad,
  kStore
};

Operation operation_of(std::string_view mnemonic, bool memory, bool memory_first) {
  static constexpr auto kTable = std::to_array<std::pair<std::string_view, Operation>>({
      {"call", kCall},     {"blr", kCall},     {"bl", kCall},       {"ret", kReturn},    {"cmp", kCompare},
      {"test", kCompare},  {"tst", kCompare},  {"cb", kCompare},    {"tb", kCompare},    {"cmn", kCompare},
      {"imul", kMultiply}, {"mul", kMultiply}, {"madd", kMultiply}, {"msub", kMultiply}, {"smul", kMultiply},
      {"umul", kMultiply}, {"div", kDivide},   {"idiv", kDivide},   {"udiv", kDivide},   {"sdiv", kDivide},
      {"shl", kShift},     {"shr", kShift},    {"sar", kShift},     {"lsl", kShift},     {"lsr", kShift},
      {"asr", kShift},     {"ubf", kShift},    {"sbf", kShift},     {"and", kAnd},       {"orr", kOr},
      {"or", kOr},         {"xor", kXor},      {"eor", kXor},       {"f", kFloat},       {"cvt", kFloat},
      {"addsd", kFloat},   {"mulsd", kFloat},  {"divsd", kFloat},   {"subsd", kFloat},   {"ld", kLoad},
      {"st", kStore},
  });
  for (const auto& [start, operation] : kTable) {
    if (mnemonic.starts_with(start)) return operation;
  }
  if (mnemonic.starts_with("mov") && memory) return memory_first ? kStore : kLoad;
  return kNone;
}

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
      const auto bracket = instruction.text.find('['), comma = instruction.text.find(',');
      const Operation operation = operation_of(mnemonic, bracket != std::string::npos, bracket < comma);
      const bool same_twice = operation == kXor && tokens.size() == 4 && tokens[1].text == tokens[3].text;  // a zero
      out.operation = operation == kNone || same_twice ? kNoOperation : id(combine64(kOperationSeed, operation));
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
          // … unless one knows what is done with them: a field at 8 is loaded, something is compared with 3.
          if (!address && operation != kNone) {
            words.tells.push_back(id(combine64(combine64(kOperandSeed, operation), *token.number)));
          }
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
