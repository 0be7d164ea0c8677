// What kinds of evidence are worth where nobody has judged them one by one. docs/case.md has the tables with reasons; a
// test holds them against these.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/evidence/item.h"

namespace samehand::evidence {

// A probability that is known as a range only.
struct Chance {
  double low = 0, mid = 0, high = 0;
};

// Of one kind, if it is what it seems and nobody planted it.
struct KindDefault {
  ItemKind kind;
  Weight strength;            // for the one it points at, against a hypothesis that has nothing to do with it
  Forgeability forgeability;  // who can plant it
  Chance shared;  // how probable a proxy of the accused makes it, where 1 is as probable as the accused does
  std::string_view why;
};
const KindDefault& default_of(ItemKind kind);
std::span<const KindDefault> all_kind_defaults();

// How probable it is that a comparison of programs finds so much evidence for a common source where there is none of
// either's own: measured on unrelated programs.
struct CodeError {
  double least_db;
  ErrorRate error;
  unsigned wrong, of;  // comparisons of unrelated programs that reach it, of so many
};
// The row for so much evidence; nullptr: too little for anything to be claimed.
const CodeError* code_error(double evidence_db);
// Of what an item rests on: of compared code (as F6 where nothing is claimed), else of its reliability.
ErrorRate error_of(const Item& item);

// How probable it is that somebody who wants it to look like the accused has planted such a thing.
Chance planted(Forgeability forgeability, std::optional<bool> public_before);

// One weight for each hypothesis, in their order, from kind, reliability, forgeability and whom the item points at. All
// zero where it points at nobody. With e the report's error rate, L the strength as a ratio and x how probable the
// hypothesis makes the thing where 1 is as probable as the one pointed at (1/L where it has nothing to do with it):
//
//   weight = 10 log10( ((1 - e) x + e) / ((1 - e) / L + e) )
//
// so that nothing weighs more than its source's errors allow, 1/e. Low and high are the least and the most over the
// ends of all ranges. An item against somebody weighs the same with the sign turned, for that one and its proxies.
std::vector<Weight> default_weights(const Item& item, std::span<const Hypothesis> hypotheses);

// How far below and above its mid a default weight ranges for a reason that the accused's weight does not share:
// because it is uncertain whether such a thing was planted (for a false flag), or whether proxies leave the traces of
// whom they work for (for them). 0 where there is no such reason.
struct OwnRange {
  double down_db = 0, up_db = 0;
};
OwnRange planted_range(const Item& item, std::span<const Hypothesis> hypotheses);
OwnRange shared_range(const Item& item, std::span<const Hypothesis> hypotheses);

}  // namespace samehand::evidence
