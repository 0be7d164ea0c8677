// The order is that of the header. Lists of words are short and searched as they stand: a word is looked up only where
// a form of defanging is in sight.
#include "defang_forms.h"

#include <algorithm>
#include <utility>

#include "public_suffix.h"
#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::indicator {
namespace {

// Top-level domains that are English words: "dot" before them may well be an ordinary word.
bool is_common_word(std::string_view label) {
  static constexpr std::string_view kWords[] = {"am",  "as",  "at",   "be",   "by",  "do",  "in",  "is",  "it",
                                                "me",  "my",  "no",   "so",   "to",  "us",  "all", "and", "are",
                                                "can", "fit", "for",  "here", "how", "now", "one", "off", "on",
                                                "or",  "out", "over", "see",  "the", "you"};
  return one_of(label, kWords);
}

// Words that stand before "at a-host" in any prose and are nobody's local part.
bool is_no_local_part(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "us",      "you",       "him",       "her",        "them",    "it",      "me",       "site",   "server",
      "servers", "available", "found",     "here",       "page",    "website", "one",      "is",     "was",
      "are",     "be",        "been",      "team",       "desk",    "office",  "out",      "look",   "up",
      "only",    "both",      "also",      "mail",       "email",   "form",    "contact",  "files",  "file",
      "data",    "host",      "hosts",     "domain",     "address", "account", "accounts", "relay",  "gateway",
      "portal",  "live",      "online",    "seen",       "run",     "go",      "more",     "points", "traffic",
      "person",  "people",    "someone",   "somebody",   "anyone",  "anybody", "everyone", "staff",  "experts",
      "users",   "customers", "employees", "researchers"};
  if (word.size() > 4 && (word.ends_with("ed") || word.ends_with("ing"))) return true;  // "hosted", "pointing"
  return one_of(word, kWords);
}

}  // namespace

char closing_bracket(char c) {
  switch (c) {
    case '[':
      return ']';
    case '(':
      return ')';
    case '{':
      return '}';
    case '<':
      return '>';
    default:
      return 0;
  }
}

std::string_view bracketed_form(std::string_view inner) {
  static constexpr std::pair<std::string_view, std::string_view> kForms[] = {
      {".", "."},   {",", "."},       {"dot", "."},   {"d0t", "."},   {"punkt", "."}, {"punto", "."}, {"point", "."},
      {"·", "."},   {"。", "."},      {"．", "."},    {"•", "."},     {"\\.", "."},   {"@", "@"},     {"at", "@"},
      {"et", "@"},  {"arroba", "@"},  {":", ":"},     {"::", "::"},   {"://", "://"}, {":/", ":/"},   {"/", "/"},
      {"//", "//"}, {":\\\\", "://"}, {"colon", ":"}, {"slash", "/"}, {"-", "-"},     {"_", "_"}};
  for (const auto& [form, meaning] : kForms)
    if (equals_ignoring_case(inner, form)) return meaning;
  return {};
}

std::string_view scheme_of(std::string_view word) {
  if (word.size() >= 2 && word[0] == '[') word.remove_prefix(1);
  const auto blotted = [](char c) { return std::string_view("tTxX*_#?zZ-+").find(c) != std::string_view::npos; };
  const std::size_t n = word.size();
  if ((n == 4 || n == 5) && to_lower(word[0]) == 'h' && blotted(word[1]) && blotted(word[2]) &&
      to_lower(word[3]) == 'p') {
    if (n == 4) return "http";
    if (to_lower(word[4]) == 's' || word[4] == '*' || to_lower(word[4]) == 'x') return "https";
  }
  static constexpr std::pair<std::string_view, std::string_view> kForms[] = {
      {"xxxx", "http"}, {"xxxxs", "https"}, {"hxp", "http"}, {"htp", "http"},  {"meow", "http"},
      {"fxp", "ftp"},   {"f*p", "ftp"},     {"ftp", "ftp"},  {"fxps", "ftps"}, {"ftps", "ftps"},
      {"sxxp", "sftp"}, {"sxtp", "sftp"},   {"sftp", "sftp"}};
  for (const auto& [form, scheme] : kForms)
    if (equals_ignoring_case(word, form)) return scheme;
  return {};
}

bool spelt_name(std::string_view text, std::string_view joint, std::size_t skip) {
  const std::string_view first_joint = joint.substr(skip);
  if (!text.starts_with(first_joint)) return false;
  text.remove_prefix(first_joint.size());
  for (int labels = 0; labels < 8; ++labels) {
    std::size_t n = 0;
    while (n < text.size() && (is_lower(text[n]) || is_digit(text[n]) || text[n] == '-')) ++n;
    const std::string_view label = text.substr(0, n);
    if (n == 0 || n > 63) return false;
    text.remove_prefix(n);
    if (text.starts_with(joint)) {
      text.remove_prefix(joint.size());
      continue;
    }
    if (!text.empty() && (joins_names(text[0]) || text[0] == '.' || text[0] == '@')) return false;
    if (std::ranges::all_of(label, is_digit)) return n <= 3 && labels <= 2;
    return is_top_level_domain(label) && (labels > 0 || !is_common_word(label));
  }
  return false;
}

std::size_t spelt_host(std::string_view text, bool& dressed) {
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
  std::size_t i = 0;
  dressed = false;
  for (int labels = 1; labels < 12; ++labels) {
    const std::size_t label = i;
    while (is_alnum(at(i)) || at(i) == '-') ++i;
    if (i == label || i - label > 63) return 0;
    std::size_t next = i;
    const bool spaced = at(next) == ' ';
    if (spaced) ++next;
    bool bracket = false;
    while (next < i + 3 && (closing_bracket(at(next)) != 0 || at(next) == '\\' || at(next) == '^')) {
      ++next;
      bracket = true;
    }
    if (bracket && at(next) == ' ') ++next;
    const bool word = (bracket || spaced) && starts_ignoring_case(text.substr(std::min(next, text.size())), "dot");
    if (word) {
      next += 3;
    } else if (at(next) == '.' || (bracket && at(next) == ',')) {
      ++next;
    } else {
      next = 0;
    }
    if (next != 0) {
      if (at(next) == ' ') ++next;
      while (next < text.size() && (closes(at(next)) || at(next) == '>')) {
        ++next;
        bracket = true;
      }
      if (bracket && at(next) == ' ') ++next;
      if (word && !bracket && at(next - 1) != ' ') next = 0;
      if (!bracket && !word && (spaced || at(next - 1) == ' ')) next = 0;  // the end of a sentence
      if (!is_alnum(at(next))) next = 0;
    }
    if (next == 0) return labels >= 2 && is_top_level_domain(lower(text.substr(label, i - label))) ? i : 0;
    dressed |= bracket || word;
    i = next;
  }
  return 0;
}

bool stands_for_at(std::string_view written, std::string_view host, std::size_t end, bool dressed, bool capitals) {
  const char after = end < host.size() ? host[end] : '\0';
  if (after == '/' || after == '@' || after == '\\' || after == '_' || after == ':' ||
      (closing_bracket(after) != 0 && end + 1 < host.size() && (host[end + 1] == '/' || host[end + 1] == ':')))
    return false;
  std::size_t begin = written.size();
  while (begin > 0 && written.size() - begin < 64 &&
         (is_alnum(written[begin - 1]) || written[begin - 1] == '.' || written[begin - 1] == '_' ||
          written[begin - 1] == '-' || written[begin - 1] == '+'))
    --begin;
  const std::string_view local = written.substr(begin);
  if (local.empty() || !is_alnum(local[0])) return false;
  const char before = begin > 0 ? written[begin - 1] : '\0';
  const bool opens =
      before == '\0' || before == '\n' || before == '"' || before == '`' || before == '(' || before == '<';
  const bool ends =
      after == '\0' || after == '\n' || after == '\r' || after == '"' || after == '`' || after == ')' || after == '>';
  const std::string word = lower(local);
  if (opens && ends && (before != '\0' || end == host.size()) && !is_upper(local[0]))
    return word == "me" || !is_no_local_part(word);
  if (is_no_local_part(word)) return false;
  if (dressed && std::ranges::any_of(local, [](char c) { return is_digit(c) || c == '.' || c == '_'; })) return true;
  if (capitals) return std::ranges::any_of(local, is_lower);
  const std::string lead = lower(written.substr(begin > 16 ? begin - 16 : 0, std::min<std::size_t>(begin, 16)));
  static constexpr std::string_view kLeads[] = {
      "email ",    "e-mail ",  "mail ",    "email: ",   "e-mail: ", "mail: ",   "contact ", "contact: ",
      "write to ", "mail to ", "address ", "address: ", "jabber ",  "jabber: ", "xmpp ",    "xmpp: "};
  return std::ranges::any_of(kLeads, [&](std::string_view one) { return lead.ends_with(one); });
}
std::size_t comma_address(std::string_view written, std::string_view text) {
  if (text.size() < 2 || written.empty() || !is_digit(written.back()) || !is_digit(text[1])) return 0;
  std::size_t first = written.size();
  while (first > 0 && written.size() - first < 4 && is_digit(written[first - 1])) --first;
  if (written.size() - first > 3 || (first > 0 && (joins_names(written[first - 1]) || written[first - 1] == ',')))
    return 0;
  std::size_t at = 0;
  for (int octet = 0; octet < 3; ++octet) {
    if (at >= text.size() || text[at++] != ',') return 0;
    std::size_t n = 0;
    while (at + n < text.size() && n < 4 && is_digit(text[at + n])) ++n;
    if (n == 0 || n > 3) return 0;
    at += n;
  }
  if (at < text.size() &&
      (joins_names(text[at]) || (text[at] == ',' && at + 1 < text.size() && is_digit(text[at + 1]))))
    return 0;
  std::string before = lower(written.substr(first > 32 ? first - 32 : 0, std::min<std::size_t>(first, 32)));
  if (const std::size_t line = before.rfind('\n'); line != std::string::npos) before.erase(0, line + 1);
  static constexpr std::string_view kWords[] = {"ip ",  "ips ",   "ip: ", "ipv4", "address",
                                                "host", "server", "c2 ",  "c2: "};
  if (std::ranges::none_of(kWords, [&](std::string_view word) { return before.find(word) != std::string::npos; }))
    return 0;
  return at;
}

}  // namespace samehand::indicator
