// "SMITH: We lost." and "Minister: no evidence of an attack": a short name, a colon, and what its bearer says.

#include <algorithm>
#include <array>

#include "passes.h"
#include "phrase.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {

void find_colons(Reading& r, const Switches& switches) {
  if (!switches.has(Idea::kColons)) return;
  for (const Sentence& sentence : r.sentences) {
    const int from = sentence.tokens.first;
    int colon = from;
    while (colon < sentence.tokens.last && colon < from + 7 && !r.is(colon, Tag::kColon)) ++colon;
    if (!r.is(colon, Tag::kColon) || colon == from || colon >= sentence.tokens.last) continue;
    bool names = true, person = false;
    for (int i = from; i < colon; ++i) {
      names &= r.is(i, Tag::kName) || r.is(i, Tag::kNoun) || r.is(i, Tag::kAdjective) || r.is(i, Tag::kCoordinator) ||
               r.is(i, Tag::kPossessive);
      person |= r.is(i, Tag::kName) || r.is_class(i, kPerson);
      names &= r[i].capital || r.is(i, Tag::kPossessive) || r.is(i, Tag::kCoordinator);
    }
    if (!names || !person) continue;
    int last = sentence.tokens.last;
    while (last > colon + 1 && r.is(last - 1, Tag::kStop)) --last;
    if (last <= colon + 2) continue;
    if (r.is(colon + 1, Tag::kQuote) && r[colon + 1].partner > colon) last = std::max(last, r[colon + 1].partner + 1);
    // "Editor's Note:", "Exclusive:", "Q:" name no speaker; a list without a verb ("Nevada: A, B, C") is not said.
    constexpr std::array kLabels = std::to_array<std::string_view>(
        {"q",       "a",        "note",      "exclusive", "breaking", "update", "updated", "correction", "poll",
         "opinion", "analysis", "editorial", "photos",    "photo",    "video",  "watch",   "live",       "related",
         "report",  "tags",     "source",    "topics",    "new",      "alert",  "thread",  "warning",    "summary",
         "subject", "re",       "fwd",       "iocs",      "ioc",      "c2",     "hashes"});
    if (one_of(r[colon - 1].lower, kLabels)) continue;
    bool verb = r.is(colon + 1, Tag::kQuote);
    for (int i = colon + 1; i < last && !verb; ++i)
      verb = r.is(i, Tag::kVerb) || r.is(i, Tag::kAuxiliary) || r.is(i, Tag::kModal);
    if (!verb) continue;
    Candidate cue;
    cue.pass = Pass::kColon;
    cue.verb = colon;
    cue.cue = {colon, colon + 1};
    cue.source = {from, colon};
    cue.content = {{colon + 1, last}};
    cue.sense = {Strength::kStrong, Stance::kAsserts, kQuotation};
    cue.frame = kQuotation;
    r.candidates.push_back(std::move(cue));
  }
}

}  // namespace samehand::claim
