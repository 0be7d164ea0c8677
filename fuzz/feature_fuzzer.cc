// Any bytes as encoded features, and any bytes as machine code of every architecture: decoding refuses or gives what
// encodes to the same bytes; extracting features keeps the promises of feature.h.
#include <cstdint>
#include <span>

#include "check.h"
#include "samehand/code/program.h"
#include "samehand/feature/feature.h"
#include "samehand/image/image.h"

namespace {

using namespace samehand;

using samehand::fuzz::require;

void check(const feature::SampleFeatures& s) {
  for (const feature::FunctionFeatures& f : s.functions) {
    require(s.features_of(f).size() == f.features, "features lie in the sample");
    std::uint64_t before = 0;
    for (const feature::Feature x : s.features_of(f)) {
      require(x.id() > before && x.count() > 0, "features ascend and count");
      before = x.id();
    }
    require(s.changes_of(f).size() == f.changes, "changes lie in the sample");
    before = 0;
    for (const feature::Feature x : s.changes_of(f)) {
      require(x.id() > before, "changes ascend");
      before = x.id();
    }
    for (const std::uint32_t callee : s.callees_of(f)) require(callee < s.functions.size(), "callees are functions");
  }
  const std::vector<std::uint8_t> bytes = feature::encode(s);
  const auto back = feature::decode(ByteView(bytes));
  require(back.has_value() && feature::encode(*back) == bytes, "encoding and decoding agree");
}

// Functions of two blocks each, with edges chosen by the bytes, so that loops and dead ends occur.
code::Program cut_up(ByteView bytes, std::uint64_t base, image::Architecture architecture) {
  code::Program p;
  p.architecture = architecture;
  const std::uint64_t step = 64;
  for (std::uint64_t at = 0; at + step <= bytes.size() && p.functions.size() < 64; at += step) {
    code::Function f;
    f.address = base + at;
    f.size_bytes = step;
    f.first_block = static_cast<std::uint32_t>(p.blocks.size());
    f.blocks = 2;
    for (std::uint32_t i = 0; i < 2; i++) {
      code::Block b;
      b.address = f.address + i * step / 2;
      b.size_bytes = step / 2;
      b.first_edge = static_cast<std::uint32_t>(p.edges.size());
      for (std::uint32_t to = 0; to < 2; to++)
        if (bytes[at + i] >> to & 1) p.edges.push_back({to, code::EdgeKind::kJump});
      b.edges = static_cast<std::uint32_t>(p.edges.size()) - b.first_edge;
      p.blocks.push_back(b);
    }
    p.functions.push_back(f);
  }
  return p;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(std::span(data, size));
  if (const auto sample = feature::decode(bytes)) {
    require(feature::encode(*sample) == std::vector<std::uint8_t>(data, data + size), "one encoding per sample");
    check(*sample);
  }
  for (const auto architecture : {image::Architecture::kX64, image::Architecture::kX86, image::Architecture::kArm64}) {
    image::LoadOptions options;
    options.raw = true;
    options.raw_base = 0x10000;
    options.raw_architecture = architecture;
    const auto parts = image::load(bytes, options);
    if (!parts || parts->empty()) continue;
    check(feature::extract(parts->front().image, cut_up(bytes, options.raw_base, architecture)));
  }
  return 0;
}
