// What the finder of claims knows of English: the files in lexicon/, looked up by lower-case word.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "samehand/claim/claim.h"

namespace samehand::claim {

// Classes of a word; a word may be in several.
enum WordClass : std::uint32_t {
  kDeterminer = 1U << 0,
  kPossessive = 1U << 1,
  kPronoun = 1U << 2,
  kSubjectPronoun = 1U << 3,
  kObjectPronoun = 1U << 4,
  kPersonPronoun = 1U << 5,
  kPreposition = 1U << 6,
  kSubordinator = 1U << 7,
  kCoordinator = 1U << 8,
  kModal = 1U << 9,
  kBe = 1U << 10,
  kHave = 1U << 11,
  kDo = 1U << 12,
  kNegation = 1U << 13,
  kWh = 1U << 14,
  kAdverb = 1U << 15,
  kDay = 1U << 16,
  kTime = 1U << 17,
  kAbbreviation = 1U << 18,
  kTitle = 1U << 19,
  kPerson = 1U << 20,    // a noun whose bearer can speak
  kDocument = 1U << 21,  // a noun that can say something: poll, report
  kNumberWord = 1U << 22,
  kAuxiliary = kBe | kHave | kDo,
};

// Forms of a verb; a spelling may be several.
enum VerbForm : std::uint8_t { kBase = 1, kThird = 2, kPast = 4, kParticiple = 8, kIng = 16 };

enum class Strength : std::uint8_t { kNone, kWeak, kMiddle, kStrong };

// What may follow or surround a cue; lexicon/verbs.txt explains each.
enum Frame : std::uint32_t {
  kThat = 1U << 0,
  kBare = 1U << 1,
  kIfWhether = 1U << 2,
  kQuotation = 1U << 3,
  kInverted = 1U << 4,
  kAfter = 1U << 5,
  kAddressee = 1U << 6,
  kObject = 1U << 7,
  kToVerb = 1U << 8,
  kObjectTo = 1U << 9,
  kGerund = 1U << 10,
  kPassive = 1U << 11,
  kSeem = 1U << 12,
  kObjectOf = 1U << 13,
  kThing = 1U << 14,
  kOwned = 1U << 15,
};

struct Sense {
  Strength strength = Strength::kNone;
  Stance stance = Stance::kAsserts;
  std::uint32_t frames = 0;
};

struct ParticleVerb {
  std::vector<std::string_view> particles;  // "call+for": {"for"}
  Sense sense;
};

struct Verb {
  std::string_view lemma;
  Sense sense;                          // strength kNone: attributes nothing by itself
  std::vector<ParticleVerb> particles;  // longest first
};

// A noun or adjective that attributes, and the prepositions that may lead its content.
struct Nominal {
  Sense sense;
  std::vector<std::string_view> prepositions;
};

struct Word {
  std::uint32_t classes = 0;
  std::uint8_t forms = 0;
  std::int16_t verb = -1, noun = -1, adjective = -1;
  SpeakerKind kind = SpeakerKind::kUnknown;
};

class Lexicon {
 public:
  // The built-in one; built on first use, never changed.
  static const Lexicon& get();

  const Word& find(std::string_view lower) const;
  const Verb& verb(const Word& word) const { return verbs_[static_cast<std::size_t>(word.verb)]; }
  const Nominal& noun(const Word& word) const { return nominals_[static_cast<std::size_t>(word.noun)]; }
  const Nominal& adjective(const Word& word) const { return nominals_[static_cast<std::size_t>(word.adjective)]; }

 private:
  Lexicon();
  void read_verbs(std::string_view file);
  void read_nominals(std::string_view file, std::int16_t Word::* slot);
  void read_classes(std::string_view file);
  void read_people(std::string_view file);
  void read_irregular(std::string_view file);
  std::int16_t add_verb(std::string_view lemma);
  void add_form(std::string spelling, std::int16_t verb, std::uint8_t forms);

  // Words are short: their first and last bytes and their length tell them apart well, and every token is looked up.
  struct ShortHash {
    std::size_t operator()(std::string_view word) const {
      if (word.empty()) return 0;
      std::uint64_t first = 0, last = 0;
      const std::size_t take = std::min<std::size_t>(word.size(), 8);
      std::memcpy(&first, word.data(), take);
      std::memcpy(&last, word.data() + word.size() - take, take);
      const std::uint64_t mixed = (first ^ (last * 0x9e3779b97f4a7c15ULL)) * 0xff51afd7ed558ccdULL + word.size();
      return mixed ^ (mixed >> 32U);
    }
  };

  std::unordered_map<std::string, Word> owned_;
  std::unordered_map<std::string_view, const Word*, ShortHash> words_;
  std::unordered_map<std::string_view, std::int16_t> verb_of_lemma_;
  std::unordered_map<std::string_view, std::pair<std::string_view, std::string_view>> irregular_;
  std::vector<Verb> verbs_;
  std::vector<Nominal> nominals_;
};

}  // namespace samehand::claim
