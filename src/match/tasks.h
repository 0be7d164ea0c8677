// Work on many functions, in pieces that may run beside each other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "samehand/match/match.h"

namespace samehand::match {

inline void for_each_task(const ParallelFor& parallel_for, std::size_t tasks,
                          const std::function<void(std::size_t)>& work) {
  if (parallel_for) {
    parallel_for(tasks, work);
  } else {
    for (std::size_t i = 0; i < tasks; ++i) work(i);
  }
}

// Calls work(first, end) for ranges that cover 0…n-1.
inline void for_each_range(const ParallelFor& parallel_for, std::size_t n,
                           const std::function<void(std::size_t first, std::size_t end)>& work) {
  constexpr std::size_t kLeast = 64, kMostRanges = 64;
  const std::size_t size = std::max(kLeast, (n + kMostRanges - 1) / kMostRanges);
  for_each_task(parallel_for, (n + size - 1) / size,
                [&](std::size_t i) { work(i * size, std::min(n, (i + 1) * size)); });
}

// Working space that is dear to make: as many as are in use at once, each used by one task at a time.
template <class Space>
class Spaces {
 public:
  explicit Spaces(std::function<std::unique_ptr<Space>()> make) : make_(std::move(make)) {}

  template <class Use>
  void with_one(const Use& use) {
    std::unique_ptr<Space> space = take();
    use(*space);
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(space));
  }

 private:
  std::unique_ptr<Space> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        std::unique_ptr<Space> space = std::move(free_.back());
        free_.pop_back();
        return space;
      }
    }
    return make_();
  }

  const std::function<std::unique_ptr<Space>()> make_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Space>> free_;
};

}  // namespace samehand::match
