// ATT&CK techniques in a text: by id, by name, and by wording.
//
// Problem: reports seldom write "T1055.012"; they write "the loader hollows out svchost.exe and injects its payload".
// Example: the sentence above gives T1055.012 (hollow), which takes T1055 (inject ~ payload into) in.
// Method: (1) Ids. (2) Names of the imported techniques, by stems, where a name is of two words or more. (3) The
//   phrases of lexicon/technique_phrases.txt, by stems, with gaps where they allow one; weak phrases only where the
//   sentence or the text has another sign of the same technique. (4) What is part of a longer phrase of another
//   technique is dropped, and the finds of one statement become one.
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
constexpr std::uint32_t kMaxStatementGap = 160;  // bytes between two finds of one statement
constexpr std::uint32_t kMaxStatement = 400;     // bytes: a text without full stops is not one statement
constexpr std::uint32_t kMaxRowGap = 80;         // bytes between an id and its name
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
    drop_parts();
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

  // The words on which the phrase lies from word `first` on, in `on`; false if it does not fit.
  bool fits(const Phrase& phrase, std::size_t first, std::vector<std::uint32_t>& on) const {
    std::size_t at = first;
    on.assign(1, static_cast<std::uint32_t>(first));
    for (std::size_t step = 1; step < phrase.steps.size(); ++step) {
      std::size_t next = at + 1;
      const std::size_t last = phrase.steps[step].gap ? next + kMaxGap : next;
      while (next <= last && next < words_.size() && words_[next].sentence == words_[first].sentence &&
             stems_[next] != phrase.steps[step].stem)
        ++next;
      if (next > last || next >= words_.size() || words_[next].sentence != words_[first].sentence) return false;
      at = next;
      on.push_back(static_cast<std::uint32_t>(at));
    }
    return true;
  }

  void look_for(const Phrases& phrases) {
    std::vector<std::uint32_t> on;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const auto list = phrases.by_first.find(stems_[i]);
      if (list == phrases.by_first.end()) continue;
      for (const Phrase& phrase : list->second) {
        if (!fits(phrase, i, on)) continue;
        FoundTechnique found;
        found.id = phrases.ids[phrase.technique];
        found.where = {words_[i].begin, words_[on.back()].end};
        found.how = phrase.how;
        found.score = phrase.how == FoundTechnique::How::kName ? kNameScore : phrase.weak ? kWeakScore : kPhraseScore;
        worded_.push_back({found_.size(), on});
        found_.push_back(std::move(found));
      }
    }
  }

  // "DNS tunneling" is no tunneling, "automated exfiltration" no exfiltration: a phrase whose words all belong to a
  // longer one of another technique is dropped. A phrase's first word is in few others, so that this stays linear.
  void drop_parts() {
    std::vector<std::pair<std::uint32_t, std::size_t>>
        by_word;  // word, index into worded_ of a longer, sure phrase on it
    for (std::size_t i = 0; i < worded_.size(); ++i)
      if (worded_[i].on.size() > 1 && found_[worded_[i].find].score >= kPhraseScore)
        for (const std::uint32_t word : worded_[i].on) by_word.emplace_back(word, i);
    std::ranges::sort(by_word);
    std::vector<bool> part(found_.size());
    for (const Worded& worded : worded_) {
      using Entry = std::pair<std::uint32_t, std::size_t>;
      for (const auto& [word, i] : std::ranges::equal_range(by_word, worded.on.front(), {}, &Entry::first))
        if (worded_[i].on.size() > worded.on.size() &&
            found_[worded_[i].find].id.substr(0, 5) != found_[worded.find].id.substr(0, 5) &&
            std::ranges::includes(worded_[i].on, worded.on))
          part[worded.find] = true;
    }
    std::vector<FoundTechnique> left;
    for (std::size_t i = 0; i < found_.size(); ++i)
      if (!part[i]) left.push_back(std::move(found_[i]));
    found_ = std::move(left);
  }

  // Where two finds of one technique are one statement: they overlap, an id has the name beside it ("T1566 | Phishing",
  // "[T1566](…/techniques/T1566/)"), or one sentence words it twice ("the macro … runs a script"). The distance keeps
  // lists without full stops apart. (On AnnoCTR's training part, where an annotation of a technique covers eight words
  // on average, F1 of places rises from .573 to .623; distances of 80 to 1,000 differ by .005.)
  bool one_statement(const FoundTechnique& first, const FoundTechnique& second) const {
    if (first.where.overlaps(second.where)) return true;
    if (second.where.end - first.where.begin > kMaxStatement) return false;
    const std::string_view between = text_.substr(first.where.end, second.where.begin - first.where.end);
    using enum FoundTechnique::How;
    if (first.how == kId || second.how == kId) return between.size() <= kMaxRowGap && !between.contains('\n');
    return between.size() <= kMaxStatementGap && sentence_of(first) == sentence_of(second);
  }

  std::uint32_t sentence_of(const FoundTechnique& found) const {
    const auto word = std::ranges::lower_bound(words_, found.where.begin, {}, &Word::begin);
    return word == words_.end() ? 0 : word->sentence;
  }

  // In order of place; of several finds of one technique that make one statement, the surest, over the words of all.
  // Weak finds that nothing supports are gone before, so that they lengthen nothing.
  std::vector<FoundTechnique> finish() {
    std::erase_if(found_, [](const FoundTechnique& found) { return found.score < kSupportedScore; });
    std::ranges::stable_sort(found_, [](const FoundTechnique& a, const FoundTechnique& b) {
      if (a.id != b.id) return a.id < b.id;
      if (a.where.begin != b.where.begin) return a.where.begin < b.where.begin;
      return a.where.end > b.where.end;
    });
    std::vector<FoundTechnique> kept;
    for (FoundTechnique& found : found_) {
      if (!kept.empty() && kept.back().id == found.id && one_statement(kept.back(), found))
        join(kept.back(), found);
      else
        kept.push_back(std::move(found));
    }
    join_sub_techniques(kept);
    std::ranges::stable_sort(kept, {}, [](const FoundTechnique& found) { return found.where; });
    return kept;
  }

  static void join(FoundTechnique& kept, const FoundTechnique& other) {
    kept.score = std::max(kept.score, other.score);
    kept.how = std::min(kept.how, other.how);
    kept.where.begin = std::min(kept.where.begin, other.where.begin);
    kept.where.end = std::max(kept.where.end, other.where.end);
  }

  // "The macro ran a PowerShell script" is T1059.001 and not T1059 too: a technique that stands in one statement with a
  // sub-technique of its own is joined to the nearest one before or after it. `kept` is in order of id, then place.
  void join_sub_techniques(std::vector<FoundTechnique>& kept) const {
    std::map<std::pair<std::string_view, std::uint32_t>, std::vector<std::size_t>> subs;  // by technique and sentence
    for (std::size_t i = 0; i < kept.size(); ++i)
      if (kept[i].id.size() > 5) subs[{std::string_view(kept[i].id).substr(0, 5), sentence_of(kept[i])}].push_back(i);
    for (auto& [key, list] : subs)
      std::ranges::stable_sort(list, {}, [&](std::size_t i) { return kept[i].where.begin; });
    std::vector<bool> joined(kept.size());
    using enum FoundTechnique::How;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (kept[i].id.size() > 5) continue;
      const auto list = subs.find({kept[i].id, sentence_of(kept[i])});
      if (list == subs.end()) continue;
      const auto next = std::ranges::upper_bound(list->second, kept[i].where.begin, {},
                                                 [&](std::size_t sub) { return kept[sub].where.begin; });
      for (const auto& sub : {next == list->second.begin() ? next : next - 1, next}) {
        if (joined[i] || sub == list->second.end() || (kept[i].how == kId && kept[*sub].how == kId)) continue;
        const bool before = kept[*sub].where.begin <= kept[i].where.begin;
        if (!one_statement(kept[before ? *sub : i], kept[before ? i : *sub])) continue;
        join(kept[*sub], kept[i]);
        joined[i] = true;
      }
    }
    std::vector<FoundTechnique> left;
    for (std::size_t i = 0; i < kept.size(); ++i)
      if (!joined[i]) left.push_back(std::move(kept[i]));
    kept = std::move(left);
  }

  // A weak phrase counts where its sentence has another sign of the same technique, or the text a strong one.
  void weigh_weak() {
    std::unordered_map<std::string, bool> strong;  // technique -> anywhere in the text
    // Of a technique in a sentence: the place of the first sign, and whether another stands elsewhere.
    std::map<std::pair<std::string, std::uint32_t>, std::pair<std::uint32_t, bool>> signs;
    const auto technique_of = [](const FoundTechnique& found) { return found.id.substr(0, 5); };
    std::vector<std::uint32_t> sentences;
    for (const FoundTechnique& found : found_) {
      sentences.push_back(sentence_of(found));
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
  struct Worded {
    std::size_t find;               // index into found_, before drop_parts
    std::vector<std::uint32_t> on;  // words, in order
  };
  std::vector<Worded> worded_;  // finds by name and wording
};

}  // namespace

std::vector<FoundTechnique> find_techniques(std::string_view text, const NameList* list) {
  return TechniqueFinder(text, list).run();
}

}  // namespace samehand::naming
