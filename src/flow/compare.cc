// The main job. Passes: analyse both sides, match their functions, describe the pairs, fetch the code of the best ones,
// compare the traces, and decide what it all means.

#include "samehand/flow/compare.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <unordered_map>

#include "describe.h"
#include "samehand/base/parallel.h"
#include "samehand/dossier/verdict.h"
#include "shared_traces.h"

namespace samehand::flow {
namespace {

std::vector<const feature::SampleFeatures*> features_of(const Toolkit& toolkit) {
  std::vector<const feature::SampleFeatures*> features;
  for (const Sample& sample : toolkit.samples) features.push_back(&sample.features);
  return features;
}

// `library_functions` by sample: matching knows more of them than a file tells by itself.
std::vector<dossier::SampleSummary> summaries_of(const Toolkit& toolkit,
                                                 const std::vector<std::uint32_t>& library_functions) {
  std::vector<dossier::SampleSummary> summaries;
  for (const Sample& sample : toolkit.samples) {
    summaries.push_back(sample.summary);
    summaries.back().library_functions = library_functions[summaries.size() - 1];
  }
  return summaries;
}

std::vector<dossier::PairSummary> describe_pairs(const match::Matches& matches, const Toolkit& a, const Toolkit& b) {
  PairDescriber describer(features_of(a), features_of(b));
  std::vector<dossier::PairSummary> pairs;
  pairs.reserve(matches.pairs.size());
  for (const match::Pair& pair : matches.pairs) pairs.push_back(describer.describe(pair));
  return pairs;
}

// The code of the best `count` pairs on one side, attached through `slot`.
void attach_code(const Toolkit& toolkit, std::vector<dossier::PairSummary>& pairs, std::size_t count,
                 match::FunctionRef match::Pair::* side, dossier::FunctionSummary dossier::PairSummary::* function,
                 std::optional<code::Listing> dossier::PairSummary::* slot, const AnalyseOptions& options,
                 std::vector<Error>& failures) {
  std::map<std::size_t, ListingRequest> requests;
  for (std::size_t i = 0; i < std::min(count, pairs.size()); i++) {
    const std::size_t sample = (pairs[i].pair.*side).sample;
    auto& request = requests[sample];
    request.sample = sample;
    request.addresses.push_back((pairs[i].*function).address);
  }
  std::vector<ListingRequest> list;
  for (auto& [sample, request] : requests) list.push_back(std::move(request));
  std::map<std::pair<std::size_t, std::uint64_t>, code::Listing> by_place;
  for (auto& listed : list_functions(toolkit, list, options, failures)) {
    for (auto& listing : listed.listings) by_place[{listed.sample, listing.address}] = std::move(listing);
  }
  for (std::size_t i = 0; i < std::min(count, pairs.size()); i++) {
    const auto it = by_place.find({(pairs[i].pair.*side).sample, (pairs[i].*function).address});
    if (it != by_place.end()) pairs[i].*slot = it->second;
  }
}

}  // namespace

Result<dossier::Comparison> compare(const std::string& a, const std::string& b, const CompareOptions& options) {
  // Read both sides, all executables of both in one set of workers.
  auto toolkits = analyse_all({a, b}, options.analyse);
  Toolkit& side_a = toolkits[0];
  Toolkit& side_b = toolkits[1];

  dossier::Comparison comparison;
  comparison.a = a;
  comparison.b = b;
  for (Toolkit* side : {&side_a, &side_b}) {
    std::ranges::move(side->failures, std::back_inserter(comparison.failures));
    side->failures.clear();
  }

  // Match functions, and say of each pair what made it.
  match::Options matching = options.match;
  const unsigned threads = options.analyse.parallel ? options.analyse.parallel : usable_processors();
  matching.parallel_for = [threads](std::size_t n, const std::function<void(std::size_t)>& work) {
    parallel_for(n, threads, work);
  };
  auto matches = match::match(features_of(side_a), features_of(side_b), matching);
  if (!matches) return std::unexpected(matches.error());
  comparison.evidence_db = matches->evidence_db;
  comparison.kinship = matches->kinship;
  comparison.pairable_a = matches->pairable_a;
  comparison.pairable_b = matches->pairable_b;
  comparison.pairs = describe_pairs(*matches, side_a, side_b);

  // Fetch the code that a page will show side by side.
  attach_code(side_a, comparison.pairs, options.code_pairs, &match::Pair::a, &dossier::PairSummary::a,
              &dossier::PairSummary::a_code, options.analyse, comparison.failures);
  attach_code(side_b, comparison.pairs, options.code_pairs, &match::Pair::b, &dossier::PairSummary::b,
              &dossier::PairSummary::b_code, options.analyse, comparison.failures);

  // Compare everything that is not code, and conclude.
  comparison.a_samples = summaries_of(side_a, matches->library_a);
  comparison.b_samples = summaries_of(side_b, matches->library_b);
  comparison.traces = shared_traces(comparison.a_samples, comparison.b_samples);
  comparison.contradictions = contradictions(comparison.a_samples);
  std::ranges::move(contradictions(comparison.b_samples), std::back_inserter(comparison.contradictions));
  dossier::decide(comparison);
  return comparison;
}

namespace {

// Reports name what came out of a container OUTER!MEMBER; a file whose own name holds a ! goes before.
std::string file_that_holds(const std::string& path) {
  std::error_code error;
  for (auto end = path.find('!'); end != std::string::npos; end = path.find('!', end + 1)) {
    if (std::filesystem::exists(path, error)) break;
    if (std::filesystem::exists(path.substr(0, end), error)) return path.substr(0, end);
  }
  return path;
}

}  // namespace

Result<code::Listing> list_one(const FunctionPlace& place, const AnalyseOptions& options) {
  AnalyseOptions without_features = options;
  without_features.features = false;
  const std::string outer = file_that_holds(place.path);
  Toolkit toolkit = analyse(outer, without_features);
  if (toolkit.samples.empty()) {
    if (!toolkit.failures.empty()) return std::unexpected(toolkit.failures.front());
    return fail(ErrorCode::kNotSupported, "holds no executable that Samehand reads", place.path);
  }
  std::vector<ListingRequest> requests;
  for (std::size_t i = 0; i < toolkit.samples.size(); i++) {
    if (outer == place.path || toolkit.samples[i].summary.path == place.path) requests.push_back({i, {place.address}});
  }
  if (requests.empty()) return fail(ErrorCode::kNotFound, "holds no executable of this name", place.path);
  std::vector<Error> failures;
  for (auto& listed : list_functions(toolkit, requests, options, failures)) {
    if (!listed.listings.empty()) return std::move(listed.listings.front());
  }
  if (!failures.empty()) return std::unexpected(failures.front());
  return fail(ErrorCode::kNotFound,
              "no function was found at this address; `samehand functions FILE` lists those that were", place.path);
}

}  // namespace samehand::flow
