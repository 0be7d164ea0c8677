// Cues that are nouns or adjectives: "his promise to pay", "the claim that …", "criticism of X", "is confident that …".
//
// A noun needs one of its own frames on its right; whose it is stands before it ("Norland's", "his") or after "by" or
// "from". After a verb that lends it its force ("made the claim that", "expressed concern about") the verb's subject is
// the source and the verb belongs to the cue. An adjective follows a form of "be" or its like, whose subject is the
// source.

#include <algorithm>
#include <array>

#include "passes.h"
#include "phrase.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {
namespace {

constexpr std::array kLightVerbs = std::to_array<std::string_view>(
    {"make",    "have",  "give",  "express", "voice",   "issue",     "offer",  "take",   "raise", "show",
     "feel",    "hold",  "share", "repeat",  "declare", "announce",  "unveil", "face",   "draw",  "release",
     "deliver", "pose",  "reach", "come",    "draw",    "launch",    "send",   "put",    "set",   "lodge",
     "file",    "level", "cast",  "harbor",  "harbour", "reiterate", "signal", "pledge", "state", "be"});

constexpr std::array kCopulas = std::to_array<std::string_view>(
    {"feel", "seem", "appear", "remain", "become", "get", "sound", "look", "stay", "grow"});

bool light(const Reading& r, int head) {
  if (r.is(head, Tag::kAuxiliary)) return r.is_class(head, kHave);
  if (!r.is(head, Tag::kVerb) || r[head].word->verb < 0) return false;
  return one_of(Lexicon::get().verb(*r[head].word).lemma, kLightVerbs);
}

bool carries(const Nominal& nominal, std::string_view preposition) {
  return std::ranges::find(nominal.prepositions, preposition) != nominal.prepositions.end();
}

// Content to the right of a noun or adjective by its own frames. Where a preposition leads it, the cue takes that in.
bool content_right(const Reading& r, Candidate& cue, const Nominal& nominal_word, int until, bool adjective) {
  const int i = cue.cue.last;
  const std::uint32_t frames = nominal_word.sense.frames;
  if (i >= until) return false;
  if (r.is(i, Tag::kThat) && (frames & kThat) != 0) {
    if (i + 1 >= until ||
        (!adjective && (r.is(i + 1, Tag::kVerb) || r.is(i + 1, Tag::kAuxiliary) || r.is(i + 1, Tag::kModal))))
      return false;  // "the claim that was made": a relative
    cue.frame = kThat;
    cue.content.push_back({i, content_end(r, i + 1, until, Extent::kClause)});
    return true;
  }
  if (r.is(i, Tag::kTo) && (frames & kToVerb) != 0) {
    cue.frame = kToVerb;
    cue.content.push_back({i, content_end(r, i + 1, until, Extent::kVerbPhrase)});
    return true;
  }
  if (adjective && (frames & kBare) != 0 && (r.is(i, Tag::kPronoun) || r.is(i, Tag::kDeterminer) || nominal(r, i)) &&
      clause_verb(r, i, until) >= 0) {
    cue.frame = kBare;
    cue.content.push_back({i, content_end(r, i, until, Extent::kClause)});
    return true;
  }
  if (r.is(i, Tag::kPreposition) && carries(nominal_word, r[i].lower) && i + 1 < until) {
    const int first = i + 1;
    const bool opens = nominal(r, first) || r.is(first, Tag::kPronoun) || r.is(first, Tag::kDeterminer) ||
                       r.is(first, Tag::kAdjective) || r.is(first, Tag::kWh) || r.is(first, Tag::kQuote) ||
                       (r.is(first, Tag::kVerb) && (r[first].form & (kIng | kParticiple)) != 0) ||
                       r.is(first, "whether");
    // "the DarkSeoul attack of 2013": when, and no matter.
    if (r.is(i, "of") && r.is(first, Tag::kNumber)) return false;
    if (!opens || (r.is_class(first, kDay | kTime) && !r.is_class(first, kPerson))) return false;
    cue.frame = kObject;
    cue.cue.last = first;
    cue.content.push_back({first, content_end(r, first, until, Extent::kObject)});
    return true;
  }
  return false;
}

void visit_noun(Reading& r, int i) {
  const Nominal& noun = Lexicon::get().noun(*r[i].word);
  const int until = scope_end(r, i), from = scope_begin(r, i);
  Candidate cue;
  cue.pass = Pass::kNoun;
  cue.verb = i;
  cue.cue = {i, i + 1};
  cue.sense = noun.sense;
  // Words between the owner or the verb and the noun: "his [harsh] criticism of".
  int left = i - 1;
  while (left >= from && left > i - 6 &&
         (r.is(left, Tag::kAdjective) || r.is(left, Tag::kNumber) || r.is(left, Tag::kAdverb) ||
          (r.is(left, Tag::kNoun) && !r.is_class(left, kTime)) ||
          (r.is(left, Tag::kVerb) && (r[left].form & (kIng | kParticiple)) != 0 && r.is(left - 1, Tag::kDeterminer))))
    --left;
  // "assesses with high confidence that": the verb's.
  if (r.is(i, "confidence") && left >= from && r.is(left, "with")) return;
  bool owned = false;
  if (left >= from && r.is(left, Tag::kPossessive) && r[left].lower != "'") {
    cue.source = phrase_ending_at(r, left - 1, from);
    if (!cue.source.empty()) {
      if (cue.source.size() > 8) cue.source.first = cue.source.last - 1;
      cue.source.last = left + 1;
    }
    owned = !cue.source.empty();
  } else if (left >= from && r.is(left, Tag::kPossessive)) {
    cue.source = phrase_ending_at(r, left - 1, from);
    owned = !cue.source.empty();
  } else if (left >= from && r.is_class(left, kPossessive)) {
    cue.source = {left, left + 1};
    owned = true;
  } else if (i > from && (r.is(i - 1, Tag::kName) || r.is_class(i - 1, kPerson)) && !r.is(i - 1, Tag::kPreposition)) {
    cue.source = {i - 1, i};  // "voter support for", "Norland criticism of"
    left = i - 1;
    owned = true;
  }
  if (owned) {
    cue.cue.first = left + 1;
  } else {
    // "expressed concern about": the verb's subject; determiners between.
    int verb = left;
    while (verb >= from && verb > left - 3 && r.is(verb, Tag::kDeterminer)) --verb;
    const VerbGroup* group = verb >= from ? r.group_at(verb) : nullptr;
    if (group && light(r, verb) && !group->passive && !group->subject.empty()) {
      cue.source = group->subject;
      cue.cue.first = group->tokens.first;
      owned = true;
    }
  }
  if (!content_right(r, cue, noun, until, false)) return;
  if (!owned) {
    if ((noun.sense.frames & kOwned) != 0) return;
    // "criticism from X", "a call by X to": whose it is stands after it.
    if (cue.frame == kObject && (r.is(i + 1, "from") || r.is(i + 1, "by") || r.is(i + 1, "in") || r.is(i + 1, "at")))
      return;
    // Without an owner, an intention is only a thing: "a decision to move", "the plans of the port".
    const bool intention = (noun.sense.frames & kToVerb) != 0 && noun.sense.stance == Stance::kAsserts;
    if (cue.frame == kToVerb || (intention && cue.frame == kObject)) return;
    cue.cue.first = std::min(cue.cue.first, left + 1);
  }
  r.candidates.push_back(std::move(cue));
}

void visit_adjective(Reading& r, int i) {
  const Nominal& adjective = Lexicon::get().adjective(*r[i].word);
  const int until = scope_end(r, i), from = scope_begin(r, i);
  int verb = i - 1;
  while (verb >= from && verb > i - 4 && r.is(verb, Tag::kAdverb)) --verb;
  const VerbGroup* group = nullptr;
  if (r.is(i, Tag::kVerb)) {
    group = r.group_at(i);  // "is concerned about": tagged as a passive
    if (group && !group->passive) group = nullptr;
  } else if (verb >= from) {
    group = r.group_at(verb);
    const bool copula = r.is_class(verb, kBe) || (r.is(verb, "'s") && r.is(verb, Tag::kAuxiliary)) ||
                        (r.is(verb, Tag::kVerb) && r[verb].word->verb >= 0 &&
                         one_of(Lexicon::get().verb(*r[verb].word).lemma, kCopulas));
    if (!copula) group = nullptr;
  }
  // "Smith spoke on Monday, confident that …", "are sure of it and sceptical about …": the subject of the verb before.
  bool bare = false;
  if (!group && verb >= from && (r.is(verb, Tag::kComma) || r.is(verb, Tag::kCoordinator))) {
    for (int j = verb - 1; j >= std::max(from, verb - 25) && !group; --j) {
      if (r.is(j, Tag::kQuote)) break;
      group = r.group_at(j);
      if (group && (!group->finite || group->subject.empty())) group = nullptr;
    }
    bare = group != nullptr;
  }
  if (!group || group->subject.empty()) return;
  if (r.is(group->subject.first, "it") && group->subject.size() == 1) {
    // "It is not clear who …": nobody's knowledge, the page's.
    if ((adjective.sense.frames & kSeem) == 0) return;
    const int first = skip_adverbs(r, i + 1, until);
    if (!(r.is(first, Tag::kThat) || r.is(first, Tag::kWh) || r.is(first, "if") || r.is(first, "whether"))) return;
    Candidate cue;
    cue.pass = Pass::kAdjective;
    cue.verb = i;
    cue.cue = {group->subject.first, i + 1};
    cue.sense = adjective.sense;
    cue.frame = r.is(first, Tag::kThat) ? kThat : kIfWhether;
    cue.content.push_back({first, content_end(r, first + 1, until, Extent::kClause)});
    r.candidates.push_back(std::move(cue));
    return;
  }
  Candidate cue;
  cue.pass = Pass::kAdjective;
  cue.verb = i;
  cue.cue = {bare ? verb + 1 : group->tokens.first, i + 1};
  cue.source = group->subject;
  cue.sense = adjective.sense;
  if (content_right(r, cue, adjective, until, true)) r.candidates.push_back(std::move(cue));
}

}  // namespace

void find_noun_cues(Reading& r, const Switches& switches) {
  if (!switches.has(Idea::kNouns)) return;
  for (int i = 0; i < r.size(); ++i) {
    if (r.is(i, Tag::kNoun) && r[i].word->noun >= 0) visit_noun(r, i);
  }
}

void find_adjective_cues(Reading& r, const Switches& switches) {
  if (!switches.has(Idea::kAdjectives)) return;
  for (int i = 0; i < r.size(); ++i) {
    if ((r.is(i, Tag::kAdjective) || r.is(i, Tag::kVerb)) && r[i].word->adjective >= 0) visit_adjective(r, i);
  }
}

}  // namespace samehand::claim
