#pragma once

#include <algorithm>
#include <vector>

namespace samehand {

// The list as a set: ascending, each value once.
template <class T>
void sort_unique(std::vector<T>& list) {
  std::ranges::sort(list);
  const auto repeated = std::ranges::unique(list);
  list.erase(repeated.begin(), repeated.end());
}

}  // namespace samehand
