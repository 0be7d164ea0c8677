// Problem: an agency's story is printed by ten papers, each with a cut, a new headline and a changed name. Their claims
// are one voice. Which passages, and which pages, are copies?
//
// Example: "The size and scope of the hack is unprecedented, he said." and "The size and scope of the hack is
// unprecedented, a spokesman said." share 7 of the first one's 8 runs of four words: one passage.
//
// Method: runs of kRun words (shingles; Broder, On the resemblance and containment of documents, 1997) and containment
// in the shorter passage rather than Jaccard, since copies are mostly cuts. Each run remembers the first passage that
// has it, so that a passage is compared with few others: those that first said its words. Sets are exact; what MinHash
// saves (memory for millions of pages) a folder of thousands does not need.
//
// Cost: linear in the words; 16 bytes a run.
//
// Known failures: a paraphrase is no copy; two pages that quote the same long statement share that passage (which is
// meant), but a passage of mostly one quotation counts as a copy though its frame is new.
#include "passages.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "groups.h"
#include "samehand/base/hash.h"
#include "samehand/base/sort_unique.h"

namespace samehand::reading {
namespace {

constexpr std::size_t kRun = 4;          // words in a run within passages
constexpr std::size_t kShortRun = 3;     // within single claims
constexpr std::size_t kFewestWords = 8;  // shorter passages are formulas ("He declined to comment.")
constexpr double kSamePassage = .6;      // of the shorter one's runs; a cut of a third or a changed name stays below
constexpr double kSamePage = .6;         // of the shorter page's words lie in shared passages
constexpr double kSameWords = .6;

bool is_word(unsigned char c) {
  return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::uint64_t> runs(std::span<const std::uint64_t> words, std::size_t length) {
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i + length <= words.size(); ++i) {
    std::uint64_t hash = 0;
    for (std::size_t k = 0; k < length; ++k) hash = combine64(hash, words[i + k]);
    out.push_back(hash);
  }
  sort_unique(out);
  return out;
}

}  // namespace

std::vector<std::uint64_t> word_hashes(std::string_view text) {
  std::vector<std::uint64_t> out;
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const unsigned char c = i < text.size() ? static_cast<unsigned char>(text[i]) : ' ';
    // Typographic quotation marks, dashes and the ellipsis are punctuation of three bytes that begin with 0xe2 0x80.
    if (c == 0xe2 && i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0x80) {
      i += 2;
    } else if (is_word(c)) {
      word += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      continue;
    }
    if (!word.empty()) out.push_back(hash64(word));
    word.clear();
  }
  return out;
}

bool same_words(std::string_view a, std::string_view b) {
  const auto x = runs(word_hashes(a), kShortRun), y = runs(word_hashes(b), kShortRun);
  if (x.empty() || y.empty()) return false;
  std::vector<std::uint64_t> both;
  std::ranges::set_intersection(x, y, std::back_inserter(both));
  return static_cast<double>(both.size()) >= kSameWords * static_cast<double>(std::min(x.size(), y.size()));
}

const Passage* SharedPassages::at(std::uint32_t page, TextSpan where) const {
  const auto after = std::ranges::upper_bound(passages, std::pair(page, where.begin), {},
                                              [](const Passage& p) { return std::pair(p.page, p.where.begin); });
  if (after == passages.begin()) return nullptr;
  const Passage& passage = *std::prev(after);
  return passage.page == page && passage.where.contains(where) ? &passage : nullptr;
}

SharedPassages find_shared_passages(std::span<const Reading> readings, std::span<const std::uint32_t> order) {
  SharedPassages shared;
  std::vector<std::vector<std::uint64_t>> runs_of;
  std::vector<std::uint32_t> words_of_page(readings.size());
  std::vector<std::vector<std::uint32_t>> of_page(readings.size());
  for (std::uint32_t page = 0; page < readings.size(); ++page) {
    const page::Document& document = readings[page].document;
    for (const page::Block& block : document.blocks) {
      const auto words = word_hashes(block.where.of(document.text));
      if (words.size() < kFewestWords) continue;
      const auto index = static_cast<std::uint32_t>(shared.passages.size());
      shared.passages.push_back({page, block.where, static_cast<std::uint32_t>(words.size()), index});
      runs_of.push_back(runs(words, kRun));
      words_of_page[page] += static_cast<std::uint32_t>(words.size());
      of_page[page].push_back(index);
    }
  }

  Groups passages(shared.passages.size());
  Groups pages(readings.size());
  std::unordered_map<std::uint64_t, std::uint32_t> first;  // run -> the oldest passage that has it
  for (const std::uint32_t page : order) {
    std::map<std::uint32_t, std::uint32_t> words_shared_with;  // other page -> words
    for (const std::uint32_t passage : of_page[page]) {
      std::map<std::uint32_t, std::uint32_t> hits;
      for (const std::uint64_t run : runs_of[passage]) {
        const auto [seen, fresh] = first.try_emplace(run, passage);
        if (!fresh && shared.passages[seen->second].page != page) ++hits[seen->second];
      }
      for (const auto& [other, count] : hits) {
        const std::size_t shorter = std::min(runs_of[passage].size(), runs_of[other].size());
        if (count < kSamePassage * static_cast<double>(shorter)) continue;
        passages.join(passage, other);
        words_shared_with[shared.passages[other].page] +=
            std::min(shared.passages[passage].words, shared.passages[other].words);
      }
    }
    for (const auto& [other, words] : words_shared_with) {
      if (words >= kSamePage * std::min(words_of_page[page], words_of_page[other])) pages.join(page, other);
    }
  }
  for (std::uint32_t i = 0; i < shared.passages.size(); ++i) shared.passages[i].group = passages.find(i);

  std::map<std::uint32_t, std::vector<std::uint32_t>> groups;
  for (const std::uint32_t page : order) groups[pages.find(page)].push_back(page);
  for (auto& [name, members] : groups) {
    if (members.size() > 1) shared.copies.push_back(std::move(members));
  }
  return shared;
}

}  // namespace samehand::reading
