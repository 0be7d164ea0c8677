// Whole YARA rules: `private rule NAME : tags { … condition: … }`, braces matched outside strings, comments and regular
// expressions. Hexadecimal strings have braces of their own, which are matched like the others.
//
// Cost: one pass over each rule. A rule is at most kMaxRule long; where none closes within that, no rule is looked for
// again before the place where the search gave up, so that "rule a {" a million times stays linear.
#include <algorithm>

#include "scan.h"

namespace samehand::indicator {
namespace {

constexpr std::size_t kMaxRule = 256 * 1024;

bool is_name(char c) {
  return is_alnum(c) || c == '_';
}

std::size_t skip_space(const Text& text, std::size_t at, std::size_t limit) {
  while (at < limit && is_space(text[at])) ++at;
  return at;
}

// The end of the string, comment or regular expression that begins at `at`; `at` itself where none does.
std::size_t skip_quoted(const Text& text, std::size_t at, std::size_t limit, bool value_expected) {
  const char c = text[at];
  if (c == '/' && text[at + 1] == '/') {
    while (at < limit && text[at] != '\n') ++at;
    return at;
  }
  if (c == '/' && text[at + 1] == '*') {
    at += 2;
    while (at < limit && !(text[at] == '*' && text[at + 1] == '/')) ++at;
    return at + 2;
  }
  if (c == '"' || (c == '/' && value_expected)) {
    for (++at; at < limit && text[at] != c && text[at] != '\n'; ++at)
      if (text[at] == '\\') ++at;
    return at + 1;
  }
  return at;
}

}  // namespace

std::optional<Find> YaraRules::at(const Text& text, std::size_t begin) {
  if (begin < hopeless_until_) return std::nullopt;
  const std::size_t limit = std::min(text.size(), begin + kMaxRule);
  std::size_t at = skip_space(text, begin + 4, begin + 64);
  const std::size_t name = at;
  while (at < name + 129 && is_name(text[at])) ++at;
  if (at == name || is_digit(text[name])) return std::nullopt;
  at = skip_space(text, at, at + 64);
  if (text[at] == ':') {
    const std::size_t tags = at;
    while (at < tags + 512 && (is_name(text[at]) || is_space(text[at]) || text[at] == ':')) ++at;
  }
  if (text[at] != '{') return std::nullopt;
  int depth = 0;
  bool condition = false;
  char previous = 0;  // the last character that is no space
  for (; at < limit;) {
    const std::size_t after = skip_quoted(text, at, limit, previous == '=' || previous == 's');  // "matches /re/"
    if (after != at) {
      at = after;
      previous = '"';
      continue;
    }
    const char c = text[at];
    if (c == '{') ++depth;
    if (c == 'c' && depth == 1 && text.from(at, 9) == "condition") condition = true;
    if (c == '}' && --depth == 0) {
      if (!condition) return std::nullopt;
      std::size_t start = begin;
      for (const std::string_view modifier : {"private", "global", "private"}) {
        std::size_t before = start;
        while (before > 0 && start - before < 8 && is_space(text[before - 1])) --before;
        if (before < start && text.upto(before, modifier.size()) == modifier) start = before - modifier.size();
      }
      ++at;
      return Find{Kind::kYaraRule, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(at),
                  std::string(text.piece(start, at)), 0};
    }
    if (!is_space(c)) previous = c;
    ++at;
  }
  hopeless_until_ = limit;
  return std::nullopt;
}

}  // namespace samehand::indicator
