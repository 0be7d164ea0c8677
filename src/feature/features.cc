// From a program to its features, function by function.
//
// Per function: lower its blocks (lower_*.cc), find order, loops and stack heights (flow.cc), execute symbolically
// (execute.cc), add what the shape of its control flow says, sort and count (collector.cc). Buffers are reused, so the
// steady state allocates nothing but the result. A function that calls small ones is laid out with them (expand.cc) and
// executed again: its other view. Afterwards tables of pointers in the data are read (tables.cc).
// Cost: linear in instructions; docs/features.md has figures.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>

#include "collector.h"
#include "execute.h"
#include "expand.h"
#include "flow.h"
#include "lower.h"
#include "references.h"
#include "samehand/base/sort_unique.h"
#include "tables.h"

namespace samehand::feature {
namespace {

constexpr std::uint32_t kMaxInstructions = 400'000;  // of one function; the blocks beyond are not looked at
constexpr std::size_t kMaxGlobals = 256;             // per function
constexpr std::size_t kMaxLabelBytes = 8u << 20;

std::uint64_t half_octaves(std::uint32_t count) {
  return static_cast<std::uint64_t>(std::lround(2 * std::log2(count + 1.0)));
}

class Extraction {
 public:
  Extraction(const image::Image& image, const code::Program& program)
      : image_(image),
        program_(program),
        references_(image, program),
        execution_(image, program, references_, collector_),
        abi_(abi_of(image)),
        expander_(image, program, references_, abi_) {
    if (image.architecture == image::Architecture::kArm64)
      lowerer_ = make_arm64_lowerer();
    else
      lowerer_ = make_x86_lowerer(image.architecture == image::Architecture::kX64);
    for (std::uint32_t i = 0; i < half_octaves_.size(); i++) half_octaves_[i] = half_octaves(i);
  }

  SampleFeatures run();

 private:
  std::vector<std::uint32_t> callees_first();
  void extract_function(std::uint32_t index);
  void lower(const code::Function& function, FunctionFeatures& out);
  void expand_function(std::uint32_t index);
  void add_control_flow(const Flow& flow);
  void add_shape(const Flow& flow);
  void number_globals();

  const image::Image& image_;
  const code::Program& program_;
  References references_;
  Collector collector_;
  Execution execution_;
  const Abi abi_;
  std::unique_ptr<Lowerer> lowerer_;
  Expander expander_;
  Flow flow_, expanded_;
  std::vector<Instruction> code_;
  std::array<std::uint64_t, 256> half_octaves_;  // of small counts
  std::vector<Feature> other_view_;
  std::vector<std::uint32_t> taken_;             // functions and …
  std::vector<std::uint64_t> touched_;           // … data that the function at work refers to
  std::vector<std::uint64_t> global_addresses_;  // as SampleFeatures::globals, before they are numbered
  SampleFeatures sample_;
};

SampleFeatures Extraction::run() {
  sample_.format = image_.format;
  sample_.architecture = image_.architecture;
  sample_.pointer_bytes = image_.pointer_bytes;
  sample_.code_bytes = program_.code_bytes;
  const auto n = static_cast<std::uint32_t>(program_.functions.size());
  sample_.functions.resize(n);
  const std::vector<std::uint32_t> order = callees_first();
  for (const std::uint32_t i : order) extract_function(i);
  scan_tables(image_, references_, collector_, sample_);
  collector_.merge_given(sample_, order);
  number_globals();
  sample_.labels = references_.labels(kMaxLabelBytes);
  sample_.features.shrink_to_fit();
  sample_.changes.shrink_to_fit();
  return std::move(sample_);
}

// Functions after those that they call, as far as recursion lets them: a depth-first post-order of the call graph.
std::vector<std::uint32_t> Extraction::callees_first() {
  const auto n = static_cast<std::uint32_t>(program_.functions.size());
  std::vector<std::uint32_t> order, path;
  std::vector<std::uint32_t> next(n, 0);
  std::vector<std::uint8_t> seen(n, false);
  order.reserve(n);
  for (std::uint32_t root = 0; root < n; root++) {
    if (seen[root]) continue;
    seen[root] = true;
    path.assign(1, root);
    while (!path.empty()) {
      const std::uint32_t f = path.back();
      const std::span<const code::Call> calls = program_.calls_of(program_.functions[f]);
      if (next[f] == calls.size()) {
        order.push_back(f);
        path.pop_back();
        continue;
      }
      const Reference& target = references_.at(calls[next[f]++].target);
      if (target.place != Place::kFunction || seen[target.function]) continue;
      seen[target.function] = true;
      path.push_back(target.function);
    }
  }
  return order;
}

void Extraction::extract_function(std::uint32_t index) {
  const code::Function& function = program_.functions[index];
  FunctionFeatures& out = sample_.functions[index];
  out.address = function.address;
  out.size_bytes = function.size_bytes;
  out.thunk = function.thunk;
  out.runtime = function.runtime;
  out.name = function.name;
  out.first_feature = static_cast<std::uint32_t>(sample_.features.size());
  out.first_callee = static_cast<std::uint32_t>(sample_.callees.size());
  out.first_reference = static_cast<std::uint32_t>(sample_.references.size());
  out.first_global = static_cast<std::uint32_t>(global_addresses_.size());
  lower(function, out);
  sample_.instructions += out.instructions;
  if (flow_.blocks.empty()) return;

  flow_.connect(program_, function);
  flow_.analyse(code_, abi_);
  execution_.run(index, code_, flow_);
  const Tally& tally = execution_.tally();
  out.blocks = static_cast<std::uint32_t>(flow_.blocks.size());
  out.edges = flow_.edges;
  out.loops = flow_.loops;
  out.calls = tally.calls;
  out.import_calls = tally.import_calls;
  add_control_flow(flow_);
  add_shape(flow_);
  collector_.finish(sample_.features);
  out.features = static_cast<std::uint32_t>(sample_.features.size()) - out.first_feature;

  sample_.callees.insert(sample_.callees.end(), tally.callees.begin(), tally.callees.end());
  out.callees = static_cast<std::uint32_t>(tally.callees.size());
  taken_ = tally.references;
  sort_unique(taken_);
  sample_.references.insert(sample_.references.end(), taken_.begin(), taken_.end());
  out.references = static_cast<std::uint32_t>(taken_.size());
  touched_ = tally.globals;
  sort_unique(touched_);
  touched_.resize(std::min(touched_.size(), kMaxGlobals));
  global_addresses_.insert(global_addresses_.end(), touched_.begin(), touched_.end());
  out.globals = static_cast<std::uint32_t>(touched_.size());

  expander_.remember(index, code_, flow_);
  expand_function(index);
}

// Adds what the function's features become when its small callees are laid out within it.
void Extraction::expand_function(std::uint32_t index) {
  FunctionFeatures& out = sample_.functions[index];
  out.first_change = static_cast<std::uint32_t>(sample_.changes.size());
  if (!expander_.expand(index, code_, flow_, expanded_)) return;
  expanded_.analyse(expander_.code(), abi_);
  execution_.run_expanded(expander_.code(), expanded_);
  add_control_flow(expanded_);
  add_shape(expanded_);
  other_view_.clear();
  collector_.finish(other_view_);
  const std::span<const Feature> own = sample_.features_of(out);
  auto i = own.begin();
  auto j = other_view_.cbegin();
  while (i != own.end() || j != other_view_.cend()) {
    if (j == other_view_.cend() || (i != own.end() && i->id() < j->id())) {
      sample_.changes.emplace_back(i->id(), 0);
      ++i;
    } else if (i == own.end() || j->id() < i->id()) {
      sample_.changes.push_back(*j);
      ++j;
    } else {
      if (*i != *j) sample_.changes.push_back(*j);
      ++i;
      ++j;
    }
  }
  out.changes = static_cast<std::uint32_t>(sample_.changes.size()) - out.first_change;
}

void Extraction::lower(const code::Function& function, FunctionFeatures& out) {
  const std::span<const code::Block> blocks = program_.blocks_of(function);
  code_.clear();
  flow_.blocks.assign(blocks.size(), FlowBlock{});
  const Surroundings around{references_.low(), references_.high(), function.size_bytes, references_.offset_table()};
  ExactHash exact;
  for (std::size_t i = 0; i < blocks.size(); i++) {
    FlowBlock& b = flow_.blocks[i];
    b.first = static_cast<std::uint32_t>(code_.size());
    const ByteView bytes = image_.from(blocks[i].address);
    if (out.instructions < kMaxInstructions && bytes.contains(0, blocks[i].size_bytes))
      out.instructions += lowerer_->lower_block(bytes, blocks[i].size_bytes, blocks[i].address, around, code_, exact);
    b.last = static_cast<std::uint32_t>(code_.size());
  }
  out.exact_hash = exact.value();
}

// Each edge by the degrees and loop depths of its two ends.
void Extraction::add_control_flow(const Flow& flow) {
  const auto degrees = [](const FlowBlock& b) {
    return std::min<std::uint64_t>(b.predecessors, 4) * 8 + std::min<std::uint64_t>(b.successors, 5);
  };
  for (const FlowBlock& from : flow.blocks)
    for (const std::uint32_t s : flow.successors_of(from)) {
      const FlowBlock& to = flow.blocks[s];
      const std::uint64_t depths = std::min<std::uint64_t>(from.depth, 3) * 4 + std::min<std::uint64_t>(to.depth, 3);
      collector_.add(Kind::kEdge, (degrees(from) << 8 | depths) << 8 | degrees(to));
    }
}

void Extraction::add_shape(const Flow& flow) {
  const Tally& tally = execution_.tally();
  const std::uint32_t counts[] = {
      static_cast<std::uint32_t>(flow.blocks.size()),
      flow.loops,
      tally.calls,
      tally.loads,
      tally.stores,
      tally.compares,
  };
  for (std::uint64_t i = 0; i < std::size(counts); i++) {
    const std::uint64_t size = counts[i] < half_octaves_.size() ? half_octaves_[counts[i]] : half_octaves(counts[i]);
    collector_.add(Kind::kShape, i << 8 | size);
  }
  collector_.add(Kind::kShape, 6 << 8 | execution_.arguments_used());
}

// Replaces the addresses of data objects by their rank among all that the sample's functions touch.
void Extraction::number_globals() {
  std::vector<std::uint64_t> known = global_addresses_;
  sort_unique(known);
  sample_.globals.reserve(global_addresses_.size());
  for (const std::uint64_t a : global_addresses_)
    sample_.globals.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(known, a) - known.begin()));
}

}  // namespace

SampleFeatures extract(const image::Image& image, const code::Program& program) {
  switch (image.architecture) {
    case image::Architecture::kX86:
    case image::Architecture::kX64:
    case image::Architecture::kArm64:
      return Extraction(image, program).run();
    default:
      return {};
  }
}

}  // namespace samehand::feature
