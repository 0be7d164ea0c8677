// What a pair is: the same function, one holding the other, or a piece.
#pragma once

#include "pool.h"
#include "samehand/match/match.h"

namespace samehand::match {

Relation relation(const Pool& pool, std::uint32_t a, std::uint32_t b);

}  // namespace samehand::match
