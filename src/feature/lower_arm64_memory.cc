// Lowering AArch64: loads and stores. Pairs are split; pre- and post-indexing becomes an addition of its own.
//
//   a9bf7bfd   stp x29, x30, [sp, #-16]!   ->   kAdd r31 <- r31, #-16 ; kMove mem(31, 0) <- r29 ; kMove mem(31, 8) <-
//   r30
#include "lower_arm64.h"

namespace samehand::feature {

void Arm64Lowerer::write_back(unsigned base, std::int64_t by) {
  Instruction add;
  add.address = m_.address;
  add.op = Op::kAdd;
  add.destination = add.a = reg_operand(base);
  add.b = kImmediate;
  add.immediate = by;
  out_->push_back(add);
}

void Arm64Lowerer::lower_memory(std::uint32_t w) {
  if ((w & 0x3f000000) == 0x08000000) return lower_exclusive(w);
  if ((w & 0x3a000000) == 0x28000000) return lower_pair(w);
  if ((w & 0x3a000000) == 0x38000000) return lower_single(w);
  if ((w & 0x3b000000) == 0x18000000) {  // literal
    const bool vector = bits(w, 26, 1);
    const unsigned kind = bits(w, 30, 2);
    if (kind == 3) return;  // prefetch
    m_.op = Op::kMove;
    m_.absolute = true;
    m_.displacement = static_cast<std::int64_t>(m_.address) + signed_bits(w, 5, 19) * 4;
    m_.width = static_cast<std::uint8_t>(vector ? 4u << kind : kind == 1 ? 8u : 4u);
    m_.floating = vector;
    m_.destination = vector ? vector_register(bits(w, 0, 5)) : target_or_none(bits(w, 0, 5));
    m_.a = kMemory;
    return;
  }
  if ((w & 0xbe000000) == 0x0c000000) return lower_structure(w);
  if ((w & 0x3b200c00) == 0x19000000) return lower_single(w & ~0x01000000u);  // ldapur, stlur
  generic(7, kNone, kNone);
}

void Arm64Lowerer::lower_pair(std::uint32_t w) {
  const bool vector = bits(w, 26, 1), load = bits(w, 22, 1);
  const unsigned kind = bits(w, 30, 2), mode = bits(w, 23, 2), rn = bits(w, 5, 5);
  const unsigned width = vector ? 4u << kind : kind == 2 ? 8u : 4u;
  const std::int64_t offset = signed_bits(w, 15, 7) * width;
  if (mode == 3) write_back(rn, offset);
  const unsigned r[2] = {bits(w, 0, 5), bits(w, 10, 5)};
  for (unsigned i = 0; i < 2; i++) {
    m_.op = Op::kMove;
    m_.base = static_cast<std::uint8_t>(rn);
    m_.displacement = (mode & 1 ? 0 : offset) + i * width;
    m_.width = static_cast<std::uint8_t>(width);
    m_.floating = vector;
    if (load) {
      m_.destination = vector ? vector_register(r[i]) : target_or_none(r[i]);
      m_.a = kMemory;
    } else {
      m_.destination = kMemory;
      m_.a = vector ? vector_register(r[i]) : general_or_zero(r[i]);
    }
    if (i == 0) emit();
  }
  if (mode == 1) {
    emit();
    m_.op = Op::kAdd;
    m_.destination = m_.a = reg_operand(rn);
    m_.b = kImmediate;
    m_.immediate = offset;
  }
}

void Arm64Lowerer::lower_single(std::uint32_t w) {
  const bool vector = bits(w, 26, 1);
  const unsigned size = bits(w, 30, 2), kind = bits(w, 22, 2), rn = bits(w, 5, 5), rt = bits(w, 0, 5);
  const bool quad = vector && kind >= 2;
  const unsigned width = quad ? 16u : 1u << size;
  const bool load = vector ? kind & 1 : kind != 0;
  if (!vector && size == 3 && kind == 2) return;  // prefetch
  const Operand reg = vector ? vector_register(rt) : load ? target_or_none(rt) : general_or_zero(rt);
  std::int64_t post = 0;
  m_.base = static_cast<std::uint8_t>(rn);
  m_.width = static_cast<std::uint8_t>(width);
  m_.floating = vector && width >= 4;
  if (bits(w, 24, 1)) {
    m_.displacement = static_cast<std::int64_t>(bits(w, 10, 12)) * width;
  } else if (!bits(w, 21, 1)) {
    const std::int64_t offset = signed_bits(w, 12, 9);
    const unsigned mode = bits(w, 10, 2);
    if (mode == 3)
      write_back(rn, offset);
    else if (mode == 1)
      post = offset;
    else
      m_.displacement = offset;
  } else if (bits(w, 10, 2) == 2) {
    const unsigned rm = bits(w, 16, 5);
    if (rm != 31) m_.index = static_cast<std::uint8_t>(rm);
    m_.scale = static_cast<std::uint8_t>(bits(w, 12, 1) ? width : 1);
  } else if (bits(w, 10, 2) == 0 && !vector) {  // atomics: ldadd, swp…; ldapr
    const unsigned kind_of_atomic = bits(w, 12, 4);
    if (kind_of_atomic == 12) {
      m_.op = Op::kMove;
      m_.destination = target_or_none(rt);
      m_.a = kMemory;
      return;
    }
    generic(kind_of_atomic == 0 ? static_cast<unsigned>(kFetchAdd) : 0x200u | kind_of_atomic, kMemory, kMemory,
            general_or_zero(bits(w, 16, 5)));
    m_.c = target_or_none(rt);
    return;
  }
  m_.op = Op::kMove;
  m_.destination = load ? reg : kMemory;
  m_.a = load ? kMemory : reg;
  if (post != 0) {
    emit();
    m_.op = Op::kAdd;
    m_.destination = m_.a = reg_operand(rn);
    m_.b = kImmediate;
    m_.immediate = post;
  }
}

// ldxr, stxr, ldar, stlr, cas and their pairs.
void Arm64Lowerer::lower_exclusive(std::uint32_t w) {
  const unsigned size = bits(w, 30, 2), rs = bits(w, 16, 5), rt = bits(w, 0, 5);
  const bool ordered = bits(w, 23, 1), load = bits(w, 22, 1), pair = bits(w, 21, 1);
  m_.base = static_cast<std::uint8_t>(bits(w, 5, 5));
  m_.width = static_cast<std::uint8_t>(1u << size);
  if (pair && (ordered || size < 2)) {  // cas, casp
    generic(kCompareExchange, kMemory, kMemory, general_or_zero(rt));
    m_.c = target_or_none(rs);
    return;
  }
  m_.op = Op::kMove;
  m_.destination = load ? target_or_none(rt) : kMemory;
  m_.a = load ? kMemory : general_or_zero(rt);
  if (load && pair) {
    const Instruction first = m_;
    emit();
    m_ = first;
    m_.destination = target_or_none(bits(w, 10, 5));
    m_.displacement = m_.width;
  } else if (!load && !ordered) {  // the status of the store
    emit();
    generic(8, target_or_none(rs), kNone);
  }
}

// ld1 to ld4, st1 to st4: the first register stands for all.
void Arm64Lowerer::lower_structure(std::uint32_t w) {
  const unsigned rn = bits(w, 5, 5), rm = bits(w, 16, 5);
  const bool load = bits(w, 22, 1), post = bits(w, 23, 1), single = bits(w, 24, 1);
  m_.op = Op::kMove;
  m_.base = static_cast<std::uint8_t>(rn);
  m_.width = single ? static_cast<std::uint8_t>(4) : static_cast<std::uint8_t>(bits(w, 30, 1) ? 16 : 8);
  m_.destination = load ? vector_register(bits(w, 0, 5)) : kMemory;
  m_.a = load ? kMemory : vector_register(bits(w, 0, 5));
  if (!post) return;
  const std::int64_t by = m_.width;
  emit();
  m_.op = Op::kAdd;
  m_.destination = m_.a = reg_operand(rn);
  m_.b = rm == 31 ? kImmediate : reg_operand(rm);
  m_.immediate = by;
}

}  // namespace samehand::feature
