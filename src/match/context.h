// What stands around a function: the telling features of the functions that call it and of those that it calls.
#pragma once

#include "pool.h"

namespace samehand::match {

// Fills in Side::caller_context and Side::callee_context of both sides, whose views are there.
void add_contexts(Pool& pool, const Parameters& parameters);

// How much of what stands around them two functions have in common.
float shared_context(const Pool& pool, std::uint32_t a, std::uint32_t b);

}  // namespace samehand::match
