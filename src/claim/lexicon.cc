// Reads lexicon/*.txt (built into the program) into one table of words.
//
// Every file is sections of words: "[name …: …]" opens a section, "#" a comment. Verbs are written as lemmas and
// inflected here by the rules of English spelling, or from irregular.txt. Lookup is one hash of the lower-case word.

#include "lexicon.h"

#include <algorithm>
#include <array>

#include "lexicon_files.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {
namespace {

template <typename Visit>
void for_each_line(std::string_view file, Visit visit) {
  while (!file.empty()) {
    const std::size_t end = std::min(file.find('\n'), file.size());
    const std::string_view line = file.substr(0, end);
    file.remove_prefix(std::min(end + 1, file.size()));
    if (!line.empty() && line.front() != '#') visit(line);
  }
}

std::vector<std::string_view> split(std::string_view line, char separator = ' ') {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(separator), line.size());
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

template <typename Value, std::size_t kSize>
Value value_of(const std::array<std::pair<std::string_view, Value>, kSize>& names, std::string_view name) {
  for (const auto& [candidate, value] : names) {
    if (candidate == name) return value;
  }
  return Value{};
}

constexpr std::array kStrengths = std::to_array<std::pair<std::string_view, Strength>>(
    {{"weak", Strength::kWeak}, {"middle", Strength::kMiddle}, {"strong", Strength::kStrong}});

constexpr std::array kStances =
    std::to_array<std::pair<std::string_view, Stance>>({{"asserts", Stance::kAsserts},
                                                        {"denies", Stance::kDenies},
                                                        {"declines", Stance::kDeclines},
                                                        {"suggests", Stance::kSuggests},
                                                        {"doubts", Stance::kDoubts},
                                                        {"threatens", Stance::kThreatens},
                                                        {"apologises", Stance::kApologises}});

constexpr std::array kFrames = std::to_array<std::pair<std::string_view, std::uint32_t>>({{"that", kThat},
                                                                                          {"bare", kBare},
                                                                                          {"wh", kIfWhether},
                                                                                          {"quote", kQuotation},
                                                                                          {"inverted", kInverted},
                                                                                          {"after", kAfter},
                                                                                          {"person", kAddressee},
                                                                                          {"object", kObject},
                                                                                          {"to", kToVerb},
                                                                                          {"objectto", kObjectTo},
                                                                                          {"ing", kGerund},
                                                                                          {"passive", kPassive},
                                                                                          {"bareto", kSeem},
                                                                                          {"objectof", kObjectOf},
                                                                                          {"thing", kThing},
                                                                                          {"owned", kOwned}});

constexpr std::array kClasses =
    std::to_array<std::pair<std::string_view, std::uint32_t>>({{"determiner", kDeterminer},
                                                               {"possessive", kPossessive},
                                                               {"pronoun", kPronoun},
                                                               {"subject", kSubjectPronoun},
                                                               {"object", kObjectPronoun},
                                                               {"person", kPersonPronoun},
                                                               {"preposition", kPreposition},
                                                               {"subordinator", kSubordinator},
                                                               {"coordinator", kCoordinator},
                                                               {"modal", kModal},
                                                               {"be", kBe},
                                                               {"have", kHave},
                                                               {"do", kDo},
                                                               {"negation", kNegation},
                                                               {"wh", kWh},
                                                               {"adverb", kAdverb},
                                                               {"weekday", kDay},
                                                               {"time", kTime},
                                                               {"number", kNumberWord},
                                                               {"abbreviation", kAbbreviation},
                                                               {"title", kTitle}});

constexpr std::array kKinds =
    std::to_array<std::pair<std::string_view, SpeakerKind>>({{"government", SpeakerKind::kGovernment},
                                                             {"victim", SpeakerKind::kVictim},
                                                             {"vendor", SpeakerKind::kVendor},
                                                             {"researcher", SpeakerKind::kResearcher},
                                                             {"press", SpeakerKind::kPress},
                                                             {"anonymous", SpeakerKind::kAnonymous},
                                                             {"attacker", SpeakerKind::kAttacker}});

// "[name strength stance: frame …]" -> name, sense, and the words after the colon.
struct Header {
  std::string_view name;
  Sense sense;
  std::vector<std::string_view> frames;
};

Header parse_header(std::string_view line) {
  line = line.substr(1, line.find(']') - 1);
  const std::size_t colon = std::min(line.find(':'), line.size());
  const auto head = split(line.substr(0, colon));
  Header header;
  if (!head.empty()) header.name = head[0];
  if (head.size() > 2) {
    header.sense.strength = value_of(kStrengths, head[1]);
    header.sense.stance = value_of(kStances, head[2]);
  }
  if (colon < line.size()) header.frames = split(line.substr(colon + 1));
  for (const std::string_view frame : header.frames) header.sense.frames |= value_of(kFrames, frame);
  return header;
}

void merge(Sense& into, const Sense& more) {
  if (into.strength == Strength::kNone) {
    into = more;
  } else {
    into.frames |= more.frames;
  }
}

bool vowel(char c) {
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

// Whether the last consonant doubles before -ed and -ing: "plan" (one syllable), or a verb stressed at its end.
bool doubles(std::string_view lemma) {
  constexpr std::array kStressedAtEnd = std::to_array<std::string_view>(
      {"admit",  "permit", "commit", "submit", "refer",  "prefer",  "infer",  "defer", "confer",
       "concur", "occur",  "rebut",  "compel", "propel", "control", "regret", "omit",  "transfer",
       "abhor",  "recur",  "incur",  "equip",  "forbid", "allot",   "acquit", "deter"});
  const std::size_t n = lemma.size();
  if (n < 3) return false;
  const char last = lemma[n - 1];
  if (vowel(last) || last == 'w' || last == 'x' || last == 'y' || !vowel(lemma[n - 2]) || vowel(lemma[n - 3]))
    return false;
  if (one_of(lemma, kStressedAtEnd)) return true;
  return std::ranges::count_if(lemma, vowel) == 1;
}

std::string third(std::string_view lemma) {
  std::string form(lemma);
  const auto ends = [&](std::string_view end) { return lemma.ends_with(end); };
  if (ends("s") || ends("sh") || ends("ch") || ends("x") || ends("z") || ends("o")) return form + "es";
  if (ends("y") && lemma.size() > 1 && !vowel(lemma[lemma.size() - 2])) return form.substr(0, form.size() - 1) + "ies";
  return form + "s";
}

std::string past(std::string_view lemma) {
  std::string form(lemma);
  if (lemma.ends_with("e")) return form + "d";
  if (lemma.ends_with("y") && lemma.size() > 1 && !vowel(lemma[lemma.size() - 2]))
    return form.substr(0, form.size() - 1) + "ied";
  if (doubles(lemma)) form += lemma.back();
  return form + "ed";
}

std::string ing(std::string_view lemma) {
  std::string form(lemma);
  if (lemma.ends_with("ie")) return form.substr(0, form.size() - 2) + "ying";
  if (lemma.ends_with("e") && !lemma.ends_with("ee") && !lemma.ends_with("oe") && lemma != "be")
    return form.substr(0, form.size() - 1) + "ing";
  if (doubles(lemma)) form += lemma.back();
  return form + "ing";
}

}  // namespace

const Lexicon& Lexicon::get() {
  static const Lexicon lexicon;
  return lexicon;
}

const Word& Lexicon::find(std::string_view lower) const {
  static const Word unknown;
  const auto found = words_.find(lower);
  return found == words_.end() ? unknown : *found->second;
}

Lexicon::Lexicon() {
  read_irregular(kIrregularFile);
  read_classes(kClosedFile);
  read_people(kPeopleFile);
  read_verbs(kVerbsFile);
  for_each_line(kOtherVerbsFile, [&](std::string_view line) {
    for (const std::string_view lemma : split(line)) add_verb(lemma);
  });
  read_nominals(kNounsFile, &Word::noun);
  read_nominals(kAdjectivesFile, &Word::adjective);
  for (const auto& [spelling, word] : owned_) words_.emplace(spelling, &word);
}

void Lexicon::read_irregular(std::string_view file) {
  for_each_line(file, [&](std::string_view line) {
    const auto forms = split(line);
    if (forms.size() == 3) irregular_.emplace(forms[0], std::pair(forms[1], forms[2]));
  });
}

void Lexicon::read_classes(std::string_view file) {
  std::uint32_t word_class = 0;
  for_each_line(file, [&](std::string_view line) {
    if (line.front() == '[') {
      word_class = value_of(kClasses, parse_header(line).name);
      if (word_class == kPersonPronoun) word_class = kPersonPronoun;
      return;
    }
    for (const std::string_view word : split(line)) owned_[std::string(word)].classes |= word_class;
  });
}

void Lexicon::read_people(std::string_view file) {
  SpeakerKind kind = SpeakerKind::kUnknown;
  std::uint32_t word_class = kPerson;
  for_each_line(file, [&](std::string_view line) {
    if (line.front() == '[') {
      const std::string_view name = parse_header(line).name;
      kind = value_of(kKinds, name);
      word_class = name == "document" ? kDocument : kPerson;
      return;
    }
    for (const std::string_view text : split(line)) {
      Word& word = owned_[std::string(text)];
      word.classes |= word_class;
      if (word.kind == SpeakerKind::kUnknown) word.kind = kind;
    }
  });
}

std::int16_t Lexicon::add_verb(std::string_view lemma) {
  const auto [known, added] = verb_of_lemma_.try_emplace(lemma, static_cast<std::int16_t>(verbs_.size()));
  if (!added) return known->second;
  verbs_.push_back({.lemma = lemma, .sense = {}, .particles = {}});
  const std::int16_t verb = known->second;
  add_form(std::string(lemma), verb, kBase);
  add_form(third(lemma), verb, kThird);
  add_form(ing(lemma), verb, kIng);
  if (const auto irregular = irregular_.find(lemma); irregular != irregular_.end()) {
    add_form(std::string(irregular->second.first), verb, kPast);
    add_form(std::string(irregular->second.second), verb, kParticiple);
  } else {
    add_form(past(lemma), verb, kPast | kParticiple);
  }
  return verb;
}

void Lexicon::add_form(std::string spelling, std::int16_t verb, std::uint8_t forms) {
  Word& word = owned_[std::move(spelling)];
  if (word.verb >= 0 && word.verb != verb)
    return;  // "found", "felt": the verb that was listed first keeps the spelling
  word.verb = verb;
  word.forms |= forms;
}

void Lexicon::read_verbs(std::string_view file) {
  Header header;
  for_each_line(file, [&](std::string_view line) {
    if (line.front() == '[') {
      header = parse_header(line);
      return;
    }
    for (const std::string_view item : split(line)) {
      const auto parts = split(item, '+');
      Verb& verb = verbs_[static_cast<std::size_t>(add_verb(parts[0]))];
      if (parts.size() == 1) {
        merge(verb.sense, header.sense);
        continue;
      }
      const std::vector<std::string_view> particles(parts.begin() + 1, parts.end());
      const auto same = std::ranges::find(verb.particles, particles, &ParticleVerb::particles);
      if (same == verb.particles.end()) {
        verb.particles.push_back({particles, header.sense});
      } else {
        merge(same->sense, header.sense);
      }
    }
  });
  for (Verb& verb : verbs_) {
    std::ranges::stable_sort(verb.particles, [](const ParticleVerb& a, const ParticleVerb& b) {
      return a.particles.size() > b.particles.size();
    });
  }
}

void Lexicon::read_nominals(std::string_view file, std::int16_t Word::* slot) {
  Header header;
  for_each_line(file, [&](std::string_view line) {
    if (line.front() == '[') {
      header = parse_header(line);
      return;
    }
    for (const std::string_view text : split(line)) {
      const auto add = [&](std::string spelling) {
        Word& word = owned_[std::move(spelling)];
        if (word.*slot < 0) {
          word.*slot = static_cast<std::int16_t>(nominals_.size());
          nominals_.push_back({});
        }
        Nominal& nominal = nominals_[static_cast<std::size_t>(word.*slot)];
        merge(nominal.sense, header.sense);
        for (const std::string_view frame : header.frames) {
          if (value_of(kFrames, frame) == 0 &&
              std::ranges::find(nominal.prepositions, frame) == nominal.prepositions.end())
            nominal.prepositions.push_back(frame);
        }
      };
      add(std::string(text));
      if (slot == &Word::noun) add(third(text));  // the plural is spelt as the verb's third person
    }
  });
}

}  // namespace samehand::claim
