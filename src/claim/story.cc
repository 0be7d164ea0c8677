// Who is who in a page's story.
//
// Example: "Toymaker Bellkin was hacked. Kedland's foreign minister, Sefa Orun, laughed at it. A user who calls himself
// Mole sold the files." -> hit: bellkin; introduced: orun (the foreign minister of Kedland); attackers: mole.
// Method: nouns and verbs of blows with their objects ("the raid on X", "X was robbed"), of blame ("accused X", "X was
// behind", "X ordered the raid", "X's hackers"), of names that somebody takes ("calls itself X"), and appositions.
// Cost: linear, every look around is bounded. Known failures: irony; who blames himself in jest; two of one surname.
#include "story.h"

#include <algorithm>
#include <array>

#include "drafts.h"
#include "matter.h"
#include "phrase.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {
namespace {

constexpr std::array kBlows = std::to_array<std::string_view>(
    {"attack", "attacks", "hack", "hacks", "breach", "breaches", "intrusion", "intrusions", "hacking", "cyberattack",
     "cyber-attack", "theft", "heist", "raid", "break-in", "break-ins", "sabotage"});
constexpr std::array kHit = std::to_array<std::string_view>({"hacked", "breached", "attacked", "compromised",
                                                             "infiltrated", "infected", "wiped", "crippled", "targeted",
                                                             "hit", "robbed", "penetrated", "extorted", "blackmailed"});
constexpr std::array kAccuse =
    std::to_array<std::string_view>({"blame", "accuse", "suspect", "implicate", "indict", "charge"});
constexpr std::array kCommit = std::to_array<std::string_view>(
    {"plan", "order", "launch", "mount", "stage", "orchestrate", "direct", "commit", "conduct", "carry", "sponsor"});
constexpr std::array kHands =
    std::to_array<std::string_view>({"hackers", "hacker", "spies", "agents", "operatives", "saboteurs"});
constexpr std::array kTook = std::to_array<std::string_view>({"stole", "broke", "emptied", "erased", "sabotaged"});
constexpr std::array kArms =
    std::to_array<std::string_view>({"navy", "army", "military", "intelligence", "service", "services", "spies",
                                     "agents", "officers", "hackers", "government", "regime", "operatives"});
constexpr int kNear = 14;  // tokens that an introduction may reach back or on

class Telling {
 public:
  explicit Telling(const Reading& r) : r_(r) {}

  Story run() {
    for (int i = 0; i < r_.size(); ++i) {
      if (r_.is(i, Tag::kNoun)) read_noun(i);
      if (r_.is(i, Tag::kVerb)) read_verb(i);
      read_link(i);
      if (!story_.of_intrusion && (r_.is(i, Tag::kNoun) || r_.is(i, Tag::kVerb) || r_.is(i, Tag::kAdjective)))
        story_.of_intrusion =
            matter_at(r_, i, Matter::kTechnique) || r_[i].lower == "backups" || r_[i].lower == "ransom";
      if (r_.is(i, Tag::kName) && !r_.is(i - 1, Tag::kName)) introduce(i);
    }
    return std::move(story_);
  }

 private:
  Range phrase_at(int i) const { return {i, phrase_end(r_, i, std::min(r_.size(), i + 9), false)}; }
  int names_end(int i) const {
    int last = i;
    while (r_.is(last, Tag::kName) && last - i < 6 && r_[last].sentence == r_[i].sentence) ++last;
    return last;
  }
  bool one_sentence(int i, int j) const { return i >= 0 && j < r_.size() && r_[i].sentence == r_[j].sentence; }

  template <typename Names>
  void add(Names& names, Range phrase) const {
    for (int i = phrase.first; i < phrase.last; ++i) {
      if (r_.is(i, Tag::kPreposition) || r_.is(i, Tag::kComma)) break;
      if (r_.is(i, Tag::kName) || (r_.is(i, Tag::kNoun) && r_[i].word->kind == SpeakerKind::kVictim))
        names.insert(r_[i].lower);
    }
  }
  void add_hit(Range phrase) {
    add(story_.hit, phrase);
    const int head = phrase.empty() ? -1 : head_of(r_, phrase);
    if (head >= 0 && r_.is(head, Tag::kNoun)) story_.struck.insert(r_[head].lower);
  }
  // "a former engineer, Pavel Strom, with": the person, not whose engineer he was.
  void add_blamed(Range phrase) {
    const int name = phrase.last + 1;
    if (!phrase.empty() && r_.is(phrase.last, Tag::kComma) && r_.is(name, Tag::kName) &&
        one_sentence(phrase.first, name) && r_.is(head_of(r_, phrase), Tag::kNoun)) {
      const int last = names_end(name);
      if (r_.is(last, Tag::kComma) || r_.is(last, Tag::kPreposition)) {
        add(story_.blamed, {name, last});
        return;
      }
    }
    add(story_.blamed, phrase);
    // "charged three officers of the Norlandic army"
    const int of = phrase.empty() ? -1 : head_of(r_, phrase) + 1;
    if (of > 0 && one_of(r_[of - 1].lower, kArms) && (r_.is(of, "of") || r_.is(of, "from"))) {
      const Range whose = phrase_at(of + 1);
      for (int j = whose.first; j < whose.last && !r_.is(j, Tag::kPreposition); ++j) {
        if (r_.is(j, Tag::kName) || (r_[j].capital && r_.is(j, Tag::kAdjective))) story_.blamed.insert(r_[j].lower);
      }
    }
  }

  void read_noun(int i) {
    if (one_of(r_[i].lower, kBlows)) {
      story_.of_intrusion = true;
      if (r_.is(i + 1, Tag::kPreposition)) add_hit(phrase_at(i + 2));
    }
    if (one_of(r_[i].lower, kHands)) {
      const bool owned = r_.is(i - 1, Tag::kPossessive) && r_.is(i - 2, Tag::kName);
      if (owned) story_.blamed.insert(r_[i - 2].lower);
      if (r_.is(i + 1, "from") || ((r_.is(i + 1, "working") || r_.is(i + 1, "acting")) && r_.is(i + 2, "for")) ||
          ((r_.is(i + 1, "linked") || r_.is(i + 1, "tied")) && r_.is(i + 2, "to")) ||
          (r_.is(i + 1, "backed") && r_.is(i + 2, "by")))
        add(story_.blamed, phrase_at(r_.is(i + 1, "from") ? i + 2 : i + 3));
    }
    if (r_.is(i, "suspect") || r_.is(i, "culprit")) {  // "is the main suspect"
      for (int j = i - 1; j >= std::max(0, i - 4); --j) {
        if (!r_.is(j, Tag::kAuxiliary) && !r_.is_class(j, kBe)) continue;
        const Range who = phrase_ending_at(r_, j - 1, std::max(scope_begin(r_, j), j - kNear));
        add(story_.blamed, who);
        break;
      }
    }
    if (r_[i].word->kind == SpeakerKind::kAttacker) {  // "a group called X", "hackers known as X"
      int at = i + 1;
      if (r_.is(at, Tag::kComma)) ++at;
      if (r_.is(at, "called") || r_.is(at, "named") || r_.is(at, "dubbed")) {
        add(story_.attackers, {at + 1, names_end(at + 1)});
      } else if (r_.is(at, "known") && r_.is(at + 1, "as")) {
        add(story_.attackers, {at + 2, names_end(at + 2)});
      }
    }
  }

  void read_verb(int i) {
    const VerbGroup* group = r_.group_at(i);
    const Range subject = group ? group->subject : Range{};
    const bool passive = group && group->passive;
    if (one_of(r_[i].lower, kHit)) {
      add_hit(passive ? subject : phrase_at(i + 1));
      story_.of_intrusion = true;
    }
    const std::string_view verb = lemma(r_, i);
    // "Norland's navy broke into the yard", "Norlandic spies stole the plans"
    if (!passive && group && !group->negated && (one_of(r_[i].lower, kHit) || one_of(r_[i].lower, kTook)) &&
        !subject.empty() && one_of(r_[head_of(r_, subject)].lower, kArms)) {
      for (int j = subject.first; j < subject.last; ++j) {
        if (r_.is(j, Tag::kName)) story_.blamed.insert(r_[j].lower);
      }
    }
    if (one_of(verb, kAccuse)) {
      if (passive) {
        add(story_.blamed, subject);
      } else {
        add_blamed(phrase_at(i + 1));
      }
    }
    if (one_of(verb, kCommit) && !passive && group && !group->negated) {
      const int first = r_.is(i + 1, "out") ? i + 2 : i + 1;
      const Range object = phrase_at(first);
      for (int j = object.first; j < object.last; ++j) {
        if (one_of(r_[j].lower, kBlows)) {
          add(story_.blamed, subject);
          break;
        }
      }
    }
    // "calls itself Night Ledger", "who calls himself Mole"
    if ((verb == "call" || verb == "style") &&
        (r_.is(i + 1, "itself") || r_.is(i + 1, "himself") || r_.is(i + 1, "herself") || r_.is(i + 1, "themselves")))
      add(story_.attackers, {i + 2, names_end(i + 2)});
    if (verb == "claim" && r_.is(i + 1, "responsibility")) add(story_.attackers, subject);
  }

  // The name that words of blame lead to: "all traces lead to X", "pointed the finger at X", "suspicion fell on X",
  // "the work of X", "X-backed", "on behalf of X".
  void read_blame(int i) {
    const auto leads = [&](std::string_view verb, std::string_view preposition) {
      if (!r_[i].lower.starts_with(verb)) return -1;
      for (int j = i + 1; j < i + 4 && one_sentence(i, j); ++j) {
        if (r_.is(j, preposition)) return j + 1;
      }
      return -1;
    };
    int at = -1;
    if (r_.is(i, Tag::kVerb)) {
      if (const int to = leads("point", "to"); to > 0) at = to;
      if (const int to = leads("point", "at"); to > 0) at = to;
      if (const int to = leads("lead", "to"); to > 0 && trace_before(i)) at = to;
      if (const int to = leads("led", "to"); to > 0 && trace_before(i)) at = to;
      if (const int to = leads("trace", "to"); to > 0) at = to;
      if (const int to = leads("tied", "to"); to > 0) at = to;
      if (const int to = leads("linked", "to"); to > 0) at = to;
      // "attributed the theft of the plans to X"
      if (r_[i].lower.starts_with("attribut")) {
        for (int j = i + 1; j < i + 10 && one_sentence(i, j) && at < 0; ++j) {
          if (r_.is(j, "to")) at = j + 1;
        }
      }
      if ((r_.is(i, "fell") || r_.is(i, "falls")) && r_[i - (i > 0)].lower.starts_with("suspicion") &&
          r_.is(i + 1, "on"))
        at = i + 2;
    }
    if ((r_.is(i, "work") || r_.is(i, "hand") || r_.is(i, "behalf") || r_.is(i, "orders")) &&
        (r_.is(i + 1, "of") || r_.is(i + 1, "from")))
      at = i + 2;
    if (at > 0 && one_sentence(i, at)) {
      const Range phrase = phrase_at(at);
      for (int j = phrase.first; j < phrase.last && !r_.is(j, Tag::kPreposition) && !r_.is(j, Tag::kComma); ++j) {
        if (r_.is(j, Tag::kName)) story_.blamed.insert(r_[j].lower);
      }
    }
    for (const std::string_view end : {"-backed", "-sponsored", "-linked", "-aligned", "-affiliated"}) {
      const std::string_view word = r_[i].lower;
      if (r_[i].capital && word.size() > end.size() + 2 && word.ends_with(end))
        story_.blamed.insert(word.substr(0, word.size() - end.size()));
    }
  }
  bool trace_before(int i) const {
    for (int j = i - 1; j >= std::max(0, i - 3); --j) {
      if (r_[j].lower.starts_with("trace") || r_[j].lower.starts_with("trail") || r_[j].lower.starts_with("clue") ||
          r_[j].lower.starts_with("track"))
        return true;
    }
    return false;
  }

  void read_link(int i) {
    read_blame(i);
    if (r_.is(i, "from") && matter_at(r_, i - 1, Matter::kLoss)) {
      add_hit(phrase_at(i + 1));
    } else if (r_.is(i, "linking") || r_.is(i, "tying")) {
      add(story_.blamed, phrase_at(i + 1));
    } else if (r_.is(i, "attributed") && r_.is(i + 1, "to")) {
      add(story_.blamed, phrase_at(i + 2));
    } else if ((r_.is(i, "behind") || r_.is(i, "responsible")) && r_.is(i - 1, Tag::kAuxiliary)) {
      if (const VerbGroup* group = r_.group_at(i - 1)) add(story_.blamed, group->subject);
    }
  }

  bool says_who(int i) const {
    return i >= 0 && (r_[i].word->kind != SpeakerKind::kUnknown || r_.is_class(i, kPerson));
  }

  // The name that begins at i, if words beside it say who bears it.
  void introduce(int i) {
    const int last = names_end(i);
    if (last - i > 4 || r_.sentence_of(i).title_case) return;
    const std::string_view key = r_[last - 1].lower;
    if (story_.introduced.contains(key)) return;
    const int from = std::max(scope_begin(r_, i), i - kNear);
    if (i - 1 >= from && r_.is(i - 1, Tag::kNoun) && says_who(i - 1)) {  // "deputy premier Jon Varo"
      int first = i - 1;
      while (first - 1 >= from && (nominal(r_, first - 1) || r_.is(first - 1, Tag::kAdjective) ||
                                   r_.is(first - 1, Tag::kPossessive) || r_.is_class(first - 1, kPossessive)))
        --first;
      story_.introduced.try_emplace(key, Range{first, last});
      return;
    }
    if (i - 2 >= from && r_.is(i - 1, Tag::kComma) && r_.is(i - 2, Tag::kNoun)) {  // "the foreign minister, Sefa Orun"
      const Range phrase = phrase_ending_at(r_, i - 2, from);
      if (!phrase.empty() && says_who(head_of(r_, phrase))) {
        story_.introduced.try_emplace(key, Range{phrase.first, last});
        return;
      }
    }
    if (r_.is(last, Tag::kComma) && one_sentence(i, last + 1) &&
        !r_.is(last + 1, Tag::kName)) {  // "Ilan Reth, a professor"
      const int end = phrase_end(r_, last + 1, std::min(r_.size(), last + kNear), true);
      if (end > last + 1 && says_who(head_of(r_, {last + 1, end}))) story_.introduced.try_emplace(key, Range{i, end});
    }
  }

  const Reading& r_;
  Story story_;
};

}  // namespace

Story read_story(const Reading& reading) {
  return Telling(reading).run();
}

}  // namespace samehand::claim
