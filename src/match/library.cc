// Problem: MinGW links a hundred functions of its runtime into every program, so that two unrelated ones share them
// all.
//
// Method: the exact hashes of the functions that tiny programs of Debian 12's compilers hold beside main: C with
// formatted output, scanning and mathematics for x86-64 and i686 MinGW, ELF x86-64, i386 and AArch64, and C++ with an
// exception, statically linked, for MinGW. Hashes of facts; no code is copied. They belong to a feature version.
//
// Known failure: other releases of the runtime, and what these programs did not pull in.
#include "library.h"

#include <algorithm>
#include <iterator>

namespace samehand::match {
namespace {

constexpr std::uint64_t kRuntime[] = {
#include "library.inc"
};

}  // namespace

bool known_library(std::uint64_t exact_hash) {
  return std::binary_search(std::begin(kRuntime), std::end(kRuntime), exact_hash);
}

}  // namespace samehand::match
