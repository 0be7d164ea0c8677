#include "main_text.h"

#include <algorithm>
#include <cmath>

#include "html_names.h"

namespace samehand::page {
namespace {

using enum Tag;

float value_of(const Passage& p) {
  if (p.regard != Regard::kPlain) return 0;
  const auto words = static_cast<float>(p.words);
  const float density = p.link_density();
  if (p.heading > 0) return density > 0.5f ? -2.0f : 0.0f;
  if (density > 0.5f) return -std::min(words, 15.0f) * 0.5f - 1;
  if (p.words < 8 && p.sentence_ends == 0) return -1.5f;
  float value = words * (1 - 2 * density);
  if (p.sentence_ends == 0 && p.commas == 0) value *= 0.3f;
  return value - 3;
}

}  // namespace

std::vector<std::uint32_t> find_main_text(const HtmlTree& tree, const Passages& passages, const PageHints&) {
  const std::size_t count = tree.nodes.size();
  // Sum of the values of the passages inside each element.
  std::vector<float> sum(count, 0);
  for (const Passage& p : passages.list) sum[p.element] += value_of(p);
  for (std::size_t i = count; i-- > 1;) sum[tree.nodes[i].parent] += sum[i];
  std::uint32_t best = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (sum[i] >= sum[best]) best = i;
  }
  std::vector<std::uint32_t> story;
  for (std::uint32_t i = 0; i < passages.list.size(); ++i) {
    const Passage& p = passages.list[i];
    if (p.element < best || p.element >= tree.nodes[best].end || p.regard != Regard::kPlain) continue;
    if (p.link_density() > 0.6f) continue;
    story.push_back(i);
  }
  return story;
}

}  // namespace samehand::page
