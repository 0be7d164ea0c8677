// Test toolkits made of nothing but numbers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <vector>

#include "candidates.h"
#include "samehand/base/hash.h"
#include "samehand/feature/feature.h"

namespace samehand::match {

struct SyntheticFunction {
  std::vector<std::uint64_t> strands;  // any numbers: equal numbers are equal features
  std::vector<std::uint32_t> callees = {};
  std::uint32_t instructions = 50;
  std::vector<std::uint64_t> strings = {};
  std::vector<std::uint64_t> inside = {};  // what it holds besides when its small callees are laid out within it
};

inline feature::SampleFeatures sample_of(const std::vector<SyntheticFunction>& functions) {
  feature::SampleFeatures s;
  s.architecture = image::Architecture::kX64;
  std::uint64_t address = 0x1000;
  for (const SyntheticFunction& f : functions) {
    feature::FunctionFeatures out;
    out.address = address;
    out.size_bytes = 4 * f.instructions;
    address += out.size_bytes;
    out.instructions = f.instructions;
    out.blocks = 1 + f.instructions / 6;
    out.first_feature = static_cast<std::uint32_t>(s.features.size());
    std::vector<std::uint64_t> ids;
    for (std::uint64_t x : f.strands) ids.push_back(feature::Feature::make_id(feature::Kind::kStrand1, mix64(x)));
    for (std::uint64_t x : f.strings) ids.push_back(feature::Feature::make_id(feature::Kind::kString, mix64(x)));
    std::ranges::sort(ids);
    for (std::size_t i = 0; i < ids.size();) {
      std::size_t end = i;
      while (end < ids.size() && ids[end] == ids[i]) ++end;
      s.features.emplace_back(ids[i], static_cast<std::uint32_t>(end - i));
      i = end;
    }
    out.features = static_cast<std::uint32_t>(s.features.size()) - out.first_feature;
    out.first_change = static_cast<std::uint32_t>(s.changes.size());
    for (std::uint64_t x : f.inside) {
      s.changes.emplace_back(feature::Feature::make_id(feature::Kind::kStrand1, mix64(x)), 1);
    }
    std::ranges::sort(s.changes.begin() + out.first_change, s.changes.end());
    out.changes = static_cast<std::uint32_t>(s.changes.size()) - out.first_change;
    out.first_callee = static_cast<std::uint32_t>(s.callees.size());
    s.callees.insert(s.callees.end(), f.callees.begin(), f.callees.end());
    out.callees = static_cast<std::uint32_t>(f.callees.size());
    s.functions.push_back(out);
  }
  return s;
}

// `count` functions of some 30 strands, most of them rare, some common; `seed` names the program.
inline std::vector<SyntheticFunction> random_functions(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<SyntheticFunction> functions(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (int k = 0; k < 30; ++k) {
      functions[i].strands.push_back(k % 3 == 0 ? random() % 40 : 1000 + random() % (20 * count) + (seed << 32));
    }
    for (int k = 0; k < 2; ++k) functions[i].callees.push_back(static_cast<std::uint32_t>(random() % count));
  }
  return functions;
}

// The same functions as another compiler might leave them: one strand in `one_in` replaced.
inline std::vector<SyntheticFunction> disturbed(std::vector<SyntheticFunction> functions, int one_in,
                                                std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& f : functions) {
    for (auto& strand : f.strands) {
      if (random() % static_cast<std::uint64_t>(one_in) == 0) strand = random();
    }
  }
  return functions;
}

inline Candidate candidate(std::uint32_t target, float score) {
  Candidate c;
  c.target = target;
  c.score = score;
  return c;
}

}  // namespace samehand::match
