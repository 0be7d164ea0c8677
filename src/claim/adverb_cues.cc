// "reportedly", "allegedly": somebody says it, and the text does not say who. The content is the clause around the
// adverb.

#include <algorithm>
#include <array>

#include "passes.h"
#include "phrase.h"
#include "samehand/base/one_of.h"

namespace samehand::claim {

void find_adverb_cues(Reading& r, const Switches& switches) {
  if (!switches.has(Idea::kAdverbs)) return;
  constexpr std::array kSaying = std::to_array<std::string_view>(
      {"reportedly", "allegedly", "supposedly", "purportedly", "apparently", "seemingly", "ostensibly", "presumably"});
  for (int i = 0; i < r.size(); ++i) {
    if (r[i].lower.size() < 8 || !r[i].lower.ends_with("ly") || !one_of(r[i].lower, kSaying)) continue;
    const int until = scope_end(r, i), from = scope_begin(r, i);
    int first = i;
    while (first > from && !r.is(first - 1, Tag::kComma) && !r.is(first - 1, Tag::kSemicolon) &&
           !r.is(first - 1, Tag::kColon) && !r.is(first - 1, Tag::kDash) && !r.is(first - 1, Tag::kQuote) &&
           !r.is(first - 1, Tag::kThat) && !r.is(first - 1, Tag::kOpen) && !r.is(first - 1, Tag::kSubordinator))
      --first;
    int second = i + 1;
    if (r.is(second, Tag::kComma)) ++second;
    const int last = content_end(r, second, until, Extent::kVerbPhrase);
    Candidate cue;
    cue.pass = Pass::kAdverb;
    cue.verb = i;
    cue.cue = {i, i + 1};
    cue.sense = {Strength::kWeak, Stance::kSuggests, kPassive};
    cue.frame = kPassive;
    if (first < i) cue.content.push_back({first, i});
    if (second < last) cue.content.push_back({second, last});
    if (!cue.content.empty()) r.candidates.push_back(std::move(cue));
  }
}

}  // namespace samehand::claim
