#include "samehand/reading/compared.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

#include "samehand/base/ascii.h"

namespace samehand::reading {
namespace {

constexpr std::size_t kMaxSentence = 2000;  // bytes: a text without full stops is no sentence

// "like" alone is none of them: "tools like Mimikatz" were used.
constexpr std::array<std::string_view, 7> kLikeness = {"similar", "resembl",  "reminiscent", "likened",
                                                       "unlike",  "same as ", "compar"};

bool ends_sentence(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '\n') return true;
  return (c == '.' || c == '!' || c == '?') && (at + 1 == text.size() || text[at + 1] == ' ' || text[at + 1] == '\n');
}

// In lower case.
std::string sentence_around(std::string_view text, TextSpan where) {
  if (where.end > text.size() || where.empty()) return {};
  std::size_t begin = where.begin, end = where.end;
  while (begin > 0 && where.begin - begin < kMaxSentence && !ends_sentence(text, begin - 1)) --begin;
  while (end < text.size() && end - where.end < kMaxSentence && !ends_sentence(text, end)) ++end;
  return lower(text.substr(begin, end - begin));
}

bool within(const claim::Claim& claim, TextSpan where) {
  return std::ranges::any_of(claim.content, [&](TextSpan span) { return span.contains(where); });
}

SoftwareRole role_of(const Reading& reading, TextSpan where) {
  const std::string sentence = sentence_around(reading.document.text, where);
  if (std::ranges::any_of(kLikeness, [&](std::string_view word) { return sentence.contains(word); }))
    return SoftwareRole::kCompared;
  SoftwareRole role = SoftwareRole::kUsed;
  for (const claim::Claim& claim : reading.claims) {
    if (!within(claim, where)) continue;
    if (claim.about == claim::About::kSimilarity) return SoftwareRole::kCompared;
    if (claim.about == claim::About::kResponsibility) role = SoftwareRole::kDeed;
  }
  return role;
}

}  // namespace

std::vector<SoftwareRole> roles_of_software(const Reading& reading) {
  std::vector<SoftwareRole> out(reading.names.size(), SoftwareRole::kUsed);
  std::unordered_map<std::string_view, SoftwareRole> by_name;
  const auto is_software = [](const naming::FoundName& name) {
    return name.kind == naming::NameKind::kMalware || name.kind == naming::NameKind::kTool;
  };
  for (const naming::FoundName& name : reading.names) {
    if (!is_software(name)) continue;
    const SoftwareRole role = role_of(reading, name.where);
    const auto [place, first] = by_name.emplace(name.value, role);
    if (first || place->second == SoftwareRole::kCompared) continue;
    if (role != SoftwareRole::kDeed) place->second = role;
  }
  for (std::size_t i = 0; i < out.size(); ++i)
    if (is_software(reading.names[i])) out[i] = by_name.at(reading.names[i].value);
  return out;
}

}  // namespace samehand::reading
