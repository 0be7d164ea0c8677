// What is compared: per function a set of counted, hashed features that survive a change of compiler, level,
// format and architecture, plus the edges along which matches spread.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/code/program.h"
#include "samehand/image/image.h"

namespace samehand::feature {

// Raised whenever the same function would give other features; samples of different versions refuse to be compared.
inline constexpr std::uint32_t kFeatureVersion = 4;

// docs/features.md explains each. The values are part of the feature's identity and never reused.
enum class Kind : std::uint8_t {
  kStrand1 = 1,
  kStrand2,
  kStrand3,  // data-flow expressions up to depth 1, 2, 3
  kAbstract1,
  kAbstract2,  // the same without offsets and scales: survives a change of pointer size
  kConstant,
  kCompared,  // constants computed with; constants compared with
  kString,
  kReadOnlyData,
  kImport,  // what is referred to
  kField,   // offset and width of a structure access
  kEdge,
  kShape,           // control flow
  kCallArgument,    // constants passed to which import, order of import calls
  kTableString,     // a string beside the function's address in a table
  kCallerConstant,  // a constant or string that callers pass
  kCount
};

// One counted feature in eight bytes: kind 6 bits, hash 46 bits, count 12 bits (it stays at 4095 when it gets there).
class Feature {
 public:
  static constexpr std::uint64_t kCountMask = 0xfff;

  constexpr Feature() = default;
  constexpr Feature(Kind kind, std::uint64_t hash, std::uint32_t count)
      : bits_(make_id(kind, hash) | (count < kCountMask ? count : kCountMask)) {}
  constexpr Feature(std::uint64_t id, std::uint32_t count)
      : bits_((id & ~kCountMask) | (count < kCountMask ? count : kCountMask)) {}

  // Kind in the top 6 bits, hash below, the low 12 bits zero. Kinds from kCount to 63 are free for a user's own tokens.
  static constexpr std::uint64_t make_id(Kind kind, std::uint64_t hash) {
    return static_cast<std::uint64_t>(kind) << 58 | (hash >> 18 << 12);
  }
  static constexpr Kind kind_of(std::uint64_t id) { return static_cast<Kind>(id >> 58); }

  constexpr std::uint64_t id() const { return bits_ & ~kCountMask; }
  constexpr std::uint32_t count() const { return static_cast<std::uint32_t>(bits_ & kCountMask); }
  constexpr Kind kind() const { return kind_of(bits_); }
  friend constexpr auto operator<=>(Feature, Feature) = default;

 private:
  std::uint64_t bits_ = 0;
};

struct FunctionFeatures {
  std::uint64_t address = 0;
  std::uint64_t size_bytes = 0;
  std::uint64_t exact_hash = 0;  // of the instructions with addresses masked: equal for exact copies at other places
  std::uint32_t instructions = 0, blocks = 0, edges = 0, loops = 0, calls = 0, import_calls = 0;
  std::uint32_t first_feature = 0, features = 0;  // into SampleFeatures::features, ascending id, no id twice
  // The function's other view, in which its small callees are laid out within it: into SampleFeatures::changes,
  // ascending id, no id twice; what is not listed is as in the features above.
  std::uint32_t first_change = 0, changes = 0;
  std::uint32_t first_callee = 0, callees = 0;  // into SampleFeatures::callees: direct calls and tail calls, in order
  // Into SampleFeatures::references: functions whose address is taken; ::globals: data objects touched, ascending.
  std::uint32_t first_reference = 0, references = 0;
  std::uint32_t first_global = 0, globals = 0;
  bool thunk = false;
  bool runtime = false;
  std::string name;  // for display only; never a feature
};

struct SampleFeatures {
  std::uint32_t version = kFeatureVersion;
  image::Format format = image::Format::kRaw;
  image::Architecture architecture = image::Architecture::kUnknown;
  std::uint8_t pointer_bytes = 8;
  std::uint64_t code_bytes = 0;
  std::uint64_t instructions = 0;
  std::vector<FunctionFeatures> functions;  // ascending address
  std::vector<Feature> features;
  std::vector<Feature> changes;                    // with the count in the other view, which may be 0
  std::vector<std::uint32_t> callees, references;  // indices into functions
  std::vector<std::uint32_t> globals;  // numbers of data objects, dense within the sample, in order of address
  std::vector<std::pair<std::uint32_t, std::uint32_t>> table_neighbours;  // functions adjacent in a table of pointers
  // What people should see for an id of kind kString or kImport: at most 80 printable characters of UTF-8. Ascending
  // id. A kTableString has the same hash as the kString with the same text.
  std::vector<std::pair<std::uint64_t, std::string>> labels;

  std::span<const Feature> features_of(const FunctionFeatures& f) const {
    return std::span(features).subspan(f.first_feature, f.features);
  }
  std::span<const Feature> changes_of(const FunctionFeatures& f) const {
    return std::span(changes).subspan(f.first_change, f.changes);
  }
  std::span<const std::uint32_t> callees_of(const FunctionFeatures& f) const {
    return std::span(callees).subspan(f.first_callee, f.callees);
  }
  std::span<const std::uint32_t> references_of(const FunctionFeatures& f) const {
    return std::span(references).subspan(f.first_reference, f.references);
  }
  std::span<const std::uint32_t> globals_of(const FunctionFeatures& f) const {
    return std::span(globals).subspan(f.first_global, f.globals);
  }
};

// Extracts the features of every function of `program`, which was recovered from `image`. Deterministic. Linear in
// instructions; peak memory beyond the result is a few kB per basic block of the largest function. Thread-safe.
SampleFeatures extract(const image::Image& image, const code::Program& program);

// The features as bytes (docs/format/features.md) and back; decoding checks every bound and refuses other versions.
std::vector<std::uint8_t> encode(const SampleFeatures& sample);
Result<SampleFeatures> decode(ByteView bytes);

}  // namespace samehand::feature
