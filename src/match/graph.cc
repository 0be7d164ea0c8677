// Problem: a toolkit is a list of samples whose functions refer to each other by index within the sample; matching
// wants one flat numbering per side, and every edge in both directions.
//
// Method: functions are numbered sample by sample, in canonical order; edges become rows of indices (rows.h) without
// repetitions. Cost: linear, but for sorting the table neighbours.
#include "graph.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "library.h"
#include "samehand/base/hash.h"

namespace samehand::match {
namespace {

using feature::Kind;
using feature::SampleFeatures;

bool in_range(std::uint32_t first, std::uint32_t count, std::size_t size) {
  return first <= size && count <= size - first;
}

std::uint64_t content_key(const SampleFeatures& s) {
  std::uint64_t key = combine64(static_cast<std::uint64_t>(s.architecture), s.pointer_bytes);
  for (const auto& f : s.functions) key = combine64(combine64(key, f.address), f.exact_hash);
  std::uint64_t sum = 0;
  for (const auto& f : s.features) sum += f.id();
  return combine64(key, sum);
}

using Edges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

Edges reversed(const Rows<std::uint32_t>& rows) {
  Edges edges;
  edges.reserve(rows.total());
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    for (std::uint32_t j : rows[i]) edges.emplace_back(j, i);
  }
  return edges;
}

void append_distinct(std::span<const std::uint32_t> list, std::uint32_t base, Rows<std::uint32_t>& rows,
                     std::vector<std::uint32_t>& seen, std::uint32_t stamp) {
  for (std::uint32_t j : list) {
    if (seen[j] == stamp) continue;
    seen[j] = stamp;
    rows.push(base + j);
  }
  rows.end_row();
}

}  // namespace

bool consistent(const SampleFeatures& s) {
  const std::size_t n = s.functions.size();
  for (const auto& f : s.functions) {
    if (!in_range(f.first_feature, f.features, s.features.size()) ||
        !in_range(f.first_change, f.changes, s.changes.size()) ||
        !in_range(f.first_callee, f.callees, s.callees.size()) ||
        !in_range(f.first_reference, f.references, s.references.size())) {
      return false;
    }
  }
  const auto inside = [n](std::uint32_t i) { return i < n; };
  const auto known = [](const feature::Feature& f) { return f.kind() > Kind{} && f.kind() < Kind::kCount; };
  return std::ranges::all_of(s.callees, inside) && std::ranges::all_of(s.references, inside) &&
         std::ranges::all_of(s.features, known) && std::ranges::all_of(s.changes, known) &&
         std::ranges::all_of(s.table_neighbours, [&](auto& p) { return inside(p.first) && inside(p.second); });
}

std::vector<std::uint32_t> canonical_order(std::span<const SampleFeatures* const> samples) {
  std::vector<std::uint32_t> order(samples.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<std::uint64_t> keys;
  for (const auto* s : samples) keys.push_back(content_key(*s));
  std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return keys[i]; });
  return order;
}

Side number_functions(std::span<const SampleFeatures* const> samples, std::span<const std::uint32_t> order) {
  Side side;
  Edges table_edges;
  for (std::uint32_t k = 0; k < order.size(); ++k) {
    const SampleFeatures& s = *samples[order[k]];
    const auto base = static_cast<std::uint32_t>(side.functions.size());
    side.sample_start.push_back(base);
    std::vector<std::uint32_t> seen(s.functions.size(), 0);
    std::uint32_t stamp = 0;
    const std::vector<bool> runtime = runtime_functions(s);
    for (std::uint32_t i = 0; i < s.functions.size(); ++i) {
      const auto& f = s.functions[i];
      Member m;
      m.origin = {order[k], i};
      m.sample = k;
      m.instructions = f.instructions;
      m.blocks = f.blocks;
      m.edges = f.edges;
      m.loops = f.loops;
      m.calls = f.calls;
      m.import_calls = f.import_calls;
      m.globals = f.globals;
      m.exact_hash = f.exact_hash;
      m.machine = static_cast<std::uint8_t>(static_cast<unsigned>(s.architecture) * 2 + (s.pointer_bytes > 4));
      m.runtime = runtime[i];
      m.thunk = f.thunk;
      side.functions.push_back(m);
      append_distinct(s.callees_of(f), base, side.callees, seen, ++stamp);
      append_distinct(s.references_of(f), base, side.references, seen, ++stamp);
    }
    for (auto [x, y] : s.table_neighbours) table_edges.emplace_back(base + x, base + y);
  }
  const std::size_t n = side.functions.size();
  side.sample_start.push_back(static_cast<std::uint32_t>(n));
  side.callers = rows_of<std::uint32_t>(n, reversed(side.callees));
  side.referrers = rows_of<std::uint32_t>(n, reversed(side.references));
  std::ranges::sort(table_edges);
  table_edges.erase(std::ranges::unique(table_edges).begin(), table_edges.end());
  side.table_next = rows_of<std::uint32_t>(n, table_edges);
  side.table_before = rows_of<std::uint32_t>(n, reversed(side.table_next));
  return side;
}

void mark_copies(Side& side) {
  std::unordered_map<std::uint64_t, std::uint32_t> first;  // by hash and machine: the sample that has it
  for (Member& m : side.functions) {
    if (m.exact_hash == 0) continue;
    m.copy = first.try_emplace(combine64(m.exact_hash, m.machine), m.sample).first->second != m.sample;
  }
}

}  // namespace samehand::match
