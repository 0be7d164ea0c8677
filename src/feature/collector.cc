#include "collector.h"

#include <algorithm>
#include <array>

namespace samehand::feature {
namespace {

// Ascending order of identities. Within a kind they are hashes, evenly spread, so one pass over kind and the leading
// four bits of the hash leaves runs that insertion sort finishes in linear time.
void sort_ids(std::vector<std::uint64_t>& ids, std::vector<std::uint64_t>& scratch) {
  constexpr unsigned kKindBits = 5, kHashBits = 4, kBuckets = 1u << (kKindBits + kHashBits);
  static_assert(static_cast<unsigned>(Kind::kCount) <= 1u << kKindBits);
  if (ids.size() < 48 || ids.size() > 40000) {
    std::ranges::sort(ids);
    return;
  }
  const auto bucket = [](std::uint64_t id) { return id >> (58 - kHashBits) & (kBuckets - 1); };
  std::array<std::uint32_t, kBuckets + 1> start{};
  for (const std::uint64_t id : ids) start[bucket(id) + 1]++;
  for (unsigned i = 1; i <= kBuckets; i++) start[i] += start[i - 1];
  scratch.resize(ids.size());
  for (const std::uint64_t id : ids) scratch[start[bucket(id)]++] = id;
  for (std::size_t i = 1; i < scratch.size(); i++) {
    const std::uint64_t id = scratch[i];
    std::size_t k = i;
    for (; k > 0 && scratch[k - 1] > id; k--) scratch[k] = scratch[k - 1];
    scratch[k] = id;
  }
  ids.swap(scratch);
}

}  // namespace

void Collector::finish(std::vector<Feature>& out) {
  sort_ids(ids_, sorted_);
  for (std::size_t i = 0; i < ids_.size();) {
    std::size_t end = i + 1;
    while (end < ids_.size() && ids_[end] == ids_[i]) end++;
    out.emplace_back(ids_[i], static_cast<std::uint32_t>(end - i));
    i = end;
  }
  ids_.clear();
}

void Collector::merge_given(SampleFeatures& sample, std::span<const std::uint32_t> order) {
  std::vector<std::uint32_t> rank(order.size());
  for (std::uint32_t i = 0; i < order.size(); i++) rank[order[i]] = i;
  for (Given& g : given_) g.function = rank[g.function];
  std::ranges::sort(given_);
  std::vector<Feature> counted;
  std::vector<std::uint32_t> owner;  // of each of `counted`, by rank
  for (std::size_t i = 0; i < given_.size();) {
    std::size_t end = i + 1;
    while (end < given_.size() && given_[end] == given_[i]) end++;
    owner.push_back(given_[i].function);
    counted.emplace_back(given_[i].id, static_cast<std::uint32_t>(end - i));
    i = end;
  }
  given_.clear();
  // The two kinds that are given are never found in the function itself and are the largest, so they come last in each
  // function: shift from the back, in place.
  static_assert(Kind::kTableString > Kind::kCallArgument && Kind::kCallerConstant > Kind::kTableString);
  std::size_t read = sample.features.size(), extra = counted.size();
  sample.features.resize(read + extra);
  for (std::size_t f = order.size(); f-- > 0 && extra > 0;) {
    FunctionFeatures& function = sample.functions[order[f]];
    std::size_t end = read + extra;
    for (; extra > 0 && owner[extra - 1] == f; function.features++) sample.features[--end] = counted[--extra];
    if (extra == 0) break;  // nothing more to shift
    const std::size_t first = function.first_feature;
    const auto begin = sample.features.begin();
    std::move_backward(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(read),
                       begin + static_cast<std::ptrdiff_t>(end));
    read = first;
    function.first_feature = static_cast<std::uint32_t>(first + extra);
  }
}

}  // namespace samehand::feature
