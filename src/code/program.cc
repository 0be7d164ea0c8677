#include "samehand/code/program.h"

#include <algorithm>

namespace samehand::code {

std::int64_t Program::function_at(std::uint64_t address) const {
  const auto it = std::ranges::lower_bound(functions, address, {}, &Function::address);
  return it != functions.end() && it->address == address ? it - functions.begin() : -1;
}

}  // namespace samehand::code
