#include "feature_tables.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <ranges>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "library.h"
#include "samples.h"

namespace samehand::match {
namespace {

constexpr std::uint32_t kLeastInstructions = 10;
constexpr std::size_t kMostPerGroup = 1500;
constexpr std::uint32_t kLeastGroups = 4;

struct Count {
  std::uint32_t functions = 0, groups = 0;
  std::uint32_t last_group = 0;  // from 1
};

using Counts = std::unordered_map<std::uint64_t, Count>;

// Functions counted of one group.
std::size_t count_group(const Samples& files, const std::vector<std::string>& paths, std::uint32_t group,
                        Counts& counts) {
  std::vector<std::pair<const feature::SampleFeatures*, const feature::FunctionFeatures*>> functions;
  std::unordered_set<std::uint64_t> seen;
  for (const std::string& path : paths) {
    for (const auto& s : files.of(path)) {
      for (const auto& f : s.functions) {
        if (f.instructions < kLeastInstructions || f.runtime || f.thunk || known_library(s, f)) continue;
        if (seen.insert(f.exact_hash).second) functions.emplace_back(&s, &f);
      }
    }
  }
  const std::size_t taken = std::min(functions.size(), kMostPerGroup);
  for (std::size_t i = 0; i < taken; ++i) {
    const auto [s, f] = functions[i * functions.size() / taken];
    for (const feature::Feature& feature : s->features_of(*f)) {
      Count& c = counts[feature.id()];
      ++c.functions;
      c.groups += c.last_group != group;
      c.last_group = group;
    }
  }
  return taken;
}

}  // namespace

bool print_functions(const std::vector<std::string>& paths, std::ostream& out) {
  bool good = true;
  for (const std::string& path : paths) {  // one at a time: runtimes' archives are large
    Samples samples;
    good = samples.read({path}) && good;
    for (const auto& s : samples.of(path)) {
      const std::vector<bool> runtime = runtime_functions(s);
      for (std::size_t i = 0; i < s.functions.size(); ++i) {
        const auto& f = s.functions[i];
        fmt::print(out, "{}\t{:x}\t{}\t{}\t{:016x}\t{:016x}\t{:d}\t{}\n", path, f.address, f.instructions, f.blocks,
                   f.exact_hash, digest(s, f), static_cast<bool>(runtime[i]), f.name);
      }
    }
  }
  return good;
}

bool print_common(const std::vector<std::string>& groups, std::ostream& out) {
  bool good = true;
  Counts counts;
  std::size_t functions = 0;
  for (std::uint32_t i = 0; i < groups.size(); ++i) {
    std::vector<std::string> paths;
    for (const auto path : groups[i] | std::views::split(',')) paths.emplace_back(path.begin(), path.end());
    Samples files;  // one group at a time: a hundred programs' features are gigabytes
    good = files.read(paths) && good;
    functions += count_group(files, paths, i + 1, counts);
  }
  std::vector<std::uint64_t> ids;
  for (const auto& [id, c] : counts) {
    if (c.groups >= kLeastGroups) ids.push_back(id);
  }
  std::ranges::sort(ids);
  fmt::print(out, "{}\n", functions);
  for (const std::uint64_t id : ids) fmt::print(out, "{:016x}\t{}\t{}\n", id, counts[id].functions, counts[id].groups);
  return good;
}

}  // namespace samehand::match
