// Independent pieces of work on several processors. Only flow uses it; what runs inside starts no threads of its own.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace samehand {

// The processors that this process may use (affinity respected), at least 1.
unsigned usable_processors();

// Calls work(i) for every i below `count`, on up to `threads` threads, each next index to whoever is free. Results must
// be written to places of their own, so that they do not depend on the number of threads. `work` must not throw. All
// threads have ended on return, so the caller may fork again.
template <class Work>
void parallel_for(std::size_t count, unsigned threads, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&]() noexcept {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (std::size_t t = 1; t < std::min<std::size_t>(threads, count); t++) others.emplace_back(run);
  run();
}

}  // namespace samehand
