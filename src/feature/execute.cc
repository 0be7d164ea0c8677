// Symbolic execution of a function: one pass over its blocks in reverse post-order.
//
//   mov [rsp+8], edi ; … ; mov eax, [rsp+8] ; add eax, 3 ; mov [rbx+16], eax
//   -> the store's strand is store(unknown + 16, argument 0 + 3), whatever registers and slots it went through
//
// Where paths meet, a register or slot keeps its value if all paths that were executed agree on it. At the head of a
// loop it forgets whatever the loop writes. Calls forget what the calling convention lets them destroy. Each block is
// executed once, so the cost is linear in instructions plus, per edge, the size of a state.
// The idea of comparing hashed data-flow strands is from David, Partush, Yahav, "Statistical Similarity of Binaries",
// 2016; they cut at basic blocks and normalise with a compiler, here values cross blocks and one pass does it all.
// Known failures: memory other than the stack is not tracked; stores through unknown pointers do not kill slots.
#include "execute.h"

#include <algorithm>
#include <cstring>

namespace samehand::feature {

void State::copy(const State& from) {
  std::memcpy(reg, from.reg, sizeof reg);
  slots = from.slots;
  std::memcpy(slot, from.slot, slots * sizeof slot[0]);
  x87_top = from.x87_top;
}

void State::set_slot(unsigned number, ValueId value) {
  for (; slots <= number; slots++) slot[slots] = 0;
  slot[number] = value;
}

void Tally::clear() {
  calls = import_calls = loads = stores = compares = 0;
  callees.clear();
  references.clear();
  globals.clear();
}

Execution::Execution(const image::Image& image, const code::Program& program, References& references,
                     Collector& collector)
    : image_(image), program_(program), references_(references), collector_(collector), abi_(abi_of(image)) {
  used_arguments_of_.assign(program.functions.size(), 0xff);
  register_arguments_of_.assign(program.functions.size(), kAsTheAbiSays);
}

std::uint32_t Execution::take_state() {
  if (free_states_.empty()) {
    pool_.emplace_back();
    return static_cast<std::uint32_t>(pool_.size() - 1);
  }
  const std::uint32_t index = free_states_.back();
  free_states_.pop_back();
  return index;
}

void Execution::start_state(State& state) {
  std::memset(state.reg, 0, sizeof state.reg);
  state.slots = 0;
  state.x87_top = 0;
}

ValueId Execution::either(ValueId a, ValueId b) {
  if (a == 0 || b == 0 || values_[a].is_stack() || values_[b].is_stack()) return 0;
  return values_.choice(a, b);
}

void Execution::merge(State& into, const State& other, const FlowBlock& at) {
  const bool flags = values_.agree(into.reg[kFlagLeft], other.reg[kFlagLeft]) &&
                     values_.agree(into.reg[kFlagRight], other.reg[kFlagRight]);
  for (unsigned r = 0; r < kRegisterCount; r++) {
    constexpr unsigned kRun = 15;  // most registers hold the same on both paths: a run of them is compared at once
    static_assert(kRegisterCount % kRun == 0);
    if (r % kRun == 0) {
      ValueId differences = 0;
      for (unsigned k = r; k < r + kRun; k++) differences |= into.reg[k] ^ other.reg[k];
      if (differences == 0) {
        r += kRun - 1;
        continue;
      }
    }
    if (into.reg[r] == other.reg[r] || values_.agree(into.reg[r], other.reg[r])) continue;
    if (r == abi_.stack_pointer)
      into.reg[r] = values_.stack(at.stack);
    else if (r == abi_.frame_pointer && into.reg[r] != 0 && values_[into.reg[r]].is_stack())
      continue;
    else
      into.reg[r] = either(into.reg[r], other.reg[r]);
  }
  if (!flags) into.reg[kFlagLeft] = into.reg[kFlagRight] = 0;
  into.slots = std::min(into.slots, other.slots);
  for (unsigned i = 0; i < into.slots; i++)
    if (!values_.agree(into.slot[i], other.slot[i])) into.slot[i] = either(into.slot[i], other.slot[i]);
}

void Execution::forget_written(State& state, const FlowBlock& head) {
  const Written& w = head.written;
  for (std::uint64_t left = w.general; left != 0; left &= left - 1) {
    const auto r = static_cast<unsigned>(__builtin_ctzll(left));
    if (r == abi_.frame_pointer && state.reg[r] != 0 && values_[state.reg[r]].is_stack()) continue;
    state.reg[r] = 0;
  }
  for (std::uint64_t left = w.vector; left != 0; left &= left - 1) {
    const unsigned r = kVector0 + static_cast<unsigned>(__builtin_ctzll(left));
    if (r < kRegisterCount) state.reg[r] = 0;
  }
  state.reg[kFlagLeft] = state.reg[kFlagRight] = 0;
  for (unsigned i = 0; i < state.slots; i++)
    if (w.has_slot(i)) state.slot[i] = 0;
  state.reg[abi_.stack_pointer] = values_.stack(head.stack);
}

// The state at the block's start, from those of its predecessors that have been executed.
std::uint32_t Execution::enter_block(std::uint32_t block) {
  const FlowBlock& b = flow_->blocks[block];
  std::uint32_t mine = ~0u;
  for (const std::uint32_t p : flow_->predecessors_of(b)) {
    if (flow_->blocks[p].position >= b.position) continue;  // round a loop
    const bool last_use = --users_[p] == 0;
    if (mine == ~0u) {
      if (last_use) {
        mine = state_of_[p];
        continue;
      }
      mine = take_state();
      pool_[mine].copy(pool_[state_of_[p]]);
    } else {
      merge(pool_[mine], pool_[state_of_[p]], b);
      if (last_use) free_states_.push_back(state_of_[p]);
    }
  }
  if (mine == ~0u) {
    mine = take_state();
    State& state = pool_[mine];
    start_state(state);
    state.reg[abi_.stack_pointer] = values_.stack(b.stack);
    if (block == 0) {
      for (unsigned i = 0; i < abi_.arguments.size(); i++) state.reg[abi_.arguments[i]] = argument(i);
      if (abi_.arguments.empty()) {
        for (unsigned i = 0; i < kMarkers; i++) state.reg[i] = argument(kMaxArguments + i);
        const auto registers = register_arguments(register_arguments_);
        for (unsigned i = 0; i < registers.size(); i++) state.reg[registers[i]] = argument(i);
      }
    } else if (b.frame_known) {
      state.reg[abi_.frame_pointer] = values_.stack(b.frame);
    }
  }
  if (b.head) forget_written(pool_[mine], b);
  return mine;
}

void Execution::run(std::uint32_t function, std::span<const Instruction> code, Flow& flow) {
  flow_ = &flow;
  register_arguments_ = kAsTheAbiSays;
  const Collector::Mark before = collector_.mark();
  pass(function, code);
  if (abi_.arguments.empty() && (register_arguments_ = registers_from_markers()) != kAsTheAbiSays) {
    collector_.take_back(before);
    pass(function, code);
  }
  used_arguments_of_[function] = static_cast<std::uint8_t>(used_arguments_);
  register_arguments_of_[function] = register_arguments_;
}

void Execution::run_expanded(std::span<const Instruction> code, Flow& flow) {
  flow_ = &flow;
  const std::size_t given = collector_.mark().given;
  pass(function_, code);
  collector_.take_back({collector_.mark().ids, given});
}

RegisterArguments Execution::registers_from_markers() const {
  const bool eax = used_arguments_ >> kMaxArguments & 1, ecx = used_arguments_ >> (kMaxArguments + 1) & 1,
             edx = used_arguments_ >> (kMaxArguments + 2) & 1;
  if (eax) return ecx ? kGcc3 : edx ? kGcc2 : kGcc1;
  if (ecx) return edx ? kFastcall2 : kFastcall1;
  return edx ? kGcc2 : kAsTheAbiSays;
}

std::span<const std::uint8_t> register_arguments(RegisterArguments kind) {
  static constexpr std::uint8_t kGcc[] = {0, 2, 1}, kFastcall[] = {1, 2};
  if (kind == kAsTheAbiSays) return {};
  return kind <= kGcc3 ? std::span(kGcc).first(kind) : std::span(kFastcall).first(kind - kGcc3);
}

// One pass over all blocks.
void Execution::pass(std::uint32_t function, std::span<const Instruction> code) {
  Flow& flow = *flow_;
  function_ = function;
  tally_.clear();
  values_.clear();
  for (std::uint64_t i = 0; i < kMaxArguments; i++) values_.leaf(hash_pair(0x5001, i, 0));
  for (unsigned i = 0; i < kMarkers; i++) values_.unknown();
  values_.constant(0);  // is zero()
  used_arguments_ = 0;
  const std::size_t n = flow.blocks.size();
  state_of_.assign(n, 0);
  users_.assign(n, 0);
  free_states_.clear();
  for (std::uint32_t i = 0; i < pool_.size(); i++) free_states_.push_back(i);
  for (const std::uint32_t x : flow.order) {
    const FlowBlock& b = flow.blocks[x];
    const std::uint32_t mine = enter_block(x);
    state_ = &pool_[mine];
    last_import_ = 0;
    successors_ = b.successors;
    for (const Instruction& m : code.subspan(b.first, b.last - b.first)) step(m);
    state_of_[x] = mine;
    for (const std::uint32_t y : flow.successors_of(b))
      if (flow.blocks[y].position > b.position) users_[x]++;
    if (users_[x] == 0) free_states_.push_back(mine);
  }
}

// ---- features

void Execution::constants_of(ValueId value) {
  ValueId choices[Values::kMaxChoices];
  const unsigned n = values_.alternatives(value, choices);
  for (unsigned i = 0; i < n; i++)
    if (values_[choices[i]].is_constant()) constant(values_[choices[i]].addend);
}

void Execution::constant(std::int64_t value) {
  if (value < -1 || value > 3) collector_.add(Kind::kConstant, static_cast<std::uint64_t>(value));
}

void Execution::strand(ValueId expression) {
  collector_.add(Kind::kStrand1, hash_pair(0x2001, values_[expression].depth1, 0));
}

void Execution::field(ValueId address, unsigned width) {
  const Value& v = values_[address];
  if (v.is_fixed() || v.addend == 0) return;
  const std::uint64_t offset = static_cast<std::uint64_t>(v.addend) * 64;
  collector_.add(Kind::kField, offset + (width & 31));
  collector_.add(Kind::kField, offset + 63);
}

// Depths that add nothing to the one before are left out.
void Execution::emit_root(const Hashes& h) {
  collector_.add(Kind::kStrand1, h.at[0]);
  if (h.at[1] != h.at[0]) {
    collector_.add(Kind::kStrand2, h.at[1]);
    if (h.at[2] != h.at[1]) collector_.add(Kind::kStrand3, h.at[2]);
  }
  collector_.add(Kind::kAbstract1, h.at[3]);
  if (h.at[4] != h.at[3]) collector_.add(Kind::kAbstract2, h.at[4]);
}

void Execution::root(std::uint64_t tag, ValueId a, ValueId b, bool commutative) {
  ValueId choices[Values::kMaxChoices];
  const unsigned n = values_.alternatives(b, choices);
  for (unsigned i = 0; i < n; i++)
    emit_root(combine(0x3000 + tag, values_.hashes(a), values_.hashes(choices[i]), commutative));
}

void Execution::root(std::uint64_t tag, ValueId a) {
  static constexpr Hashes kNothing{};
  ValueId choices[Values::kMaxChoices];
  const unsigned n = values_.alternatives(a, choices);
  for (unsigned i = 0; i < n; i++)
    if (n == 1 || !values_[choices[i]].is_blank())
      emit_root(combine(0x4000 + tag, values_.hashes(choices[i]), kNothing, false));
}

}  // namespace samehand::feature
