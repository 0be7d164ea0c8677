// For tests that bound how long hostile input may take.
#pragma once

#include <time.h>

#include <cstddef>

#include "samehand/base/worker.h"

namespace samehand {

// Processor time that this process has used, in seconds. On a busy machine the clock on the wall goes on while a test
// waits; this does not.
inline double processor_seconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// The size of a large input: a tenth under sanitizers, which are about ten times slower. What grows too fast still
// shows.
inline std::size_t large_size(std::size_t size) {
  return built_with_sanitizer() ? size / 10 : size;
}

}  // namespace samehand
