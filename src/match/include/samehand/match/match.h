// Which functions of toolkit A and toolkit B come from the same source, how sure that is, and what it is worth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/feature/feature.h"

namespace samehand::match {

struct FunctionRef {
  std::uint32_t sample = 0;    // index into the toolkit
  std::uint32_t function = 0;  // index into that sample's functions
  friend bool operator==(FunctionRef, FunctionRef) = default;
};

enum class Relation : std::uint8_t {
  kSame,      // one source function on both sides
  kContains,  // A's function holds B's and more (B's was inlined into A's)
  kInlined,   // A's function lies within B's
  kPiece,     // one is a split-off part (.cold, .part) of the other
};

// What made the pair, by share of the similarity (sums to 1 over all reasons of a pair).
enum class Reason : std::uint8_t {
  kExactCopy,
  kDataFlow,
  kStrings,
  kConstants,
  kImports,
  kData,
  kControlFlow,
  kNeighbours,
  kCount
};

// What a pair's confidence is computed from (docs/matching.md), kept so that it can be refitted
// (evaluation/fit_confidence.py).
struct Evidence {
  float margin_a = 0, margin_b = 0;  // lead over the best other partner of either function, as a share; can be negative
  float body_margin_a = 0, body_margin_b = 0;  // the same by the two bodies alone, without their neighbours
  std::uint32_t rivals_a = 0, rivals_b = 0;    // other candidates of either function that come close
  float information = 0;                       // weighted features that both functions hold, in nats before discounts
  float cover_a = 0, cover_b = 0;              // share of either function's weighted features that the other one has
  float neighbours = 0;                        // matched neighbours that agree, as a share of all matched neighbours …
  float neighbour_information = 0;             // … and what the agreeing ones weigh, in the unit of `information`
  float kinship = 0;                           // share of the smaller toolkit's functions that have a strong partner …
  float typical = 0;         // … and the median similarity of those strong pairs; 0 where there are none
  bool same_machine = true;  // one architecture and pointer size on both sides
  bool exact = false;        // the same instructions
};

struct Pair {
  FunctionRef a, b;
  float similarity = 0;  // 0…1: √(cover_a × cover_b), neighbours not counted, see docs/matching.md
  float confidence = 0;  // estimated probability that the pair is right (docs/evaluation.md: how good)
  float worth_db = 0;    // decibans of evidence for a shared origin; 0 for library code
  Relation relation = Relation::kSame;
  bool reported = false;  // counts in the verdict
  bool library = false;   // runtime or well-known library code: listed apart
  float reasons[static_cast<int>(Reason::kCount)] = {};
  Evidence evidence;
};

// Calls the second argument for every i in 0…n-1, in any order and on any threads, and returns when all are done.
using ParallelFor = std::function<void(std::size_t n, const std::function<void(std::size_t)>&)>;

struct Options {
  bool align = true;              // false: every function alone against all of the other side, partners may repeat
  int max_ranks = 1;              // with align off: how many partners per function, best first
  ParallelFor parallel_for = {};  // given by flow; empty: one after the other. The result never depends on it.
};

// What finding the candidates took, in steps: unlike time the same on every machine, so that tests can say how it
// grows.
struct Work {
  std::uint64_t prepared = 0;  // cells of working space made ready
  std::uint64_t postings = 0;  // entries of the inverted index read
  std::uint64_t compared = 0;  // features of candidates compared with their query's
};

struct Matches {
  // Best worth first; with align each function at most once on each side, and of copies in several samples of one side
  // the first. Without: function by function of A, its partners best first.
  std::vector<Pair> pairs;
  double evidence_db = 0;  // what all reported pairs weigh together, see docs/matching.md
  double kinship = 0;      // estimated probability that the toolkits share source
  // Functions that could be judged: neither tiny nor runtime code, and each once, however many samples hold it.
  std::uint32_t pairable_a = 0, pairable_b = 0;
  // By sample, how many of its functions are runtime or library code, or nothing but a jump elsewhere.
  std::vector<std::uint32_t> library_a, library_b;
  Work work;
};

// Compares two toolkits. All samples must carry the same feature version (kInvalidArgument otherwise).
// Deterministic, independent of the order of samples up to ties. About n log n in the number of functions.
Result<Matches> match(std::span<const feature::SampleFeatures* const> a,
                      std::span<const feature::SampleFeatures* const> b, const Options& options = {});

}  // namespace samehand::match
