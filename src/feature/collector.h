// Gathers the features of one function after another, and those that other functions give to a function (the constants
// its callers pass, the strings that stand beside its address).
//
// A function yields a few hundred identities, many of them several times. They are written to a flat buffer, sorted by
// a radix pass over the leading bits, and counted.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "samehand/base/hash.h"
#include "samehand/feature/feature.h"

namespace samehand::feature {

constexpr std::uint64_t feature_id(Kind kind, std::uint64_t hash) {
  return Feature::make_id(kind, mix64(hash));
}

class Collector {
 public:
  void add(Kind kind, std::uint64_t hash) { ids_.push_back(feature_id(kind, hash)); }
  // A feature of another function than the one at work.
  void give(std::uint32_t function, Kind kind, std::uint64_t hash) {
    if (given_.size() < kMaxGiven) given_.push_back({function, feature_id(kind, hash)});
  }
  // Where the collection stands; what was added and given since can be taken back.
  struct Mark {
    std::size_t ids, given;
  };
  Mark mark() const { return {ids_.size(), given_.size()}; }
  void take_back(Mark mark) {
    ids_.resize(mark.ids);
    given_.resize(mark.given);
  }
  // Ends the function at work: appends its features, ascending and counted, to `out`.
  void finish(std::vector<Feature>& out);
  // After the last function: merges what was given into the features of those it was given to. `order` are the
  // functions in the order in which they were finished.
  void merge_given(SampleFeatures& sample, std::span<const std::uint32_t> order);

 private:
  static constexpr std::size_t kMaxGiven = 1u << 24;
  struct Given {
    std::uint32_t function;
    std::uint64_t id;
    friend auto operator<=>(const Given&, const Given&) = default;
  };

  std::vector<std::uint64_t> ids_, sorted_;
  std::vector<Feature> counted_;
  std::vector<Given> given_;
};

}  // namespace samehand::feature
