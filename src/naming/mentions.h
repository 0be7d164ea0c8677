// A text's words with what the steps of find_names ask about them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "samehand/naming/naming.h"
#include "words.h"

namespace samehand::naming {

constexpr unsigned bit(NameKind kind) {
  return 1u << static_cast<unsigned>(kind);
}
inline constexpr unsigned kActorBit = bit(NameKind::kActor), kMalwareBit = bit(NameKind::kMalware),
                          kToolBit = bit(NameKind::kTool), kCampaignBit = bit(NameKind::kCampaign);

// Words [first, first + count) may be a name of one of `kinds` (bits by NameKind); `said`: kinds that words beside it
// state.
struct Mention {
  std::size_t first = 0, count = 0;
  unsigned kinds = 0, said = 0;
  FoundName::How how = FoundName::How::kList;
  std::vector<std::string> ids;
  bool pending = false;  // an ordinary word that counts only if the text makes it clear elsewhere
};

constexpr std::uint64_t word_hash(std::string_view word) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(to_lower(c))) * 0x100000001b3ull;
  return hash;
}

struct Page {
  explicit Page(std::string_view text);

  std::string_view text;
  std::vector<Word> words;
  std::vector<std::uint64_t> hashes;  // word_hash of each

  std::string_view word(std::size_t i) const { return words[i].of(text); }
  std::string_view piece(std::size_t first, std::size_t count) const {
    return text.substr(words[first].begin, words[first + count - 1].end - words[first].begin);
  }
  char char_before(std::size_t i) const { return words[i].begin > 0 ? text[words[i].begin - 1] : '\0'; }
  char char_after(std::size_t i) const { return words[i].end < text.size() ? text[words[i].end] : '\0'; }
  bool same_sentence(std::size_t a, std::size_t b) const {
    return a < words.size() && b < words.size() && words[a].sentence == words[b].sentence;
  }
  // Whether word `i` follows the one before it with nothing but a space (or hyphen) between.
  bool adjoins(std::size_t i) const { return i < words.size() && words[i].is(Word::kGlued | Word::kSpaced); }
  bool is(std::size_t i, std::string_view lower_word) const {
    return i < words.size() && hashes[i] == word_hash(lower_word);
  }
  // Letters of the words, in lower case.
  std::string key(std::size_t first, std::size_t count) const;

  // The kinds of name that a noun directly before or after the words announces ("the X backdoor", "hackers of X").
  unsigned kinds_beside(std::size_t first, std::size_t count) const;
  // Whether the verbs and prepositions around suit the kind: an actor uses, malware is delivered.
  bool leaning(std::size_t first, std::size_t count, NameKind kind) const;
  // "net.exe", "the ping utility", "ran net"
  bool is_tool_use(std::size_t first, std::size_t count) const;
  // Whether the same word occurs in small letters somewhere in this text.
  bool used_in_lower_case(std::size_t i) const { return lower_case_.contains(hashes[i]); }
  // How many words after the name are part of it as a title: "Winnti Group", "Houdini RAT".
  std::size_t title_after(std::size_t first, std::size_t count, NameKind kind) const;

 private:
  std::unordered_set<std::uint64_t> lower_case_;
};

// The kinds that a noun stands for: "backdoor" -> malware; 0 for other words.
unsigned noun_kinds(std::uint64_t hash);

// forms.cc, phrases.cc: steps 2 and 3 of find_names.
void find_forms(const Page& page, std::vector<Mention>& mentions);
void find_phrases(const Page& page, std::vector<Mention>& mentions);
// victims.cc: those that the text says were attacked, in order of place.
std::vector<FoundName> find_victims(const Page& page);
// Whether the word may be a name at all: a capital or digits, and none of the words that reports write in capitals
// without naming anything (products, vendors, countries, months).
bool may_be_name(const Page& page, std::size_t i);

}  // namespace samehand::naming
