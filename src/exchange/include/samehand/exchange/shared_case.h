// A case as it is given to others, and the forms in which they take it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "samehand/evidence/item.h"
#include "samehand/evidence/weight.h"

namespace samehand::exchange {

// One claim of a report, in the words of docs/format/read.md.
struct SharedClaim {
  std::string text, speaker, speaker_kind, stance, about, hedge, said;
  std::vector<std::string> subjects;
  std::vector<std::string> chain;  // outermost first, the speaker last
  std::int32_t parent = -1;        // index of the claim within whose content it stands
  std::uint64_t begin = 0, end = 0;
};

// A name or an indicator, with its kind as `read` calls it.
struct SharedValue {
  std::string kind, value;
  std::vector<std::string> ids;  // of ATT&CK or MISP, where a list of names gave them
};

struct SharedPage {
  std::size_t exhibit = 0;  // index into SharedCase::exhibits
  std::string title, outlet, published;
  std::vector<SharedClaim> claims;
  std::vector<SharedValue> indicators, names;
  std::vector<std::string> techniques;  // ATT&CK's ids, each once
};

struct SharedFinding {
  std::size_t exhibit = 0;  // index into SharedCase::exhibits
  std::string method;
  std::vector<std::uint8_t> answer;
};

struct SharedJudgement {
  std::size_t item = 0;  // index into SharedCase::items
  std::string field, value, reason;
  std::int64_t points_at = 0;  // of "points-at", whose value is a number of this case's
  evidence::Weights weights;   // of "weights", likewise
};

struct SharedPosterior {
  double low = 0, mid = 0, high = 0;
  std::string likelihood;  // the mid in the words of ICD 203
};

struct SharedCase {
  std::string seed;                     // hash of the case's first event: what is its own for good
  std::string title, created, changed;  // ISO 8601, UTC
  std::vector<evidence::Hypothesis> hypotheses;
  std::vector<SharedPosterior> posterior;  // in the hypotheses' order; empty: not weighed
  std::string verdict, confidence;         // sentences, empty: not weighed
  std::vector<evidence::Exhibit> exhibits;
  std::vector<SharedFinding> findings;
  std::vector<SharedPage> pages;
  std::vector<evidence::Item> items;
  // What each item weighs for each hypothesis, defaults included, and what it does for the leader's odds; empty for
  // items that take no part.
  std::vector<std::vector<evidence::Weight>> weights;
  std::vector<double> effects_db;
  std::vector<SharedJudgement> judgements;
};

// A STIX 2.1 bundle (docs/format/stix.md), one object a line, the same for the same case. Exhibits' contents are not in
// it, only their hashes. Texts that are no UTF-8 come out with U+FFFD.
std::string stix_bundle(const SharedCase& shared);

// A MISP event (docs/format/misp.md): what the reports name as attributes, tools as objects, hypotheses with how likely
// each is. Weights and claims have no place in it.
std::string misp_event(const SharedCase& shared);

// A layer for the ATT&CK Navigator, format 4.5 (docs/format/navigator.md): the techniques that the reports name, scored
// by how many reports do.
std::string navigator_layer(const SharedCase& shared);

}  // namespace samehand::exchange
