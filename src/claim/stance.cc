// How the speaker stands to the content: asserts, denies, declines, suggests, doubts, threatens, apologises, reports a
// denial.
//
// The cue's class says it first; then its negation ("did not deny" asserts, "has not said" declines), the content's own
// words ("is another fabrication" denies, "we are sorry" apologises), and hedges in its first words ("could",
// "probably"). Amounts have hedges too ("almost 11 terabytes"): they are kept, and change nothing. Known failures:
// irony; a falsehood that another is said to spread ("false flag").

#include <algorithm>
#include <array>

#include "drafts.h"
#include "matter.h"
#include "phrase.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {
namespace {

bool negated(const Reading& r, const Draft& draft) {
  for (int i = draft.cue.first; i < draft.cue.last; ++i) {
    if (r.is_class(i, kNegation)) return true;
  }
  return false;
}

bool names_it(std::string_view verb) {
  constexpr std::array kNaming =
      std::to_array<std::string_view>({"call", "describe", "label", "brand", "dub", "characterize", "characterise",
                                       "term", "consider", "deem", "denounce", "condemn"});
  return one_of(verb, kNaming);
}

// A falsehood as predicate: "is another fabrication", "are false", "was pure invention".
bool says_false(const Reading& r, Range piece) {
  for (int i = piece.first; i < piece.last; ++i) {
    if (!matter_at(r, i, Matter::kFalsehood)) continue;
    for (int j = i - 1; j >= std::max(piece.first, i - 6); --j) {
      if (r.is_class(j, kNegation)) break;
      if (r.is_class(j, kBe) || (r.is(j, "'s") && r.is(j, Tag::kAuxiliary))) return true;
      if (r.is(j, Tag::kVerb) || r.is(j, Tag::kPreposition)) break;
    }
  }
  return false;
}

// "no data was taken", "there is no evidence", "had nothing to do with", "was not behind".
bool says_no(const Reading& r, Range piece) {
  int i = piece.first;
  while (i < piece.last && (r.is(i, Tag::kQuote) || r.is(i, Tag::kThat))) ++i;
  const bool at_most = (r.is(i + 1, "more") || r.is(i + 1, "less") || r.is(i + 1, "fewer")) && r.is(i + 2, "than");
  if (r.is(i, "no") && !r.is(i + 1, "one") && !r.is(i + 1, "doubt") && !at_most) return true;
  if (r.is(i, "neither") || r.is(i, "nothing") || r.is(i, "none")) return true;
  // "It was not us", "it wasn't me"
  if (r.is(i, "it") && r.is_class(i + 1, kBe) && r.is_class(i + 2, kNegation) &&
      (r.is(i + 3, "us") || r.is(i + 3, "me")))
    return true;
  if (r.is(i, "there") && r.is_class(i + 1, kBe) && (r.is(i + 2, "no") || (r.is_class(i + 2, kNegation))))
    return !r.is(i + 3, "doubt");
  // "had no part in it", "has seen no sign of copying", "found no evidence": nothing there.
  constexpr std::array kNothings = std::to_array<std::string_view>(
      {"part",  "role",        "hand",       "knowledge",   "link",     "links",   "connection", "connections",
       "ties",  "involvement", "reason",     "motive",      "interest", "sign",    "signs",      "evidence",
       "trace", "traces",      "indication", "indications", "proof",    "contact", "quarrel"});
  constexpr std::array kHolding =
      std::to_array<std::string_view>({"have", "see", "find", "play", "take", "know", "bear"});
  for (int j = i; j + 2 < std::min(piece.last, i + 9); ++j) {
    const std::string_view verb = lemma(r, j);
    const bool holds = one_of(verb, kHolding) || r.is(j, "had") || r.is(j, "has") || r.is(j, "have");
    if (!holds || !r.is(j + 1, "no")) continue;
    for (int k = j + 2; k < std::min(piece.last, j + 5); ++k) {
      if (one_of(r[k].lower, kNothings)) return true;
      if (!r.is(k, Tag::kAdjective)) break;
    }
  }
  for (; i + 1 < piece.last; ++i) {
    if (i + 2 < piece.last && r.is(i, "nothing") && r.is(i + 1, "to") && r.is(i + 2, "do")) return true;
    if (r.is_class(i, kNegation) && (r.is(i - 1, Tag::kAuxiliary)) &&
        (r.is(i + 1, "behind") || r.is(i + 1, "responsible") || r.is(i + 1, "involved")))
      return true;
  }
  return false;
}

// The words of the content that hedge it, and whether they weaken the claim itself.
std::string hedge_in(const Reading& r, const std::vector<Range>& pieces, bool& weakens) {
  constexpr int kFirstWords = 14;
  int seen = 0;
  for (const Range piece : pieces) {
    for (int i = piece.first; i < piece.last; ++i, ++seen) {
      if (r[i].tag == Tag::kQuote) continue;
      if (seen < kFirstWords && matter_at(r, i, Matter::kHedge)) {
        const bool ability = (r.is(i, "could") || r.is(i, "might")) && r.is_class(i + 1, kNegation);
        const bool month = r.is(i, "may") && !r.is(i, Tag::kModal);
        if (!ability && !month) {
          weakens = true;
          return std::string(r.span_of({i, i + 1}).of(r.text));
        }
      }
      if (matter_at(r, i, Matter::kEvidence) && seen < kFirstWords) {
        int first = i;
        while (first > piece.first &&
               (r.is(first - 1, Tag::kAdjective) || r.is(first - 1, Tag::kNoun) || r.is(first - 1, Tag::kDeterminer)))
          --first;
        if (first - 2 >= piece.first && r.is_class(first - 1, kBe) && r.is(first - 2, "there"))
          return std::string(r.span_of({first - 2, i + 1}).of(r.text));
      }
      if (matter_at(r, i, Matter::kApproximator) &&
          (r.is(i + 1, Tag::kNumber) || (r.is(i + 1, "a") && r.is(i + 2, "million"))))
        return std::string(r.span_of({i, i + 1}).of(r.text));
      if (matter_at(r, i, Matter::kApproximatorThan) && r.is(i + 1, "than") && r.is(i + 2, Tag::kNumber))
        return std::string(r.span_of({i, i + 2}).of(r.text));
      if (r.is(i, "at") && r.is(i + 1, "least") && r.is(i + 2, Tag::kNumber))
        return std::string(r.span_of({i, i + 2}).of(r.text));
    }
  }
  return {};
}

bool apologises(const Reading& r, const std::vector<Range>& pieces) {
  int seen = 0;
  for (const Range piece : pieces) {
    for (int i = piece.first; i < piece.last && seen < 9; ++i, ++seen) {
      if (matter_at(r, i, Matter::kApology)) {
        for (int j = i - 1; j >= std::max(piece.first, i - 5); --j) {
          if (r.is(j, "i") || r.is(j, "we") || r.is(j, "our") || r.is(j, "my")) return true;
        }
      }
    }
  }
  return false;
}

// "wait and see", "too early to say", "no comment", "we cannot comment": neither yes nor no.
bool leaves_open(const Reading& r, const std::vector<Range>& pieces) {
  for (const Range piece : pieces) {
    for (int i = piece.first; i < std::min(piece.last, piece.first + 12); ++i) {
      if (r.is(i, "wait") && r.is(i + 1, "and") && r.is(i + 2, "see")) return true;
      if ((r.is(i, "early") || r.is(i, "soon")) && r.is(i - 1, "too") && r.is(i + 1, "to")) return true;
      if (r.is(i, "time") && r.is(i + 1, "will") && r.is(i + 2, "tell")) return true;
      if (r.is(i, "no") && r.is(i + 1, "comment")) return true;
      if (r.is_class(i, kNegation) && !r.is(i, "never") && (r.is(i + 1, "comment") || r.is(i + 1, "speculate")) &&
          !r.is(i - 1, Tag::kName))
        return true;
    }
  }
  return false;
}

// "Pay or everything goes online", "will publish unless": harm that depends on the hearer.
bool threatens(const Reading& r, const std::vector<Range>& pieces) {
  bool harm = false, condition = false;
  for (const Range piece : pieces) {
    for (int i = piece.first; i < piece.last; ++i) {
      harm |= matter_at(r, i, Matter::kHarm) || (r.is(i, "goes") && r.is(i + 1, "online"));
      condition |= r.is(i, "unless") || r.is(i, "pay");
      if (!r.is(i, "if")) continue;  // "if the demand is not met", "if you refuse"
      for (int k = i + 1; k < std::min(piece.last, i + 7); ++k)
        condition |= r.is_class(k, kNegation) || r[k].lower.starts_with("refus") || r[k].lower.starts_with("fail");
    }
  }
  return harm && condition;
}

Stance judge(const Reading& r, Draft& draft) {
  Claim& claim = draft.claim;
  if (draft.content.empty()) return Stance::kAsserts;
  const std::string_view verb = lemma(r, draft.verb);
  bool weakens = false;
  claim.hedge = hedge_in(r, draft.content, weakens);
  for (int i = draft.cue.first; i < draft.cue.last && claim.hedge.empty(); ++i) {
    if (matter_at(r, i, Matter::kHedge)) {
      claim.hedge = std::string(r.span_of({i, i + 1}).of(r.text));
      weakens = draft.sense.stance == Stance::kAsserts;
    }
  }
  Stance stance = draft.sense.stance;
  // "it would be inappropriate for us to comment on it"
  if (verb == "comment" || verb == "speculate") {
    for (int i = std::max(r.sentence_of(draft.verb).tokens.first, draft.verb - 7); i < draft.verb; ++i) {
      if (r.is(i, "inappropriate") || r.is(i, "premature") || r.is(i, "wrong") || r.is(i, "unable") ||
          (r.is_class(i, kNegation) && (r.is(i + 1, "appropriate") || r.is(i + 1, "right"))))
        return Stance::kDeclines;
    }
  }
  const bool rules_out = verb == "rule" && (r.is(draft.verb + 1, "out") || r.is(draft.verb + 2, "out"));
  if (rules_out) stance = Stance::kDenies;
  if (negated(r, draft)) {
    const bool confirm_nor_deny =
        std::ranges::any_of(std::array<std::string_view, 2>{"neither", "nor"}, [&](std::string_view word) {
          for (int i = draft.cue.first; i < draft.cue.last; ++i) {
            if (r.is(i, word)) return true;
          }
          return false;
        });
    if (confirm_nor_deny) return Stance::kDeclines;
    if (rules_out) return Stance::kSuggests;
    if (stance == Stance::kDenies || stance == Stance::kDeclines || stance == Stance::kDoubts)
      return verb == "confirm" ? Stance::kDeclines : Stance::kAsserts;
    if (matter_word(verb, Matter::kDeclinable)) return Stance::kDeclines;
    if (matter_word(verb, Matter::kSuggesting) || draft.sense.strength == Strength::kMiddle) return Stance::kDoubts;
    if (stance == Stance::kThreatens) return Stance::kAsserts;
  }
  if (stance == Stance::kAsserts && matter_word(verb, Matter::kSuggesting)) stance = Stance::kSuggests;
  if (stance != Stance::kAsserts && stance != Stance::kSuggests) return stance;
  if (leaves_open(r, draft.content)) return Stance::kDeclines;
  if (apologises(r, draft.content)) return Stance::kApologises;
  const Range piece = draft.content.front();
  if (says_false(r, {piece.first, draft.content.back().last})) return Stance::kDenies;
  if (names_it(verb)) {
    for (int i = piece.first; i < piece.last; ++i) {
      if (matter_at(r, i, Matter::kFalsehood)) return Stance::kDenies;
    }
  }
  if (stance == Stance::kAsserts && says_no(r, piece)) return Stance::kDenies;
  const bool attacker = claim.speaker_kind == SpeakerKind::kAttacker;
  if (attacker && threatens(r, draft.content)) return Stance::kThreatens;
  if ((verb == "vow" || verb == "promise" || verb == "pledge" || verb == "swear" || verb == "warn") &&
      (attacker || claim.speaker_kind == SpeakerKind::kUnknown)) {
    for (int i = piece.first; i < std::min(piece.last, piece.first + 10); ++i) {
      if (matter_at(r, i, Matter::kHarm)) return Stance::kThreatens;
    }
  }
  // "cannot rule out" in the content leaves the possibility open.
  for (int i = piece.first; i + 2 < piece.last; ++i) {
    if (r.is_class(i, kNegation) && r.is(i + 1, "rule") && r.is(i + 2, "out")) return Stance::kSuggests;
    if (r.is(i, "cannot") && r.is(i + 1, "rule")) return Stance::kSuggests;
  }
  return weakens ? Stance::kSuggests : stance;
}

// "it is the first time", "that earlier this week", "in a letter on Monday": nothing that is itself said.
bool only_dates(const Reading& r, int first, int last) {
  constexpr int kLongest = 9;
  if (last - first > kLongest) return false;
  for (int i = first; i < last; ++i) {
    const VerbGroup* group = r.group_at(i);
    if (!group || r.is(i, Tag::kThat)) continue;
    if (!(r.is_class(i, kBe) && r.is(i - 1, "it") && (r.is(i + 2, "first") || r.is(i + 2, "second")))) return false;
  }
  return true;
}

}  // namespace

void judge_stances(const Reading& r, std::vector<Draft>& drafts) {
  for (Draft& draft : drafts) draft.claim.stance = judge(r, draft);
  // "said that its source denied …": the clause's own verb is a denial.
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const Draft& inner = drafts[i];
    if (inner.claim.parent < 0 || inner.claim.stance != Stance::kDenies || inner.cue.empty()) continue;
    Draft& outer = drafts[static_cast<std::size_t>(inner.claim.parent)];
    if (outer.claim.stance != Stance::kAsserts || inner.sense.stance != Stance::kDenies) continue;
    const int first = outer.content.front().first;
    const bool leads =
        inner.source.first >= first && (inner.source.first <= first + 2 || only_dates(r, first, inner.source.first));
    const bool same = r.is_class(inner.source.first, kSubjectPronoun) && inner.source.size() == 1;
    if (leads && !same) outer.claim.stance = Stance::kReportsDenial;
  }
}

}  // namespace samehand::claim
