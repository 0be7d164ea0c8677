// Problem: "It is the same team", "we did it alone", "it had nothing to do with this" are about who did it, but only
// those who know the affair can tell: claim::find_claims looks at one sentence, and calls them other matters.
//
// Example: where other claims accuse Kestria, "the order was given in Kestria" and "to connect Kestria with it is a
// fairy tale" are for and against that.
//
// Method: the suspects of a heap are the capitalised subjects of its claims on responsibility and origin. A claim on no
// other matter is on who did it where
//   1. it has the wording of guilt or innocence by itself ("nothing to do with", "an inside job"),
//   2. somebody suspected, or the speaker, does a deed of the incident's sort ("we erased", "it had attacked"),
//   3. a suspect and a weaker word stand together ("the order … in Kestria", "the clues lead to Kestria"),
//   4. it denies a bare deed ("denied the attack"), or "this", after a claim on who did it,
//   5. it is a direct quotation right after one, by the same speaker.
// Only where anybody is accused at all; nothing that has a matter loses it.
//
// Known failures: figures of speech; a suspect that every claim calls otherwise.
#include "matters.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "nations.h"
#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"
#include "speakers.h"

namespace samehand::reading {
namespace {

using claim::About;
using claim::Claim;
using claim::SpeakerKind;
using claim::Stance;

// Guilt and innocence, whoever is meant. Words in a row; "_" is up to three words between.
constexpr auto kGuilt = std::to_array<std::string_view>({"nothing to do with",
                                                         "no connection with",
                                                         "no connection to",
                                                         "no link to",
                                                         "no part in",
                                                         "no hand in",
                                                         "had a hand in",
                                                         "to blame",
                                                         "culprit",
                                                         "culprits",
                                                         "perpetrator",
                                                         "perpetrators",
                                                         "did it",
                                                         "done it",
                                                         "did this",
                                                         "acted alone",
                                                         "was us",
                                                         "was them",
                                                         "was not us",
                                                         "wasn't us",
                                                         "not us",
                                                         "not them",
                                                         "behind it",
                                                         "behind this",
                                                         "masterminded",
                                                         "inside job",
                                                         "did _ alone",
                                                         "were alone",
                                                         "was alone",
                                                         "same attackers",
                                                         "same hackers",
                                                         "same team",
                                                         "same people",
                                                         "same group",
                                                         "same hand",
                                                         "same hands",
                                                         "same actor",
                                                         "same actors",
                                                         "same crew",
                                                         "same gang",
                                                         "claimed responsibility",
                                                         "is responsible",
                                                         "was responsible",
                                                         "were responsible",
                                                         "are responsible"});
// Somebody from within.
constexpr auto kInsider = std::to_array<std::string_view>({"insider",
                                                           "insiders",
                                                           "inside job",
                                                           "former employee",
                                                           "former employees",
                                                           "ex-employee",
                                                           "ex-employees",
                                                           "former worker",
                                                           "dismissed employee",
                                                           "disgruntled",
                                                           "somebody inside",
                                                           "someone inside",
                                                           "employee of",
                                                           "with a badge",
                                                           "a contractor",
                                                           "a supplier",
                                                           "worked at _ opened",
                                                           "opened the door",
                                                           "let _ attackers in",
                                                           "let _ hackers in",
                                                           "helped _ attackers",
                                                           "helped _ hackers",
                                                           "from inside the",
                                                           "from within the",
                                                           "an employee",
                                                           "a worker",
                                                           "its own staff",
                                                           "own employees"});
// With a suspect beside them.
constexpr auto kWeak = std::to_array<std::string_view>(
    {"behind",       "ordered",   "order",        "orders",          "operators",  "attackers",  "hackers",
     "lead to",      "leads to",  "led to",       "point to",        "points to",  "pointed to", "trace to",
     "traced to",    "connect",   "link",         "linking",         "connecting", "tie",        "author of",
     "work of",      "handiwork", "on behalf of", "state-sponsored", "sponsored",  "hired",      "responsible",
     "guilty",       "involved",  "involvement",  "hand in",         "role in",    "part in",    "blame",
     "fingerprints", "hallmarks", "signature",    "was them"});
// What was done, as a verb in any tense; "attack" and "hack" also as nouns.
constexpr auto kDeeds =
    std::to_array<std::string_view>({"attack",  "hack",    "wip",       "eras",      "breach",   "destroy", "lock",
                                     "encrypt", "sabotag", "infiltrat", "compromis", "penetrat", "cripple", "crippl",
                                     "paralys", "hit",     "struck",    "broke",     "stole",    "steal",   "raid"});
constexpr auto kDeedNouns =
    std::to_array<std::string_view>({"attack", "attacks", "hack", "hacking", "breach", "intrusion", "theft", "outage",
                                     "sabotage", "involvement", "cyberattack", "destruction", "leak"});
constexpr auto kFalsehood = std::to_array<std::string_view>(
    {"fairy tale", "fabrication", "slander", "invention", "baseless", "groundless", "unfounded", "absurd", "nonsense",
     "ridiculous", "a lie", "lies", "false", "a myth", "a hoax", "fiction", "fantasy", "smear"});
constexpr auto kInnocence = std::to_array<std::string_view>(
    {"nothing to do with", "no connection with", "no connection to", "no link to",    "no part in",      "no hand in",
     "not involved",       "no role in",         "was not us",       "wasn't us",     "not us",          "not them",
     "not responsible",    "not behind",         "wasn't them",      "was not them",  "wasn't me",       "innocent",
     "no relation to",     "no relation with",   "no bearing on",    "not engage in", "never engaged in"});
constexpr auto kAsking = std::to_array<std::string_view>(
    {"speculation about", "speculation on", "speculation in", "questions about", "questions on", "rumours about",
     "rumors about", "reports about", "inquiry into", "investigation into"});
constexpr auto kSilence =
    std::to_array<std::string_view>({"not rule _ out", "neither confirm", "wait and see", "not comment", "too early to",
                                     "refused to", "refuses to", "declined to", "declines to", "not speculate",
                                     "not name", "not discuss", "not be drawn", "no comment", "not say"});
// What silence on who did it is silent about.
constexpr auto kAsked = std::to_array<std::string_view>(
    {"who", "whether", "anybody", "anyone", "culprit", "culprits", "attribution", "responsible", "behind", "blame"});
constexpr auto kAccusations =
    std::to_array<std::string_view>({"accusation", "accusations", "allegation", "allegations", "charge", "charges"});
// "caused the blackout": a deed that the heap knows, as a noun.
constexpr auto kCommits =
    std::to_array<std::string_view>({"caused", "launched", "carried out", "conducted", "orchestrated", "staged",
                                     "mounted", "executed", "committed", "planned"});
constexpr auto kBeforeDeeds = std::to_array<std::string_view>(
    {"role in the", "behind the", "responsible for the", "responsibility for the", "credit for the", "caused the",
     "part in the", "involved in the", "involvement in the", "hand in the", "launched the", "ordered the"});
constexpr auto kPast =
    std::to_array<std::string_view>({"did", "took", "broke", "stole", "hit", "shut", "got", "made", "cut"});
constexpr auto kConfesses = std::to_array<std::string_view>(
    {"claim",  "boast",  "admit", "confess",  "took", "take",    "say",  "said", "wrote", "insist",
     "repeat", "declar", "brag",  "maintain", "post", "announc", "told", "tell", "mock",  "publish"});
constexpr auto kAnaphora = std::to_array<std::string_view>(
    {"this", "it", "that", "the charge", "the charges", "the accusation", "the accusations", "the allegation",
     "the allegations", "the claim", "the claims", "any involvement", "involvement"});

struct Words {
  explicit Words(std::string_view text) {
    std::string word;
    const auto end_word = [&] {
      if (!word.empty() && word != "'") all.push_back(word);
      word.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      // An apostrophe inside a word, straight or curly.
      if (text.substr(i).starts_with("\xe2\x80\x99")) {
        word += '\'';
        i += 2;
      } else if (is_alnum(c) || c == '\'' || (c == '-' && !word.empty())) {
        word += to_lower(c);
      } else if (is_high(c) && !text.substr(i).starts_with("\xe2\x80")) {
        word += c;
      } else {
        if (is_high(c)) i += 2;
        end_word();
      }
    }
    end_word();
    for (std::string& w : all) {
      if (w.ends_with("'s")) w.resize(w.size() - 2);
      while (!w.empty() && (w.back() == '\'' || w.back() == '-')) w.pop_back();
    }
  }

  bool has(std::string_view phrase) const {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (matches(phrase, i)) return true;
    }
    return false;
  }
  template <std::size_t N>
  bool has_any(const std::array<std::string_view, N>& phrases) const {
    return std::ranges::any_of(phrases, [this](std::string_view p) { return has(p); });
  }
  bool starts(std::string_view phrase) const { return matches(phrase, 0); }
  bool at(std::string_view phrase, std::size_t place) const { return matches(phrase, place); }

  std::vector<std::string> all;

 private:
  bool matches(std::string_view phrase, std::size_t at) const {
    while (!phrase.empty()) {
      const std::size_t space = std::min(phrase.find(' '), phrase.size());
      const std::string_view word = phrase.substr(0, space);
      phrase.remove_prefix(std::min(space + 1, phrase.size()));
      if (word == "_") {
        for (std::size_t gap = 0; gap <= 3; ++gap) {
          if (matches(phrase, at + gap)) return true;
        }
        return false;
      }
      if (at >= all.size() || all[at] != word) return false;
      ++at;
    }
    return true;
  }
};

bool is_deed(std::string_view word) {
  return word.size() <= 12 && std::ranges::any_of(kDeeds, [&](std::string_view deed) {
           return word.starts_with(deed) && (deed.size() > 3 || word.size() <= deed.size() + 3);
         });
}

bool is_deed_noun(std::string_view word) {
  return one_of(word, kDeedNouns);
}

// The words behind a phrase, wherever it stands.
template <std::size_t N, class F>
void after_each(const Words& words, const std::array<std::string_view, N>& phrases, F&& take) {
  for (const std::string_view phrase : phrases) {
    const auto length = static_cast<std::size_t>(std::ranges::count(phrase, ' ')) + 1;
    for (std::size_t i = 0; i + length < words.all.size(); ++i) {
      if (words.at(phrase, i)) take(words.all[i + length]);
    }
  }
}

TextSpan sentence_around(std::string_view text, TextSpan span) {
  const auto ends = [&](std::size_t i) {
    return text[i] == '\n' ||
           ((text[i] == '.' || text[i] == '?' || text[i] == '!') && i + 1 < text.size() &&
            (text[i + 1] == ' ' || text[i + 1] == '\n') && i > 1 && is_lower(text[i - 1]) && is_lower(text[i - 2]));
  };
  constexpr std::size_t kFarthest = 400;
  std::size_t begin = std::min<std::size_t>(span.begin, text.size());
  while (begin > 0 && span.begin - begin < kFarthest && !ends(begin - 1)) --begin;
  std::size_t end = std::min<std::size_t>(span.end, text.size());
  while (end < text.size() && end - span.end < kFarthest && (end == 0 || !ends(end - 1))) ++end;
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

bool on_who(About about) {
  return about == About::kResponsibility || about == About::kOrigin;
}

// Capitalised words of a subject: "the Kestrian hackers" -> "Kestrian".
std::string name_in(std::string_view subject) {
  std::string out;
  for (std::size_t begin = 0; begin < subject.size();) {
    const std::size_t end = std::min(subject.find(' ', begin), subject.size());
    std::string_view word = subject.substr(begin, end - begin);
    begin = end + 1;
    if (word.ends_with("'s")) word.remove_suffix(2);
    if (word.ends_with("\xe2\x80\x99s")) word.remove_suffix(4);
    while (!word.empty() && !is_alnum(word.back()) && !is_high(word.back())) word.remove_suffix(1);
    const bool capital = !word.empty() && is_upper(word.front());
    if (!capital && !out.empty()) break;
    if (!capital || word == "The" || word == "It" || word == "A") continue;
    out += (out.empty() ? "" : " ") + std::string(word);
  }
  return out;
}

class Suspects {
 public:
  explicit Suspects(std::span<const Reading> readings) {
    for (const Reading& reading : readings) {
      for (const Claim& c : reading.claims) {
        const std::string_view content = c.content.front().of(reading.document.text);
        const Words words(content);
        add_guilty(content);
        after_each(words, kBeforeDeeds, [&](const std::string& noun) { ++deed_counts_[noun]; });
        if (c.speaker_kind == SpeakerKind::kAttacker) add(take_apart(c.speaker).organisation);
        if (!on_who(c.about)) continue;
        any_ = true;
        for (const std::string& subject : c.subjects) add(subject);
      }
    }
    // Whom it was done to is no suspect: "the attack on Meridian Line".
    for (const Reading& reading : readings) {
      for (const Claim& c : reading.claims) drop_victims(c.content.front().of(reading.document.text));
    }
  }
  bool any() const { return any_; }

  // The first suspect that a text names, as (key, name); empty keys where there is none.
  std::pair<std::string, std::string> in(std::string_view text) const {
    for (std::size_t begin = 0; begin < text.size();) {
      if (!is_upper(text[begin])) {
        while (begin < text.size() && is_word(text[begin])) ++begin;
        while (begin < text.size() && !is_word(text[begin])) ++begin;
        continue;
      }
      // Up to three capitalised words, the longest first.
      std::vector<std::size_t> ends;
      for (std::size_t end = begin; ends.size() < 3 && end < text.size() && is_upper(text[end]);) {
        while (end < text.size() && is_word(text[end])) ++end;
        ends.push_back(end);
        if (end >= text.size() || text[end] != ' ') break;
        ++end;
      }
      for (std::size_t n = ends.size(); n-- > 0;) {
        const std::string_view name = text.substr(begin, ends[n] - begin);
        std::string key = nation_key(name);
        if (names_.contains(key)) return {std::move(key), std::string(name)};
      }
      begin = ends.front();
    }
    return {};
  }
  bool has(const std::string& key) const { return names_.contains(key); }
  // What was done, as this heap calls it ("blackout"), or as any heap may.
  bool is_incident(const std::string& noun) const {
    const auto at = deed_counts_.find(noun);
    return is_deed_noun(noun) || (at != deed_counts_.end() && at->second >= 2);
  }

 private:
  static bool is_word(char c) { return is_alnum(c) || is_high(c) || c == '-'; }
  void add(const std::string& subject) {
    const Words words(subject);
    // "the attack on Meridian Line" names the victim.
    if (std::ranges::any_of(words.all, is_deed_noun)) return;
    if (const std::string name = name_in(subject); !name.empty()) names_.insert(nation_key(name));
  }

  // "Mossback did it", "that it was Mossback"
  void add_guilty(std::string_view text) {
    for (const std::string_view phrase :
         {" did it", " is behind", " was behind", " were behind", " is to blame", " was to blame", " is responsible",
          " was responsible", " were responsible"}) {
      const std::size_t at = text.find(phrase);
      if (at == std::string_view::npos) continue;
      std::size_t begin = text.substr(0, at).rfind(' ');
      begin = begin == std::string_view::npos ? 0 : begin + 1;
      if (begin < text.size() && is_upper(text[begin])) add(std::string(text.substr(begin, at - begin)));
    }
    for (const std::string_view phrase : {"it was ", "work of "}) {
      const std::size_t at = text.find(phrase);
      constexpr std::size_t kShort = 40;
      if (at == std::string_view::npos || text.size() > kShort) continue;
      const std::string_view rest = text.substr(at + phrase.size());
      if (!rest.empty() && is_upper(rest.front())) add(std::string(rest));
    }
  }

  void drop_victims(std::string_view text) {
    for (const std::string_view noun : kDeedNouns) {
      for (std::size_t at = text.find(noun); at != std::string_view::npos; at = text.find(noun, at + 1)) {
        std::string_view rest = text.substr(at + noun.size());
        const bool names = std::ranges::any_of(std::to_array<std::string_view>({" on ", " at ", " against "}),
                                               [&](std::string_view preposition) {
                                                 if (!rest.starts_with(preposition)) return false;
                                                 rest.remove_prefix(preposition.size());
                                                 return true;
                                               });
        if (!names) continue;
        if (rest.starts_with("the ")) rest.remove_prefix(4);
        if (rest.empty() || !is_upper(rest.front())) continue;
        const std::string name = name_in(rest.substr(0, 60));
        names_.erase(nation_key(name));
        names_.erase(nation_key(name.substr(0, name.find(' '))));
      }
    }
  }

  bool any_ = false;
  std::set<std::string> names_;
  std::map<std::string, int> deed_counts_;  // nouns behind "responsible for the"
};

class Page {
 public:
  Page(const Reading& reading, const std::vector<std::string>& speakers, const Suspects& suspects)
      : reading_(reading), speakers_(speakers), suspects_(suspects) {}

  std::vector<Matter> find() {
    std::vector<Matter> out(reading_.claims.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = matter(i, out);
    // Who only relays what another says of who did it, says nothing of it himself; nor does "these traces do not prove
    // that they did it" say at once that they did.
    for (std::size_t i = out.size(); i-- > 0;) {
      const std::int32_t parent = reading_.claims[i].parent;
      if (parent < 0 || !out[i].counts || !on_who(out[i].about)) continue;
      const auto outer = static_cast<std::size_t>(parent);
      if (speakers_[outer] != speakers_[i] || out[outer].side != out[i].side) out[outer].counts = false;
    }
    return out;
  }

 private:
  std::string_view text() const { return reading_.document.text; }

  Matter matter(std::size_t i, const std::vector<Matter>& before) const {
    const Claim& c = reading_.claims[i];
    Matter m{c.about, side_of(c.stance), {}, {}, !speakers_[i].empty()};
    if (!suspects_.any() || !m.counts) return m;
    const TextSpan whole{c.content.front().begin, c.content.back().end};
    const Words words(whole.of(text()));
    const Words sentence(sentence_around(text(), whole).of(text()));
    const bool insider = words.has_any(kInsider);
    const auto [key, name] = suspects_.in(whole.of(text()));

    // "had no part in the theft of the plans" is not on what was stolen.
    if (m.about == About::kLossKind && words.has_any(kInnocence)) m.about = About::kResponsibility;
    if (m.about == About::kOther || (m.about == About::kTechnique && insider)) {
      if (speaks_of_guilt(c, words, sentence, !key.empty(), insider) || denies_what_was_said(c, words, i, before)) {
        m.about = About::kResponsibility;
      } else if (const Matter* first = quotes_on(i, before)) {
        return *first;
      } else if (m.side == Side::kAffirms && loses(c, words)) {
        m.about = About::kLossKind;
      }
    }
    if (!on_who(m.about)) return m;

    if (m.side == Side::kAffirms && (words.has_any(kFalsehood) || words.has_any(kInnocence)) && !insider)
      m.side = Side::kDenies;
    if (is_silent(c)) m.side = Side::kDeclines;
    // Of whom? Whoever is named; who denies without a name speaks of himself or his country.
    if (insider) {
      m.suspect = "insider";
      m.suspect_name = "an insider";
    } else if (!key.empty()) {
      m.suspect = key;
      m.suspect_name = name;
    } else if (m.side != Side::kAffirms || words.has("we") || words.has("it") || words.has("they")) {
      const SpeakerName speaker = take_apart(speakers_[i]);
      const std::string& own = !speaker.owner.empty() ? speaker.owner : speaker.organisation;
      if (const std::string own_key = nation_key(own); !own.empty() && suspects_.has(own_key)) {
        m.suspect = own_key;
        m.suspect_name = own;
      }
    }
    // "asked whether Kestria did it": a question answers nothing.
    if (m.side == Side::kAffirms && !words.all.empty() &&
        (words.all.front() == "whether" || words.all.front() == "if" || words.all.front() == "who"))
      m.counts = false;
    // "is aware of speculation about the origin": what others ask is no answer.
    if (m.side == Side::kAffirms && m.suspect.empty() && words.has_any(kAsking)) m.counts = false;
    // Nobody says something of nobody.
    if (m.suspect.empty() && c.speaker.empty()) m.counts = false;
    // A paper denies nothing for itself: it quotes somebody whom the words do not give away.
    if (c.speaker_kind == SpeakerKind::kPress && m.side != Side::kAffirms) {
      const SpeakerName speaker = take_apart(speakers_[i]);
      if (speaker.role.empty() && speaker.office.empty()) m.counts = false;
    }
    // "… Kestria ordered the attack": a suspect as the subject of a deed is not its speaker.
    if (m.side == Side::kAffirms && accuses_itself(c, i)) m.counts = false;
    return m;
  }

  bool speaks_of_guilt(const Claim& c, const Words& words, const Words& sentence, bool suspect, bool insider) const {
    if (words.has_any(kGuilt) || words.has_any(kInnocence) || insider) return true;
    // "Kestria denies everything"
    if (side_of(c.stance) == Side::kDenies && words.all.size() == 1 &&
        (words.has("everything") || words.has("it") || words.has("all")))
      return true;
    if (suspect && words.has_any(kWeak)) return true;
    constexpr std::size_t kFewWords = 6;  // "that it was Kestria"
    if (suspect && words.has("it was") && words.all.size() <= kFewWords) return true;
    const auto deed = std::ranges::find_if(words.all, is_deed);
    if (deed != words.all.end()) {
      // Its doer is a suspect, or the speaker: "we erased", "it had attacked".
      const bool by_speaker = std::any_of(words.all.begin(), deed, [](const std::string& w) {
        return w == "we" || w == "it" || w == "they" || w == "country" || w == "i";
      });
      if (by_speaker || (suspect && deed != words.all.begin())) return true;
    }
    if (words.has_any(kCommits) &&
        std::ranges::any_of(words.all, [&](const auto& w) { return suspects_.is_incident(w); }))
      return true;
    const bool denies = side_of(c.stance) == Side::kDenies;
    if (denies && words.has_any(kAccusations)) return true;
    // "denied any role in the blackout", "took credit for the attack"
    if ((denies || c.speaker_kind == SpeakerKind::kAttacker) && words.all.size() <= 8) {
      const auto first = std::ranges::find_if(words.all, [](const std::string& w) {
        return w != "the" && w != "any" && w != "a" && w != "an" && w != "cyber" && w != "part" && w != "in" &&
               w != "role";
      });
      if (first != words.all.end() && suspects_.is_incident(*first)) return true;
    }
    if (c.speaker_kind == SpeakerKind::kAttacker && c.direct) {
      for (std::size_t i = 0; i + 1 < words.all.size(); ++i) {
        const std::string& next = words.all[i + 1];
        if (words.all[i] == "we" && (next.ends_with("ed") || one_of(next, kPast))) return true;
      }
    }
    if (is_silent(c) && words.has_any(kAsked)) return true;
    // "Asked whether Kestria had attacked …, he would not rule it out": the question holds the matter.
    return is_silent(c) && std::ranges::any_of(sentence.all, is_deed) &&
           !suspects_.in(sentence_around(text(), c.content.front()).of(text())).first.empty();
  }

  bool denies_what_was_said(const Claim& c, const Words& words, std::size_t i,
                            const std::vector<Matter>& before) const {
    if (side_of(c.stance) == Side::kAffirms || words.all.size() > 3) return false;
    if (std::ranges::none_of(kAnaphora, [&](std::string_view a) { return words.starts(a); })) return false;
    return std::any_of(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(i),
                       [](const Matter& m) { return on_who(m.about); });
  }

  // Silence is mostly in the cue and what stands just before it: "would not rule it out".
  bool is_silent(const Claim& c) const {
    if (c.stance == Stance::kDeclines) return true;
    constexpr std::uint32_t kBefore = 24, kBehind = 4;  // "rule it [out]"
    const auto size = static_cast<std::uint32_t>(text().size());
    TextSpan around{c.content.front().begin, std::min(size, c.content.back().end + kBehind)};
    if (!c.cue.empty() && c.cue.begin < around.begin) around.begin = c.cue.begin;
    around.begin -= std::min(around.begin, kBefore);
    return Words(around.of(text())).has_any(kSilence);
  }

  // The claim on who did it that a direct quotation goes on from: the last one by the same speaker.
  const Matter* quotes_on(std::size_t i, const std::vector<Matter>& before) const {
    if (!reading_.claims[i].direct) return nullptr;
    constexpr std::uint32_t kApart = 400;
    const SpeakerName speaker = take_apart(speakers_[i]);
    for (std::size_t k = i; k-- > 0;) {
      if (reading_.claims[i].content.front().begin > reading_.claims[k].content.back().end + kApart) return nullptr;
      if (!before[k].counts || reading_.claims[k].parent >= 0 || !is_same(speakers_[k], speakers_[i], speaker))
        continue;
      return on_who(before[k].about) ? &before[k] : nullptr;
    }
    return nullptr;
  }
  // On one page: the same words, or the same person, organisation or kind of office.
  static bool is_same(const std::string& a, const std::string& b, const SpeakerName& of_b) {
    if (a == b) return true;
    const SpeakerName of_a = take_apart(a);
    const auto noun = [](const std::string& office) { return std::string_view(office).substr(office.rfind(' ') + 1); };
    return (!of_a.person.empty() && of_a.person == of_b.person) ||
           (!of_a.organisation.empty() && of_a.organisation == of_b.organisation) ||
           (!of_a.office.empty() && noun(of_a.office) == noun(of_b.office));
  }

  bool accuses_itself(const Claim& c, std::size_t i) const {
    const SpeakerName speaker = take_apart(speakers_[i]);
    const std::string key = nation_key(speaker.organisation.empty() ? speaker.person : speaker.organisation);
    if (!suspects_.has(key) && c.speaker_kind != SpeakerKind::kAccused) return false;
    const std::string_view cue_text = c.cue.of(text());
    if (c.direct || cue_text == ":") return false;
    const Words cue(cue_text);
    return std::ranges::none_of(cue.all, [](const std::string& w) {
      return std::ranges::any_of(kConfesses, [&](std::string_view verb) { return w.starts_with(verb); });
    });
  }

  // Data in somebody's hands: "that they held medical files".
  bool loses(const Claim& c, const Words& words) const {
    static constexpr auto kHolds =
        std::to_array<std::string_view>({"have", "hold", "held", "holds", "stole", "stolen", "took", "taken", "copied",
                                         "obtained", "published", "possess"});
    static constexpr auto kData = std::to_array<std::string_view>(
        {"files", "records", "documents", "e-mails", "emails", "passwords", "salaries", "letters", "contracts",
         "databases", "data", "plans", "archives", "passports"});
    if (c.speaker_kind == SpeakerKind::kVictim) return false;
    return words.has_any(kHolds) && words.has_any(kData);
  }

  const Reading& reading_;
  const std::vector<std::string>& speakers_;
  const Suspects& suspects_;
};

}  // namespace

std::vector<std::vector<Matter>> find_matters(std::span<const Reading> readings,
                                              const std::vector<std::vector<std::string>>& speakers) {
  const Suspects suspects(readings);
  std::vector<std::vector<Matter>> out;
  for (std::size_t i = 0; i < readings.size(); ++i) out.push_back(Page(readings[i], speakers[i], suspects).find());
  return out;
}

}  // namespace samehand::reading
