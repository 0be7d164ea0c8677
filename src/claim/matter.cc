// Reads lexicon/matter.txt: word -> classes, and phrases of two or three words by their first.

#include "matter.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <unordered_map>
#include <vector>

#include "lexicon_files.h"

namespace samehand::claim {
namespace {

constexpr std::array<std::string_view, 23> kNames = {
    "responsibility", "similarity", "motive",     "volume",     "counted",      "data",
    "loss",           "origin",     "technique",  "hedge",      "approximator", "approximator-before-than",
    "evidence",       "falsehood",  "apology",    "harm",       "vendor-name",  "press-name",
    "anonymous-word", "spoke-for",  "declinable", "suggesting", "blow"};

struct Phrase {
  std::vector<std::string_view> words;
  std::uint32_t classes = 0;
};

}  // namespace

struct MatterEntry {
  std::uint32_t classes = 0;
  std::uint32_t phrase_classes = 0;  // of any of the phrases
  std::vector<Phrase> phrases;       // that begin with this word
};

namespace {

class Table {
 public:
  static const Table& get() {
    static const Table table;
    return table;
  }
  const MatterEntry* find(std::string_view word) const {
    if (word.empty() || !filter_[bucket(word)]) return nullptr;  // most words: no hash of theirs is needed
    const auto found = entries_.find(word);
    return found == entries_.end() ? nullptr : &found->second;
  }

 private:
  Table() {
    std::uint32_t classes = 0;
    std::string_view rest = kMatterFile;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.empty() || line.front() == '#') continue;
      if (line.front() == '[') {
        const auto name = std::ranges::find(kNames, line.substr(1, line.find(']') - 1));
        classes = name == kNames.end() ? 0 : 1U << (name - kNames.begin());
        continue;
      }
      while (!line.empty()) {
        const std::size_t space = std::min(line.find(' '), line.size());
        if (space > 0) add(line.substr(0, space), classes);
        line.remove_prefix(std::min(space + 1, line.size()));
      }
    }
  }

  void add(std::string_view item, std::uint32_t classes) {
    std::vector<std::string_view> words;
    while (!item.empty()) {
      const std::size_t plus = std::min(item.find('+'), item.size());
      words.push_back(item.substr(0, plus));
      item.remove_prefix(std::min(plus + 1, item.size()));
    }
    filter_.set(bucket(words.front()));
    MatterEntry& entry = entries_[words.front()];
    if (words.size() == 1) {
      entry.classes |= classes;
    } else {
      entry.phrase_classes |= classes;
      entry.phrases.push_back({std::move(words), classes});
    }
  }

  static std::size_t bucket(std::string_view word) {
    const auto first = static_cast<unsigned char>(word.front()), last = static_cast<unsigned char>(word.back());
    return (first * 131U + last * 31U + word.size() * 7U) % kBuckets;
  }

  static constexpr std::size_t kBuckets = 4096;
  std::bitset<kBuckets> filter_;  // by first and last byte and length
  std::unordered_map<std::string_view, MatterEntry> entries_;
};

}  // namespace

const MatterEntry* find_matter(std::string_view lower) {
  return Table::get().find(lower);
}

bool matter_word(std::string_view lower, Matter matter) {
  const MatterEntry* entry = Table::get().find(lower);
  return entry && (entry->classes >> static_cast<unsigned>(matter) & 1) != 0;
}

bool matter_at(const Reading& r, int i, Matter matter) {
  if (i < 0 || i >= r.size()) return false;
  const MatterEntry* entry = r[i].matter;
  if (!entry) return false;
  const std::uint32_t bit = 1U << static_cast<unsigned>(matter);
  if ((entry->classes & bit) != 0) return true;
  if ((entry->phrase_classes & bit) == 0) return false;
  return std::ranges::any_of(entry->phrases, [&](const Phrase& phrase) {
    if ((phrase.classes & bit) == 0) return false;
    for (std::size_t k = 0; k < phrase.words.size(); ++k) {
      if (!r.is(i + static_cast<int>(k), phrase.words[k])) return false;
    }
    return true;
  });
}

}  // namespace samehand::claim
