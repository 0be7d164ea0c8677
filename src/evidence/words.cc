#include <algorithm>
#include <array>
#include <cctype>

#include "samehand/evidence/item.h"

namespace samehand::evidence {
namespace {

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto it = std::ranges::find(names, text);
  if (it == names.end()) return std::nullopt;
  return static_cast<Enum>(it - names.begin());
}

constexpr std::array<std::string_view, kRoles> kRoleNames = {"other",   "accused",    "proxy", "unrelated",
                                                             "insider", "false-flag", "none"};
constexpr std::array<std::string_view, 4> kForgeabilityNames = {"trivial", "easy", "moderate", "hard"};
constexpr std::array<std::string_view, 5> kExhibitNames = {"tool", "report", "trace", "loot", "import"};
constexpr std::array<std::string_view, kItemKinds> kItemNames = {
    "other",     "shared-code",   "same-build", "private-key", "infrastructure", "address",
    "technique", "software",      "build-time", "toolchain",   "language",       "build-path",
    "text",      "writing-style", "similarity", "attribution", "denial",         "no-comment",
    "boast",     "threat",        "motive",     "access",      "contradiction"};
constexpr std::array<std::string_view, 4> kUnitNames = {"whole", "characters", "bytes", "address"};
constexpr std::array<std::string_view, 4> kOriginNames = {"hand", "import", "report", "tool"};

}  // namespace

std::string_view to_string(Role role) {
  return kRoleNames[static_cast<std::size_t>(role)];
}
std::optional<Role> parse_role(std::string_view text) {
  return find<Role>(kRoleNames, text);
}
std::optional<Forgeability> parse_forgeability(std::string_view text) {
  return find<Forgeability>(kForgeabilityNames, text);
}
std::string_view to_string(ExhibitKind kind) {
  return kExhibitNames[static_cast<std::size_t>(kind)];
}
std::optional<ExhibitKind> parse_exhibit_kind(std::string_view text) {
  return find<ExhibitKind>(kExhibitNames, text);
}
std::string_view to_string(Locus::Unit unit) {
  return kUnitNames[static_cast<std::size_t>(unit)];
}
std::optional<Locus::Unit> parse_unit(std::string_view text) {
  return find<Locus::Unit>(kUnitNames, text);
}
std::string_view to_string(ItemKind kind) {
  return kItemNames[static_cast<std::size_t>(kind)];
}
std::optional<ItemKind> parse_item_kind(std::string_view text) {
  return find<ItemKind>(kItemNames, text);
}
std::string_view to_string(Origin origin) {
  return kOriginNames[static_cast<std::size_t>(origin)];
}
std::optional<Origin> parse_origin(std::string_view text) {
  return find<Origin>(kOriginNames, text);
}

std::optional<Admiralty> parse_admiralty(std::string_view text) {
  if (text.size() != 2) return std::nullopt;
  const Admiralty grade{static_cast<char>(std::toupper(static_cast<unsigned char>(text[0]))), text[1]};
  if (grade.source < 'A' || grade.source > 'F' || grade.credibility < '1' || grade.credibility > '6')
    return std::nullopt;
  return grade;
}

std::string to_string(const Admiralty& grade) {
  return {grade.source, grade.credibility};
}

}  // namespace samehand::evidence
