#include "samehand/base/parallel.h"

#include <sched.h>

namespace samehand {

unsigned usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1u, std::thread::hardware_concurrency());  // more than 1024 processors
}

}  // namespace samehand
