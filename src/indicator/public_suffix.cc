// The list is embedded when the program is built (Debian's publicsuffix package), because a sandboxed worker opens no
// files. Rules: "co.uk" (a suffix), "*.ck" (every label under it is one), "!www.ck" (but this is not). The longest rule
// that matches wins; exceptions beat all. Only the ICANN part counts here.
#include "public_suffix.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "public_suffix_list.h"

namespace samehand::indicator {
namespace {

enum Rule : std::uint8_t { kSuffix = 1, kWildcard = 2, kException = 4 };

// Suffix -> rules whose labels it is: "ck" has kWildcard for "*.ck". The keys lie in the embedded list.
using Rules = std::unordered_map<std::string_view, std::uint8_t>;

Rules parse(std::string_view list) {
  Rules rules;
  rules.reserve(9000);
  const std::size_t end = list.find("===END ICANN DOMAINS===");
  list = list.substr(0, end);
  while (!list.empty()) {
    const std::size_t n = std::min(list.find('\n'), list.size());
    std::string_view line = list.substr(0, n);
    list.remove_prefix(std::min(n + 1, list.size()));
    if (line.empty() || line.starts_with("//")) continue;
    if (line.starts_with("*.")) {
      rules[line.substr(2)] |= kWildcard;
    } else if (line.starts_with("!")) {
      rules[line.substr(1)] |= kException;
    } else {
      rules[line] |= kSuffix;
    }
  }
  for (const std::string_view special :
       {"onion", "i2p", "bit", "bazar", "coin", "emc", "example", "test", "invalid", "local"})
    rules[special] |= kSuffix;
  return rules;
}

const Rules& rules() {
  static const Rules parsed = parse(kPublicSuffixList);
  return parsed;
}

std::uint8_t rule_of(std::string_view suffix) {
  const auto found = rules().find(suffix);
  return found == rules().end() ? 0 : found->second;
}

}  // namespace

void load_public_suffixes() {
  rules();
}

bool is_top_level_domain(std::string_view label) {
  return (rule_of(label) & (kSuffix | kWildcard)) != 0;
}

std::size_t public_suffix_labels(std::string_view host) {
  std::size_t best = 0, labels = 0;
  std::size_t begin = host.size();
  std::uint8_t parent = 0;
  // No rule has more than five labels.
  while (begin > 0 && labels < 6) {
    const std::size_t dot = begin >= 2 ? host.rfind('.', begin - 2) : std::string_view::npos;
    const std::size_t start = dot == std::string_view::npos ? 0 : dot + 1;
    ++labels;
    const std::uint8_t rule = rule_of(host.substr(start));
    if (labels == 1 && (rule & (kSuffix | kWildcard)) == 0) return 0;
    if (rule & kException) return labels - 1;
    if ((rule & kSuffix) || (parent & kWildcard)) best = labels;
    parent = rule;
    begin = start;
  }
  return best == 0 ? 1 : best;
}

}  // namespace samehand::indicator
