// Reading and writing registers, stack slots and memory during symbolic execution.
//
//   mov rax, [rip+x]   where x holds 1.5 in read-only data   ->   the constant 0x3ff8000000000000
//   mov rax, [rip+g]   where g is the slot of an import      ->   the import's address
//   mov eax, [rsp+12]                                        ->   what was last stored there
//
// Floats are given as the double of the same value, because x87 code keeps double constants as floats where it can.
#include <bit>
#include <cstring>

#include "execute.h"

namespace samehand::feature {
namespace {

std::int64_t float_as_double(std::uint32_t bits) {
  return static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(static_cast<double>(std::bit_cast<float>(bits))));
}

}  // namespace

ValueId Execution::reg(unsigned r) {
  if (r >= kRegisterCount) return values_.unknown();
  ValueId& value = state_->reg[physical(r)];
  if (value == 0) value = values_.unknown();
  use(value);
  return value;
}

void Execution::set_reg(unsigned r, ValueId value) {
  if (r >= kRegisterCount) return;
  if (r == abi_.stack_pointer && !values_[value].is_stack()) value = values_.stack(0);
  state_->reg[physical(r)] = value;
}

ValueId Execution::address(std::uint64_t where) {
  if (image_.pointer_bytes == 4) where = static_cast<std::uint32_t>(where);
  const Reference& r = references_.at(where);
  const std::uint64_t hash =
      r.place == Place::kFunction || r.place == Place::kNothing ? 0 : r.hash;  // other functions are all alike
  return values_.address(where, static_cast<std::uint8_t>(r.place),
                         hash_pair(0x5002, static_cast<std::uint64_t>(r.place), hash));
}

void Execution::refer(ValueId id) {
  const Value& v = values_[id];
  if (!v.is_address()) return;
  const auto where = static_cast<std::uint64_t>(v.addend);
  const Reference& r = references_.at(where);
  switch (r.place) {
    case Place::kString:
      collector_.add(Kind::kString, r.hash);
      references_.mark_used(where);
      break;
    case Place::kReadOnly:
      collector_.add(Kind::kReadOnlyData, r.hash);
      tally_.globals.push_back(where);
      break;
    case Place::kFunction:
      if (r.function != function_) tally_.references.push_back(r.function);
      break;
    case Place::kImport:
      collector_.add(Kind::kImport, r.hash);
      break;
    case Place::kGlobal:
      tally_.globals.push_back(where);
      break;
    case Place::kCode:
    case Place::kNothing:
      break;
  }
}

ValueId Execution::add_constant(ValueId a, std::int64_t c) {
  if (c == 0 || !values_[a].is_address()) return values_.add_constant(a, c);
  return address(static_cast<std::uint64_t>(values_[a].addend) + static_cast<std::uint64_t>(c));
}

ValueId Execution::add(ValueId a, ValueId b) {
  if (values_[a].is_constant()) return add_constant(b, values_[a].addend);
  if (values_[b].is_constant()) return add_constant(a, values_[b].addend);
  return values_.add(a, b);
}

ValueId Execution::get(const Instruction& m, Operand operand) {
  switch (operand.kind) {
    case OperandKind::kRegister:
      return reg(operand.reg);
    case OperandKind::kImmediate: {
      const std::int64_t value = operand.reg == 31 ? 0 : m.immediate;
      const std::uint64_t number =
          image_.pointer_bytes == 4 ? static_cast<std::uint32_t>(value) : static_cast<std::uint64_t>(value);
      if (!references_.is_address(number)) return values_.constant(value);
      const ValueId place = address(number);
      refer(place);
      return place;
    }
    case OperandKind::kMemory:
      return load(m);
    case OperandKind::kNone:
      break;
  }
  return values_.unknown();
}

void Execution::put(const Instruction& m, Operand operand, ValueId value) {
  if (operand.is_register())
    set_reg(operand.reg, value);
  else if (operand.is_memory())
    store(m, value);
}

ValueId Execution::effective_address(const Instruction& m) {
  if (m.absolute) return address(static_cast<std::uint64_t>(m.displacement));
  ValueId a = 0;
  if (m.base != kNoRegister) a = reg(m.base);
  if (m.index != kNoRegister) {
    const ValueId index = values_.multiply_constant(reg(m.index), m.scale);
    a = a != 0 ? add(a, index) : index;
  }
  if (a == 0) return values_.constant(m.displacement);
  const std::uint64_t number = image_.pointer_bytes == 4 ? static_cast<std::uint32_t>(m.displacement)
                                                         : static_cast<std::uint64_t>(m.displacement);
  if (m.displacement != 0 && !values_[a].is_fixed() && references_.is_address(number)) {
    const ValueId table = address(number);  // an array at a fixed address
    refer(table);
    return values_.add(table, a);
  }
  if (m.index == kNoRegister && !values_[a].is_fixed()) {
    if (const std::uint64_t place = references_.below_offset_table(m.displacement)) return address(place);
  }
  return add_constant(a, m.displacement);
}

ValueId Execution::load_slot(std::int64_t offset) {
  const unsigned slot = flow_->slots.number(offset);
  if (slot == Slots::kNone) return values_.unknown();
  if (const ValueId known = state_->get_slot(slot)) return known;
  const std::int64_t beyond = offset - abi_.stack_arguments;
  const auto in_registers = static_cast<unsigned>(register_arguments(register_arguments_).size());
  const bool is_argument =
      beyond >= 0 && beyond % abi_.pointer_bytes == 0 &&
      beyond / abi_.pointer_bytes < static_cast<std::int64_t>(abi_.max_stack_arguments - in_registers);
  const ValueId value =
      is_argument
          ? argument(abi_.first_stack_argument + in_registers + static_cast<unsigned>(beyond / abi_.pointer_bytes))
          : values_.unknown();
  state_->set_slot(slot, value);
  if (is_argument) use(value);
  return value;
}

ValueId Execution::load_constant(const Instruction& m, std::uint64_t where) {
  if (const image::Relocation* pointer = references_.fixed_pointer(where)) {
    const ValueId target = address(pointer->target);
    refer(target);
    return target;
  }
  if (m.width != 4 && m.width != 8) return 0;
  const ByteView bytes = references_.constant_bytes(where, m.width);
  if (bytes.empty()) return 0;
  const std::int64_t value = m.width == 8 ? bytes.read_or_zero<std::int64_t>(0)
                             : m.floating ? float_as_double(bytes.read_or_zero<std::uint32_t>(0))
                                          : bytes.read_or_zero<std::int32_t>(0);
  constant(value);
  return values_.constant(value);
}

ValueId Execution::load(const Instruction& m) {
  if (m.segment) return values_.unknown();
  const ValueId a = effective_address(m);
  const Value v = values_[a];
  if (v.is_stack()) return load_slot(v.addend);
  if (v.is_address()) {
    if (static_cast<Place>(v.place) == Place::kImport) {
      refer(a);
      return a;
    }
    if (const ValueId known = load_constant(m, static_cast<std::uint64_t>(v.addend))) return known;
    refer(a);
  }
  tally_.loads++;
  field(a, m.width);
  const ValueId loaded = values_.unary(Op::kMove, a);
  strand(loaded);
  return loaded;
}

void Execution::store_slot(std::int64_t offset, ValueId value, unsigned width) {
  const unsigned slot = flow_->slots.number(offset);
  for (unsigned inside = 1; inside < width; inside *= 2) {  // parts that lie within, at their natural places
    const unsigned part = flow_->slots.find(offset + inside);
    if (part != Slots::kNone && state_->get_slot(part) != 0) state_->set_slot(part, 0);
  }
  if (slot != Slots::kNone) state_->set_slot(slot, value);
}

// Arguments that were pushed for a call are gone when the stack pointer is raised over them.
void Execution::drop_slots_below(std::int64_t offset) {
  if (abi_.pointer_bytes != 4) return;
  for (unsigned i = 0; i < state_->slots; i++)
    if (flow_->slots.offset(i) < offset) state_->slot[i] = 0;
}

void Execution::store(const Instruction& m, ValueId value) {
  if (m.segment) return;
  const ValueId a = effective_address(m);
  if (values_[a].is_stack()) return store_slot(values_[a].addend, value, m.width);
  refer(a);
  tally_.stores++;
  field(a, m.width);
  constants_of(value);
  root(1, a, value, false);
}

}  // namespace samehand::feature
