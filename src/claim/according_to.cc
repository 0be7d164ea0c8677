// "According to X, Y" and "Y, according to X": the cue is the preposition, the content the rest of the clause. So are
// "in X's view" (the cue is the noun) and "as reported by X" (the cue is the participle).

#include <algorithm>

#include "passes.h"
#include "phrase.h"

namespace samehand::claim {

namespace {

// A cue at i: its tokens and its source; empty cue: none.
Candidate opening_at(const Reading& r, int i, int until) {
  Candidate cue;
  cue.pass = Pass::kAccordingTo;
  cue.verb = i;
  cue.sense = {Strength::kStrong, Stance::kAsserts, kAfter};
  cue.frame = kAfter;
  if (r.is(i, "according") && r.is(i + 1, "to")) {
    cue.cue = {i, i + 2};
    const bool relative = r.is(i + 2, "which") || r.is(i + 2, "whom");  // "a report, according to which …"
    cue.source = relative ? Range{i + 2, i + 3} : source_after(r, i + 2, until);
  } else if (r.is(i, "as") &&
             (r.is(i + 1, "reported") || r.is(i + 1, "noted") || (r.is(i + 1, "first") && r.is(i + 2, "reported")))) {
    const int by = r.is(i + 1, "first") ? i + 3 : i + 2;
    if (!r.is(by, "by")) return {};
    cue.cue = {i + 1, by};
    cue.source = source_after(r, by + 1, until);
  } else if (r.is(i, "in") && i + 2 < until) {
    const int end = phrase_end(r, i + 1, std::min(until, i + 9), false);
    const int noun = end - 1;
    if (!(r.is(noun, "view") || r.is(noun, "opinion") || r.is(noun, "telling") || r.is(noun, "estimation") ||
          r.is(noun, "words") || r.is(noun, "view's")))
      return {};
    const bool owned = r.is(noun - 1, Tag::kPossessive) || (r.is_class(noun - 1, kPossessive) && noun == i + 2);
    if (!owned) return {};
    cue.cue = {noun, noun + 1};
    cue.source = {i + 1, noun};
  } else {
    return {};
  }
  return cue;
}

}  // namespace

void find_according_to(Reading& r, const Switches& switches) {
  if (!switches.has(Idea::kAccordingTo)) return;
  for (int i = 0; i + 1 < r.size(); ++i) {
    const int until = scope_end(r, i);
    const int from = scope_begin(r, i);
    Candidate cue = opening_at(r, i, until);
    if (cue.source.empty()) continue;
    int left = i - 1;
    while (left >= from && (r.is(left, Tag::kAdverb) || r.is(left, Tag::kCoordinator))) --left;
    const int after = std::max(cue.source.last, cue.cue.last);
    if (left < from || (r.is(left, Tag::kQuote) && r[left].partner < 0) || r.is(i + 2, "which") ||
        r.is(i + 2, "whom")) {
      // It opens the sentence.
      const int first = r.is(after, Tag::kComma) ? after + 1 : after;
      if (first >= until) continue;
      cue.content.push_back({first, content_end(r, first, until, Extent::kClause)});
    } else {
      int last = r.is(left, Tag::kComma) || r.is(left, Tag::kDash) ? left : left + 1;
      int first = from;
      for (int j = from; j < last; ++j) {
        if (r.is(j, Tag::kSemicolon)) first = j + 1;
      }
      if (r.is(first, Tag::kCoordinator)) ++first;
      if (first >= last) continue;
      cue.content.push_back({first, last});
      if (switches.has(Idea::kInterrupted) && r.is(after, Tag::kComma) && after + 1 < until &&
          !r.is(after + 1, Tag::kCoordinator) && !r.is(after + 1, "which")) {
        cue.content.push_back({after + 1, content_end(r, after + 1, until, Extent::kClause)});
      }
    }
    r.candidates.push_back(std::move(cue));
  }
}

}  // namespace samehand::claim
