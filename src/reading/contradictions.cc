#include "contradictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "samehand/base/ascii.h"
#include "samehand/base/file.h"
#include "samehand/base/one_of.h"

namespace samehand::reading {
namespace {

using claim::About;

// Amounts that differ by less are one amount, rounded ("almost 11", "11.2").
constexpr double kSameAmount = 1.15;

const claim::Claim& claim_of(std::span<const Reading> readings, ClaimRef ref) {
  return readings[ref.page].claims[ref.claim];
}

std::string_view matter(About about) {
  switch (about) {
    case About::kResponsibility:
      return "responsibility";
    case About::kOrigin:
      return "place of origin";
    case About::kSimilarity:
      return "similarity";
    case About::kMotive:
      return "motive";
    case About::kLossVolume:
      return "volume of the loss";
    case About::kLossKind:
      return "kind of the loss";
    case About::kTechnique:
      return "technique";
    case About::kOther:
      break;
  }
  return "";
}

// Who did it, and where it came from, are one matter here.
About joined(About about) {
  return about == About::kOrigin ? About::kResponsibility : about;
}

// The words of a text that carry its matter, by their stems.
std::set<std::string> stems(std::string_view text) {
  static constexpr auto kEmpty = std::to_array<std::string_view>(
      {"that",    "this",   "there",     "these",   "they",   "them",        "their", "have",    "with",
       "from",    "were",   "been",      "said",    "says",   "would",       "will",  "could",   "among",
       "data",    "stolen", "also",      "about",   "which",  "when",        "what",  "than",    "some",
       "company", "attack", "attackers", "hackers", "leaked", "information", "into",  "because", "after"});
  std::set<std::string> out;
  std::string word;
  const auto end_word = [&] {
    constexpr std::size_t kShortest = 4;
    if (word.size() >= kShortest && !one_of(word, kEmpty)) {
      for (const std::string_view ending : {"ings", "ing", "ies", "ied", "es", "ed", "s", "y"}) {
        if (word.size() > ending.size() + 3 && word.ends_with(ending)) {
          word.resize(word.size() - ending.size());
          break;
        }
      }
      out.insert(word);
    }
    word.clear();
  };
  for (const char c : text) {
    if (is_alpha(c) || is_high(c))
      word += to_lower(c);
    else
      end_word();
  }
  end_word();
  return out;
}

std::set<std::string> stems_of(std::span<const Reading> readings, const Voice& voice) {
  constexpr std::size_t kClaims = 8;  // the rest repeats them
  std::set<std::string> out;
  for (std::size_t i = 0; i < voice.claims.size() && i < kClaims; ++i) {
    const claim::Claim& c = claim_of(readings, voice.claims[i]);
    for (const TextSpan span : c.content) out.merge(stems(span.of(readings[voice.claims[i].page].document.text)));
  }
  return out;
}

// One source does not contradict itself here: who affirms and denies has been read wrongly, or has changed his mind.
void drop_common_speakers(std::span<const Voice> voices, std::vector<std::uint32_t>& from,
                          const std::vector<std::uint32_t>& of) {
  std::erase_if(from, [&](std::uint32_t i) {
    return std::ranges::any_of(of, [&](std::uint32_t k) { return voices[k].speaker == voices[i].speaker; });
  });
}

bool says_any(std::span<const Reading> readings, const Voice& voice, std::span<const std::string_view> words) {
  return std::ranges::any_of(voice.claims, [&](ClaimRef ref) {
    const Reading& page = readings[ref.page];
    return std::ranges::any_of(page.claims[ref.claim].content, [&](TextSpan span) {
      const std::string text = lower(span.of(page.document.text));
      return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
    });
  });
}

// Who denies that anybody else had a part in it stands against whoever says that others had: other suspects, or others
// whom the suspect has hired. The latter, and the denial, then say nothing for or against the suspect itself: `apart`.
void deny_others(std::span<const Reading> readings, std::span<const Voice> voices, std::vector<Contradiction>& out,
                 std::set<std::uint32_t>& apart) {
  static constexpr auto kElse = std::to_array<std::string_view>(
      {"anybody else", "anyone else", "nobody else", "no one else", "somebody else", "someone else", "other group",
       "other actor", "other part", "others were", "others had", "others took"});
  static constexpr auto kHired =
      std::to_array<std::string_view>({"hired", "contracted", "outsourced", "recruited", "paid hackers"});
  for (std::uint32_t i = 0; i < voices.size(); ++i) {
    if (joined(voices[i].about) != About::kResponsibility || side_of(voices[i].stance) != Side::kDenies ||
        !voices[i].suspect.empty() || !says_any(readings, voices[i], kElse))
      continue;
    const auto accuses = std::ranges::find_if(voices, [&](const Voice& v) {
      return v.speaker == voices[i].speaker && joined(v.about) == About::kResponsibility && !v.suspect.empty() &&
             side_of(v.stance) == Side::kAffirms;
    });
    if (accuses == voices.end()) continue;
    std::vector<std::uint32_t> others;
    for (std::uint32_t k = 0; k < voices.size(); ++k) {
      const Voice& voice = voices[k];
      if (joined(voice.about) != About::kResponsibility || side_of(voice.stance) != Side::kAffirms ||
          voice.suspect.empty() || voice.speaker == voices[i].speaker)
        continue;
      const bool by_hire = voice.suspect == accuses->suspect && says_any(readings, voice, kHired);
      if (by_hire) apart.insert(k);
      if (by_hire || voice.suspect != accuses->suspect) others.push_back(k);
    }
    if (others.empty()) continue;
    apart.insert(i);  // it is no denial that the one it accuses did it
    out.push_back({About::kResponsibility,
                   fmt::format("a part of others than {}", accuses->suspect_name),
                   {{"affirmed", std::move(others)}, {"denied", {i}}}});
  }
}

// Who did it: voices for and against each suspect.
void accuse(std::span<const Voice> voices, const std::set<std::uint32_t>& apart, std::vector<Contradiction>& out) {
  struct Sides {
    std::string name;
    std::vector<std::uint32_t> affirm, deny;
  };
  std::map<std::string, Sides> suspects;
  for (std::uint32_t i = 0; i < voices.size(); ++i) {
    const Voice& voice = voices[i];
    const Side side = side_of(voice.stance);
    if (joined(voice.about) != About::kResponsibility || side == Side::kDeclines || apart.contains(i)) continue;
    Sides& sides = suspects[voice.suspect];
    if (sides.name.empty()) sides.name = voice.suspect_name;
    (side == Side::kAffirms ? sides.affirm : sides.deny).push_back(i);
  }
  // Who names nobody may mean any suspect; where there is only one, it is that one.
  if (const auto nobody = suspects.find(""); nobody != suspects.end() && suspects.size() == 2) {
    Sides& one = nobody == suspects.begin() ? std::next(suspects.begin())->second : suspects.begin()->second;
    std::ranges::copy(nobody->second.affirm, std::back_inserter(one.affirm));
    std::ranges::copy(nobody->second.deny, std::back_inserter(one.deny));
    suspects.erase(nobody);
  }
  for (auto& [key, sides] : suspects) {
    drop_common_speakers(voices, sides.affirm, sides.deny);
    if (sides.affirm.empty() || sides.deny.empty()) continue;
    const std::string what(matter(About::kResponsibility));
    out.push_back({About::kResponsibility,
                   sides.name.empty() ? what : fmt::format("{} of {}", what, sides.name),
                   {{"affirmed", sides.affirm}, {"denied", sides.deny}}});
  }
}

// Other matters: a denial and what shares most of its words' stems with it.
void deny(std::span<const Reading> readings, std::span<const Voice> voices, std::vector<Contradiction>& out) {
  constexpr std::size_t kSharedStems = 2;
  std::vector<std::set<std::string>> words(voices.size());
  const auto words_of = [&](std::uint32_t i) -> const std::set<std::string>& {
    if (words[i].empty()) words[i] = stems_of(readings, voices[i]);
    return words[i];
  };
  for (std::uint32_t i = 0; i < voices.size(); ++i) {
    const About about = voices[i].about;
    if (about == About::kOther || joined(about) == About::kResponsibility || side_of(voices[i].stance) != Side::kDenies)
      continue;
    Contradiction c{about, std::string(matter(about)), {{"affirmed", {}}, {"denied", {i}}}};
    for (std::uint32_t k = 0; k < voices.size(); ++k) {
      if (voices[k].about != about || side_of(voices[k].stance) != Side::kAffirms ||
          voices[k].speaker == voices[i].speaker)
        continue;
      std::vector<std::string> shared;
      std::ranges::set_intersection(words_of(i), words_of(k), std::back_inserter(shared));
      if (shared.size() < kSharedStems) continue;
      c.sides[0].voices.push_back(k);
    }
    if (c.sides[0].voices.empty()) continue;
    // Several who deny the same are one contradiction.
    const auto same = std::ranges::find_if(
        out, [&](const Contradiction& o) { return o.about == about && o.sides[0].voices == c.sides[0].voices; });
    if (same != out.end())
      same->sides[1].voices.push_back(i);
    else
      out.push_back(std::move(c));
  }
}

// What an amount is an amount of: "bytes" for volumes, else what is counted.
std::string counted(const naming::Figure& figure) {
  if (figure.bytes > 0) return "bytes";
  const std::set<std::string> of = stems(figure.of.empty() ? figure.unit : figure.of);
  return of.empty() ? figure.unit : *of.rbegin();
}

// Amounts of what was lost that differ, kind by kind.
void measure(std::span<const Reading> readings, std::span<const Voice> voices, std::vector<Contradiction>& out) {
  std::map<std::string, std::map<double, std::vector<std::uint32_t>>> kinds;
  std::map<std::pair<std::string, double>, std::string> printed;
  for (std::uint32_t i = 0; i < voices.size(); ++i) {
    if (voices[i].about != About::kLossVolume && voices[i].about != About::kLossKind) continue;
    for (const ClaimRef ref : voices[i].claims) {
      const claim::Claim& c = claim_of(readings, ref);
      for (const naming::Figure& figure : readings[ref.page].figures) {
        if (!c.content.front().overlaps(figure.where)) continue;
        // Counts are compared only where the claim is on how much.
        if (figure.bytes <= 0 && voices[i].about != About::kLossVolume) continue;
        const double amount = figure.bytes > 0 ? figure.bytes : figure.amount;
        if (amount <= 0) continue;
        const std::string kind = counted(figure);
        auto& by_amount = kinds[kind];
        const auto near = std::ranges::find_if(by_amount, [&](const auto& entry) {
          return std::max(entry.first, amount) <= kSameAmount * std::min(entry.first, amount);
        });
        auto& members = near != by_amount.end() ? near->second : by_amount[amount];
        if (near == by_amount.end()) {
          printed[{kind, amount}] = figure.bytes > 0 ? size_text(static_cast<std::uint64_t>(amount))
                                                     : std::string(figure.where.of(readings[ref.page].document.text));
        }
        if (std::ranges::find(members, i) == members.end()) members.push_back(i);
        break;  // the first that a claim states
      }
    }
  }
  for (auto& [kind, by_amount] : kinds) {
    if (by_amount.size() < 2) continue;
    Contradiction c{About::kLossVolume, std::string(matter(About::kLossVolume)), {}};
    if (kind != "bytes") c.matter += " (counts)";
    for (auto& [amount, members] : by_amount) c.sides.push_back({printed[{kind, amount}], std::move(members)});
    out.push_back(std::move(c));
  }
}

}  // namespace

std::vector<Contradiction> find_contradictions(std::span<const Reading> readings, std::span<const Voice> voices) {
  std::vector<Contradiction> out;
  std::vector<Contradiction> others;
  std::set<std::uint32_t> apart;
  deny_others(readings, voices, others, apart);
  accuse(voices, apart, out);
  std::ranges::move(others, std::back_inserter(out));
  deny(readings, voices, out);
  measure(readings, voices, out);
  return out;
}

}  // namespace samehand::reading
