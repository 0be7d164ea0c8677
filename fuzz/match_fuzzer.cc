// Features that a worker under attack may send, all the way to the report, which the parent does outside any sandbox.
// The input is two samples in the form of docs/format/features.md without their checksums, which are added here; its
// first four bytes, little-endian, say how long the first one is.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "check.h"
#include "describe.h"
#include "samehand/base/hash.h"
#include "samehand/dossier/json.h"
#include "samehand/dossier/text.h"
#include "samehand/dossier/tsv.h"
#include "samehand/dossier/verdict.h"
#include "samehand/feature/feature.h"
#include "samehand/match/match.h"

namespace {

using namespace samehand;

using samehand::fuzz::require;

Result<feature::SampleFeatures> decode(ByteView body) {
  std::vector<std::uint8_t> bytes(body.data(), body.data() + body.size());
  const std::uint64_t sum = hash64(body);
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
  auto sample = feature::decode(ByteView(bytes));
  if (sample) require(feature::encode(*sample) == bytes, "one encoding per sample");
  return sample;
}

bool is_share(double x) {
  return x >= 0 && x <= 1;
}

void check(const feature::SampleFeatures& a, const feature::SampleFeatures& b) {
  const std::vector<const feature::SampleFeatures*> side_a{&a}, side_b{&b};
  const auto matches = match::match(side_a, side_b);
  if (!matches) return;
  dossier::Comparison comparison;
  comparison.a_samples.resize(1);
  comparison.b_samples.resize(1);
  comparison.evidence_db = matches->evidence_db;
  comparison.kinship = matches->kinship;
  comparison.pairable_a = matches->pairable_a;
  comparison.pairable_b = matches->pairable_b;
  require(is_share(matches->kinship), "kinship is a probability");
  std::set<std::uint32_t> used_a, used_b;
  const flow::PairDescriber describer(side_a, side_b);
  for (const match::Pair& pair : matches->pairs) {
    require(pair.a.sample == 0 && pair.a.function < a.functions.size(), "pairs name functions of A");
    require(pair.b.sample == 0 && pair.b.function < b.functions.size(), "pairs name functions of B");
    require(used_a.insert(pair.a.function).second && used_b.insert(pair.b.function).second, "each at most once");
    require(is_share(pair.similarity) && is_share(pair.confidence), "similarity and confidence are shares");
    comparison.pairs.push_back(describer.describe(pair));
  }
  dossier::decide(comparison);
  require(nlohmann::json::accept(dossier::to_json(comparison)), "a comparison is JSON");
  require(!dossier::to_text(comparison).empty() && !dossier::matches_tsv(comparison).empty(), "there are reports");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(std::span(data, size));
  const auto length = bytes.read<std::uint32_t>(0);
  if (!length || !bytes.contains(4, *length)) return 0;
  const auto a = decode(bytes.slice(4, *length));
  const auto b = decode(bytes.clamp(4 + std::uint64_t{*length}));
  if (a && b) check(*a, *b);
  return 0;
}
