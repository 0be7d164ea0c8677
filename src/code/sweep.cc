// Linear sweep: every instruction of the program, once.
//
// Problem: the passes after this one need to know of all jumps, calls and addresses in the code, also in code that
// nothing is known to reach; but x86 code does not say where its instructions begin, and tables may lie among it.
//
// Example: c3 | 0f 1f 40 00 | 55 48 89 e5 -> ret, padding, push rbp, mov rbp, rsp; with a known start at offset 5 in
// place of 55 the sweep would cut the nop short (bad) and go on there.
//
// Method: decode from the front of each section. x86 code falls back into step after a few instructions (Kruegel et
// al., "Static Disassembly of Obfuscated Binaries", 2004); known starts are barriers that force it to. The sweep is
// repeated where it shows that call targets fell inside instructions (they become barriers), and where code takes the
// address of a jump table inside the code (it is skipped).
//
// Cost: linear, at most kRounds times; one round in ordinary programs.
//
// Known failures: data in code that is no jump table decodes as instructions up to the next barrier.
#include <algorithm>

#include "flow.h"
#include "passes.h"

namespace samehand::code {
namespace {

constexpr int kRounds = 4;
// A call target inside an instruction is believed when it is aligned like a function or called from two places:
// data decoded as calls has random targets.
constexpr std::uint64_t kFunctionAlignment = 16;

struct Sweeper {
  Recovery& r;
  std::vector<std::uint32_t> barriers;       // offsets, ascending
  std::vector<std::uint32_t> called, named;  // offsets in the code that calls, and that kAddress instructions name

  void run() {
    r.instructions.clear();
    called.clear();
    named.clear();
    r.index.begin(r.space.size());
    r.instructions.reserve(r.space.size() / (r.is_arm64() ? 4 : 3) + 16);
    for (const CodeSpace::Part& part : r.space.parts()) {
      if (r.is_arm64()) {
        sweep_arm64(part);
      } else {
        sweep_x86(part);
      }
    }
    r.index.finish();
  }

  void sweep_x86(const CodeSpace::Part& part) {
    X86Flow flow(r.image, r.space);
    auto barrier = std::ranges::upper_bound(barriers, part.begin);
    auto data =
        std::ranges::lower_bound(r.data_in_code, part.begin, {}, &std::pair<std::uint32_t, std::uint32_t>::first);
    std::uint32_t at = part.begin;
    const std::uint32_t end = part.begin + part.size;
    while (at < end) {
      while (data != r.data_in_code.end() && data->second <= at) ++data;
      if (data != r.data_in_code.end() && data->first <= at) {
        at = data->second;
        continue;
      }
      while (barrier != barriers.end() && *barrier <= at) ++barrier;
      std::uint32_t limit = barrier != barriers.end() ? *barrier : end;
      if (data != r.data_in_code.end()) limit = std::min(limit, data->first);
      const std::uint32_t inside = at - part.begin;
      Instruction instruction = flow.classify(part.bytes.clamp(inside), part.address + inside);
      if (at + instruction.length > limit) {  // cut off; at most 15 bytes, so its length fits
        instruction = Instruction{};
        instruction.length = (limit - at) & 15;
        instruction.flow = Flow::kBad;
      }
      instruction.offset = at;
      at = instruction.end();
      r.instructions.push_back(instruction);
      r.index.add(instruction.offset);
      if (instruction.target == kNone) continue;
      if (instruction.flow == Flow::kCall)
        note_target(instruction, called);
      else if (instruction.flow == Flow::kAddress)
        note_target(instruction, named);
    }
  }

  void sweep_arm64(const CodeSpace::Part& part) {
    Arm64Flow flow(r.space);
    auto barrier = std::ranges::lower_bound(barriers, part.begin);
    for (std::uint32_t inside = 0; inside + 4 <= part.size; inside += 4) {
      const std::uint32_t at = part.begin + inside;
      while (barrier != barriers.end() && *barrier < at) ++barrier;
      if (barrier != barriers.end() && *barrier == at) flow.forget();
      Instruction instruction = flow.classify(part.bytes.read_or_zero<std::uint32_t>(inside), part.address + inside);
      instruction.offset = at;
      r.instructions.push_back(instruction);
      r.index.add(instruction.offset);
    }
  }

  void note_target(const Instruction& instruction, std::vector<std::uint32_t>& offsets) const {
    const std::uint32_t offset = r.space.offset_of(r.space.address_of_link(instruction.target));
    if (offset != kNone) offsets.push_back(offset);
  }

  // Call targets that fell inside instructions become barriers. True where there were any.
  bool add_missed_targets() {
    std::vector<std::uint32_t> missed;
    for (const std::uint32_t offset : called) {
      if (r.index.at(offset) == kNone) missed.push_back(offset);
    }
    std::ranges::sort(missed);
    const std::size_t before = barriers.size();
    for (std::size_t i = 0; i < missed.size(); ++i) {
      const bool repeated = i + 1 < missed.size() && missed[i + 1] == missed[i];
      if (i > 0 && missed[i - 1] == missed[i]) continue;
      if (!repeated && r.space.address_of(missed[i]) % kFunctionAlignment != 0) continue;
      if (!std::ranges::binary_search(std::span(barriers).first(before), missed[i])) barriers.push_back(missed[i]);
    }
    const bool added = barriers.size() > before;
    std::ranges::sort(barriers);
    return added;
  }

  // Tables of 32-bit distances back into the code from an address that the code takes (clang's PE and MSVC put them
  // after the function). True where there are new ones.
  bool add_tables_in_code() {
    std::vector<std::uint32_t> taken;
    for (const std::uint32_t offset : named) {
      if (r.space.address_of(offset) % 4 == 0) taken.push_back(offset);
    }
    std::ranges::sort(taken);
    const auto twice = std::ranges::unique(taken);
    taken.erase(twice.begin(), twice.end());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const std::uint32_t table = taken[i];
      if (std::ranges::binary_search(barriers, table)) continue;
      const std::uint32_t limit = i + 1 < taken.size() ? taken[i + 1] : kNone;
      const ByteView bytes = r.space.bytes_at(table);
      std::uint32_t size = 0;
      while (table + size < limit) {
        const auto distance = bytes.read<std::int32_t>(size);
        constexpr std::int32_t kFarthest = 0x100000;  // a function of more than a megabyte has no such table
        if (!distance || *distance >= 0 || *distance < -kFarthest) break;
        if (r.space.offset_of(r.space.address_of(table) + static_cast<std::uint64_t>(std::int64_t{*distance})) ==
            kNone) {
          break;
        }
        size += 4;
      }
      if (size >= 8) found.emplace_back(table, table + size);
    }
    if (found == r.data_in_code) return false;
    const bool grew = found.size() > r.data_in_code.size();
    r.data_in_code = std::move(found);
    return grew;
  }
};

}  // namespace

void sweep(Recovery& r) {
  Sweeper sweeper{.r = r, .barriers = {}, .called = {}, .named = {}};
  const auto add_barrier = [&](std::uint64_t address) {
    const std::uint32_t offset = r.space.offset_of(address);
    if (offset != kNone) sweeper.barriers.push_back(offset);
  };
  for (const UnwindRange& range : r.tables.ranges) add_barrier(range.begin);
  for (const std::uint64_t start : r.tables.starts) add_barrier(start);
  for (const Recovery::KnownStart& known : r.known_starts) add_barrier(known.address);
  std::ranges::sort(sweeper.barriers);
  for (int round = 1;; ++round) {
    sweeper.run();
    if (r.is_arm64() || round == kRounds) return;
    const bool targets = r.tuning.call_targets && sweeper.add_missed_targets();
    const bool tables = r.is_64_bit() && r.tuning.jump_tables && sweeper.add_tables_in_code();
    if (!targets && !tables) return;
  }
}

}  // namespace samehand::code
