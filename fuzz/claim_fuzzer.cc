// Any bytes as a text: spans of claims lie inside it, contents are in order, parents stand before their children.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "check.h"
#include "samehand/claim/claim.h"

using namespace samehand;

namespace {

using samehand::fuzz::require;

void check(const std::vector<claim::Claim>& claims, std::string_view text) {
  const auto inside = [&](TextSpan span) { return span.begin <= span.end && span.end <= text.size(); };
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const claim::Claim& c = claims[i];
    require(inside(c.source) && inside(c.cue));
    require(!c.content.empty());
    std::uint32_t at = 0;
    for (const TextSpan piece : c.content) {
      require(inside(piece) && !piece.empty() && piece.begin >= at);
      at = piece.end;
    }
    require(c.parent >= -1 && c.parent < static_cast<std::int32_t>(i));
    require(!c.chain.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<char> bytes(data, data + size);
  const std::string_view text(bytes.data(), bytes.size());
  check(claim::find_claims(text, {}, "outlet"), text);
  // The same as one paragraph after another of a page, cut anywhere.
  std::vector<page::Block> blocks;
  for (std::uint32_t at = 0; at + 7 < size; at += 7 + data[at] % 64) {
    blocks.push_back({data[at] % 8 == 0 ? page::BlockKind::kHeading : page::BlockKind::kParagraph,
                      {at, static_cast<std::uint32_t>(std::min<std::size_t>(size, at + 6))}});
  }
  check(claim::find_claims(text, blocks, ""), text);
  return 0;
}
