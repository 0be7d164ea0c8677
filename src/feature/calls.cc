// Calls: which import or function, with which arguments, and what is left afterwards.
//
//   mov edi, 5 ; lea rsi, [rip+"%d"] ; call printf
//   -> import printf; call argument (printf, 0, 5); string "%d"; strands argument(printf, 0, 5), argument(printf, 1,
//   "%d")
//
// A call of a function of the program leaves its constants and strings with the callee (kCallerConstant): inlined or
// specialised copies of the callee contain them.
#include <algorithm>

#include "execute.h"

namespace samehand::feature {

// The target of a conditional branch is another function or an import.
bool Execution::leaves_function(const Instruction& branch) {
  const Reference& r = references_.at(static_cast<std::uint64_t>(branch.immediate));
  return r.place == Place::kImport || (r.place == Place::kFunction && r.function != function_);
}

void Execution::call(const Instruction& m, bool tail) {
  std::uint64_t import = 0;
  std::int64_t callee = -1;
  if (m.a.is_immediate()) {
    const auto target = static_cast<std::uint64_t>(m.immediate);
    if (!tail && is_program_counter_thunk(image_, target)) {
      set_reg(image_.at(target, 4)[1] >> 3 & 7, address(m.address + m.length));
      return;
    }
    if (pushes_program_counter(m, abi_)) {
      const ValueId sp = add_constant(reg(abi_.stack_pointer), -4);
      set_reg(abi_.stack_pointer, sp);
      store_slot(values_[sp].addend, address(target), 4);
      return;
    }
    const Reference& r = references_.at(target);
    if (r.place == Place::kFunction)
      callee = r.function;
    else if (r.place == Place::kImport)
      import = r.hash;
  } else {
    ValueId target = m.a.is_memory() ? effective_address(m) : 0;  // of an import's slot: the import
    if (target == 0 || !is_import(target)) target = get(m, m.a);
    const Value& v = values_[target];
    if (v.is_address()) {
      const Reference& r = references_.at(static_cast<std::uint64_t>(v.addend));
      if (r.place == Place::kImport)
        import = r.hash;
      else if (r.place == Place::kFunction)
        callee = r.function;
    } else {
      root(0x100, target);
    }
  }
  tally_.calls++;
  if (callee >= 0) tally_.callees.push_back(static_cast<std::uint32_t>(callee));
  if (import != 0) {
    tally_.import_calls++;
    collector_.add(Kind::kImport, import);
    if (last_import_ != 0) collector_.add(Kind::kCallArgument, hash_pair(0x8001, import, last_import_));
    last_import_ = import;
  }
  call_arguments(import != 0 ? import : callee >= 0 ? 1 : 2, callee, tail);
  after_call(import);
}

void Execution::call_arguments(std::uint64_t callee_hash, std::int64_t callee, bool tail) {
  ValueId arguments[kMaxArguments] = {};
  unsigned count = 0;
  if (abi_.arguments.empty()) {  // i386: on the stack
    if (callee >= 0)
      for (const std::uint8_t r : register_arguments(register_arguments_of_[static_cast<std::size_t>(callee)]))
        arguments[count++] = state_->reg[r];
    std::int64_t offset = values_[reg(abi_.stack_pointer)].addend;
    if (tail) offset += abi_.pointer_bytes;  // the caller's return address lies in between
    for (; count < 5; count++, offset += abi_.pointer_bytes) {
      const unsigned slot = flow_->slots.find(offset);
      if (slot != Slots::kNone) arguments[count] = state_->get_slot(slot);
    }
  } else {
    for (const std::uint8_t r : abi_.arguments) arguments[count++] = state_->reg[r];
  }
  std::int64_t passed_function = -1;
  std::uint64_t passed_string = 0;
  for (unsigned i = 0; i < count; i++) {
    const ValueId argument = arguments[i];
    if (argument == 0) continue;
    if (callee >= 0) {
      if (!(used_arguments_of_[static_cast<std::size_t>(callee)] >> i & 1)) continue;
      use(argument);
    }
    const Value v = values_[argument];
    if (v.is_blank()) continue;
    if (v.is_constant()) {
      constant(v.addend);
      if (v.addend < -1 || v.addend > 1) {
        const std::uint64_t hash = hash_pair(0x8002 + i, callee_hash, static_cast<std::uint64_t>(v.addend));
        collector_.add(Kind::kCallArgument, hash);
        if (callee >= 0)
          collector_.give(static_cast<std::uint32_t>(callee), Kind::kCallerConstant,
                          hash_pair(0x8100, i, static_cast<std::uint64_t>(v.addend)));
      }
    } else if (v.is_address()) {
      const Reference& r = references_.at(static_cast<std::uint64_t>(v.addend));
      if (r.place == Place::kString) {
        passed_string = r.hash;
        if (callee >= 0) collector_.give(static_cast<std::uint32_t>(callee), Kind::kCallerConstant, r.hash);
      } else if (r.place == Place::kFunction) {
        passed_function = r.function;
      }
    }
    root(0x200 + (callee_hash << 12) + i, argument);
    if (v.is_stack()) {  // the callee may write there
      const unsigned slot = flow_->slots.find(v.addend);
      if (slot != Slots::kNone && state_->get_slot(slot) != 0) state_->set_slot(slot, 0);
    }
  }
  if (passed_function >= 0 && passed_string != 0)  // registering a callback by name is as good as a table
    collector_.give(static_cast<std::uint32_t>(passed_function), Kind::kTableString, passed_string);
}

void Execution::after_call(std::uint64_t import) {
  for (std::uint64_t left = abi_.clobbered_general; left != 0; left &= left - 1) state_->reg[__builtin_ctzll(left)] = 0;
  static_assert(kRegisterCount - kVector0 <= 64);
  if (abi_.clobbered_vector == ~0ull) {
    std::fill(state_->reg + kVector0, state_->reg + kRegisterCount, 0);
  } else {
    for (unsigned r = kVector0; r < kRegisterCount; r++)
      if (abi_.clobbered_vector >> (r - kVector0) & 1) state_->reg[r] = 0;
  }
  if (import != 0) set_reg(abi_.result, values_.leaf(hash_pair(0x5003, import, 0)));
}

}  // namespace samehand::feature
