// Zydis' raw fields as an X86Instruction: for all that the tables of x86_opcodes.h do not cover.
#pragma once

#include "samehand/code/x86.h"

namespace samehand::code::x86 {

bool decode_with_zydis(ByteView bytes, bool is_64_bit, X86Instruction& out);

}  // namespace samehand::code::x86
