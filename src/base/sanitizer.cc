// How sanitizer builds behave in workers; nothing of this is in the product.
#include "sanitizer.h"

#include "samehand/base/worker.h"

namespace samehand {

bool built_with_sanitizer() {
#if defined(SAMEHAND_ASAN) || defined(SAMEHAND_TSAN)
  return true;
#else
  return false;
#endif
}

}  // namespace samehand

// clang's runtimes put names to a report's addresses by starting llvm-symbolizer. A worker may start no program, so the
// report would end as a forbidden call and be lost. Without it a report names module and offset, which
// `llvm-symbolizer-19 --obj=MODULE OFFSET` turns into lines. g++'s runtimes read the debug information themselves. What
// the environment's ASAN_OPTIONS and TSAN_OPTIONS say goes before these.
#ifdef __clang__
#ifdef SAMEHAND_ASAN
extern "C" const char* __asan_default_options() {
  return "external_symbolizer_path=";
}
#endif
#ifdef SAMEHAND_TSAN
extern "C" const char* __tsan_default_options() {
  return "external_symbolizer_path=";
}
#endif
#endif
