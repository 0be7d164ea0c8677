// Who may have done it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace samehand::evidence {

// What a hypothesis has to do with the accusation, which decides what the defaults make of an item.
enum class Role : std::uint8_t {
  kOther,      // none of these: only items that point at it by name tell for it
  kAccused,    // whoever is publicly suspected
  kProxy,      // contractors or proxies elsewhere who work for the accused
  kUnrelated,  // a group that has nothing to do with the accused
  kInsider,    // somebody of the victim's own
  kFalseFlag,  // somebody who wants it to look like the accused
  kNone,       // none of those that were thought of
};
inline constexpr std::size_t kRoles = static_cast<std::size_t>(Role::kNone) + 1;
std::string_view to_string(Role role);  // "accused", "false-flag", …
std::optional<Role> parse_role(std::string_view text);

struct Hypothesis {
  std::int64_t number = 0;  // within its case, for good
  std::string name;
  Role role = Role::kOther;
  double prior = 0;
  std::vector<std::string> also;  // other names under which reports accuse it
  std::string description;
};

// The hypotheses that people forget, with priors for a case of which nothing is known but that `accused` is suspected.
// They are where a discussion begins, not where it ends; docs/case.md says where they come from.
std::vector<Hypothesis> intrusion_template(const std::string& accused);

}  // namespace samehand::evidence
