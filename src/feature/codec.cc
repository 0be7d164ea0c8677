// SampleFeatures as bytes: docs/format/features.md. Decoding believes nothing: every count is checked against the bytes
// that are left, every index against what it indexes, every order against what the format promises.
#include "samehand/base/codec.h"

#include <algorithm>

#include "samehand/base/hash.h"
#include "samehand/feature/feature.h"

namespace samehand::feature {
namespace {

constexpr std::string_view kMagic = "SHFE";
constexpr std::uint64_t kChecksumBytes = 8;
constexpr std::size_t kFunctionBytes = 23;  // the least that one function takes

void write_functions(const SampleFeatures& s, ByteWriter& w) {
  w.varint(s.functions.size());
  std::uint64_t before = 0;
  for (const FunctionFeatures& f : s.functions) {
    w.varint(f.address - before);
    before = f.address;
    w.varint(f.size_bytes);
    w.fixed64(f.exact_hash);
    for (const std::uint32_t n : {f.instructions, f.blocks, f.edges, f.loops, f.calls, f.import_calls, f.features,
                                  f.changes, f.callees, f.references, f.globals})
      w.varint(n);
    w.u8(static_cast<std::uint8_t>(f.thunk | f.runtime << 1));
    w.text(f.name);
  }
}

// Its functions give what is wrong with the bytes, for the error's message; empty while nothing is.
class Decoder {
 public:
  explicit Decoder(ByteView bytes) : reader_(bytes) {}

  std::string_view read(SampleFeatures& s) {
    s.format = static_cast<image::Format>(reader_.u8());
    s.architecture = static_cast<image::Architecture>(reader_.u8());
    s.pointer_bytes = reader_.u8();
    if (s.format > image::Format::kRaw || s.architecture > image::Architecture::kOther) return "unknown kind of image";
    s.code_bytes = reader_.varint();
    s.instructions = reader_.varint();
    if (const auto wrong = read_functions(s); !wrong.empty()) return wrong;
    if (!read_features(s, s.features, features_, &FunctionFeatures::features, 1)) return "features not ascending";
    if (!read_features(s, s.changes, changes_, &FunctionFeatures::changes, 0)) return "changes not ascending";
    if (!read_indices(s.callees, callees_) || !read_indices(s.references, references_)) return "index out of range";
    if (!read_globals(s)) return "globals not ascending";
    const std::size_t neighbours = reader_.count(2);
    for (std::size_t i = 0; i < neighbours; i++) {
      const std::uint64_t a = reader_.varint(), b = reader_.varint();
      if (a >= s.functions.size() || b >= s.functions.size()) return "index out of range";
      s.table_neighbours.emplace_back(static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b));
    }
    const std::size_t labels = reader_.count(9);
    for (std::size_t i = 0; i < labels; i++) {
      const std::uint64_t id = reader_.fixed64();
      if (!s.labels.empty() && id <= s.labels.back().first) return "labels not ascending";
      s.labels.emplace_back(id, reader_.text());
    }
    return reader_.ok() && reader_.at_end() ? std::string_view() : "truncated or too long";
  }

 private:
  std::string_view read_functions(SampleFeatures& s) {
    const std::size_t count = reader_.count(kFunctionBytes);
    functions_ = count;
    s.functions.reserve(count);
    for (std::size_t i = 0; i < count; i++) {
      FunctionFeatures f;
      const std::uint64_t step = reader_.varint(), before = i == 0 ? 0 : s.functions.back().address;
      f.address = before + step;
      if (i > 0 && f.address <= before) return "functions not ascending";
      f.size_bytes = reader_.varint();
      f.exact_hash = reader_.fixed64();
      for (std::uint32_t* n : {&f.instructions, &f.blocks, &f.edges, &f.loops, &f.calls, &f.import_calls})
        *n = static_cast<std::uint32_t>(std::min<std::uint64_t>(reader_.varint(), ~0u));
      if (!take(f.first_feature, f.features, features_, 8) || !take(f.first_change, f.changes, changes_, 8) ||
          !take(f.first_callee, f.callees, callees_, 1) || !take(f.first_reference, f.references, references_, 1) ||
          !take(f.first_global, f.globals, globals_, 1))
        return "more items than bytes";
      const std::uint8_t flags = reader_.u8();
      if (flags > 3) return "unknown flags";
      f.thunk = flags & 1;
      f.runtime = flags & 2;
      f.name = reader_.text();
      if (!reader_.ok()) return "truncated";
      s.functions.push_back(std::move(f));
    }
    return {};
  }

  // A per-function count: the items follow later, so they must fit into what is left.
  bool take(std::uint32_t& first, std::uint32_t& count, std::uint64_t& total, std::uint64_t item_bytes) {
    const std::uint64_t n = reader_.varint();
    if (n > reader_.remaining() / item_bytes || total + n > reader_.remaining() / item_bytes || total + n > ~0u)
      return false;
    first = static_cast<std::uint32_t>(total);
    count = static_cast<std::uint32_t>(n);
    total += n;
    return true;
  }

  // A list of features per function, `count` in all, each counted at least `least` times.
  bool read_features(const SampleFeatures& s, std::vector<Feature>& out, std::uint64_t count,
                     std::uint32_t FunctionFeatures::* length, std::uint32_t least) {
    if (count > reader_.remaining() / 8) return false;
    out.reserve(count);
    for (const FunctionFeatures& f : s.functions) {
      std::uint64_t before = 0;
      for (std::uint32_t i = 0; i < f.*length; i++) {
        const std::uint64_t bits = reader_.fixed64();
        const Feature feature(bits & ~Feature::kCountMask, static_cast<std::uint32_t>(bits & Feature::kCountMask));
        if (feature.count() < least || feature.kind() >= Kind::kCount || feature.id() <= before) return false;
        before = feature.id();
        out.push_back(feature);
      }
    }
    return true;
  }

  bool read_indices(std::vector<std::uint32_t>& out, std::uint64_t count) {
    if (count > reader_.remaining()) return false;
    out.reserve(count);
    for (std::uint64_t i = 0; i < count; i++) {
      const std::uint64_t index = reader_.varint();
      if (index >= functions_) return false;
      out.push_back(static_cast<std::uint32_t>(index));
    }
    return reader_.ok();
  }

  bool read_globals(SampleFeatures& s) {
    if (globals_ > reader_.remaining()) return false;
    s.globals.reserve(globals_);
    for (const FunctionFeatures& f : s.functions) {
      std::uint64_t value = 0;
      for (std::uint32_t i = 0; i < f.globals; i++) {
        const std::uint64_t step = reader_.varint();
        if ((i > 0 && step == 0) || step > ~0u) return false;
        value += step;
        if (value > ~0u) return false;
        s.globals.push_back(static_cast<std::uint32_t>(value));
      }
    }
    return reader_.ok();
  }

  ByteReader reader_;
  std::uint64_t features_ = 0, changes_ = 0, callees_ = 0, references_ = 0, globals_ = 0, functions_ = 0;
};

}  // namespace

std::vector<std::uint8_t> encode(const SampleFeatures& s) {
  ByteWriter w;
  for (const char c : kMagic) w.u8(static_cast<std::uint8_t>(c));
  w.varint(s.version);
  w.u8(static_cast<std::uint8_t>(s.format));
  w.u8(static_cast<std::uint8_t>(s.architecture));
  w.u8(s.pointer_bytes);
  w.varint(s.code_bytes);
  w.varint(s.instructions);
  write_functions(s, w);
  for (const FunctionFeatures& f : s.functions)
    for (const Feature feature : s.features_of(f)) w.fixed64(feature.id() | feature.count());
  for (const FunctionFeatures& f : s.functions)
    for (const Feature change : s.changes_of(f)) w.fixed64(change.id() | change.count());
  for (const FunctionFeatures& f : s.functions)
    for (const std::uint32_t callee : s.callees_of(f)) w.varint(callee);
  for (const FunctionFeatures& f : s.functions)
    for (const std::uint32_t reference : s.references_of(f)) w.varint(reference);
  for (const FunctionFeatures& f : s.functions) {
    std::uint32_t before = 0;
    for (const std::uint32_t global : s.globals_of(f)) {
      w.varint(global - before);
      before = global;
    }
  }
  w.varint(s.table_neighbours.size());
  for (const auto& [a, b] : s.table_neighbours) {
    w.varint(a);
    w.varint(b);
  }
  w.varint(s.labels.size());
  for (const auto& [id, text] : s.labels) {
    w.fixed64(id);
    w.text(text);
  }
  w.fixed64(hash64(ByteView(w.bytes())));
  return w.take();
}

Result<SampleFeatures> decode(ByteView bytes) {
  if (bytes.slice(0, kMagic.size()).text() != kMagic) return fail(ErrorCode::kMalformed, "these are no features");
  if (bytes.size() < kMagic.size() + kChecksumBytes) return fail(ErrorCode::kTruncated, "the features are cut off");
  const ByteView body = bytes.clamp(0, bytes.size() - kChecksumBytes);
  if (bytes.read_or_zero<std::uint64_t>(body.size()) != hash64(body))
    return fail(ErrorCode::kMalformed, "the features are damaged: their checksum does not fit");
  ByteReader head(body.clamp(kMagic.size()));
  SampleFeatures sample;
  const std::uint64_t version = head.varint();
  if (version != kFeatureVersion)
    return fail(ErrorCode::kNotSupported, "features of version " + std::to_string(version) +
                                              " cannot be compared with version " + std::to_string(kFeatureVersion) +
                                              ": extract them again");
  if (const std::string_view wrong = Decoder(body.clamp(body.size() - head.remaining())).read(sample); !wrong.empty())
    return fail(ErrorCode::kMalformed, "the features are damaged: " + std::string(wrong));
  return sample;
}

}  // namespace samehand::feature
