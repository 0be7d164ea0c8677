// Problem: features are 64-bit names with counts; matching wants small numbers in an order of use, and a weight.
//
// Method: intern the names of both sides into one table; inline callees virtually (inline.cc); count in how many
// functions each feature then occurs, here and in ordinary programs (background.cc), and weigh it by kind (weights.h)
// times ln(functions / occurrences)^.75 (inverse document frequency, K. Spärck Jones 1972; the power was measured).
// Features that only one side holds can never match: they count in that side's masses and are then dropped, which
// halves the memory. The others are numbered anew, rarest first, so that a function's row read from the front shows
// what is most telling, and weight, rarity and amount are multiplied out: the overlap of two rows is then a plain sum
// of minima.
//
// Example: "deflate 1.2.13" occurs in two of 20,000 functions: weight 3 × ln(10,000)^.75 = 15.8; the strand "argument 1
// plus 1" in 4,000: 1 × ln(5)^.75 = 1.4.
//
// Cost: linear in features (rows are sorted by counting, through the transposed table).
#include "pool.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "background.h"
#include "context.h"
#include "graph.h"
#include "inline.h"
#include "samehand/base/hash.h"

namespace samehand::match {
namespace {

using feature::Kind;
using feature::SampleFeatures;

// Open addressing: feature id -> number, in order of first sight.
class Interner {
 public:
  explicit Interner(std::size_t features) {
    std::size_t slots = 16;
    while (slots < features + features / 2) slots *= 2;
    slots_.resize(slots);
  }

  std::uint32_t number(std::uint64_t id) {
    std::size_t at = slot(id);
    while (slots_[at].number != 0 && slots_[at].id != id) at = (at + 1) & (slots_.size() - 1);
    if (slots_[at].number == 0) {
      slots_[at] = {id, ++count_};
      ids_.push_back(id);
    }
    return slots_[at].number - 1;
  }

  void prefetch(std::uint64_t id) const { __builtin_prefetch(&slots_[slot(id)]); }

  std::vector<std::uint64_t> take_ids() { return std::move(ids_); }

 private:
  struct Slot {
    std::uint64_t id = 0;
    std::uint32_t number = 0;  // from 1; 0: free
  };

  std::size_t slot(std::uint64_t id) const { return mix64(id) & (slots_.size() - 1); }

  std::vector<Slot> slots_;
  std::vector<std::uint64_t> ids_;
  std::uint32_t count_ = 0;
};

float amount(std::uint32_t count) {
  return count <= 1 ? 1.f : 1.f + .7f * std::log2(static_cast<float>(count));
}

// A function's features in its other view.
void other_view(const SampleFeatures& s, const feature::FunctionFeatures& f, std::vector<feature::Feature>& out) {
  const auto own = s.features_of(f), changes = s.changes_of(f);
  out.clear();
  auto i = own.begin(), j = changes.begin();
  while (i != own.end() || j != changes.end()) {
    if (j == changes.end() || (i != own.end() && i->id() < j->id())) {
      out.push_back(*i++);
      continue;
    }
    if (i != own.end() && i->id() == j->id()) ++i;
    if (j->count() > 0) out.push_back(*j);
    ++j;
  }
}

// Rows of all functions of a side, then of their other views; Term::mass is the amount for now.
Rows<Term> intern(std::span<const SampleFeatures* const> samples, std::span<const std::uint32_t> order,
                  const Parameters& parameters, Interner& interner, std::vector<std::uint32_t>& other_views) {
  constexpr std::size_t kAhead = 8;
  Rows<Term> terms;
  std::size_t functions = 0, features = 0;
  for (std::uint32_t k : order) {
    functions += samples[k]->functions.size();
    features += samples[k]->features.size();
    for (const auto& f : samples[k]->functions)
      if (f.changes > 0) features += f.features;
    features += samples[k]->changes.size();
  }
  terms.reserve(functions, features);
  for (std::uint32_t k : order) {
    for (const auto& f : samples[k]->functions) {
      const auto list = samples[k]->features_of(f);
      for (std::size_t i = 0; i < list.size(); ++i) {
        if (i + kAhead < list.size()) interner.prefetch(list[i + kAhead].id());
        if (i > 0 && list[i].id() == list[i - 1].id()) continue;
        terms.push({interner.number(list[i].id()), amount(list[i].count())});
      }
      terms.end_row();
    }
  }
  std::vector<feature::Feature> list;
  for (std::uint32_t k : order) {
    for (const auto& f : samples[k]->functions) {
      const bool other = parameters.other_views && f.changes > 0;
      other_views.push_back(static_cast<std::uint32_t>(other ? terms.size() : other_views.size()));
      if (!other) continue;
      other_view(*samples[k], f, list);
      for (const feature::Feature x : list) terms.push({interner.number(x.id()), amount(x.count())});
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

constexpr std::uint32_t kDropped = ~0u;

// What the weighing needs to know of each feature as interned.
struct Weighing {
  std::vector<std::uint32_t> number;                   // rarest first; kDropped where only one side has it
  std::array<std::vector<float>, kLikenesses> weight;  // kind weight × rarity
  std::vector<std::uint8_t> travels;
  std::uint32_t kept = 0;
};

Weighing weigh(std::span<const std::uint64_t> ids, std::span<const Kind> kinds, std::span<const std::uint32_t> in_a,
               std::span<const std::uint32_t> in_b, std::size_t functions, const Parameters& parameters) {
  const std::size_t features = ids.size();
  const Background background;
  Weighing w;
  w.number.assign(features, kDropped);
  w.travels.resize(features);
  for (auto& weights : w.weight) weights.resize(features);
  std::vector<std::uint32_t> with_count(functions + 2);
  for (std::size_t f = 0; f < features; ++f) {
    const float elsewhere = parameters.background_functions * background.share(ids[f]);
    const float all = static_cast<float>(functions) + parameters.background_functions;
    const float rarity =
        std::pow(std::log(all / (static_cast<float>(in_a[f] + in_b[f]) + elsewhere) + 1e-3f), parameters.rarity_power);
    w.travels[f] = travels(kinds[f]);
    for (std::size_t like = 0; like < kLikenesses; ++like) {
      w.weight[like][f] = parameters.kind_weight[like][static_cast<std::size_t>(kinds[f])] * rarity;
    }
    if (in_a[f] > 0 && in_b[f] > 0) ++with_count[in_a[f] + in_b[f] + 1];
  }
  for (std::size_t n = 1; n < with_count.size(); ++n) with_count[n] += with_count[n - 1];
  w.kept = with_count.back();
  for (std::size_t f = 0; f < features; ++f) {
    if (in_a[f] > 0 && in_b[f] > 0) w.number[f] = with_count[in_a[f] + in_b[f]]++;
  }
  return w;
}

// Keeps the terms that both sides have, renumbered, ascending and multiplied out for `like`; sums up all masses.
Rows<Term> weighed(const Rows<Term>& terms, const Weighing& w, std::size_t like, std::vector<float>& mass,
                   std::vector<float>* lone) {
  std::vector<std::pair<std::uint32_t, Term>> by_feature;  // feature -> (function, mass), Term::feature is the function
  by_feature.reserve(terms.total());
  mass.assign(terms.size(), 0);
  if (lone != nullptr) lone->assign(terms.size(), 0);
  for (std::uint32_t f = 0; f < terms.size(); ++f) {
    for (const Term& t : terms[f]) {
      const float m = w.weight[like][t.feature] * t.mass;
      if (m <= 0) continue;
      mass[f] += m;
      if (w.number[t.feature] != kDropped) {
        by_feature.push_back({w.number[t.feature], {f, m}});
      } else if (lone != nullptr && w.travels[t.feature]) {
        (*lone)[f] += m;
      }
    }
  }
  const Rows<Term> transposed = rows_of<Term>(w.kept, by_feature);
  by_feature.clear();
  for (std::uint32_t feature = 0; feature < transposed.size(); ++feature) {
    for (const Term& t : transposed[feature]) by_feature.push_back({t.feature, {feature, t.mass}});
  }
  return rows_of<Term>(terms.size(), by_feature);
}

std::array<bool, kLikenesses> likenesses(const Side& a, const Side& b) {
  std::array<bool, 256> in_a = {}, in_b = {};
  for (const Member& m : a.functions) in_a[m.machine] = true;
  for (const Member& m : b.functions) in_b[m.machine] = true;
  std::array<bool, kLikenesses> occurs = {};
  for (std::size_t x = 0; x < in_a.size(); ++x) {
    for (std::size_t y = 0; y < in_b.size(); ++y) {
      if (in_a[x] && in_b[y]) occurs[x == y ? 0 : 1] = true;
    }
  }
  return occurs;
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
      features += s->features.size() + s->changes.size();
    }
  }

  Pool pool;
  const auto order_a = canonical_order(a), order_b = canonical_order(b);
  pool.a = number_functions(a, order_a);
  pool.b = number_functions(b, order_b);
  pool.occurs = likenesses(pool.a, pool.b);

  Interner interner(features);
  const Rows<Term> own_a = intern(a, order_a, parameters, interner, pool.a.other_view);
  const Rows<Term> own_b = intern(b, order_b, parameters, interner, pool.b.other_view);
  const std::vector<std::uint64_t> ids = interner.take_ids();
  std::vector<Kind> kinds(ids.size());
  std::ranges::transform(ids, kinds.begin(), feature::Feature::kind_of);
  const Rows<Term> inlined_a = inline_callees(pool.a, own_a, kinds, parameters);
  const Rows<Term> inlined_b = inline_callees(pool.b, own_b, kinds, parameters);

  const Weighing w = weigh(ids, kinds, occurrences(inlined_a, kinds.size()), occurrences(inlined_b, kinds.size()),
                           pool.a.functions.size() + pool.b.functions.size(), parameters);
  pool.kind.resize(w.kept);
  pool.travels.resize(w.kept);
  for (std::size_t f = 0; f < kinds.size(); ++f) {
    if (w.number[f] == kDropped) continue;
    pool.kind[w.number[f]] = kinds[f];
    pool.travels[w.number[f]] = w.travels[f];
  }
  for (std::size_t like = 0; like < kLikenesses; ++like) {
    if (!pool.occurs[like]) continue;
    View& x = pool.a.view[like];
    x.own = weighed(own_a, w, like, x.own_mass, &x.lone_mass);
    x.inlined = weighed(inlined_a, w, like, x.inlined_mass, nullptr);
    View& y = pool.b.view[like];
    y.own = weighed(own_b, w, like, y.own_mass, &y.lone_mass);
    y.inlined = weighed(inlined_b, w, like, y.inlined_mass, nullptr);
  }
  add_contexts(pool, parameters);
  return pool;
}

}  // namespace samehand::match
