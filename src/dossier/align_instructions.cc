// Aligns the instructions of two blocks.
//
// Problem: given two blocks that answer each other, say which instruction answers which, so that a reader sees what
// stayed and what changed. Across compilers instructions are reordered and reworded, across architectures none is
// equal, yet calls of one name and rare constants still mark the same place.
//
//   A: mov edi, 0x1388      B: xor esi, esi           A: mov edi, 0x1388  ~  B: mov ecx, 0x1388
//      call alarm              mov ecx, 0x1388           call alarm          call alarm
//                              call alarm             (xor esi, esi only in B, before)
//
// Method: Needleman and Wunsch's global alignment (1970) with gaps for free and a score per kind of agreement: equal
// text, equal but for addresses, same shape, the same operation on any architecture, a rare word in common, same
// mnemonic. What lies between two aligned pairs is then laid side by side as replaced, as sdiff does.
//
// Cost: common starts and ends are taken off first; the rest is a table of |A| x |B| cells of a byte, in a band around
// the diagonal where that would be more than kMaxCells. Known failure: beyond the band (blocks of 1000 instructions and
// more) a block moved far within its block is shown as deleted and inserted; so is any reordering.
#include "align_instructions.h"

#include <algorithm>
#include <cstdint>

namespace samehand::dossier {
namespace {

constexpr std::size_t kMaxCells = 1'000'000;

// The order of the scores is what matters; a same mnemonic may not break up a pair of anything better.
constexpr std::uint32_t kEqualScore = 16, kMaskedScore = 15, kShapeAndWordScore = 12, kOperationAndWordScore = 10,
                        kShapeScore = 8, kWordScore = 7, kOperationScore = 5, kMnemonicScore = 2;

class Alignment {
 public:
  Alignment(const ListingWords& a, std::span<const InstructionWords> a_rows, const ListingWords& b,
            std::span<const InstructionWords> b_rows, std::span<const std::uint8_t> rare)
      : a_(a), b_(b), a_rows_(a_rows), b_rows_(b_rows), rare_(rare) {}

  std::vector<DiffRow> rows() {
    std::size_t start = 0;
    std::size_t a_end = a_rows_.size(), b_end = b_rows_.size();
    while (start < std::min(a_end, b_end) && a_rows_[start].masked == b_rows_[start].masked) {
      pair(start, start);
      ++start;
    }
    while (a_end > start && b_end > start && a_rows_[a_end - 1].masked == b_rows_[b_end - 1].masked) --a_end, --b_end;
    align(start, a_end, b_end);
    for (std::size_t i = 0; a_end + i < a_rows_.size(); ++i) {
      fill_gap(a_end + i, b_end + i);
      pair(a_end + i, b_end + i);
    }
    fill_gap(a_rows_.size(), b_rows_.size());
    return std::move(rows_);
  }

 private:
  bool share_rare_word(const InstructionWords& x, const InstructionWords& y) const {
    for (const std::uint32_t word : a_.tells_of(x)) {
      if (rare_[word] != 0 && std::ranges::find(b_.tells_of(y), word) != b_.tells_of(y).end()) return true;
    }
    return false;
  }

  static bool same_operation(const InstructionWords& x, const InstructionWords& y) {
    return x.operation == y.operation && x.operation != kNoOperation;
  }

  std::uint32_t score(const InstructionWords& x, const InstructionWords& y) const {
    if (x.text == y.text) return kEqualScore;
    if (x.masked == y.masked) return kMaskedScore;
    if (x.shape == y.shape) return share_rare_word(x, y) ? kShapeAndWordScore : kShapeScore;
    const bool words = x.tells > 0 && y.tells > 0 && share_rare_word(x, y);
    if (same_operation(x, y)) return words ? kOperationAndWordScore : kOperationScore;
    if (words) return kWordScore;
    return x.mnemonic == y.mnemonic ? kMnemonicScore : 0;
  }

  void pair(std::size_t i, std::size_t j) {
    const InstructionWords &x = a_rows_[i], &y = b_rows_[j];
    const RowKind kind = x.text == y.text                             ? RowKind::kEqual
                         : x.masked == y.masked                       ? RowKind::kAddress
                         : x.shape == y.shape || same_operation(x, y) ? RowKind::kOperands
                                                                      : RowKind::kReplaced;
    rows_.push_back({static_cast<std::int32_t>(i), static_cast<std::int32_t>(j), kind});
    a_done_ = i + 1;
    b_done_ = j + 1;
  }

  // Lays side by side what neither has a partner up to (a_end, b_end).
  void fill_gap(std::size_t a_end, std::size_t b_end) {
    while (a_done_ < a_end || b_done_ < b_end) {
      DiffRow row{.a = -1, .b = -1, .kind = RowKind::kReplaced};
      if (a_done_ == a_end) row.kind = RowKind::kOnlyB;
      if (b_done_ == b_end) row.kind = RowKind::kOnlyA;
      if (a_done_ < a_end) row.a = static_cast<std::int32_t>(a_done_++);
      if (b_done_ < b_end) row.b = static_cast<std::int32_t>(b_done_++);
      rows_.push_back(row);
    }
  }

  // The table for rows [start, a_end) x [start, b_end): best[i][j] is the best score of what remains from (i, j), so
  // that the pairs come out in order. Outside the band a cell counts as a gap.
  void align(std::size_t start, std::size_t a_end, std::size_t b_end) {
    const std::size_t n = a_end - start, m = b_end - start;
    if (n == 0 || m == 0) return;
    const std::size_t half = std::max<std::size_t>(std::min(m, kMaxCells / (2 * n)), 8);
    const std::size_t width = std::min(m, 2 * half + 1);
    const auto band_start = [&](std::size_t i) {
      const std::size_t centre = i * m / n;
      return std::min(centre > half ? centre - half : 0, m - width);
    };
    constexpr std::uint8_t kPair = 0, kSkipA = 1, kSkipB = 2;
    std::vector<std::uint8_t> step(n * width);
    std::vector<std::uint32_t> below(m + 1, 0), here(m + 1, 0);
    for (std::size_t i = n; i-- > 0;) {
      const std::size_t first = band_start(i), last = first + width;
      here[last] = below[last];
      for (std::size_t j = last; j-- > first;) {
        const std::uint32_t points = score(a_rows_[start + i], b_rows_[start + j]);
        std::uint32_t best = below[j];
        std::uint8_t how = kSkipA;
        if (here[j + 1] > best) {
          best = here[j + 1];
          how = kSkipB;
        }
        if (points > 0 && points + below[j + 1] >= best) {
          best = points + below[j + 1];
          how = kPair;
        }
        here[j] = best;
        step[i * width + (j - first)] = how;
      }
      // The rows above look left of this band too: from there the best is to skip B up to the band.
      const std::size_t above = i > 0 ? band_start(i - 1) : first;
      for (std::size_t j = above; j < first; ++j) here[j] = here[first];
      std::swap(below, here);
    }
    for (std::size_t i = 0, j = 0; i < n && j < m;) {
      const std::size_t first = band_start(i);
      const std::uint8_t how = j < first ? kSkipB : j >= first + width ? kSkipA : step[i * width + (j - first)];
      if (how == kPair) {
        fill_gap(start + i, start + j);
        pair(start + i, start + j);
        ++i, ++j;
      } else if (how == kSkipA) {
        ++i;
      } else {
        ++j;
      }
    }
  }

  const ListingWords &a_, &b_;
  const std::span<const InstructionWords> a_rows_, b_rows_;
  const std::span<const std::uint8_t> rare_;
  std::vector<DiffRow> rows_;
  std::size_t a_done_ = 0, b_done_ = 0;
};

}  // namespace

std::vector<DiffRow> align_instructions(const ListingWords& a, const BlockWords& a_block, const ListingWords& b,
                                        const BlockWords& b_block, std::span<const std::uint8_t> rare) {
  return Alignment(a, a.of(a_block), b, b.of(b_block), rare).rows();
}

}  // namespace samehand::dossier
