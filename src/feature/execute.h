// Symbolic execution of one function after another: what its features are made of.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "abi.h"
#include "collector.h"
#include "flow.h"
#include "ir.h"
#include "references.h"
#include "value.h"

namespace samehand::feature {

// What is known at one point: the value of each register and stack slot, 0 where nothing is.
struct State {
  ValueId reg[kRegisterCount] = {};
  std::uint32_t slots = 0;  // how many of `slot` are meant; the rest are unknown
  ValueId slot[Slots::kMax];
  std::uint8_t x87_top = 0;

  void copy(const State& from);
  ValueId get_slot(unsigned number) const { return number < slots ? slot[number] : 0; }
  void set_slot(unsigned number, ValueId value);
};

// What a function does besides its features.
struct Tally {
  std::uint32_t calls = 0, import_calls = 0, loads = 0, stores = 0, compares = 0;
  std::vector<std::uint32_t> callees, references;  // functions called, in order; functions whose address is taken
  std::vector<std::uint64_t> globals;              // addresses of data

  void clear();
};

// i386 compilers pass the arguments of internal functions in registers: gcc in eax, edx, ecx, clang (and fastcall,
// thiscall) in ecx, edx.
enum RegisterArguments : std::uint8_t { kAsTheAbiSays, kGcc1, kGcc2, kGcc3, kFastcall1, kFastcall2 };

// The registers, first argument first.
std::span<const std::uint8_t> register_arguments(RegisterArguments kind);

class Execution {
 public:
  Execution(const image::Image& image, const code::Program& program, References& references, Collector& collector);

  // Runs over the function's blocks in Flow::order, adding features to the collector.
  void run(std::uint32_t function, std::span<const Instruction> code, Flow& flow);
  // Runs over the function that was run last once more, as an Expander has laid it out. What it gives to other
  // functions is left out, and what is known of the function stays as it is.
  void run_expanded(std::span<const Instruction> code, Flow& flow);
  const Tally& tally() const { return tally_; }
  // How many arguments the function that was run last makes use of.
  unsigned arguments_used() const { return static_cast<unsigned>(__builtin_popcount(used_arguments_ & 0xff)); }

 private:
  // execute.cc: blocks and states.
  std::uint32_t enter_block(std::uint32_t block);
  void start_state(State& state);
  ValueId either(ValueId a, ValueId b);
  void merge(State& into, const State& other, const FlowBlock& at);
  void forget_written(State& state, const FlowBlock& head);
  std::uint32_t take_state();

  // operations.cc: one instruction.
  void step(const Instruction& m);
  void step_logic(const Instruction& m);
  bool step_logic_constant(const Instruction& m);
  void narrow_test(ValueId& tested, ValueId& mask);
  void step_shift(const Instruction& m);
  void step_multiply(const Instruction& m);
  void step_stack(const Instruction& m);
  void step_float(const Instruction& m);
  void step_generic(const Instruction& m);
  void step_carry(const Instruction& m);
  void set_result(const Instruction& m, ValueId value);

  // operands.cc: registers, memory, addresses.
  ValueId reg(unsigned r);
  void set_reg(unsigned r, ValueId value);
  unsigned physical(unsigned r) const {
    return r >= kX87Top && r < kScratch ? kX87Top + ((r - kX87Top + state_->x87_top) & 7) : r;
  }
  ValueId get(const Instruction& m, Operand operand);
  void put(const Instruction& m, Operand operand, ValueId value);
  ValueId effective_address(const Instruction& m);
  ValueId load(const Instruction& m);
  ValueId load_slot(std::int64_t offset);
  ValueId load_constant(const Instruction& m, std::uint64_t address);  // 0 where it is none
  void store(const Instruction& m, ValueId value);
  void store_slot(std::int64_t offset, ValueId value, unsigned width);
  void drop_slots_below(std::int64_t offset);
  ValueId address(std::uint64_t where);
  void refer(ValueId address);  // the function uses this address: features of what lies there
  bool is_import(ValueId id) const {
    return values_[id].is_address() && static_cast<Place>(values_[id].place) == Place::kImport;
  }
  ValueId add_constant(ValueId a, std::int64_t c);
  ValueId add(ValueId a, ValueId b);
  void pass(std::uint32_t function, std::span<const Instruction> code);
  RegisterArguments registers_from_markers() const;
  // The first values of a function are its arguments; after the markers comes the 0 that most flags compare with.
  ValueId argument(unsigned number) const { return number + 1; }
  ValueId zero() const { return kMaxArguments + kMarkers + 1; }
  void use(ValueId value) {
    if (value - 1 < kMaxArguments + kMarkers) used_arguments_ |= 1u << (value - 1);
  }

  // compare.cc
  void set_flags(ValueId left, ValueId right);
  ValueId compare(Condition condition);

  // calls.cc
  void call(const Instruction& m, bool tail);
  bool leaves_function(const Instruction& branch);
  void call_arguments(std::uint64_t callee_hash, std::int64_t callee, bool tail);
  void after_call(std::uint64_t import_hash);

  // Features.
  void root(std::uint64_t tag, ValueId a, ValueId b, bool commutative);
  void root(std::uint64_t tag, ValueId a);
  void emit_root(const Hashes& hashes);
  void strand(ValueId expression);  // a strand of depth 1 ends at every non-linear operation
  void constant(std::int64_t value);
  void constants_of(ValueId value);
  void field(ValueId address, unsigned width);

  static constexpr unsigned kMaxArguments = 8;
  // On i386, what eax, ecx and edx hold on entry: using them shows that the function takes arguments in registers.
  static constexpr unsigned kMarkers = 3;

  const image::Image& image_;
  const code::Program& program_;
  References& references_;
  Collector& collector_;
  const Abi abi_;
  Values values_;
  Tally tally_;
  State* state_ = nullptr;
  Flow* flow_ = nullptr;
  std::uint32_t function_ = 0;
  std::uint32_t used_arguments_ = 0;                      // bit per argument that the function reads, and per kMarker
  std::vector<std::uint8_t> used_arguments_of_;           // by function; all bits while it has not been run
  RegisterArguments register_arguments_ = kAsTheAbiSays;  // of the function at work…
  std::vector<RegisterArguments> register_arguments_of_;  // …and of all: i386 only
  std::uint64_t last_import_ = 0;                         // called before, in the same block
  std::uint32_t successors_ = 0;                          // of the block at work

  std::vector<State> pool_;
  std::vector<std::uint32_t> free_states_;
  std::vector<std::uint32_t> state_of_, users_;  // by block: its state at the end, how many blocks still need it
};

}  // namespace samehand::feature
