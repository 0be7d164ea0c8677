#include "collector.h"

#include <algorithm>
#include <array>

namespace samehand::feature {
namespace {

// Ascending order of identities. Within a kind they are hashes, evenly spread, so one pass over kind and the leading
// bits of the hash leaves runs that insertion sort finishes in linear time: as many bits as leave few in a run, since
// each comparison there is one that the processor cannot foresee.
void sort_ids(std::vector<std::uint64_t>& ids, std::vector<std::uint64_t>& scratch) {
  if (ids.size() < 48 || ids.size() > 40000) {
    std::ranges::sort(ids);
    return;
  }
  constexpr unsigned kKinds = static_cast<unsigned>(Kind::kCount), kMostBits = 8;
  const unsigned hash_bits = ids.size() < 160 ? 4 : ids.size() < 1600 ? 6 : kMostBits;
  const unsigned buckets = kKinds << hash_bits;
  const auto bucket = [&](std::uint64_t id) { return id >> (58 - hash_bits); };
  std::array<std::uint32_t, (kKinds << kMostBits) + 1> start;
  std::fill_n(start.begin(), buckets + 1, 0);
  for (const std::uint64_t id : ids) start[bucket(id) + 1]++;
  for (unsigned i = 1; i <= buckets; i++) start[i] += start[i - 1];
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
  if (ids_.empty()) return;
  sort_ids(ids_, sorted_);
  // Written anew for each that is met again, without a branch: where a run ends cannot be foreseen.
  if (counted_.size() < ids_.size()) counted_.resize(ids_.size());
  std::size_t at = 0;
  std::uint64_t last = ids_.front();
  std::uint32_t count = 0;
  for (const std::uint64_t id : ids_) {
    const bool again = id == last;
    at += again ? 0 : 1;
    count = again ? count + 1 : 1;
    counted_[at] = Feature(id, count);
    last = id;
  }
  out.insert(out.end(), counted_.begin(), counted_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
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
