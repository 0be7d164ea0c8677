// Verbs -> verb groups ("has not yet said") with their subjects.
//
// A group runs from the first of its auxiliaries and adverbs to its main verb. Its subject stands before it, or is
// that of an earlier verb: after "and", for ", adding", in an infinitive.
// Example: "Smith, a lawyer, denied it and said …" -> denied [Smith, a lawyer,]; said: shared.
// Cost: linear, a bounded scan for each verb. Known failures: object control ("urged Smith to say": said by the urger).

#include <algorithm>

#include "phrase.h"

namespace samehand::claim {
namespace {

bool helper(const Reading& r, int i) {
  return r.is(i, Tag::kAuxiliary) || r.is(i, Tag::kModal) || r.is(i, Tag::kAdverb);
}

bool finite_form(const Reading& r, const VerbGroup& group) {
  for (int i = group.tokens.first; i <= group.head; ++i) {
    if (r.is(i, Tag::kAdverb)) continue;
    if (r.is(i, Tag::kTo)) return false;
    if (r.is(i, Tag::kModal)) return true;
    if (r.is(i, Tag::kAuxiliary))
      return !r.is(i, "be") && !r.is(i, "been") && !r.is(i, "being") && !r.is(i, "having") && !r.is(i, "doing");
    return (r[i].form & (kBase | kThird | kPast)) != 0;
  }
  return false;
}

}  // namespace

void group_verbs(Reading& r) {
  r.group_of.assign(r.tokens.size(), -1);
  for (int i = 0; i < r.size(); ++i) {
    const bool auxiliary_head = r.is(i, Tag::kAuxiliary) && [&] {
      int next = i + 1;
      while (r.is(next, Tag::kAdverb)) ++next;
      return next >= r.size() || r[next].sentence != r[i].sentence ||
             !(r.is(next, Tag::kVerb) || r.is(next, Tag::kAuxiliary));
    }();
    if (!r.is(i, Tag::kVerb) && !auxiliary_head) continue;
    VerbGroup group;
    group.head = i;
    const int from = r.sentence_of(i).tokens.first;
    int first = i;
    const auto take_helpers = [&] {
      while (first > from && helper(r, first - 1) && r[first - 1].quote == r[i].quote) --first;
    };
    take_helpers();
    // "authorised to speak publicly said": the adverb is the earlier verb's.
    if (first < i && first > from && r.is(first - 1, Tag::kVerb)) {
      bool adverbs = true;
      for (int j = first; j < i; ++j) adverbs &= r.is(j, Tag::kAdverb) && !r.is_class(j, kNegation);
      if (adverbs) first = i;
    }
    // "has [for the first time] denied": what tells when may stand between.
    if (first > from && r.is(i, Tag::kVerb)) {
      const int when = time_phrase_begin(r, first - 1, from);
      if (when < first && when > from && r[when].quote == r[i].quote &&
          (r.is(when - 1, Tag::kAuxiliary) || r.is(when - 1, Tag::kModal))) {
        first = when;
        take_helpers();
      }
    }
    if (first > from && r.is(first - 1, Tag::kTo)) {
      --first;
      group.infinitive = true;
    }
    // "seems to have said": auxiliaries before "to" are another group's.
    group.tokens = {first, i + 1};
    bool be = false;
    for (int j = first; j < i; ++j) {
      // "he's said" has said it; "it's said" is a passive.
      be |= (r.is_class(j, kBe) && !r.is(j, "'s")) ||
            (r.is(j, "'s") && r.is(j, Tag::kAuxiliary) && !(utters(r, i) && (r.is(j - 1, "he") || r.is(j - 1, "she"))));
      group.negated |= r.is_class(j, kNegation);
    }
    group.passive = be && r.is(i, Tag::kVerb) && (r[i].form & kParticiple) != 0;
    group.finite = finite_form(r, group);
    r.group_of[static_cast<std::size_t>(i)] = static_cast<int>(r.groups.size());
    r.groups.push_back(group);
  }
}

void find_subjects(Reading& r) {
  int sentence = -1;
  int first_finite = -1, last_finite = -1;  // groups of this sentence with subjects
  for (std::size_t g = 0; g < r.groups.size(); ++g) {
    VerbGroup& group = r.groups[g];
    if (r[group.head].sentence != sentence) {
      sentence = r[group.head].sentence;
      first_finite = last_finite = -1;
    }
    const int from = scope_begin(r, group.head);
    const auto share = [&](int other) {
      // A verb within a quotation does not lend its subject to one outside: look further back.
      constexpr int kBack = 6;
      for (int hops = 0; other >= 0 && hops < kBack; ++hops, --other) {
        const VerbGroup& earlier = r.groups[static_cast<std::size_t>(other)];
        if (r[earlier.head].sentence != sentence) return;
        if (r[earlier.head].quote == r[group.head].quote && earlier.finite && !earlier.subject.empty()) break;
      }
      if (other < 0 || r[r.groups[static_cast<std::size_t>(other)].head].quote != r[group.head].quote) return;
      group.subject = r.groups[static_cast<std::size_t>(other)].subject;
      group.subject_shared = true;
    };
    const int before = group.tokens.first - 1;
    const bool opens_quotation = before >= 0 && r.is(before, Tag::kQuote) && r[before].partner > before &&
                                 before > r.sentence_of(group.head).tokens.first;
    const bool participle = !group.finite && !group.infinitive && group.tokens.first == group.head;
    if (group.infinitive) {
      share(last_finite);
    } else if (before >= from && r.is(before, Tag::kCoordinator)) {
      share(last_finite);
    } else if (participle && (r[group.head].form & kIng) != 0 &&
               (before < from || r.is(before, Tag::kComma) || r.is(before, Tag::kDash) ||
                r.is(before, Tag::kPreposition) || r.is(before, Tag::kSubordinator) || r.is(before, Tag::kQuote) ||
                r.is(before, Tag::kVerb))) {
      // "X had failed, Smith said, adding": who spoke goes on speaking.
      const auto speaks = [&](int other) {
        return other >= 0 && utters(r, r.groups[static_cast<std::size_t>(other)].head);
      };
      share(r.is(before, Tag::kComma) && (speaks(first_finite) || !speaks(last_finite)) ? first_finite : last_finite);
    } else if (opens_quotation && group.finite) {
      group.subject = subject_before(r, before, scope_begin(r, before));  // "a spokesman “refused to say”"
    } else {
      group.subject = subject_before(r, group.tokens.first, from);
      // "On [28 April] Corvane detected", "In [May 2023] the firm said"
      while (group.subject.size() > 2 && group.subject.first > from &&
             r.is(group.subject.first - 1, Tag::kPreposition) && r.is(group.subject.first, Tag::kNumber) &&
             time_word(r, group.subject.first + 1))
        group.subject.first += 2;
      // "X praised it, said Y": but ", dubbed Z" is a participle of what stands before.
      if (group.subject.empty() && before >= from && r.is(before, Tag::kComma) &&
          (utters(r, group.head) || group.tokens.size() > 1))
        share(last_finite);
    }
    if (group.finite && !group.subject.empty()) {
      last_finite = static_cast<int>(g);
      if (first_finite < 0) first_finite = last_finite;
    }
  }
  // "Asked about it, Smith said": a participle that opens the sentence has the subject of the first finite verb after
  // it.
  for (std::size_t g = r.groups.size(); g-- > 1;) {
    VerbGroup& group = r.groups[g - 1];
    const VerbGroup& next = r.groups[g];
    if (!group.subject.empty() || group.finite || group.infinitive || r[group.head].sentence != r[next.head].sentence)
      continue;
    if (r[group.head].quote != r[next.head].quote) continue;
    group.subject = next.subject;
    group.subject_shared = true;
  }
}

}  // namespace samehand::claim
