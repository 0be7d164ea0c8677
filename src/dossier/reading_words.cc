#include "reading_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "figures.h"
#include "samehand/dossier/reading.h"

namespace samehand::dossier {

std::string_view word(claim::Stance stance) {
  switch (stance) {
    case claim::Stance::kAsserts:
      return "asserts";
    case claim::Stance::kDenies:
      return "denies";
    case claim::Stance::kDeclines:
      return "declines";
    case claim::Stance::kSuggests:
      return "suggests";
    case claim::Stance::kDoubts:
      return "doubts";
    case claim::Stance::kReportsDenial:
      return "reports_denial";
    case claim::Stance::kThreatens:
      return "threatens";
    case claim::Stance::kApologises:
      return "apologises";
  }
  return "asserts";
}

std::string_view word(claim::SpeakerKind kind) {
  switch (kind) {
    case claim::SpeakerKind::kUnknown:
      return "unknown";
    case claim::SpeakerKind::kAccused:
      return "accused";
    case claim::SpeakerKind::kVictim:
      return "victim";
    case claim::SpeakerKind::kGovernment:
      return "government";
    case claim::SpeakerKind::kVendor:
      return "vendor";
    case claim::SpeakerKind::kResearcher:
      return "researcher";
    case claim::SpeakerKind::kPress:
      return "press";
    case claim::SpeakerKind::kAnonymous:
      return "anonymous";
    case claim::SpeakerKind::kAttacker:
      return "attacker";
    case claim::SpeakerKind::kOutlet:
      return "outlet";
  }
  return "unknown";
}

std::string_view word(claim::About about) {
  switch (about) {
    case claim::About::kOther:
      return "other";
    case claim::About::kResponsibility:
      return "responsibility";
    case claim::About::kSimilarity:
      return "similarity";
    case claim::About::kMotive:
      return "motive";
    case claim::About::kLossVolume:
      return "loss_volume";
    case claim::About::kLossKind:
      return "loss_kind";
    case claim::About::kOrigin:
      return "origin";
    case claim::About::kTechnique:
      return "technique";
  }
  return "other";
}

std::string_view matter_text(claim::About about) {
  switch (about) {
    case claim::About::kResponsibility:
      return "who did it";
    case claim::About::kOrigin:
      return "where it came from";
    case claim::About::kSimilarity:
      return "what it resembles";
    case claim::About::kMotive:
      return "why";
    case claim::About::kTechnique:
      return "how";
    case claim::About::kLossVolume:
      return "how much was lost";
    case claim::About::kLossKind:
      return "what was lost";
    case claim::About::kOther:
      return "other matters";
  }
  return "other matters";
}

std::string stance_text(claim::Stance stance) {
  return stance == claim::Stance::kReportsDenial ? "reports a denial" : std::string(word(stance));
}

std::string words_of(const claim::Claim& claim, std::string_view text) {
  std::string out;
  for (const TextSpan span : claim.content) out += (out.empty() ? "" : " … ") + std::string(span.of(text));
  return out;
}

std::string quoted(std::string_view words) {
  constexpr std::string_view kMarks[] = {"\"", "“", "”", "„", "«", "»", "''", "``"};
  std::string_view inner = words;
  const auto strip = [&](bool front) {
    for (const std::string_view mark : kMarks) {
      if (front && inner.starts_with(mark)) return inner.remove_prefix(mark.size()), true;
      if (!front && inner.ends_with(mark)) return inner.remove_suffix(mark.size()), true;
    }
    return false;
  };
  const bool opened = strip(true), closed = strip(false);
  const bool within = std::ranges::any_of(kMarks, [&](std::string_view mark) { return inner.contains(mark); });
  if (within || opened != closed) return std::string(words);
  return "“" + std::string(inner) + "”";
}

std::string chain_text(const claim::Claim& claim) {
  // A charge that nobody is named for ("the allegation that") is not the page's.
  std::string out = claim.speaker.empty() && claim.speaker_kind != claim::SpeakerKind::kOutlet && !claim.chain.empty()
                        ? "somebody not named"
                        : "";
  for (auto link = claim.chain.rbegin(); link != claim.chain.rend(); ++link) out += (out.empty() ? "" : " < ") + *link;
  return out.empty() ? claim.speaker : out;
}

std::string said_text(const claim::Claim& claim) {
  if (claim.said_from.known())
    return fmt::format("between {} and {}", page::to_iso(claim.said_from), page::to_iso(claim.said_until));
  return date_text(claim.said);
}

std::vector<std::size_t> outline(std::span<const claim::Claim> claims) {
  // As a tree of first children and next siblings, built from the back so that siblings keep their order.
  const std::size_t none = claims.size();
  std::vector<std::size_t> child(claims.size() + 1, none), sibling(claims.size(), none);
  for (std::size_t i = claims.size(); i-- > 0;) {
    const std::size_t parent = claims[i].parent < 0 ? none : static_cast<std::size_t>(claims[i].parent);
    sibling[i] = std::exchange(child[parent], i);
  }
  std::vector<std::size_t> order, open;
  if (child[none] != none) open.push_back(child[none]);
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    order.push_back(at);
    if (sibling[at] != none) open.push_back(sibling[at]);
    if (child[at] != none) open.push_back(child[at]);
  }
  return order;
}

std::string date_text(const page::Date& date) {
  std::string text = page::to_iso(date);
  if (date.known() && date.year == 0) text += " (no year stated)";
  return text;
}

std::string figure_text(const naming::Figure& figure) {
  constexpr double kWholeNumbers = 1e15;
  const bool whole = figure.amount >= 0 && figure.amount < kWholeNumbers && figure.amount == std::floor(figure.amount);
  const std::string number =
      whole ? with_commas(static_cast<std::uint64_t>(figure.amount)) : fmt::format("{:g}", figure.amount);
  std::string_view hedge;
  switch (figure.hedge) {
    case naming::Figure::Hedge::kExact:
      break;
    case naming::Figure::Hedge::kAbout:
      hedge = "about ";
      break;
    case naming::Figure::Hedge::kAtLeast:
      hedge = "at least ";
      break;
    case naming::Figure::Hedge::kAtMost:
      hedge = "at most ";
      break;
    case naming::Figure::Hedge::kAlmost:
      hedge = "almost ";
      break;
  }
  return fmt::format("{}{} {}", hedge, number, figure.unit);
}

std::string_view language_text(std::string_view tag) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"ar", "Arabic"},     {"cs", "Czech"},     {"da", "Danish"},  {"de", "German"},     {"el", "Greek"},
      {"es", "Spanish"},    {"fa", "Persian"},   {"fi", "Finnish"}, {"fr", "French"},     {"he", "Hebrew"},
      {"hi", "Hindi"},      {"hu", "Hungarian"}, {"it", "Italian"}, {"ja", "Japanese"},   {"ko", "Korean"},
      {"nl", "Dutch"},      {"no", "Norwegian"}, {"pl", "Polish"},  {"pt", "Portuguese"}, {"ro", "Romanian"},
      {"ru", "Russian"},    {"sv", "Swedish"},   {"th", "Thai"},    {"tr", "Turkish"},    {"uk", "Ukrainian"},
      {"vi", "Vietnamese"}, {"zh", "Chinese"},
  };
  for (const auto& [primary, name] : kNames) {
    if (tag == primary || (tag.starts_with(primary) && tag.substr(2).starts_with('-'))) return name;
  }
  return tag;
}

}  // namespace samehand::dossier
