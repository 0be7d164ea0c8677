// Problem: fifty-nine pages say who did it. How many have asked somebody, and how many repeat the others?
//
// Example: paper A quotes an unnamed diplomat; B quotes A; C is B's text with a new headline; D asked a laboratory of
// its own. Four pages, two voices.
//
// Method: claims are joined into voices (union-find) where
//   1. the same words stand in copies of one passage (passages.h), unless two named sources say them,
//   2. the same speaker speaks of the same matter, for or against it (speakers.h),
//   3. a claim without a name says the same in the same words as another one's,
// and the page's own voice is its outlet's, unless the passage is a copy of an older page's. What cannot be shown to be
// two sources is one: the count is a lower bound. On each matter a voice affirms, denies or declines; its stance is the
// commonest of its claims.
//
// Cost: linear in words and claims, but for sorting.
//
// Known failures: a source that speaks once with and once without a name is two; matters are as coarse as claim::About.
#include "samehand/reading/voices.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <tuple>

#include "contradictions.h"
#include "groups.h"
#include "passages.h"
#include "samehand/base/hash.h"
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

const std::string& speaker_of(const Reading& reading, const Claim& c) {
  return c.speaker_kind == SpeakerKind::kOutlet ? reading.document.metadata.outlet : c.speaker;
}

struct Spoken {
  ClaimRef ref;
  const Claim* claim;
  Side side;
  std::string speaker;
  bool unnamed;
};

// A claim's first span stands for it.
std::string_view words_of(const Reading& reading, const Claim& c) {
  return c.content.front().of(reading.document.text);
}

class Joiner {
 public:
  Joiner(std::span<const Reading> readings, const std::vector<std::uint32_t>& order, const SharedPassages& passages)
      : readings_(readings), passages_(passages) {
    for (const std::uint32_t page : order) {
      for (std::uint32_t i = 0; i < readings[page].claims.size(); ++i) {
        const Claim& c = readings[page].claims[i];
        std::string speaker = speaker_of(readings[page], c);
        // An outlet without a name is told from the next by its file.
        if (speaker.empty()) speaker = c.speaker_kind == SpeakerKind::kOutlet ? readings[page].file : "not named";
        const bool unnamed = take_apart(speaker).unnamed;
        spoken_.push_back({{page, i}, &c, side_of(c.stance), std::move(speaker), unnamed});
      }
    }
  }

  // The group of each claim in spoken().
  std::vector<std::uint32_t> join() {
    Groups groups(spoken_.size());
    join_copies(groups);
    join_speakers(groups);
    join_words(groups);
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) out.push_back(groups.find(i));
    return out;
  }
  const std::vector<Spoken>& spoken() const { return spoken_; }

 private:
  bool alike(std::uint32_t i, std::uint32_t k) const {
    return spoken_[i].claim->about == spoken_[k].claim->about && spoken_[i].side == spoken_[k].side;
  }
  // Two named sources may say the same in the same words and are still two.
  bool may_be_one(std::uint32_t i, std::uint32_t k) const {
    const auto nobody = [this](std::uint32_t s) {
      return spoken_[s].unnamed || spoken_[s].claim->speaker_kind == SpeakerKind::kOutlet;
    };
    return nobody(i) || nobody(k);
  }
  bool repeats(std::uint32_t i, std::uint32_t k) const {
    return alike(i, k) && may_be_one(i, k) && same_words(words(i), words(k));
  }
  std::string_view words(std::uint32_t i) const { return words_of(readings_[spoken_[i].ref.page], *spoken_[i].claim); }

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

  void join_speakers(Groups& groups) {
    std::vector<std::string> names;
    for (const Spoken& s : spoken_) names.push_back(s.speaker);
    const auto speaker = same_speakers(names);
    std::map<std::tuple<std::uint32_t, About, Side>, std::uint32_t> first;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      groups.join(first.try_emplace({speaker[i], spoken_[i].claim->about, spoken_[i].side}, i).first->second, i);
    }
  }

  // The same statement with and without a name, or by way of another paper.
  void join_words(Groups& groups) {
    constexpr std::size_t kWordsOfStatement = 5;  // shorter ones are formulas
    std::map<std::tuple<About, Side, std::uint64_t>, std::uint32_t> first;
    for (std::uint32_t i = 0; i < spoken_.size(); ++i) {
      const auto hashes = word_hashes(words(i));
      if (hashes.size() < kWordsOfStatement) continue;
      for (std::size_t w = 0; w + kWordsOfStatement <= hashes.size(); ++w) {
        std::uint64_t run = 0;
        for (std::size_t k = 0; k < kWordsOfStatement; ++k) run = combine64(run, hashes[w + k]);
        const std::uint32_t k = first.try_emplace({spoken_[i].claim->about, spoken_[i].side, run}, i).first->second;
        if (k != i && repeats(i, k)) groups.join(i, k);
      }
    }
  }

  std::span<const Reading> readings_;
  const SharedPassages& passages_;
  std::vector<Spoken> spoken_;
};

template <class T>
T commonest(const std::vector<T>& values) {
  std::map<T, std::size_t> counts;
  for (const T& value : values) ++counts[value];
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

// Named before unnamed, longer before shorter: the form that tells most.
const std::string& fullest(const std::vector<const Spoken*>& members) {
  return (*std::ranges::max_element(members, {},
                                    [](const Spoken* s) {
                                      return std::tuple(!s->unnamed, s->claim->speaker_kind != SpeakerKind::kOutlet,
                                                        s->speaker.size());
                                    }))
      ->speaker;
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

Voices find_voices(std::span<const Reading> readings) {
  const auto order = oldest_first(readings);
  SharedPassages passages = find_shared_passages(readings, order);
  Joiner joiner(readings, order, passages);
  const auto group = joiner.join();

  // A group can hold claims on several matters only through equal words; a voice is one source on one matter and side.
  std::map<std::tuple<int, std::uint32_t, Side>, std::vector<const Spoken*>> members;
  for (std::size_t i = 0; i < joiner.spoken().size(); ++i) {
    const Spoken& s = joiner.spoken()[i];
    members[{rank(s.claim->about), group[i], s.side}].push_back(&s);
  }
  Voices out;
  out.copies = std::move(passages.copies);
  for (const auto& [key, spoken] : members) {
    Voice voice;
    voice.source = fullest(spoken);
    voice.about = spoken.front()->claim->about;
    std::vector<SpeakerKind> kinds;
    std::vector<Stance> stances;
    for (const Spoken* s : spoken) {
      if (s->claim->speaker_kind != SpeakerKind::kUnknown) kinds.push_back(s->claim->speaker_kind);
      stances.push_back(s->claim->stance);
      voice.claims.push_back(s->ref);
      if (voice.pages.empty() || voice.pages.back() != s->ref.page) voice.pages.push_back(s->ref.page);
    }
    if (!kinds.empty()) voice.kind = commonest(kinds);
    voice.stance = commonest(stances);
    out.voices.push_back(std::move(voice));
  }
  std::ranges::stable_sort(out.voices, [](const Voice& a, const Voice& b) {
    return std::pair(rank(a.about), -static_cast<int>(a.pages.size())) <
           std::pair(rank(b.about), -static_cast<int>(b.pages.size()));
  });

  std::vector<std::string> sources;
  for (const Voice& voice : out.voices) sources.push_back(voice.source);
  const auto speakers = same_speakers(sources);
  std::vector<std::uint32_t> on_responsibility;
  for (std::size_t i = 0; i < out.voices.size(); ++i) {
    out.voices[i].speaker = speakers[i];
    if (out.voices[i].about == About::kResponsibility || out.voices[i].about == About::kOrigin)
      on_responsibility.push_back(speakers[i]);
  }
  std::ranges::sort(on_responsibility);
  out.on_responsibility =
      static_cast<std::uint32_t>(std::ranges::unique(on_responsibility).begin() - on_responsibility.begin());
  out.contradictions = find_contradictions(readings, out.voices);
  return out;
}

}  // namespace samehand::reading
