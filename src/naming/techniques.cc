// ATT&CK techniques in a text: by id, by name, and by wording.
//
// Problem: reports seldom write "T1055.012"; they write "the loader hollows out svchost.exe and injects its payload".
// Example: the sentence above gives T1055.012 (hollow) and T1055 (inject ~ payload into).
// Method: (1) Ids. (2) Names of the imported techniques, by stems, where a name is of two words or more. (3) The
// phrases
//   of lexicon/technique_phrases.txt, by stems, with gaps where they allow one; weak phrases only where the sentence or
//   the text has another sign of the same technique.
// Cost: linear; phrases that begin with the same stem are tried one after another, each over at most forty words.
// Fails: techniques whose wording is common prose ("uses tools"), and those that are only told over several sentences.
#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "lexicon.h"
#include "mentions.h"
#include "name_index.h"
#include "samehand/indicator/indicator.h"
#include "samehand/naming/name_list.h"
#include "words.h"

namespace samehand::naming {
namespace {

constexpr std::size_t kMaxGap = 5;
constexpr float kNameScore = 0.9f, kPhraseScore = 0.7f, kWeakScore = 0.35f, kSupportedScore = 0.5f;

struct Phrase {
  struct Step {
    std::uint64_t stem;
    bool gap;  // up to kMaxGap words may stand before it
  };
  std::vector<Step> steps;
  std::uint32_t technique;  // index into ids
  bool weak = false;
  FoundTechnique::How how = FoundTechnique::How::kWording;
};

struct Phrases {
  std::vector<std::string> ids;
  std::unordered_map<std::uint64_t, std::vector<Phrase>> by_first;

  void add(Phrase phrase) {
    if (!phrase.steps.empty()) by_first[phrase.steps.front().stem].push_back(std::move(phrase));
  }
};

std::uint64_t stem_hash(std::string_view word) {
  return word_hash(stem(lower(word)));
}

Phrase phrase_of(std::string_view written, std::uint32_t technique) {
  Phrase phrase;
  phrase.technique = technique;
  while (written.starts_with(' ')) written.remove_prefix(1);
  if (written.starts_with('?')) {
    phrase.weak = true;
    written.remove_prefix(1);
  }
  bool gap = false;
  for (std::size_t i = 0; i < written.size();) {
    if (written[i] == '~') {
      gap = true;
      ++i;
    } else if (is_word_byte(written[i])) {
      const std::size_t begin = i;
      while (i < written.size() && is_word_byte(written[i])) ++i;
      phrase.steps.push_back({stem_hash(written.substr(begin, i - begin)), gap});
      gap = false;
    } else {
      ++i;
    }
  }
  return phrase;
}

const Phrases& built_in_phrases() {
  static const Phrases all = [] {
    Phrases phrases;
    std::string_view rest = kTechniquePhrases;
    while (!rest.empty()) {
      const std::size_t n = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, n);
      rest.remove_prefix(std::min(n + 1, rest.size()));
      const std::size_t colon = line.find(':');
      if (line.starts_with('#') || colon == std::string_view::npos) continue;
      const auto technique = static_cast<std::uint32_t>(phrases.ids.size());
      phrases.ids.emplace_back(line.substr(0, colon));
      line.remove_prefix(colon + 1);
      while (!line.empty()) {
        const std::size_t semicolon = std::min(line.find(';'), line.size());
        phrases.add(phrase_of(line.substr(0, semicolon), technique));
        line.remove_prefix(std::min(semicolon + 1, line.size()));
      }
    }
    return phrases;
  }();
  return all;
}

Phrases name_phrases(const NameList& list) {
  Phrases phrases;
  std::unordered_map<std::string_view, int> bearers;
  for (const TechniqueEntry& technique : list.techniques()) ++bearers[technique.name];
  for (const TechniqueEntry& technique : list.techniques()) {
    const auto index = static_cast<std::uint32_t>(phrases.ids.size());
    phrases.ids.push_back(technique.id);
    Phrase phrase = phrase_of(technique.name, index);
    phrase.how = FoundTechnique::How::kName;
    // Names of one word ("Proxy", "Malware") are left to the phrases, and so are the plain nouns by which
    // reconnaissance and resource development name things ("IP Addresses", "Digital Certificates"): T1583 to T1600,
    // T1608, T1650.
    const std::string_view number = std::string_view(technique.id).substr(0, 5);
    const bool preparation = (number >= "T1583" && number <= "T1600") || number == "T1608" || number == "T1650";
    if (phrase.steps.size() < (preparation ? 3 : 2)) continue;
    // "Cloud Accounts" is a technique of five tactics.
    if (bearers[technique.name] > 1) continue;
    phrases.add(std::move(phrase));
  }
  return phrases;
}

class TechniqueFinder {
 public:
  TechniqueFinder(std::string_view text, const NameList* list) : text_(text), list_(list), words_(words_of(text)) {
    stems_.reserve(words_.size());
    for (const Word& word : words_) stems_.push_back(stem_hash(word.of(text)));
  }

  std::vector<FoundTechnique> run() {
    ids();
    if (list_ != nullptr) look_for(name_phrases(*list_));
    look_for(built_in_phrases());
    weigh_weak();
    return finish();
  }

 private:
  void ids() {
    // "T1055.012", "T1055/012" as words: T and four digits, then a glued word of three.
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::string_view word = words_[i].of(text_);
      if (word.size() != 5 || word[0] != 'T' || !std::ranges::all_of(word.substr(1), is_digit) ||
          (word[1] != '1' && word.substr(1, 2) != "08" && word.substr(1, 2) != "09"))
        continue;
      FoundTechnique found;
      found.id = word;
      found.where = {words_[i].begin, words_[i].end};
      if (i + 1 < words_.size() && words_[i + 1].is(Word::kGlued) && words_[i + 1].begin == words_[i].end + 1) {
        const std::string_view sub = words_[i + 1].of(text_);
        if (sub.size() == 3 && std::ranges::all_of(sub, is_digit)) {
          found.id += "." + std::string(sub);
          found.where.end = words_[i + 1].end;
        }
      }
      found_.push_back(std::move(found));
    }
  }

  // The number of words that the phrase covers from word `first`, 0 if it does not fit.
  std::size_t fits(const Phrase& phrase, std::size_t first) const {
    std::size_t at = first;
    for (std::size_t step = 1; step < phrase.steps.size(); ++step) {
      std::size_t next = at + 1;
      const std::size_t last = phrase.steps[step].gap ? next + kMaxGap : next;
      while (next <= last && next < words_.size() && words_[next].sentence == words_[first].sentence &&
             stems_[next] != phrase.steps[step].stem)
        ++next;
      if (next > last || next >= words_.size() || words_[next].sentence != words_[first].sentence) return 0;
      at = next;
    }
    return at - first + 1;
  }

  void look_for(const Phrases& phrases) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const auto list = phrases.by_first.find(stems_[i]);
      if (list == phrases.by_first.end()) continue;
      for (const Phrase& phrase : list->second) {
        const std::size_t count = fits(phrase, i);
        if (count == 0) continue;
        FoundTechnique found;
        found.id = phrases.ids[phrase.technique];
        found.where = {words_[i].begin, words_[i + count - 1].end};
        found.how = phrase.how;
        found.score = phrase.how == FoundTechnique::How::kName ? kNameScore : phrase.weak ? kWeakScore : kPhraseScore;
        found_.push_back(std::move(found));
      }
    }
  }

  // In order of place; of several finds of one technique that overlap, the surest and longest.
  std::vector<FoundTechnique> finish() {
    std::ranges::stable_sort(found_, [](const FoundTechnique& a, const FoundTechnique& b) {
      if (a.id != b.id) return a.id < b.id;
      if (a.where.begin != b.where.begin) return a.where.begin < b.where.begin;
      return a.where.end > b.where.end;
    });
    std::vector<FoundTechnique> kept;
    for (FoundTechnique& found : found_) {
      if (!kept.empty() && kept.back().id == found.id && kept.back().where.overlaps(found.where)) {
        kept.back().score = std::max(kept.back().score, found.score);
        if (found.how < kept.back().how) kept.back().how = found.how;
        kept.back().where.end = std::max(kept.back().where.end, found.where.end);
        continue;
      }
      kept.push_back(std::move(found));
    }
    std::erase_if(kept, [](const FoundTechnique& found) { return found.score < kSupportedScore; });
    std::ranges::stable_sort(kept, {}, [](const FoundTechnique& found) { return found.where; });
    return kept;
  }

  // A weak phrase counts where its sentence has another sign of the same technique, or the text a strong one.
  void weigh_weak() {
    std::unordered_map<std::string, bool> strong;  // technique -> anywhere in the text
    // Of a technique in a sentence: the place of the first sign, and whether another stands elsewhere.
    std::map<std::pair<std::string, std::uint32_t>, std::pair<std::uint32_t, bool>> signs;
    const auto technique_of = [](const FoundTechnique& found) { return found.id.substr(0, 5); };
    std::vector<std::uint32_t> sentences;
    for (const FoundTechnique& found : found_) {
      const auto word = std::ranges::lower_bound(words_, found.where.begin, {}, &Word::begin);
      sentences.push_back(word == words_.end() ? 0 : word->sentence);
      if (found.score >= kPhraseScore) strong[technique_of(found)] = true;
      const auto [sign, first] = signs.try_emplace({technique_of(found), sentences.back()}, found.where.begin, false);
      if (!first && sign->second.first != found.where.begin) sign->second.second = true;
    }
    for (std::size_t i = 0; i < found_.size(); ++i) {
      FoundTechnique& found = found_[i];
      if (found.score >= kPhraseScore) continue;
      if (signs[{technique_of(found), sentences[i]}].second || strong.contains(technique_of(found)))
        found.score = kSupportedScore;
    }
  }

  std::string_view text_;
  const NameList* list_;
  std::vector<Word> words_;
  std::vector<std::uint64_t> stems_;
  std::vector<FoundTechnique> found_;
};

}  // namespace

std::vector<FoundTechnique> find_techniques(std::string_view text, const NameList* list) {
  return TechniqueFinder(text, list).run();
}

}  // namespace samehand::naming
