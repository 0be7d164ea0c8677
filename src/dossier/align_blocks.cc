// Aligns the basic blocks of two functions.
//
// Problem: given two control-flow graphs believed to come from one source, say which block answers which.
//
//   A:  0 -> 1, 2    1: call open     2: ret           B:  0 -> 1, 3    1: ret    3 -> 1, 3: call fopen; call open
//   aligned 0-0 (both entries), 1-3 (call open), 2-1 (both return, after blocks that are aligned)
//
// Method, after BinDiff's basic-block matching (Flake, "Structural comparison of executable objects", 2004): the surest
// pairs first, then outwards along the edges. A block is a bag of words: instruction shapes, and names and constants in
// operands. Words are weighted by the logarithm of their rarity and count only if they occur on both sides at all, so
// that two architectures, which share no shapes, are compared by names and constants alone. A pair's score joins the
// words in common, the neighbours that are aligned with each other, and the place in reverse post-order. Candidates
// come from an index of the words, rarest first, and from the neighbours of each pair made; a heap hands out the best.
//
// Cost: kRounds times O(c log c) for c candidates, at most kMaxCandidates by words plus kMaxNeighbours² per pair made.
// Known failures: loops that were unrolled or split keep one partner, their copies none; blocks without telling words
// in the middle of changed code are aligned by place and may be one off.
#include "align_blocks.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>
#include <span>
#include <tuple>
#include <utility>

namespace samehand::dossier {
namespace {

constexpr std::size_t kMaxCandidates = 200'000;
constexpr std::size_t kMaxPostings = 16;    // a word in more blocks than this on either side proposes no pairs
constexpr std::size_t kMaxNeighbours = 12;  // of a block that are looked at: switches have thousands

// Set on lua, zlib and bzip2 built with debug lines by gcc -O2 against -O3, -Os, -O0, clang -O2 and gcc for AArch64, 15
// pairs of programs, 5,000 functions: a pair of blocks is right where they share a source line. Mean precision .861 at
// recall .799 (of A's blocks with such a block in B at all); the first guess, words .55, neighbours .3, place .15, one
// round, without operations among the words, had .82 and .72, and .45 to .75 recall on AArch64, now .83 to .90.
constexpr double kWordsPart = .5, kNeighboursPart = .5, kPlacePart = .1, kThreshold = .28;
constexpr int kRounds = 4;

struct Graph {
  std::vector<std::vector<std::uint32_t>> next, previous;  // at most kMaxNeighbours each
  std::vector<double> place;                               // 0 at the entry … 1, by reverse post-order
};

Graph graph_of(const code::Listing& listing) {
  const std::size_t n = listing.blocks.size();
  Graph graph{std::vector<std::vector<std::uint32_t>>(n), std::vector<std::vector<std::uint32_t>>(n),
              std::vector<double>(n, 1)};
  for (std::uint32_t i = 0; i < n; ++i) {
    for (const code::Edge& edge : listing.blocks[i].edges) {
      if (edge.block >= n) continue;
      if (graph.next[i].size() < kMaxNeighbours) graph.next[i].push_back(edge.block);
      if (graph.previous[edge.block].size() < kMaxNeighbours) graph.previous[edge.block].push_back(i);
    }
  }
  std::vector<std::uint8_t> seen(n);
  std::vector<std::pair<std::uint32_t, std::size_t>> stack;  // block, next edge to follow
  std::size_t finished = 0;
  if (n > 0) stack.emplace_back(0, 0), seen[0] = 1;
  while (!stack.empty()) {
    auto& [block, edge] = stack.back();
    if (edge == graph.next[block].size()) {
      graph.place[block] = static_cast<double>(n - ++finished) / static_cast<double>(n);
      stack.pop_back();
      continue;
    }
    const std::uint32_t to = graph.next[block][edge++];
    if (seen[to] == 0) seen[to] = 1, stack.emplace_back(to, 0);
  }
  return graph;
}

struct WordCount {
  std::uint32_t word, count;
};

// Each block's words, ascending, counted.
std::vector<std::vector<WordCount>> bags_of(const ListingWords& words) {
  std::vector<std::vector<WordCount>> bags;
  std::vector<std::uint32_t> all;
  for (const BlockWords& block : words.blocks) {
    all.clear();
    for (const InstructionWords& i : words.of(block)) {
      all.push_back(i.shape);
      if (i.operation != kNoOperation) all.push_back(i.operation);
      all.insert(all.end(), words.tells_of(i).begin(), words.tells_of(i).end());
    }
    std::ranges::sort(all);
    std::vector<WordCount>& bag = bags.emplace_back();
    for (const std::uint32_t word : all) {
      if (bag.empty() || bag.back().word != word) bag.push_back({word, 0});
      ++bag.back().count;
    }
  }
  return bags;
}

struct Candidate {
  double score;
  std::uint32_t a, b;
  // Highest score first, then in the order of the listings, so that the result does not hang on the heap.
  friend bool operator<(const Candidate& x, const Candidate& y) {
    return std::tuple(x.score, y.a, y.b) < std::tuple(y.score, x.a, x.b);
  }
};

class BlockAlignment {
 public:
  BlockAlignment(const code::Listing& a, const ListingWords& a_words, const code::Listing& b,
                 const ListingWords& b_words, std::size_t vocabulary)
      : a_(graph_of(a)),
        b_(graph_of(b)),
        a_bags_(bags_of(a_words)),
        b_bags_(bags_of(b_words)),
        idf_(vocabulary, 0),
        partner_of_a_(a_bags_.size(), -1),
        partner_of_b_(b_bags_.size(), -1) {
    weigh_words();
  }

  std::vector<std::int32_t> run() {
    if (a_bags_.empty() || b_bags_.empty()) return std::move(partner_of_a_);
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> by_words = pairs_by_words();
    for (int round = 0; round < kRounds; ++round) {
      // What the round before found serves as neighbours until this round decides otherwise.
      before_ = partner_of_a_;
      std::ranges::fill(partner_of_a_, -1);
      std::ranges::fill(partner_of_b_, -1);
      propose(0, 0);
      for (const auto& [x, y] : by_words) propose(x, y);
      for (std::uint32_t x = 0; x < before_.size(); ++x) {
        if (before_[x] < 0) continue;
        const auto y = static_cast<std::uint32_t>(before_[x]);
        propose(x, y);
        propose_around(a_.next[x], b_.next[y]);
        propose_around(a_.previous[x], b_.previous[y]);
      }
      match_best_first();
    }
    return std::move(partner_of_a_);
  }

 private:
  // Inverse document frequency of the words that both sides have; 0 for the rest. Also each block's own weight.
  void weigh_words() {
    std::vector<std::uint32_t> a_blocks(idf_.size()), b_blocks(idf_.size());
    for (const auto& bag : a_bags_) {
      for (const WordCount& w : bag) ++a_blocks[w.word];
    }
    for (const auto& bag : b_bags_) {
      for (const WordCount& w : bag) ++b_blocks[w.word];
    }
    const double blocks = static_cast<double>(a_bags_.size() + b_bags_.size());
    for (std::size_t w = 0; w < idf_.size(); ++w) {
      if (a_blocks[w] == 0 || b_blocks[w] == 0) continue;
      idf_[w] = std::log2(1 + blocks / (a_blocks[w] + b_blocks[w]));
    }
    const auto weigh = [&](const std::vector<std::vector<WordCount>>& bags, std::vector<double>& weights) {
      for (const auto& bag : bags) {
        double weight = 0;
        for (const WordCount& w : bag) weight += idf_[w.word] * w.count;
        weights.push_back(weight);
      }
    };
    weigh(a_bags_, a_weight_);
    weigh(b_bags_, b_weight_);
  }

  double words_in_common(std::uint32_t a, std::uint32_t b) const {
    if (a_weight_[a] == 0 || b_weight_[b] == 0) return 0;
    double common = 0;
    auto x = a_bags_[a].begin(), y = b_bags_[b].begin();
    while (x != a_bags_[a].end() && y != b_bags_[b].end()) {
      if (x->word == y->word) {
        common += idf_[x->word] * std::min(x->count, y->count);
        ++x, ++y;
      } else if (x->word < y->word) {
        ++x;
      } else {
        ++y;
      }
    }
    // A small block says little even where all of it agrees: one jump is like any other.
    const double telling = std::min(1.0, .3 + common / 24);
    return telling * common / std::sqrt(a_weight_[a] * b_weight_[b]);
  }

  void match_best_first() {
    while (!heap_.empty()) {
      const Candidate best = heap_.top();
      heap_.pop();
      if (partner_of_a_[best.a] >= 0 || partner_of_b_[best.b] >= 0) continue;
      partner_of_a_[best.a] = static_cast<std::int32_t>(best.b);
      partner_of_b_[best.b] = static_cast<std::int32_t>(best.a);
      propose_around(a_.next[best.a], b_.next[best.b]);
      propose_around(a_.previous[best.a], b_.previous[best.b]);
    }
  }

  // The share of a's neighbours whose partners are b's neighbours.
  double agreement(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) const {
    if (a.empty() || b.empty()) return a.empty() && b.empty() ? .5 : 0;
    std::size_t agreeing = 0;
    for (const std::uint32_t x : a) {
      const std::int32_t partner = partner_of_a_[x] >= 0 ? partner_of_a_[x] : before_[x];
      agreeing += partner >= 0 && std::ranges::find(b, static_cast<std::uint32_t>(partner)) != b.end();
    }
    return static_cast<double>(agreeing) / static_cast<double>(std::max(a.size(), b.size()));
  }

  void propose(std::uint32_t a, std::uint32_t b) {
    const double neighbours = (agreement(a_.next[a], b_.next[b]) + agreement(a_.previous[a], b_.previous[b])) / 2;
    const double place = a == 0 && b == 0 ? 2 : (a == 0) != (b == 0) ? 0 : 1 - std::abs(a_.place[a] - b_.place[b]);
    const double score = kWordsPart * words_in_common(a, b) + kNeighboursPart * neighbours + kPlacePart * place;
    if (score >= kThreshold || (a == 0 && b == 0 && score >= kThreshold / 2)) heap_.push({score, a, b});
  }

  void propose_around(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    for (const std::uint32_t x : a) {
      if (partner_of_a_[x] >= 0) continue;
      for (const std::uint32_t y : b) {
        if (partner_of_b_[y] < 0) propose(x, y);
      }
    }
  }

  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_by_words() const {
    std::vector<std::vector<std::uint32_t>> a_index(idf_.size()), b_index(idf_.size());
    const auto fill = [&](const std::vector<std::vector<WordCount>>& bags,
                          std::vector<std::vector<std::uint32_t>>& index) {
      for (std::uint32_t i = 0; i < bags.size(); ++i) {
        for (const WordCount& w : bags[i]) {
          if (index[w.word].size() <= kMaxPostings) index[w.word].push_back(i);
        }
      }
    };
    fill(a_bags_, a_index);
    fill(b_bags_, b_index);
    std::vector<std::uint32_t> words;
    for (std::uint32_t w = 0; w < idf_.size(); ++w) {
      const bool proposes = !a_index[w].empty() && a_index[w].size() <= kMaxPostings && !b_index[w].empty() &&
                            b_index[w].size() <= kMaxPostings;
      if (proposes) words.push_back(w);
    }
    std::ranges::stable_sort(words, std::ranges::greater{}, [&](std::uint32_t w) { return idf_[w]; });
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const std::uint32_t w : words) {
      if (pairs.size() >= kMaxCandidates) break;
      for (const std::uint32_t x : a_index[w]) {
        for (const std::uint32_t y : b_index[w]) pairs.emplace_back(x, y);
      }
    }
    std::ranges::sort(pairs);
    const auto repeated = std::ranges::unique(pairs);
    pairs.erase(repeated.begin(), repeated.end());
    return pairs;
  }

  const Graph a_, b_;
  const std::vector<std::vector<WordCount>> a_bags_, b_bags_;
  std::vector<double> idf_;
  std::vector<double> a_weight_, b_weight_;
  std::vector<std::int32_t> partner_of_a_, partner_of_b_, before_;
  std::priority_queue<Candidate> heap_;
};

// Whether the listings are the same code but for addresses. Then block answers block, which best-first search alone
// does not promise where blocks without instructions or copies of one another occur.
bool same_code(const code::Listing& a, const ListingWords& a_words, const code::Listing& b,
               const ListingWords& b_words) {
  const auto edge = [](const code::Edge& e) { return std::pair(e.block, e.kind); };
  const auto masked = [](const InstructionWords& i) { return i.masked; };
  if (a.blocks.size() != b.blocks.size()) return false;
  for (std::size_t i = 0; i < a.blocks.size(); ++i) {
    if (!std::ranges::equal(a.blocks[i].edges, b.blocks[i].edges, {}, edge, edge)) return false;
    if (!std::ranges::equal(a_words.of(a_words.blocks[i]), b_words.of(b_words.blocks[i]), {}, masked, masked))
      return false;
  }
  return true;
}

}  // namespace

std::vector<std::int32_t> align_blocks(const code::Listing& a, const ListingWords& a_words, const code::Listing& b,
                                       const ListingWords& b_words, std::size_t vocabulary) {
  if (same_code(a, a_words, b, b_words)) {
    std::vector<std::int32_t> same(a.blocks.size());
    std::iota(same.begin(), same.end(), 0);
    return same;
  }
  return BlockAlignment(a, a_words, b, b_words, vocabulary).run();
}

}  // namespace samehand::dossier
