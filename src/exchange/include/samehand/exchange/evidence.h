// Hypotheses and weighed items that somebody else wrote: as JSON (docs/format/evidence.md), as a STIX bundle
// (docs/format/stix.md) or as MISP events (docs/format/misp.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"
#include "samehand/evidence/item.h"

namespace samehand::exchange {

struct ImportedHypothesis {
  evidence::Hypothesis hypothesis;  // without number; `prior` only where `has_prior`
  bool has_prior = false;
};

// A decision about an item that came with it.
struct ImportedJudgement {
  std::string field, value, reason;  // as casefile::Judgement, but that hypotheses go by name:
  std::int32_t points_at = -1;       // of "points-at": index into Evidence::names; -1: nobody
  std::vector<std::pair<std::uint32_t, evidence::Weight>> weights;  // of "weights"
};

struct ImportedItem {
  evidence::Item item;          // without number, points_at and weights, which go by name here; places' exhibits are
                                // indices into Evidence::exhibits
  std::int32_t points_at = -1;  // index into Evidence::names; -1: nobody
  std::vector<std::pair<std::uint32_t, evidence::Weight>> weights;  // index into Evidence::names, ascending
  std::vector<ImportedJudgement> judgements;
  std::vector<std::string> subjects;  // names of whom it points at, where none of our hypotheses is meant by them yet
};

struct ImportedExhibit {
  evidence::Exhibit exhibit;   // without number and known_of
  std::int32_t known_of = -1;  // index into Evidence::names; -1: of this incident
  struct Finding {
    std::string method;
    std::vector<std::uint8_t> answer;
  };
  std::vector<Finding> findings;
};

// What of somebody else's bundle or event could not be used, or not as it stands: how much, and the first of it in
// words.
struct Remarks {
  std::uint64_t count = 0;
  std::vector<std::string> first;

  static constexpr std::size_t kKept = 10;
  void add(std::string_view where, std::string_view what);
  // `what`, and the first of them as its cause if there is one: "says nothing: malware--1: has no name".
  std::string because(std::string_view what) const;
};

struct Evidence {
  bool of_case = false;            // a case as it was exported, whose words stay as they are
  std::string title;               // of such a case
  std::vector<std::string> names;  // of all hypotheses that are spoken of, those of `hypotheses` first
  std::vector<ImportedHypothesis> hypotheses;
  std::vector<ImportedExhibit> exhibits;  // only their hashes: contents are not exchanged
  std::vector<ImportedItem> items;
  // Of others' bundles and events (what is not whole in a case of ours is an error), and keys of our JSON that are
  // none.
  Remarks remarks;
};

// Reads the JSON. Hostile input: run it in a worker. Errors name the item or object and the field that is wrong: a
// value of another type than it should have, a weight that is not three ascending numbers or is beyond kMaxWeightDb, an
// unknown word. In others' bundles and events such a value costs the object that has it, or what it says: see
// `remarks`. Keys that are not known are left alone; those of our hypotheses and items are among the remarks. kTooLarge
// for bundles and events that nest too deep, kNotSupported for other JSON. Memory: some ten times the JSON.
Result<Evidence> import_evidence(ByteView json);

// As the message that a worker sends. Decoding trusts nothing.
std::vector<std::uint8_t> encode(const Evidence& evidence);
Result<Evidence> decode(ByteView message);

}  // namespace samehand::exchange
