#pragma once

#include <cstdint>

#include "recovery.h"

namespace samehand::code {

// Whether code from instruction `start` on reads registers that no caller could have set for it, or overwrites what it
// has to preserve without saving it: then no function starts there. With `strict` also whether it reads the caller's
// stack, where few functions find arguments (not on i386); and then calls of the program's own functions are taken to
// return, since compilers do not know all that never do.
bool breaks_convention(const Recovery& r, std::uint32_t start, bool strict = false);

// i386: the register that the code at i sets to the program counter of its caller (mov reg, [esp]; ret), as a mask; 0
// for other code.
std::uint32_t pc_thunk_register(const Recovery& r, std::uint32_t i);

}  // namespace samehand::code
