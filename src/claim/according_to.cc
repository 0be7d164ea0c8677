// "According to X, Y" and "Y, according to X": the cue is the preposition, the content the rest of the clause.

#include "passes.h"
#include "phrase.h"

namespace samehand::claim {

void find_according_to(Reading& r, const Switches& switches) {
  if (!switches.has(Idea::kAccordingTo)) return;
  for (int i = 0; i + 1 < r.size(); ++i) {
    if (!r.is(i, "according") || !r.is(i + 1, "to")) continue;
    const int until = scope_end(r, i);
    const int from = scope_begin(r, i);
    Candidate cue;
    cue.pass = Pass::kAccordingTo;
    cue.verb = i;
    cue.cue = {i, i + 2};
    cue.sense = {Strength::kStrong, Stance::kAsserts, kAfter};
    cue.frame = kAfter;
    cue.source = source_after(r, i + 2, until);
    if (cue.source.empty()) continue;
    int left = i - 1;
    while (left >= from && (r.is(left, Tag::kAdverb) || r.is(left, Tag::kCoordinator))) --left;
    const int after = cue.source.last;
    if (left < from || (r.is(left, Tag::kQuote) && r[left].partner < 0)) {
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
