// Problem: fifty-nine pages say who did it. How many have asked somebody, and how many repeat the others?
//
// Example: paper A quotes an unnamed diplomat; B quotes A; C is B's text with a new headline; D asked a laboratory of
// its own. Four pages, two voices.
//
// Method: who is meant (antecedents.h) and what it is about (matters.h) is settled over the whole heap; then claims are
// joined into voices (union-find) where
//   1. one named source speaks, whatever it speaks of (speakers.h),
//   2. the same words stand in copies of one passage (passages.h), unless two named sources say them,
//   3. a claim without a name says the same in the same words as another one's,
//   4. nobody can show that two speakers differ: on one matter and side, unnamed ones of the same role and
//   organisation,
//      officials of one state and that state, unnamed ones of one role whom the same paper has quoted, and any whom it
//      has quoted within a day on the same suspect; experts without a name, and a laboratory that says the same of the
//      same suspect,
//   5. they sit on one side of who did it: for the accused, for a government that accuses, for who was robbed,
// and the page's own voice is its outlet's, unless the passage is a copy of an older page's. What cannot be shown to be
// two sources is one: the count is a lower bound. On each matter a voice affirms, denies or declines; its stance is the
// commonest of its claims.
//   A paper is a link of the chain: where it says of who did it what somebody else says too, or another paper, it is no
// source of its own.
//
// Cost: linear in words and claims, but for sorting.
//
// Known failures: a source that speaks once with and once without a name, in other words, is two unless rule 4 joins
// them; matters are as coarse as claim::About.
#include "samehand/reading/voices.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>

#include "antecedents.h"
#include "contradictions.h"
#include "groups.h"
#include "matters.h"
#include "nations.h"
#include "passages.h"
#include "samehand/base/ascii.h"
#include "samehand/base/hash.h"
#include "samehand/base/one_of.h"
#include "speakers.h"

namespace samehand::reading {
namespace {

using claim::About;
using claim::Claim;
using claim::SpeakerKind;
using claim::Stance;

std::vector<std::uint32_t> oldest_first(std::span<const Reading> readings) {
  std::vector<std::uint32_t> order(readings.size());
  std::iota(order.begin(), order.end(), 0u);
  // Years are often missing: a date without one sorts by what it has, after all that have one.
  const auto age = [&](std::uint32_t i) {
    const page::Date& d = readings[i].document.metadata.published;
    return std::tuple(d.known() ? (d.year != 0 ? 0 : 1) : 2, d.year, d.month, d.day, d.hour, d.minute,
                      std::string_view(readings[i].file));
  };
  std::ranges::sort(order, {}, age);
  return order;
}

struct Spoken {
  ClaimRef ref;
  const Claim* claim;
  Matter matter;
  std::string speaker;
  SpeakerKind kind;
  bool unnamed;
};

// Inside another claim, what its speaker says by way of a thing ("these traces do not prove that …") is his.
SpeakerKind kind_of(const Reading& reading, std::uint32_t i, const std::vector<std::string>& speakers) {
  const Claim& c = reading.claims[i];
  if (c.speaker_kind != SpeakerKind::kUnknown || c.parent < 0) return c.speaker_kind;
  const auto parent = static_cast<std::size_t>(c.parent);
  return speakers[i] == speakers[parent] ? reading.claims[parent].speaker_kind : c.speaker_kind;
}

// Where it came from is a way of saying who did it: one source speaks of both.
About joined_matter(About about) {
  return about == About::kOrigin ? About::kResponsibility : about;
}

// A claim's first span stands for it.
std::string_view words_of(const Reading& reading, const Claim& c) {
  return c.content.front().of(reading.document.text);
}

// Roles of those whose knowledge is of the trade, not of an office.
constexpr auto kResearch =
    std::to_array<std::string_view>({"researcher", "expert", "analyst", "specialist", "investigator", "scientist",
                                     "company", "firm", "vendor", "observer", "engineer"});
constexpr auto kOfficials = std::to_array<std::string_view>(
    {"official", "diplomat", "spokesman", "spokeswoman", "spokesperson", "source", "envoy", "representative"});

// "The Daily Courier" -> "daily courier"
std::string bare_name(std::string_view name) {
  std::string key(name);
  for (char& c : key) c = to_lower(c);
  if (key.starts_with("the ")) key.erase(0, 4);
  return key;
}

// "the Daily Courier", "Courier": the last word of a paper's name.
std::string paper_key(std::string_view relay) {
  std::string key(relay.substr(relay.rfind(' ') + 1));
  for (char& c : key) c = to_lower(c);
  return key;
}

class Joiner {
 public:
  Joiner(std::span<const Reading> readings, const std::vector<std::uint32_t>& order, const SharedPassages& passages)
      : readings_(readings), passages_(passages) {
    const auto speakers = resolve_speakers(readings);
    const auto matters = find_matters(readings, speakers);
    for (const std::uint32_t page : order) {
      for (std::uint32_t i = 0; i < readings[page].claims.size(); ++i) {
        if (!matters[page][i].counts) continue;
        const std::string& speaker = speakers[page][i];
        spoken_.push_back({{page, i},
                           &readings[page].claims[i],
                           matters[page][i],
                           speaker,
                           kind_of(readings[page], i, speakers[page]),
                           take_apart(speaker).unnamed});
      }
    }
    for (const Reading& reading : readings) {
      if (!reading.document.metadata.outlet.empty()) outlets_.insert(bare_name(reading.document.metadata.outlet));
    }
    std::vector<std::string> names;
    for (const Spoken& s : spoken_) names.push_back(s.speaker);
    keys_ = keys_of(names);
  }

  struct Joined {
    std::vector<std::uint32_t>
        voice;  // the group of each claim in spoken(): one source on one matter and side, or more
    std::vector<std::uint32_t> source;  // coarser: one source, whatever it speaks of
  };
  Joined join() {
    Groups groups(spoken_.size());
    join_speakers(groups);
    join_copies(groups);
    join_words(groups);
    join_states(groups);
    join_sides(groups);
    join_parts(groups);
    join_relayed(groups);
    join_research(groups);
    join_papers(groups);
    join_nameless(groups);
    const auto group_of = [&](std::uint32_t i) {
      const auto at = relayed_from_.find(i);
      return groups.find(at == relayed_from_.end() ? i : at->second);
    };
    Joined out;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) out.voice.push_back(group_of(i));
    std::map<std::tuple<std::string, Side, std::string>, std::uint32_t> first;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      const Matter& m = spoken_[i].matter;
      if (keys_[i].named.empty() && !nameless(i))
        groups.join(first.try_emplace({keys_[i].unnamed, m.side, m.suspect}, i).first->second, i);
    }
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) out.source.push_back(group_of(i));
    return out;
  }
  const std::vector<Spoken>& spoken() const { return spoken_; }

 private:
  using Place = std::pair<About, Side>;
  Place place(std::uint32_t i) const { return {joined_matter(spoken_[i].matter.about), spoken_[i].matter.side}; }

  bool nameless(std::uint32_t i) const {
    return keys_[i].named.empty() && keys_[i].nation.empty() && keys_[i].role.empty();
  }

  // Two named sources may say the same in the same words and are still two.
  bool may_be_one(std::uint32_t i, std::uint32_t k) const {
    const auto nobody = [this](std::uint32_t s) {
      return spoken_[s].unnamed || spoken_[s].kind == SpeakerKind::kOutlet;
    };
    return nobody(i) || nobody(k);
  }
  bool repeats(std::uint32_t i, std::uint32_t k) const {
    return place(i) == place(k) && may_be_one(i, k) && same_words(words(i), words(k));
  }
  std::string_view words(std::uint32_t i) const { return words_of(readings_[spoken_[i].ref.page], *spoken_[i].claim); }

  void join_speakers(Groups& groups) {
    std::map<std::string, std::uint32_t> named;
    // Unnamed ones who accuse different suspects are not the same; those who name none may be any.
    std::map<std::pair<std::string, Place>, std::map<std::string, std::uint32_t>> unnamed;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      for (const std::string& key : keys_[i].named) groups.join(named.try_emplace(key, i).first->second, i);
      if (!keys_[i].named.empty()) continue;
      auto& by_suspect = unnamed[{keys_[i].unnamed, place(i)}];
      groups.join(by_suspect.try_emplace(spoken_[i].matter.suspect, i).first->second, i);
    }
    for (const auto& [key, by_suspect] : unnamed) {
      if (by_suspect.size() == 2 && by_suspect.begin()->first.empty())
        groups.join(by_suspect.begin()->second, by_suspect.rbegin()->second);
    }
  }

  void join_copies(Groups& groups) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> in_passage;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      if (const Passage* p = passages_.at(spoken_[i].ref.page, spoken_[i].claim->content.front()))
        in_passage[p->group].push_back(i);
    }
    for (const auto& [group, members] : in_passage) {
      // A passage holds few claims, but may stand in thousands of pages: each is compared with the oldest page's.
      const std::uint32_t oldest = spoken_[members.front()].ref.page;
      for (const std::uint32_t i : members) {
        for (const std::uint32_t k : members) {
          if (spoken_[k].ref.page != oldest) break;
          if (spoken_[i].ref.page != oldest && repeats(i, k)) groups.join(i, k);
        }
      }
    }
  }

  // The same statement with and without a name, or by way of another paper.
  void join_words(Groups& groups) {
    constexpr std::size_t kWordsOfStatement = 5;  // shorter ones are formulas
    std::map<std::tuple<Place, std::uint64_t>, std::uint32_t> first;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      const auto hashes = word_hashes(words(i));
      if (hashes.size() < kWordsOfStatement) continue;
      for (std::size_t w = 0; w + kWordsOfStatement <= hashes.size(); ++w) {
        std::uint64_t run = 0;
        for (std::size_t k = 0; k < kWordsOfStatement; ++k) run = combine64(run, hashes[w + k]);
        const std::uint32_t k = first.try_emplace({place(i), run}, i).first->second;
        if (k != i && repeats(i, k)) groups.join(i, k);
      }
    }
  }

  // A state and its unnamed officials; "a diplomat" of nobody's, where one state alone speaks on that side.
  void join_states(Groups& groups) {
    std::map<std::pair<std::string, Place>, std::uint32_t> first;
    std::map<Place, std::vector<std::uint32_t>> states;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      if (!keys_[i].named.empty() || keys_[i].nation.empty()) continue;
      const auto [at, fresh] = first.try_emplace({keys_[i].nation, place(i)}, i);
      groups.join(at->second, i);
      if (fresh) states[place(i)].push_back(i);
    }
    // Its one office that says the same speaks for it.
    std::map<std::pair<std::string, Place>, std::set<std::uint32_t>> offices;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      const std::string owner = take_apart(spoken_[i].speaker).owner;
      if (!owner.empty() && !keys_[i].named.empty()) offices[{nation_key(owner), place(i)}].insert(groups.find(i));
    }
    for (const auto& [key, members] : offices) {
      if (const auto at = first.find(key); at != first.end() && members.size() == 1)
        groups.join(at->second, *members.begin());
    }
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      if (!keys_[i].named.empty() || !keys_[i].nation.empty() || spoken_[i].matter.side == Side::kAffirms ||
          !one_of(keys_[i].role, kOfficials))
        continue;
      const auto at = states.find(place(i));
      if (at != states.end() && at->second.size() == 1) groups.join(at->second.front(), i);
    }
  }

  // On who did it, whoever speaks for the accused denies with one voice, the bodies of a government that accuses a
  // state have one finding, and the company that was robbed has one answer, as long as no page shows that they are of
  // two states or companies: "the embassy", "the foreign ministry's spokesman, Arvo Tamm"; "ACEC", "the digital
  // minister".
  void join_sides(Groups& groups) {
    struct Speakers {
      std::vector<std::uint32_t> members;
      std::map<std::uint32_t, std::string> owner;  // where the words tell it
      std::set<std::string> owners;                // of those whose side it is
    };
    enum class Bench : std::uint8_t { kAccused, kAccusers, kRobbed };
    std::map<std::pair<Bench, std::string>, Speakers> all;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      const auto [about, side] = place(i);
      const SpeakerKind kind = spoken_[i].kind;
      const bool state = kind == SpeakerKind::kAccused || kind == SpeakerKind::kGovernment;
      if (about != About::kResponsibility) continue;
      Bench bench{};
      if (side == Side::kDenies && (state || kind == SpeakerKind::kUnknown))
        bench = Bench::kAccused;
      else if (side == Side::kAffirms && kind == SpeakerKind::kGovernment && !spoken_[i].matter.suspect.empty())
        bench = Bench::kAccusers;  // whom it accuses tells findings apart
      else if (side == Side::kDeclines && (kind == SpeakerKind::kVictim || kind == SpeakerKind::kUnknown))
        bench = Bench::kRobbed;
      else
        continue;
      Speakers& speakers = all[{bench, bench == Bench::kAccusers ? spoken_[i].matter.suspect : std::string()}];
      speakers.members.push_back(i);
      const SpeakerName name = take_apart(spoken_[i].speaker);
      std::string owner = keys_[i].nation;
      if (owner.empty() && !name.owner.empty()) owner = nation_key(name.owner);
      const bool own_name = bench == Bench::kRobbed || (kind == SpeakerKind::kUnknown && owner.empty());
      if (own_name) owner = keys_[i].named.empty() ? std::string() : keys_[i].named.back();
      if (owner.empty()) continue;
      speakers.owner[i] = owner;
      // A third state that doubts the charge is none of the accused.
      if (bench != Bench::kAccused || kind == SpeakerKind::kAccused) speakers.owners.insert(owner);
    }
    for (const auto& [key, speakers] : all) {
      if (speakers.owners.size() > 1) continue;
      std::optional<std::uint32_t> first;
      for (const std::uint32_t i : speakers.members) {
        const auto owner = speakers.owner.find(i);
        if (owner != speakers.owner.end() && !speakers.owners.contains(owner->second)) continue;
        if (!first) first = i;
        groups.join(*first, i);
      }
    }
  }

  // "two officials told the paper … said one of the officials": one of them is no third.
  void join_parts(Groups& groups) {
    std::map<std::tuple<std::uint32_t, std::string, Place>, std::uint32_t> several;  // of a page, by role
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      if (keys_[i].named.empty() && !part_of(spoken_[i].speaker))
        several.try_emplace({spoken_[i].ref.page, keys_[i].role, place(i)}, i);
    }
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      if (!keys_[i].named.empty() || !part_of(spoken_[i].speaker)) continue;
      const auto whole = several.find({spoken_[i].ref.page, keys_[i].role, place(i)});
      if (whole != several.end()) groups.join(whole->second, i);
    }
  }
  static bool part_of(std::string_view speaker) {
    for (const std::string_view part : {"one of the ", "One of the ", "another of the ", "a third of the "}) {
      if (speaker.starts_with(part)) return true;
    }
    return false;
  }

  // The same paper quotes an unnamed one of the same role; or any within a day, on the same suspect, of whom it does
  // not tell that they are of two countries or trades.
  void join_relayed(Groups& groups) {
    std::map<std::tuple<std::string, std::string, Place>, std::uint32_t> first;
    std::map<std::tuple<std::string, bool, Place, std::string>, std::vector<std::uint32_t>> quoted;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      const auto& chain = spoken_[i].claim->chain;
      if (!keys_[i].named.empty() || keys_[i].role.empty() || chain.size() < 2) continue;
      const std::string paper = paper_key(chain[chain.size() - 2]);
      if (chain.size() > 2) groups.join(first.try_emplace({keys_[i].role, paper, place(i)}, i).first->second, i);
      if (place(i).first != About::kResponsibility || spoken_[i].matter.suspect.empty()) continue;
      quoted[{paper, one_of(keys_[i].role, kResearch), place(i), spoken_[i].matter.suspect}].push_back(i);
    }
    for (const auto& [key, members] : quoted) {
      for (std::size_t m = 1; m < members.size(); ++m) {
        const std::uint32_t i = members[m];
        for (std::size_t k = m; k-- > 0;) {
          const std::uint32_t other = members[k];
          const bool two_countries =
              !keys_[i].nation.empty() && !keys_[other].nation.empty() && keys_[i].nation != keys_[other].nation;
          if (two_countries || !within_a_day(i, other)) continue;
          groups.join(other, i);
          break;
        }
      }
    }
  }
  // By the pages' dates. Members are compared with the last one before them only, oldest first.
  bool within_a_day(std::uint32_t i, std::uint32_t k) const {
    const page::Date& a = readings_[spoken_[i].ref.page].document.metadata.published;
    const page::Date& b = readings_[spoken_[k].ref.page].document.metadata.published;
    if (a.month == 0 || b.month == 0) return false;
    const auto day = [](const page::Date& d) { return (d.month * 31) + d.day; };
    return (a.year == b.year || a.year == 0 || b.year == 0) && std::abs(day(a) - day(b)) <= 1;
  }

  // Experts without a name who say of a suspect what a laboratory says.
  void join_research(Groups& groups) {
    std::map<std::pair<Place, std::string>, std::vector<std::uint32_t>> named, unnamed;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      if (spoken_[i].matter.suspect.empty()) continue;
      const SpeakerKind kind = spoken_[i].kind;
      const bool research =
          one_of(keys_[i].role, kResearch) || kind == SpeakerKind::kVendor || kind == SpeakerKind::kResearcher;
      if (!research || !keys_[i].nation.empty()) continue;
      (keys_[i].named.empty() ? unnamed : named)[{place(i), spoken_[i].matter.suspect}].push_back(i);
    }
    for (const auto& [key, members] : unnamed) {
      for (const std::uint32_t i : members) groups.join(members.front(), i);
      if (const auto at = named.find(key); at != named.end())
        groups.join(most_repeated(at->second, groups), members.front());
    }
  }

  // Who speaks for a paper only, or for nobody but the page.
  bool of_the_press(std::uint32_t i) const {
    const SpeakerKind kind = spoken_[i].kind;
    return kind == SpeakerKind::kPress || kind == SpeakerKind::kOutlet ||
           (kind == SpeakerKind::kUnknown && outlets_.contains(bare_name(spoken_[i].speaker)));
  }

  // A paper that says who did it has it from somebody: from the one whom the heap hears most often say the same, else
  // from whom the other papers have it. A page whose outlet speaks elsewhere for itself (a ministry's) is none.
  void join_papers(Groups& groups) {
    std::set<std::uint32_t> own;  // groups with a voice that is no paper's
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      if (!of_the_press(i)) own.insert(groups.find(i));
    }
    std::map<std::pair<Place, std::string>, std::vector<std::uint32_t>> origins;
    std::vector<std::uint32_t> papers;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      const Matter& matter = spoken_[i].matter;
      if (joined_matter(matter.about) != About::kResponsibility || matter.suspect.empty()) continue;
      if (own.contains(groups.find(i)))
        origins[{place(i), matter.suspect}].push_back(i);
      else
        papers.push_back(i);
    }
    std::map<std::pair<Place, std::string>, std::uint32_t> first;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> joins;
    for (const std::uint32_t i : papers) {
      const std::pair key{place(i), spoken_[i].matter.suspect};
      if (const auto at = origins.find(key); at != origins.end())
        joins.emplace_back(most_repeated(at->second, groups), i);
      else
        joins.emplace_back(first.try_emplace(key, i).first->second, i);
    }
    // One paper may relay two sources: only its claim goes to each, not the paper.
    for (const auto& [origin, i] : joins) relayed_from_[i] = origin;
  }

  // Nobody in particular is no source of his own, where somebody says the same.
  void join_nameless(Groups& groups) {
    std::map<Place, std::vector<std::uint32_t>> known;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      if (!nameless(i)) known[place(i)].push_back(i);
    }
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      if (!nameless(i) || place(i).first != About::kResponsibility) continue;
      std::vector<std::uint32_t> same;
      for (const std::uint32_t k : known[place(i)]) {
        if (spoken_[k].matter.suspect == spoken_[i].matter.suspect) same.push_back(k);
      }
      if (!same.empty()) groups.join(most_repeated(same, groups), i);
    }
  }

  // Of these claims, the first one of the group that has most of them.
  std::uint32_t most_repeated(const std::vector<std::uint32_t>& members, Groups& groups) const {
    std::map<std::uint32_t, std::size_t> counts;
    for (const std::uint32_t i : members) ++counts[groups.find(i)];
    return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
  }

  std::span<const Reading> readings_;
  const SharedPassages& passages_;
  std::vector<Spoken> spoken_;
  std::vector<SpeakerKeys> keys_;
  std::set<std::string> outlets_;                        // those of the pages, by bare_name
  std::map<std::uint32_t, std::uint32_t> relayed_from_;  // a paper's claim -> a claim of the one whom it has it from
};

template <class T>
T commonest(const std::vector<T>& values) {
  std::map<T, std::size_t> counts;
  for (const T& value : values) ++counts[value];
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

bool is_officer(const SpeakerName& name) {
  return !name.person.empty() && (!name.organisation.empty() || !name.office.empty());
}

// Named before unnamed, an organisation before its officers, who speak for it, those of an organisation before others,
// longer before shorter: the form that tells most.
const std::string& fullest(const std::vector<const Spoken*>& members) {
  constexpr std::size_t kLongest = 80;  // what is longer tells a story
  return (*std::ranges::max_element(members, {},
                                    [](const Spoken* s) {
                                      const SpeakerName name = take_apart(s->speaker);
                                      const bool body = !name.organisation.empty() && name.person.empty();
                                      return std::tuple(
                                          !s->unnamed, s->kind != SpeakerKind::kOutlet, s->speaker.size() <= kLongest,
                                          body, !name.organisation.empty() || !name.office.empty(), s->speaker.size());
                                    }))
      ->speaker;
}

// Officers among those who speak, where the voice is their organisation's.
std::vector<std::string> officers(const std::vector<const Spoken*>& members, const std::string& source) {
  std::vector<std::string> out;
  if (is_officer(take_apart(source))) return out;
  for (const Spoken* s : members)
    if (s->speaker != source && is_officer(take_apart(s->speaker)) && std::ranges::find(out, s->speaker) == out.end())
      out.push_back(s->speaker);
  return out;
}

// The order in which a reader asks.
int rank(About about) {
  static constexpr std::array kOrder = {About::kResponsibility, About::kOrigin,     About::kSimilarity, About::kMotive,
                                        About::kTechnique,      About::kLossVolume, About::kLossKind,   About::kOther};
  return static_cast<int>(std::ranges::find(kOrder, about) - kOrder.begin());
}

}  // namespace

Side side_of(Stance stance) {
  switch (stance) {
    case Stance::kDenies:
    case Stance::kDoubts:
    case Stance::kReportsDenial:
      return Side::kDenies;
    case Stance::kDeclines:
      return Side::kDeclines;
    case Stance::kAsserts:
    case Stance::kSuggests:
    case Stance::kThreatens:
    case Stance::kApologises:
      return Side::kAffirms;
  }
  return Side::kAffirms;
}

// A claim's stance, where its page's other words have put it on another side.
static Stance stance_of(Stance stated, Side side) {
  if (side_of(stated) == side) return stated;
  return side == Side::kDenies ? Stance::kDenies : side == Side::kDeclines ? Stance::kDeclines : Stance::kAsserts;
}

Voices find_voices(std::span<const Reading> readings) {
  const auto order = oldest_first(readings);
  SharedPassages passages = find_shared_passages(readings, order);
  Joiner joiner(readings, order, passages);
  const auto joined = joiner.join();

  // A group can hold claims on several matters; a voice is one source on one matter and side.
  std::map<std::tuple<int, std::uint32_t, Side>, std::vector<const Spoken*>> members;
  std::map<std::tuple<int, std::uint32_t, Side>, std::uint32_t> source;
  for (std::size_t i = 0; i < joiner.spoken().size(); ++i) {
    const Spoken& s = joiner.spoken()[i];
    const std::tuple key{rank(s.matter.about), joined.voice[i], s.matter.side};
    members[key].push_back(&s);
    source[key] = joined.source[i];
  }
  Voices out;
  out.copies = std::move(passages.copies);
  std::map<std::uint32_t, std::uint32_t> numbers;
  for (const auto& [key, spoken] : members) {
    Voice voice;
    voice.source = fullest(spoken);
    voice.also = officers(spoken, voice.source);
    voice.about = spoken.front()->matter.about;
    std::vector<SpeakerKind> kinds;
    std::vector<Stance> stances;
    std::map<std::string, std::size_t> suspects;
    for (const Spoken* s : spoken) {
      if (s->kind != SpeakerKind::kUnknown) kinds.push_back(s->kind);
      stances.push_back(stance_of(s->claim->stance, s->matter.side));
      voice.claims.push_back(s->ref);
      if (voice.pages.empty() || voice.pages.back() != s->ref.page) voice.pages.push_back(s->ref.page);
      if (!s->matter.suspect.empty()) ++suspects[s->matter.suspect];
    }
    if (!kinds.empty()) voice.kind = commonest(kinds);
    voice.stance = commonest(stances);
    if (!suspects.empty()) {
      voice.suspect = std::ranges::max_element(suspects, {}, [](const auto& e) { return e.second; })->first;
      const auto named = std::ranges::find(spoken, voice.suspect, [](const Spoken* s) { return s->matter.suspect; });
      voice.suspect_name = (*named)->matter.suspect_name;
    }
    voice.speaker = numbers.try_emplace(source[key], static_cast<std::uint32_t>(numbers.size())).first->second;
    out.voices.push_back(std::move(voice));
  }
  std::ranges::stable_sort(out.voices, [](const Voice& a, const Voice& b) {
    return std::pair(rank(a.about), -static_cast<int>(a.pages.size())) <
           std::pair(rank(b.about), -static_cast<int>(b.pages.size()));
  });

  std::vector<std::uint32_t> on_responsibility;
  for (const Voice& voice : out.voices) {
    if (joined_matter(voice.about) == About::kResponsibility) on_responsibility.push_back(voice.speaker);
  }
  std::ranges::sort(on_responsibility);
  out.on_responsibility =
      static_cast<std::uint32_t>(std::ranges::unique(on_responsibility).begin() - on_responsibility.begin());
  out.contradictions = find_contradictions(readings, out.voices);
  return out;
}

}  // namespace samehand::reading
