// Candidates -> a forest: which claim stands within another's content, and which must give way.
//
// A cue inside another's content is its child. Of two that overlap otherwise the stronger one stays as it is and the
// weaker one is trimmed before it, or dropped. Cues inside quotations that nobody introduces are no claims of this
// page. Cost: n log n in the candidates.

#include <algorithm>

#include "passes.h"
#include "phrase.h"

namespace samehand::claim {
namespace {

bool holds(const Candidate& outer, const Candidate& inner) {
  return std::ranges::any_of(outer.content, [&](Range piece) { return piece.contains(inner.cue); });
}

// An attitude towards a thing ends where that thing begins to speak: "praised Smith, who said that …".
void trim_weak(const Reading& r, std::vector<Candidate>& all) {
  constexpr std::size_t kAhead = 12;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Candidate& outer = all[i];
    if (outer.frame != kObject || outer.sense.strength == Strength::kStrong) continue;
    Range& piece = outer.content.back();
    for (std::size_t j = i + 1; j < std::min(all.size(), i + kAhead); ++j) {
      const Candidate& inner = all[j];
      if (inner.sense.strength != Strength::kStrong || !piece.contains(inner.cue)) continue;
      const VerbGroup* group = r.group_at(inner.verb);
      if (!group || !group->finite) continue;
      int last = inner.source.empty() || inner.source.first > inner.cue.first
                     ? inner.cue.first
                     : std::min(inner.source.first, inner.cue.first);
      while (last > piece.first &&
             (r.is(last - 1, Tag::kComma) || r.is(last - 1, Tag::kCoordinator) || r.is(last - 1, Tag::kSubordinator) ||
              r.is(last - 1, Tag::kWh) || r.is(last - 1, Tag::kThat)))
        --last;
      if (last <= piece.first) {
        outer.dropped = true;
      } else {
        piece.last = last;
      }
      break;
    }
  }
}

// "stating there was a benefit and chiding the media": who speaks goes on in another verb, outside what was said.
void trim_shared(const Reading& r, std::vector<Candidate>& all) {
  constexpr std::size_t kAhead = 12;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Candidate& outer = all[i];
    if (outer.source.empty() || outer.pass != Pass::kVerb) continue;
    Range& piece = outer.content.back();
    for (std::size_t j = i + 1; j < std::min(all.size(), i + kAhead); ++j) {
      const Candidate& inner = all[j];
      if (inner.pass != Pass::kVerb || !(inner.source == outer.source) || !piece.contains(inner.cue)) continue;
      int last = inner.cue.first;
      const VerbGroup* group = r.group_at(inner.verb);
      if (!group || group->infinitive || !group->subject_shared || last - 1 <= piece.first ||
          !(r.is(last - 1, Tag::kComma) || r.is(last - 1, Tag::kCoordinator)))
        continue;
      while (last > piece.first + 1 && (r.is(last - 1, Tag::kComma) || r.is(last - 1, Tag::kCoordinator))) --last;
      piece.last = last;
      break;
    }
  }
}

int begin_of(const Candidate& cue) {
  int begin = std::min(cue.cue.first, cue.content.front().first);
  return cue.source.empty() ? begin : std::min(begin, std::max(cue.source.first, begin - 40));
}

}  // namespace

void nest(Reading& r, const Switches& switches) {
  auto& all = r.candidates;
  for (Candidate& cue : all) std::erase_if(cue.content, [](Range piece) { return piece.empty(); });
  std::erase_if(all, [](const Candidate& cue) { return cue.dropped || cue.content.empty(); });
  if (!switches.has(Idea::kNesting)) return;
  // Two cues on the same words: the stronger one, else the longer.
  std::ranges::stable_sort(all, [](const Candidate& a, const Candidate& b) { return a.cue.first < b.cue.first; });
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size() && all[j].cue.first < all[i].cue.last; ++j) {
      if (all[i].dropped || all[j].dropped) continue;
      Candidate& lesser = all[j].sense.strength > all[i].sense.strength ? all[i] : all[j];
      lesser.dropped = true;
    }
  }
  std::erase_if(all, [](const Candidate& cue) { return cue.dropped; });
  trim_weak(r, all);
  trim_shared(r, all);
  std::erase_if(all, [](const Candidate& cue) { return cue.dropped; });
  // Outer ones first: by where the whole claim begins, then by size.
  std::ranges::stable_sort(all, [](const Candidate& a, const Candidate& b) {
    const int x = begin_of(a), y = begin_of(b);
    return x != y ? x < y : a.whole().size() > b.whole().size();
  });
  constexpr std::size_t kLookBack = 24;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Candidate& inner = all[i];
    int parent = -1;
    int parent_size = 0;
    for (std::size_t j = i < kLookBack ? 0 : i - kLookBack; j < std::min(all.size(), i + kLookBack); ++j) {
      Candidate& outer = all[j];
      if (j == i || outer.dropped || !holds(outer, inner)) continue;
      if (holds(inner, outer)) {  // each in the other's content: the stronger one is the outer
        if (inner.sense.strength > outer.sense.strength || (inner.sense.strength == outer.sense.strength && j > i))
          continue;
      }
      const int size = outer.whole().size();
      if (parent < 0 || size < parent_size) {
        parent = static_cast<int>(j);
        parent_size = size;
      }
    }
    inner.parent = parent;
  }
  // A loop of parents cannot be: cut it where it closes.
  for (std::size_t i = 0; i < all.size(); ++i) {
    int steps = 0;
    for (int p = all[i].parent; p >= 0; p = all[static_cast<std::size_t>(p)].parent) {
      if (p == static_cast<int>(i) || ++steps > 64) {
        all[i].parent = -1;
        break;
      }
    }
  }
  // "dismissed [allegations that it was behind it]" is one claim: nobody is named who alleges, and what is alleged is
  // what the outer claim denies. What stood inside has the outer claim for its parent.
  for (Candidate& cue : all) {
    if (cue.parent < 0) continue;
    const Candidate& outer = all[static_cast<std::size_t>(cue.parent)];
    cue.dropped |= cue.pass == Pass::kNoun && cue.source.empty() && outer.sense.stance == Stance::kDenies &&
                   cue.cue.first <= outer.content.front().first + 2 && cue.cue.first >= outer.content.front().first;
  }
  for (Candidate& cue : all) {
    while (cue.parent >= 0 && all[static_cast<std::size_t>(cue.parent)].dropped)
      cue.parent = all[static_cast<std::size_t>(cue.parent)].parent;
  }
  // "who asked not to be named" says nothing of the matter.
  for (Candidate& cue : all) {
    const int i = cue.content.front().first;
    cue.dropped |= r.is(i, Tag::kTo) && r.is(i + 1, "be") && (r.is(i + 2, "named") || r.is(i + 2, "identified")) &&
                   r.is(i - 1, "not");
  }
  // A headline repeats its story in short: what it claims stands there, with its speaker.
  for (Candidate& cue : all) cue.dropped |= r.sentence_of(cue.cue.first).headline;
  // Cues inside a quotation that no claim introduces.
  if (switches.has(Idea::kSkipQuoted)) {
    for (Candidate& cue : all) cue.dropped |= cue.parent < 0 && r[cue.verb].quote >= 0;
  }
}

}  // namespace samehand::claim
