// Problem: claim::find_claims resolves pronouns and surnames within a page as far as sentences tell. Over a heap of
// pages more is known: that the Tidebreakers are the accused group and Halden Labs a company, so "the group" and "the
// company" on a page that names both have one reading each.
//
// Method, page by page, in the order of the claims:
//   1. inside another claim, "we", "he", nobody and things ("these traces show") are the outer speaker; elsewhere the
//      one before;
//   2. "the message", "the statement" speak for whoever spoke before;
//   3. a bare role is a fuller speaker of that role on the same page;
//   4. "the group", "the company" is the nearest name before it, else behind it, that other claims show to be of that
//   sort.
//
// Cost: linear in words; names are looked up by their first word.
//
// Known failures: two companies on one page, where the nearer is not the one that speaks.
#include "antecedents.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "contradictions.h"
#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"
#include "speakers.h"

namespace samehand::reading {
namespace {

using claim::Claim;
using claim::SpeakerKind;

constexpr auto kPronouns =
    std::to_array<std::string_view>({"i", "we", "he", "she", "they", "it", "you", "my country", "his country",
                                     "her country", "their country", "our country", "those", "these", "one"});
constexpr auto kNobody =
    std::to_array<std::string_view>({"everybody", "everyone", "nobody", "anybody", "anyone", "no one", "people"});
constexpr auto kWritings =
    std::to_array<std::string_view>({"message", "statement", "letter", "note", "notes", "post", "report", "e-mail",
                                     "email", "mail", "reply", "answer", "text"});
constexpr auto kArticles =
    std::to_array<std::string_view>({"the", "a", "an", "this", "that", "its", "their", "his", "her"});

// A noun behind these has been spoken of, or is the speaker's own.
constexpr auto kPointers =
    std::to_array<std::string_view>({"the", "this", "that", "these", "those", "such", "its", "their", "his", "her"});

constexpr std::string_view kNotNamed = "not named";

// What can be meant by a bare noun.
enum class Sort : std::uint8_t { kNone, kAttackers, kCompany };
Sort sort_of(std::string_view role) {
  for (const std::string_view word : {"group", "hacker", "gang", "crew", "attacker", "intruder", "criminal"}) {
    if (role == word) return Sort::kAttackers;
  }
  for (const std::string_view word : {"company", "firm", "vendor"}) {
    if (role == word) return Sort::kCompany;
  }
  return Sort::kNone;
}

// "The message" -> "message"; empty where there is more than an article and a noun.
std::string bare_noun(const std::string& speaker) {
  const std::string text = lower(speaker);
  const auto space = text.find(' ');
  if (space == std::string::npos) return text;
  if (!one_of(std::string_view(text).substr(0, space), kArticles) || text.find(' ', space + 1) != std::string::npos)
    return {};
  return text.substr(space + 1);
}

// The names that speak anywhere in the heap, and what they are.
class Names {
 public:
  void add(const SpeakerName& name, SpeakerKind kind) {
    // The places of states are no groups or companies.
    if (name.is_short_form || name.organisation.empty() || !name.office.empty()) return;
    Known& known = by_name_[name.organisation];
    // Whole states are accused too, but groups are many.
    if (kind == SpeakerKind::kAttacker || (kind == SpeakerKind::kAccused && name.organisation.ends_with('s')))
      ++known.attackers;
    if (kind == SpeakerKind::kVendor || kind == SpeakerKind::kVictim || sort_of(name.role) == Sort::kCompany)
      ++known.companies;
    if (sort_of(name.role) == Sort::kAttackers) known.attackers += 2;
    if (kind == SpeakerKind::kGovernment || kind == SpeakerKind::kPress) ++known.others;
  }
  void index() {
    for (const auto& [name, known] : by_name_) by_first_word_[name.substr(0, name.find(' '))].push_back(name);
  }

  // The name of a sort that stands nearest before a place, else the first behind it; empty where there is none. Of a
  // sentence's names it is the first one, since that is mostly its subject.
  std::string nearest(std::string_view text, std::size_t place, Sort sort) const {
    const std::string sure = nearest(text, place, sort, true);
    return sure.empty() ? nearest(text, place, sort, false) : sure;
  }

 private:
  struct Known {
    int attackers = 0, companies = 0, others = 0;
  };
  static bool is_word(char c) { return is_alnum(c) || is_high(c) || c == '-'; }
  bool is(const std::string& name, Sort sort, bool sure) const {
    const Known& known = by_name_.at(name);
    if (sort == Sort::kAttackers) return known.attackers > known.companies && known.attackers > known.others;
    if (known.companies > 0) return known.companies >= known.attackers;
    // A name of which nothing else is known may be a company.
    return !sure && known.attackers == 0 && known.others == 0;
  }

  std::string nearest(std::string_view text, std::size_t place, Sort sort, bool sure) const {
    std::string before;
    bool in_sentence = false;  // `before` stands in the sentence that is being read
    for (std::size_t begin = 0; begin < text.size();) {
      if (!is_word(text[begin])) {
        if (text[begin] == '\n' || (text[begin] == '.' && begin + 1 < text.size() && text[begin + 1] == ' '))
          in_sentence = false;
        ++begin;
        continue;
      }
      std::size_t end = begin;
      while (end < text.size() && is_word(text[end])) ++end;
      if (begin >= place && !before.empty()) break;
      if (!in_sentence && (is_upper(text[begin]) || is_high(text[begin]))) {
        const auto at = by_first_word_.find(std::string(text.substr(begin, end - begin)));
        if (at != by_first_word_.end()) {
          for (const std::string& name : at->second) {
            if (text.substr(begin, name.size()) != name || !is(name, sort, sure)) continue;
            if (begin >= place) return name;
            before = name;
            in_sentence = true;
          }
        }
      }
      begin = end;
    }
    return before;
  }

  std::map<std::string, Known> by_name_;
  std::map<std::string, std::vector<std::string>> by_first_word_;
};

class Page {
 public:
  Page(const Reading& reading, const Names& names) : reading_(reading), names_(names) {}

  std::vector<std::string> resolve() {
    const auto& claims = reading_.claims;
    std::vector<std::string> out(claims.size());
    // Full forms of each role on this page, the first of each.
    std::map<std::string, std::string> full;
    for (const Claim& c : claims) {
      const SpeakerName name = take_apart(c.speaker);
      for (const std::string& role : {name.role, name.office.substr(name.office.rfind(' ') + 1)}) {
        if (!role.empty() && !name.is_short_form) full.try_emplace(role, without_clauses(c.speaker));
      }
    }
    std::string before;
    for (std::size_t i = 0; i < claims.size(); ++i) {
      out[i] = speaker(claims[i], out, before, full);
      if (!out[i].empty() && out[i] != kNotNamed && claims[i].speaker_kind != SpeakerKind::kOutlet) before = out[i];
    }
    return out;
  }

 private:
  std::string speaker(const Claim& c, const std::vector<std::string>& outer, const std::string& before,
                      const std::map<std::string, std::string>& full) const {
    const std::string& outlet = reading_.document.metadata.outlet;
    if (c.speaker_kind == SpeakerKind::kOutlet) return outlet.empty() ? reading_.file : outlet;
    const std::string text = lower(c.speaker);
    if (one_of(text, kNobody)) return {};
    if (c.parent >= 0) {
      const auto parent = static_cast<std::size_t>(c.parent);
      const bool same = c.speaker.empty() || one_of(text, kPronouns) || c.speaker == reading_.claims[parent].speaker;
      // What a denial denies is said by nobody.
      if (same && side_of(reading_.claims[parent].stance) != Side::kAffirms) return {};
      if (same) return c.speaker.empty() ? std::string() : outer[parent];
      if (is_thing(c, text)) return outer[parent];
    }
    if (c.speaker.empty()) return std::string(kNotNamed);
    if (one_of(text, kPronouns)) {
      const std::string person = text == "he" || text == "she" ? person_before(c) : std::string();
      return !before.empty() ? before : !person.empty() ? person : c.speaker;
    }
    // "Velm's envoy, the paper says, will not …": the paper only relays.
    if (c.speaker_kind == SpeakerKind::kPress && c.content.size() > 1) {
      const std::string_view first = c.content.front().of(reading_.document.text);
      const SpeakerName relayed = take_apart(first);
      constexpr std::size_t kLongestName = 60;
      if (first.size() <= kLongestName && (!relayed.role.empty() || !relayed.office.empty())) return std::string(first);
    }
    const SpeakerName name = take_apart(c.speaker);
    const std::string noun = bare_noun(c.speaker);
    if (name.role.empty() && one_of(noun, kWritings) && !before.empty()) return before;
    const std::size_t place = c.source.empty() ? c.content.front().begin : c.source.begin;
    if (name.is_short_form || (!noun.empty() && sort_of(noun) != Sort::kNone)) {
      const Sort sort = sort_of(name.role.empty() ? noun : name.role);
      if (sort != Sort::kNone) {
        const std::string nearest = names_.nearest(reading_.document.text, place, sort);
        if (!nearest.empty()) return nearest;
      }
      const std::string office = name.office.substr(name.office.rfind(' ') + 1);
      for (const std::string* role : {&office, &name.role}) {
        if (const auto at = full.find(*role); !role->empty() && at != full.end()) return at->second;
      }
    }
    return std::string(without_clauses(c.speaker));
  }

  // "these likenesses do not prove that …", "the traces suggest": no person, body or office that could be a source.
  static bool is_thing(const Claim& c, const std::string& text) {
    if (c.speaker_kind != SpeakerKind::kUnknown) return false;
    const auto space = text.find(' ');
    if (space == std::string::npos || !one_of(std::string_view(text).substr(0, space), kPointers)) return false;
    const SpeakerName name = take_apart(c.speaker);
    return name.role.empty() && name.office.empty() && name.organisation.empty() && name.person.empty();
  }

  // The last two capitalised words in a row before a claim: mostly a person, where "she" follows.
  std::string person_before(const Claim& c) const {
    constexpr std::uint32_t kFarthest = 300;
    const std::uint32_t end = c.source.empty() ? c.content.front().begin : c.source.begin;
    const std::string_view text = TextSpan{end > kFarthest ? end - kFarthest : 0, end}.of(reading_.document.text);
    std::string found;
    std::string_view last;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t space = std::min(text.find_first_of(" \n", begin), text.size());
      std::string_view word = text.substr(begin, space - begin);
      begin = space + 1;
      const bool ends = !word.empty() && !is_alnum(word.back()) && !is_high(word.back());
      if (ends) word.remove_suffix(1);
      const bool name = word.size() > 1 && is_upper(word[0]) && std::ranges::all_of(word.substr(1), [](char x) {
                          return is_lower(x) || is_high(x) || x == '-';
                        });
      if (name && !last.empty()) found = std::string(last) + " " + std::string(word);
      last = name && !ends ? word : std::string_view{};
    }
    return found;
  }

  const Reading& reading_;
  const Names& names_;
};

}  // namespace

std::vector<std::vector<std::string>> resolve_speakers(std::span<const Reading> readings) {
  Names names;
  for (const Reading& reading : readings) {
    for (const Claim& c : reading.claims) {
      names.add(take_apart(c.speaker), c.speaker_kind);
    }
  }
  names.index();
  std::vector<std::vector<std::string>> out;
  for (const Reading& reading : readings) out.push_back(Page(reading, names).resolve());
  return out;
}

}  // namespace samehand::reading
