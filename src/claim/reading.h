// A text as the passes see it: tokens with tags, quotations, sentences; and the candidates for claims that they find in
// it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lexicon.h"
#include "samehand/base/text_span.h"
#include "samehand/page/page.h"

namespace samehand::claim {

enum class Tag : std::uint8_t {
  kNoun,
  kName,
  kPronoun,
  kDeterminer,  // possessive pronouns among them
  kAdjective,
  kAdverb,
  kVerb,
  kModal,
  kAuxiliary,
  kPreposition,
  kSubordinator,
  kCoordinator,
  kTo,  // before an infinitive
  kThat,
  kWh,
  kNumber,
  kPossessive,  // 's
  kQuote,
  kComma,
  kColon,
  kSemicolon,
  kDash,
  kOpen,   // ( [
  kClose,  // ) ]
  kStop,   // . ? !
  kOther,
};

// Indices of tokens: half-open.
struct Range {
  int first = 0, last = 0;
  bool empty() const { return first >= last; }
  int size() const { return last - first; }
  bool contains(Range other) const { return first <= other.first && other.last <= last; }
  bool has(int token) const { return first <= token && token < last; }
  bool overlaps(Range other) const { return first < other.last && other.first < last; }
  friend bool operator==(Range, Range) = default;
};

struct MatterEntry;

struct Token {
  TextSpan where;
  std::string_view lower;  // of a clitic its plain form: "n't", "'s"
  const Word* word = nullptr;
  const MatterEntry* matter = nullptr;  // what lexicon/matter.txt says of the word; null: nothing (matter.h)
  Tag tag = Tag::kOther;
  std::uint8_t form = 0;  // of a verb: the VerbForms that it may have here
  bool capital = false;   // begins with a capital letter
  bool space_before = false;
  int partner = -1;  // of a quotation mark: the other one
  int quote = -1;    // the opening mark of the quotation that it stands in (the marks themselves do not)
  int sentence = 0;
};

struct Sentence {
  Range tokens;
  int paragraph = 0;
  bool heading = false;     // a title, or a line without a full stop
  bool headline = false;    // of the page or a section, by its block
  bool title_case = false;  // capitals say nothing: "Trump Says He Will Win"
};

struct Quotation {
  Range tokens;  // with its marks
  int words = 0;
  int paragraph = 0;
  bool continues = false;  // has no closing mark: goes on in the next paragraph
};

enum class Pass : std::uint8_t {
  kBefore,
  kInversion,
  kAccordingTo,
  kColon,
  kVerb,
  kPassive,
  kNoun,
  kAdjective,
  kContinued,
  kAdverb,
  kOwnVoice,
};

// A claim in the making.
struct Candidate {
  Pass pass = Pass::kVerb;
  Range cue, source;           // source may be empty
  std::vector<Range> content;  // in order
  Sense sense;
  std::uint32_t frame = 0;  // the one that it was accepted by
  int verb = -1;            // its head token
  int parent = -1;
  bool dropped = false;

  Range whole() const { return content.empty() ? cue : Range{content.front().first, content.back().last}; }
};

// The verb with what belongs to it: "has not yet [said]".
struct VerbGroup {
  Range tokens;  // from its first auxiliary or adverb to its main verb
  int head = 0;
  bool passive = false, negated = false, finite = false, infinitive = false;
  Range subject;                // empty: none found
  bool subject_shared = false;  // taken from an earlier verb
};

// "The Post quotes the Courier": who relays whom, and what that one says stands elsewhere.
struct Quoting {
  Range who, whom;
};

struct Switches;

struct Reading {
  std::string_view text;
  std::string lowered;
  std::vector<Token> tokens;
  std::vector<Sentence> sentences;
  std::vector<Quotation> quotations;
  std::vector<VerbGroup> groups;  // in order
  std::vector<int> group_of;      // token -> group whose head it is, or -1
  std::vector<Candidate> candidates;
  std::vector<Quoting> quotings;  // in order

  const Token& operator[](int i) const { return tokens[static_cast<std::size_t>(i)]; }
  int size() const { return static_cast<int>(tokens.size()); }
  bool is(int i, std::string_view lower) const {
    if (i < 0 || i >= size()) return false;
    // Asked millions of times and mostly answered by length and first byte.
    const std::string_view word = (*this)[i].lower;
    return word.size() == lower.size() && !word.empty() && word.front() == lower.front() && word == lower;
  }
  bool is(int i, Tag tag) const { return i >= 0 && i < size() && (*this)[i].tag == tag; }
  bool is_class(int i, std::uint32_t classes) const {
    return i >= 0 && i < size() && ((*this)[i].word->classes & classes) != 0;
  }
  const Sentence& sentence_of(int i) const { return sentences[static_cast<std::size_t>((*this)[i].sentence)]; }
  const VerbGroup* group_at(int head) const {
    const int group = group_of[static_cast<std::size_t>(head)];
    return group < 0 ? nullptr : &groups[static_cast<std::size_t>(group)];
  }
  TextSpan span_of(Range range) const {
    if (range.empty()) return {};
    return {(*this)[range.first].where.begin, (*this)[range.last - 1].where.end};
  }
};

// The longest sentence, in tokens; longer ones are cut, so that every scan within a sentence is bounded.
inline constexpr int kMaxSentence = 250;

// Passes, in the order in which find_claims.cc runs them.
void split_tokens(Reading& reading);
void lay_out(Reading& reading, std::span<const page::Block> blocks);
void tag_words(Reading& reading);
void group_verbs(Reading& reading);
void find_subjects(Reading& reading);

}  // namespace samehand::claim
