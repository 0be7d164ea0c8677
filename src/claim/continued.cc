// Quotations that nobody introduces where they stand: they go on from the one before, or belong to who spoke last.
//
// Example: “It is over,” Smith said. “We lost.” -> the second quotation is a further piece of the same claim.
// A quotation in the same paragraph joins the claim before it; one that opens a paragraph too, where the paragraph
// before ended in an open quotation. Otherwise six words and more in quotation marks, a sentence of their own, go to
// the last speaker. Cost: linear.

#include <algorithm>

#include "passes.h"
#include "phrase.h"

namespace samehand::claim {
namespace {

// A quotation of whole sentences: nothing of its sentence stands before it.
bool free_standing(const Reading& r, const Quotation& quotation) {
  const int first = quotation.tokens.first;
  const int from = r.sentence_of(first).tokens.first;
  if (first != from) {
    for (int i = from; i < first; ++i) {
      if (!r.is(i, Tag::kCoordinator) && !r.is(i, Tag::kAdverb) && !r.is(i, Tag::kComma) && !r.is(i, Tag::kDash))
        return false;
    }
  }
  const int last = quotation.tokens.last;
  if (last >= r.size() || r[last].sentence != r[last - 1].sentence) return true;
  const int sentence_end = r.sentence_of(last - 1).tokens.last;
  return sentence_end - last <= 1;
}

}  // namespace

void continue_quotations(Reading& r, const Switches& switches) {
  if (!switches.has(Idea::kContinued)) return;
  constexpr int kOrphanWords = 6;
  // Claims in the order of the text, to know who spoke last.
  std::vector<int> order;
  for (std::size_t i = 0; i < r.candidates.size(); ++i) {
    if (!r.candidates[i].dropped && r.candidates[i].parent < 0) order.push_back(static_cast<int>(i));
  }
  std::ranges::stable_sort(order, {}, [&](int i) { return r.candidates[static_cast<std::size_t>(i)].cue.first; });
  std::vector<bool> covered(r.tokens.size(), false);
  for (const Candidate& cue : r.candidates) {
    if (cue.dropped) continue;
    for (const Range piece : cue.content) std::fill(covered.begin() + piece.first, covered.begin() + piece.last, true);
  }
  std::size_t next = 0;
  int last_quoting = -1;  // the last claim that quoted, by its cue
  int last_paragraph = -1;
  bool open = false;  // its quotation had no closing mark
  for (const Quotation& quotation : r.quotations) {
    while (next < order.size() &&
           r.candidates[static_cast<std::size_t>(order[next])].cue.first < quotation.tokens.last) {
      const Candidate& cue = r.candidates[static_cast<std::size_t>(order[next])];
      if (cue.sense.strength == Strength::kStrong) {
        last_quoting = order[next];
        last_paragraph = r.sentence_of(cue.cue.first).paragraph;
      }
      ++next;
    }
    const int inside = std::min(quotation.tokens.first + 1, r.size() - 1);
    if (covered[static_cast<std::size_t>(inside)]) {
      open = quotation.continues;
      continue;
    }
    if (last_quoting < 0 || quotation.words == 0 || !free_standing(r, quotation)) continue;
    const int distance = quotation.paragraph - last_paragraph;
    const bool goes_on = distance == 0 || (distance == 1 && open);
    if (!goes_on && (quotation.words < kOrphanWords || distance > 2)) continue;
    Candidate& cue = r.candidates[static_cast<std::size_t>(last_quoting)];
    if (cue.content.back().last <= quotation.tokens.first) {
      cue.content.push_back(quotation.tokens);
      last_paragraph = quotation.paragraph;
    }
    open = quotation.continues;
  }
}

}  // namespace samehand::claim
