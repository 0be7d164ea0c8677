#include "contradictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "samehand/base/file.h"

namespace samehand::reading {
namespace {

using claim::About;

// Amounts that differ by less are one amount, rounded ("almost 11", "11.2").
constexpr double kSameAmount = 1.15;

const claim::Claim& claim_of(std::span<const Reading> readings, ClaimRef ref) {
  return readings[ref.page].claims[ref.claim];
}

std::string simplified(std::string_view subject) {
  std::string out;
  for (const char c : subject) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (const std::string_view article : {"the ", "a ", "an "}) {
    if (out.starts_with(article)) out.erase(0, article.size());
  }
  return out;
}

// Whose responsibility, origin or motive a voice speaks of: the first subject that its claims name.
std::string subject_of(std::span<const Reading> readings, const Voice& voice) {
  for (const ClaimRef ref : voice.claims) {
    const claim::Claim& c = claim_of(readings, ref);
    if (!c.subjects.empty()) return c.subjects.front();
  }
  return {};
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

// Affirmed and denied: voices on one matter and one subject. A voice that names no subject speaks of every one.
void deny(std::span<const Reading> readings, std::span<const Voice> voices, std::vector<Contradiction>& out) {
  struct Sides {
    std::string subject;
    std::vector<std::uint32_t> affirm, deny;
  };
  std::map<About, std::map<std::string, Sides>> matters;
  std::map<About, Sides> of_any;
  for (std::uint32_t i = 0; i < voices.size(); ++i) {
    const Voice& voice = voices[i];
    const Side side = side_of(voice.stance);
    if (voice.about == About::kOther || side == Side::kDeclines) continue;
    const std::string subject = subject_of(readings, voice);
    Sides& sides = subject.empty() ? of_any[voice.about] : matters[voice.about][simplified(subject)];
    sides.subject = subject;
    (side == Side::kAffirms ? sides.affirm : sides.deny).push_back(i);
  }
  for (auto& [about, any] : of_any) {
    auto& subjects = matters[about];
    if (subjects.empty()) subjects[""];
    for (auto& [key, sides] : subjects) {
      sides.affirm.insert(sides.affirm.end(), any.affirm.begin(), any.affirm.end());
      sides.deny.insert(sides.deny.end(), any.deny.begin(), any.deny.end());
    }
  }
  for (const auto& [about, subjects] : matters) {
    for (const auto& [key, sides] : subjects) {
      if (sides.affirm.empty() || sides.deny.empty()) continue;
      Contradiction c;
      c.about = about;
      c.matter =
          sides.subject.empty() ? std::string(matter(about)) : fmt::format("{} of {}", matter(about), sides.subject);
      c.sides = {{"affirmed", sides.affirm}, {"denied", sides.deny}};
      out.push_back(std::move(c));
    }
  }
}

// The first volume of data that a claim states, in bytes; 0 where it states none.
double volume_of(const Reading& reading, const claim::Claim& c) {
  for (const naming::Figure& figure : reading.figures) {
    if (figure.bytes > 0 && c.content.front().overlaps(figure.where)) return figure.bytes;
  }
  return 0;
}

// Amounts of stolen data that differ.
void measure(std::span<const Reading> readings, std::span<const Voice> voices, std::vector<Contradiction>& out) {
  std::map<double, std::vector<std::uint32_t>> by_amount;
  for (std::uint32_t i = 0; i < voices.size(); ++i) {
    if (voices[i].about != About::kLossVolume) continue;
    for (const ClaimRef ref : voices[i].claims) {
      const double bytes = volume_of(readings[ref.page], claim_of(readings, ref));
      if (bytes <= 0) continue;
      const auto near = std::ranges::find_if(by_amount, [&](const auto& entry) {
        return std::max(entry.first, bytes) <= kSameAmount * std::min(entry.first, bytes);
      });
      auto& members = near != by_amount.end() ? near->second : by_amount[bytes];
      if (std::ranges::find(members, i) == members.end()) members.push_back(i);
    }
  }
  if (by_amount.size() < 2) return;
  Contradiction c{About::kLossVolume, std::string(matter(About::kLossVolume)), {}};
  for (auto& [bytes, members] : by_amount)
    c.sides.push_back({size_text(static_cast<std::uint64_t>(bytes)), std::move(members)});
  out.push_back(std::move(c));
}

}  // namespace

std::vector<Contradiction> find_contradictions(std::span<const Reading> readings, std::span<const Voice> voices) {
  std::vector<Contradiction> out;
  deny(readings, voices, out);
  measure(readings, voices, out);
  return out;
}

}  // namespace samehand::reading
