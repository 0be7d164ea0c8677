// Problem: toolkits are sets of samples with features named by 64-bit hashes; matching wants flat arrays, small numbers
// and a weight per feature.
//
// Method: number the functions of each side sample by sample, intern the hashes of both sides into one table, inline
// callees virtually (inline.cc), count in how many functions each feature occurs, and weigh it by kind (weights.h)
// times ln((N + 1) / occurrences)^.75 (inverse document frequency, K. Spärck Jones 1972; the power was measured).
// Features that only one side holds can never match: they count in that side's masses and are then dropped, which
// halves the memory.
//
// Samples are taken in canonical order (by a hash of their content), so that not even ties depend on the order in which
// they were given.
//
// Cost: linear in features but for sorting each function's own list.
#include "pool.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "inline.h"
#include "samehand/base/hash.h"

namespace samehand::match {
namespace {

using feature::Kind;
using feature::SampleFeatures;

// Open addressing: feature hash -> number, in order of first sight.
class Interner {
 public:
  explicit Interner(std::size_t features) {
    std::size_t slots = 16;
    while (slots < features + features / 2) slots *= 2;
    slots_.resize(slots);
  }

  std::uint32_t number(std::uint64_t id) {
    std::size_t at = mix64(id) & (slots_.size() - 1);
    while (slots_[at].number != 0 && slots_[at].id != id) at = (at + 1) & (slots_.size() - 1);
    if (slots_[at].number == 0) {
      slots_[at] = {id, ++count_};
      kinds_.push_back(feature::Feature::kind_of(id));
    }
    return slots_[at].number - 1;
  }

  std::vector<Kind> take_kinds() { return std::move(kinds_); }

 private:
  struct Slot {
    std::uint64_t id = 0;
    std::uint32_t number = 0;  // from 1; 0: free
  };
  std::vector<Slot> slots_;
  std::vector<Kind> kinds_;
  std::uint32_t count_ = 0;
};

bool in_range(std::uint32_t first, std::uint32_t count, std::size_t size) {
  return first <= size && count <= size - first;
}

// Features come from a worker that read hostile bytes: trust no index.
bool consistent(const SampleFeatures& s) {
  const std::size_t n = s.functions.size();
  for (const auto& f : s.functions) {
    if (!in_range(f.first_feature, f.features, s.features.size()) ||
        !in_range(f.first_callee, f.callees, s.callees.size()) ||
        !in_range(f.first_reference, f.references, s.references.size())) {
      return false;
    }
  }
  const auto inside = [n](std::uint32_t i) { return i < n; };
  const auto known = [](const feature::Feature& f) { return f.kind() > Kind{} && f.kind() < Kind::kCount; };
  return std::ranges::all_of(s.callees, inside) && std::ranges::all_of(s.references, inside) &&
         std::ranges::all_of(s.features, known) &&
         std::ranges::all_of(s.table_neighbours, [&](auto& p) { return inside(p.first) && inside(p.second); });
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

// Everything about a side but its features.
Side number_functions(std::span<const SampleFeatures* const> samples, std::vector<std::uint32_t>& order) {
  order.resize(samples.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<std::uint64_t> keys;
  for (const auto* s : samples) keys.push_back(content_key(*s));
  std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return keys[i]; });

  Side side;
  Edges table_edges;
  for (std::uint32_t k = 0; k < order.size(); ++k) {
    const SampleFeatures& s = *samples[order[k]];
    const auto base = static_cast<std::uint32_t>(side.functions.size());
    side.sample_start.push_back(base);
    std::vector<std::uint32_t> seen(s.functions.size(), 0);
    std::uint32_t stamp = 0;
    for (std::uint32_t i = 0; i < s.functions.size(); ++i) {
      const auto& f = s.functions[i];
      Member m;
      m.origin = {order[k], i};
      m.sample = k;
      m.instructions = f.instructions;
      m.blocks = f.blocks;
      m.exact_hash = f.exact_hash;
      m.machine = static_cast<std::uint8_t>(static_cast<unsigned>(s.architecture) * 2 + (s.pointer_bytes > 4));
      m.runtime = f.runtime;
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

Rows<Term> intern(std::span<const SampleFeatures* const> samples, std::span<const std::uint32_t> order,
                  Interner& interner) {
  Rows<Term> terms;
  std::vector<Term> row;
  for (std::uint32_t k : order) {
    const SampleFeatures& s = *samples[k];
    for (const auto& f : s.functions) {
      row.clear();
      for (const auto& x : s.features_of(f)) {
        row.push_back({interner.number(x.id()), 1.f + .7f * std::log2(static_cast<float>(std::max(1u, x.count())))});
      }
      std::ranges::sort(row, {}, &Term::feature);
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i == 0 || row[i].feature != row[i - 1].feature) terms.push(row[i]);
      }
      terms.end_row();
    }
  }
  return terms;
}

std::vector<std::uint32_t> occurrences(const Rows<Term>& terms, std::size_t features) {
  std::vector<std::uint32_t> count(features);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    for (const Term& t : terms[i]) ++count[t.feature];
  }
  return count;
}

using Masses = std::array<std::vector<float>, kLikenesses>;
void weigh_and_thin(Rows<Term>& out, Masses& mass_out, Masses& lone_out, const Pool& pool, const Rows<Term>& terms,
                    std::span<const std::uint32_t> elsewhere) {
  for (std::size_t like = 0; like < kLikenesses; ++like) {
    mass_out[like].resize(terms.size());
    lone_out[like].resize(terms.size());
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    float mass[kLikenesses] = {}, lone[kLikenesses] = {};
    for (const Term& t : terms[i]) {
      const bool shared = elsewhere[t.feature] > 0;
      for (std::size_t like = 0; like < kLikenesses; ++like) {
        const float m = pool.weight[like][t.feature] * t.amount;
        mass[like] += m;
        if (!shared && travels(pool.kind[t.feature])) lone[like] += m;
      }
      if (shared) out.push(t);
    }
    for (std::size_t like = 0; like < kLikenesses; ++like) {
      mass_out[like][i] = mass[like];
      lone_out[like][i] = lone[like];
    }
    out.end_row();
  }
}

}  // namespace

Result<Pool> build_pool(std::span<const SampleFeatures* const> a, std::span<const SampleFeatures* const> b,
                        const Parameters& parameters) {
  std::size_t features = 0;
  const SampleFeatures* first = nullptr;
  for (const auto side : {a, b}) {
    for (const auto* s : side) {
      if (first == nullptr) first = s;
      if (s->version != first->version) {
        return fail(ErrorCode::kInvalidArgument,
                    "the features of these samples have different versions: extract them again");
      }
      if (!consistent(*s)) return fail(ErrorCode::kMalformed, "the features of a sample contradict themselves");
      features += s->features.size();
    }
  }

  Pool pool;
  std::vector<std::uint32_t> order_a, order_b;
  pool.a = number_functions(a, order_a);
  pool.b = number_functions(b, order_b);
  Interner interner(features);
  Rows<Term> terms_a = intern(a, order_a, interner), terms_b = intern(b, order_b, interner);
  pool.kind = interner.take_kinds();
  const Rows<Term> local_a = terms_a, local_b = terms_b;
  terms_a = inline_callees(pool.a, std::move(terms_a), pool.kind, parameters);
  terms_b = inline_callees(pool.b, std::move(terms_b), pool.kind, parameters);

  const auto in_a = occurrences(terms_a, pool.kind.size()), in_b = occurrences(terms_b, pool.kind.size());
  const auto n = static_cast<float>(terms_a.size() + terms_b.size());
  pool.rarity.resize(pool.kind.size());
  for (auto& weights : pool.weight) weights.resize(pool.kind.size());
  for (std::size_t f = 0; f < pool.kind.size(); ++f) {
    const float df = static_cast<float>(in_a[f] + in_b[f]);
    pool.rarity[f] = std::pow(std::log((n + 1) / df), parameters.rarity_power);
    for (std::size_t like = 0; like < kLikenesses; ++like) {
      pool.weight[like][f] = parameters.kind_weight[like][static_cast<std::size_t>(pool.kind[f])] * pool.rarity[f];
    }
  }
  weigh_and_thin(pool.a.terms, pool.a.mass, pool.a.lone, pool, terms_a, in_b);
  weigh_and_thin(pool.b.terms, pool.b.mass, pool.b.lone, pool, terms_b, in_a);
  weigh_and_thin(pool.a.local, pool.a.local_mass, pool.a.local_lone, pool, local_a, in_b);
  weigh_and_thin(pool.b.local, pool.b.local_mass, pool.b.local_lone, pool, local_b, in_a);
  return pool;
}

}  // namespace samehand::match
