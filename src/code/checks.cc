// Removes weak starts that their own traversal contradicts.
//
// Example: a pointer in data leads to `pop rbx; ret`: a function would return to whatever its caller pushed, so this is
// a label. Code that calls an import with a misaligned stack, or `bl` before x30 is saved, runs inside a frame: no
// start.
//
// Cost: one look at each function.
#include "passes.h"

namespace samehand::code {

void check_weak_starts(Recovery& r) {
  if (!r.tuning.stack_depth) return;
  for (std::uint32_t f = 0; f < r.functions.size(); ++f) {
    const FunctionState& function = r.functions[f];
    if (!function.live || function.chunk || is_certain(function.sources)) continue;
    const bool from_data = (function.sources & kFromData) != 0;
    if (function.min_depth < 0 || (function.misaligned && !from_data)) remove_start(r, f);
  }
}

}  // namespace samehand::code
