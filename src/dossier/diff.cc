#include "samehand/dossier/diff.h"

#include <algorithm>

#include "align_blocks.h"
#include "align_instructions.h"
#include "words.h"

namespace samehand::dossier {
namespace {

// A word that stands in more instructions than this of either function aligns nothing.
constexpr std::uint32_t kRareLimit = 6;

std::vector<std::uint8_t> rare_words(const ListingWords& a, const ListingWords& b, std::size_t vocabulary) {
  std::vector<std::uint32_t> in_a(vocabulary), in_b(vocabulary);
  for (const std::uint32_t word : a.tells) ++in_a[word];
  for (const std::uint32_t word : b.tells) ++in_b[word];
  std::vector<std::uint8_t> rare(vocabulary);
  for (std::size_t w = 0; w < vocabulary; ++w) {
    rare[w] = in_a[w] > 0 && in_b[w] > 0 && in_a[w] <= kRareLimit && in_b[w] <= kRareLimit;
  }
  return rare;
}

// A's blocks in their order; each of B's without a partner comes after the block that it follows in B, or first.
std::vector<BlockDiff> reading_order(const std::vector<std::int32_t>& partner_of_a, std::size_t b_blocks) {
  constexpr std::int32_t kNone = -1;
  std::vector<std::int32_t> partner_of_b(b_blocks, kNone);
  for (std::size_t i = 0; i < partner_of_a.size(); ++i) {
    if (partner_of_a[i] >= 0) partner_of_b[static_cast<std::size_t>(partner_of_a[i])] = static_cast<std::int32_t>(i);
  }
  std::vector<BlockDiff> order;
  // B's own blocks from `k` on, up to the next that has a partner.
  const auto own_blocks_from = [&](std::size_t k) {
    for (; k < b_blocks && partner_of_b[k] == kNone; ++k) order.push_back({kNone, static_cast<std::int32_t>(k), {}});
  };
  own_blocks_from(0);
  for (std::size_t i = 0; i < partner_of_a.size(); ++i) {
    order.push_back({static_cast<std::int32_t>(i), partner_of_a[i], {}});
    if (partner_of_a[i] >= 0) own_blocks_from(static_cast<std::size_t>(partner_of_a[i]) + 1);
  }
  return order;
}

std::vector<DiffRow> one_sided(std::uint32_t count, bool a) {
  std::vector<DiffRow> rows;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(count); ++i) {
    rows.push_back(a ? DiffRow{i, -1, RowKind::kOnlyA} : DiffRow{-1, i, RowKind::kOnlyB});
  }
  return rows;
}

}  // namespace

FunctionDiff diff(const code::Listing& a, const code::Listing& b) {
  Vocabulary vocabulary;
  const ListingWords a_words = vocabulary.read(a), b_words = vocabulary.read(b);
  const std::vector<std::uint8_t> rare = rare_words(a_words, b_words, vocabulary.size());
  FunctionDiff result;
  result.blocks = reading_order(align_blocks(a, a_words, b, b_words, vocabulary.size()), b.blocks.size());
  for (BlockDiff& block : result.blocks) {
    if (block.a >= 0 && block.b >= 0) {
      ++result.matched_blocks;
      block.rows = align_instructions(a_words, a_words.blocks[static_cast<std::size_t>(block.a)], b_words,
                                      b_words.blocks[static_cast<std::size_t>(block.b)], rare);
    } else if (block.a >= 0) {
      block.rows = one_sided(a_words.blocks[static_cast<std::size_t>(block.a)].count, true);
    } else {
      block.rows = one_sided(b_words.blocks[static_cast<std::size_t>(block.b)].count, false);
    }
    for (const DiffRow& row : block.rows) {
      result.equal += row.kind == RowKind::kEqual || row.kind == RowKind::kAddress;
      result.operands += row.kind == RowKind::kOperands;
      result.replaced += row.kind == RowKind::kReplaced;
      result.only_a += row.kind == RowKind::kOnlyA;
      result.only_b += row.kind == RowKind::kOnlyB;
    }
  }
  return result;
}

}  // namespace samehand::dossier
