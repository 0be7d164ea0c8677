// Indicators that a keyword or a form of their own announces.
#include <algorithm>

#include "scan.h"

namespace samehand::indicator {
namespace {

std::optional<Find> find(Kind kind, std::size_t begin, std::size_t end, std::string value) {
  return Find{kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), std::move(value), 0};
}

std::size_t digits(const Text& text, std::size_t at, std::size_t limit) {
  std::size_t n = 0;
  while (n < limit && is_digit(text[at + n])) ++n;
  return n;
}

bool ends_word(const Text& text, std::size_t at) {
  return !is_alnum(text[at]) && text[at] != '_';
}

std::optional<Find> cve(const Text& text, std::size_t begin) {
  const auto joint = [](char c) { return c == '-' || c == '_' || c == ' ' || c == ':'; };
  std::size_t at = begin + 3;
  if (joint(text[at])) ++at;  // "CVE2014-1234" is written too
  if (digits(text, at, 5) != 4) return std::nullopt;
  const std::string year(text.piece(at, at + 4));
  if (year < "1998" || year > "2099") return std::nullopt;
  at += 4;
  if (!joint(text[at])) return std::nullopt;
  const std::size_t n = digits(text, ++at, 8);
  if (n < 4 || n > 7 || !ends_word(text, at + n)) return std::nullopt;
  return find(Kind::kCve, begin, at + n, "CVE-" + year + "-" + std::string(text.piece(at, at + n)));
}

// AS64496, ASN64496, AS 64496, ASN: 64496. In lower case with a space ("as 64496") only where it is alone on its line:
// "as 2014" is English.
std::optional<Find> autonomous_system(const Text& text, std::size_t begin) {
  std::size_t at = begin + 2;
  const bool asn = to_lower(text[at]) == 'n';
  if (asn) ++at;
  const bool capital = is_upper(text[begin]) && is_upper(text[begin + 1]);
  const std::size_t word_end = at;
  if (text[at] == ':' && asn) ++at;
  if (text[at] == '#' || text[at] == '-') ++at;
  if (text[at] == ' ') ++at;
  const std::size_t n = digits(text, at, 11);
  if (n == 0 || n > 10 || !ends_word(text, at + n) || text[at] == '0') return std::nullopt;
  if (text[at + n] == '.' && is_digit(text[at + n + 1])) return std::nullopt;
  const std::uint64_t value = std::stoull(std::string(text.piece(at, at + n)));
  if (value > 0xffffffffull) return std::nullopt;
  if (at > word_end && !asn) {
    if (!capital) {
      const char before = text.before(begin), after = text[at + n];
      if ((before != '\0' && before != '\n') || (after != '\0' && after != '\n')) return std::nullopt;
    } else if (text[at - 1] == ' ' && value < 100 && !text.mentions_before(begin, 40, "autonomous")) {
      return std::nullopt;
    }
  }
  return find(Kind::kAsn, begin, at + n, "AS" + std::to_string(value));
}

std::optional<Find> attack_id(const Text& text, std::size_t begin, std::size_t end) {
  std::size_t at = begin;
  while (at < begin + 2 && is_upper(text[at])) ++at;
  const std::string_view letters = text.piece(begin, at);
  const std::size_t n = digits(text, at, 5);
  if (n != 4 || at + 4 > end) return std::nullopt;
  const char thousand = text[at];
  bool fits = false;
  if (letters == "T") fits = thousand == '1' || (thousand == '0' && (text[at + 1] == '8' || text[at + 1] == '9'));
  if (letters == "TA") fits = thousand == '0' && (text[at + 1] == '0' || text[at + 1] == '1');
  if (letters == "G" || letters == "S" || letters == "C") fits = thousand == '0' || (thousand == '1' && letters != "C");
  if (letters == "M") fits = thousand == '1' || (thousand == '0' && (text[at + 1] == '8' || text[at + 1] == '9'));
  if (letters == "DS" || letters == "DC") fits = thousand == '0';
  if (!fits) return std::nullopt;
  at += 4;
  std::string id(text.piece(begin, at));
  if (letters == "T" && (text[at] == '.' || text[at] == '/') && digits(text, at + 1, 4) == 3 &&
      ends_word(text, at + 4)) {
    id += "." + std::string(text.piece(at + 1, at + 4));
    at += 4;
  } else if (!ends_word(text, at)) {
    return std::nullopt;
  }
  if (text[at] == '-' && is_alnum(text[at + 1])) return std::nullopt;  // a part number
  return find(Kind::kAttackId, begin, at, id);
}

// Former ids of ATT&CK: PRE-T1234, MOB-T1001, MOB-M1001.
std::optional<Find> old_attack_id(const Text& text, std::size_t begin) {
  const std::string_view prefix = text.from(begin, 5);
  if (prefix != "PRE-T" && prefix != "MOB-T" && prefix != "MOB-M") return std::nullopt;
  if (digits(text, begin + 5, 5) != 4 || !ends_word(text, begin + 9)) return std::nullopt;
  return find(Kind::kAttackId, begin, begin + 9, std::string(text.piece(begin, begin + 9)));
}

std::optional<Find> tlp(const Text& text, std::size_t begin) {
  std::size_t at = begin + 3;
  const std::size_t joint = at;
  while (at < joint + 3 && (text[at] == ':' || text[at] == ' ' || text[at] == '-' || text[at] == '_')) ++at;
  const bool only_space = at > joint && text.piece(joint, at).find_first_not_of(' ') == std::string_view::npos;
  static constexpr std::string_view kMarks[] = {"amber+strict", "amber", "red", "green", "white", "clear"};
  for (const std::string_view mark : kMarks) {
    if (!starts_ignoring_case(text.from(at, 12), mark)) continue;
    std::size_t end = at + mark.size();
    std::string value = upper(mark);
    if (mark == "amber" && starts_ignoring_case(text.from(end, 8), " strict")) {
      end += 7;
      value += "+STRICT";
    }
    if (!ends_word(text, end)) continue;
    // "TLP white paper" and "made the TLP clear" are prose.
    if (only_space && starts_ignoring_case(text.from(end, 7), " paper")) return std::nullopt;
    if (only_space && mark == "clear" && !is_upper(text[at])) return std::nullopt;
    return find(Kind::kTlp, begin, end, "TLP:" + value);
  }
  return std::nullopt;
}

// UA-1234567-1 and G-ABCDE12345 (Analytics), GTM-ABC123D (Tag Manager), AW-123456789 (Ads), pub-1234567890123456
// (AdSense).
std::optional<Find> tracking_id(const Text& text, std::size_t begin) {
  const std::string_view word = text.from(begin, 32);
  if (starts_ignoring_case(word, "ua-")) {
    const std::size_t n = digits(text, begin + 3, 12);
    if (n < 4 || n > 10) return std::nullopt;
    std::size_t end = begin + 3 + n;
    if (text[end] == '-') {
      const std::size_t m = digits(text, end + 1, 5);
      if (m == 0 || m > 4) return std::nullopt;
      end += 1 + m;
    } else if (n < 6) {
      return std::nullopt;
    }
    if (!ends_word(text, end)) return std::nullopt;
    return find(Kind::kTrackingId, begin, end, upper(text.piece(begin, end)));
  }
  // Capitals and digits, with at least one of each: "G-SHOCK" and "GTM-ONLY" are none.
  const auto code = [&](std::size_t from) {
    std::size_t n = 0, numbers = 0;
    for (; n < 16 && (is_upper(text[from + n]) || is_digit(text[from + n])); ++n) numbers += is_digit(text[from + n]);
    return ends_word(text, from + n) && text[from + n] != '-' && numbers > 0 && numbers < n ? n : 0;
  };
  if (word.starts_with("G-") && code(begin + 2) == 10)
    return find(Kind::kTrackingId, begin, begin + 12, std::string(text.piece(begin, begin + 12)));
  if (word.starts_with("GTM-")) {
    const std::size_t n = code(begin + 4);
    if (n < 4 || n > 9) return std::nullopt;
    return find(Kind::kTrackingId, begin, begin + 4 + n, std::string(text.piece(begin, begin + 4 + n)));
  }
  if (word.starts_with("AW-")) {
    const std::size_t n = digits(text, begin + 3, 13);
    if (n < 9 || n > 11 || !ends_word(text, begin + 3 + n)) return std::nullopt;
    return find(Kind::kTrackingId, begin, begin + 3 + n, std::string(text.piece(begin, begin + 3 + n)));
  }
  const std::size_t skip = starts_ignoring_case(word, "ca-pub-") ? 7 : starts_ignoring_case(word, "pub-") ? 4 : 0;
  if (skip > 0 && digits(text, begin + skip, 17) == 16 && ends_word(text, begin + skip + 16))
    return find(Kind::kTrackingId, begin, begin + skip + 16, lower(text.piece(begin, begin + skip + 16)));
  return std::nullopt;
}

// The products that user agents begin with, in lower case.
constexpr std::string_view kAgents[] = {"mozilla",
                                        "opera",
                                        "curl",
                                        "wget",
                                        "python-requests",
                                        "python-urllib",
                                        "go-http-client",
                                        "okhttp",
                                        "dalvik",
                                        "java",
                                        "libwww-perl",
                                        "winhttp",
                                        "microsoft-cryptoapi",
                                        "microsoft-webdav-miniredir",
                                        "microsoft-bits",
                                        "apache-httpclient",
                                        "axios",
                                        "node-fetch",
                                        "php",
                                        "ruby",
                                        "nmap",
                                        "sqlmap",
                                        "nikto",
                                        "masscan",
                                        "zgrab",
                                        "gobuster",
                                        "dirbuster",
                                        "wfuzz",
                                        "aiohttp",
                                        "urlgrabber",
                                        "guzzlehttp",
                                        "winhttprequest",
                                        "wininet",
                                        "internet",
                                        "lwp-request",
                                        "postmanruntime",
                                        "outlook-ios",
                                        "safari",
                                        "chrome",
                                        "applewebkit",
                                        "symfony",
                                        "httpie",
                                        "rest-client",
                                        "powershell",
                                        "bits"};

// Product/version (comment) Product/version …: the end of the sequence that begins at `begin`, 0 where it does not
// begin so.
std::size_t agent_end(const Text& text, std::size_t begin) {
  const std::size_t limit = begin + 512;
  std::size_t end = 0, at = begin;
  while (at < limit) {
    if (text[at] == '(') {
      std::size_t close = at + 1;
      int depth = 1;
      while (close < limit && text[close] != '\n' && text[close] != '\0') {
        if (text[close] == '(') ++depth;
        if (text[close] == ')' && --depth == 0) break;
        ++close;
      }
      if (text[close] != ')') break;
      at = end = close + 1;
    } else {
      const std::size_t name = at;
      while (at < name + 48 &&
             (is_alnum(text[at]) || text[at] == '-' || text[at] == '_' || text[at] == '.' || text[at] == '+'))
        ++at;
      if (at == name) break;
      if (text[at] != '/') {
        // A word without version belongs to it only between versions: "like Gecko", "Mobile Safari/604.1", "U2/1.0.0".
        if (text.piece(name, at) == "like" && text.from(at, 6) == " Gecko") {
          at += 6;
          end = at;
        } else if (text[at] == ' ' && end != 0 && is_upper(text[name])) {
          std::size_t next = at + 1;
          while (next < at + 24 && (is_alnum(text[next]) || text[next] == '-')) ++next;
          if (text[next] != '/' || !is_digit(text[next + 1])) break;
        } else {
          break;
        }
      } else {
        const std::size_t version = ++at;
        while (at < version + 48 &&
               (is_alnum(text[at]) || text[at] == '.' || text[at] == '-' || text[at] == '_' || text[at] == '+'))
          ++at;
        if (at == version || std::ranges::none_of(text.piece(version, at), is_alnum)) break;
        end = at;
      }
    }
    if (text[at] != ' ') break;
    ++at;
  }
  while (end > begin && (text.before(end) == '.' || text.before(end) == '-')) --end;
  return end;
}

std::optional<Find> user_agent(const Text& text, std::size_t begin, std::size_t end) {
  const std::string_view word = text.piece(begin, end);
  if (text[end] == '/' && is_digit(text[end + 1])) {
    if (std::ranges::none_of(kAgents, [&](std::string_view agent) { return equals_ignoring_case(word, agent); }))
      return std::nullopt;
    const std::size_t last = agent_end(text, begin);
    // "PHP/7.4" names a server; alone it counts where the sentence speaks of user agents, or for tools that are nothing
    // else.
    const bool rich = text.piece(begin, last).find('(') != std::string_view::npos ||
                      text.piece(begin, last).find(' ') != std::string_view::npos;
    const bool tool = word.find('-') != std::string_view::npos || equals_ignoring_case(word, "curl") ||
                      equals_ignoring_case(word, "wget") || equals_ignoring_case(word, "sqlmap") ||
                      equals_ignoring_case(word, "okhttp") || equals_ignoring_case(word, "mozilla") ||
                      equals_ignoring_case(word, "axios");
    if (last == 0 || (!rich && !tool && !text.mentions_before(begin, 60, "agent"))) return std::nullopt;
    return find(Kind::kUserAgent, begin, last, std::string(text.piece(begin, last)));
  }
  return std::nullopt;
}

// 1 where the word from `begin` is a key of JSON or the like and its closing quote stands at `at`: "mutex": "Name".
std::size_t closes_key(const Text& text, std::size_t begin, std::size_t at) {
  const char quote = text.before(begin);
  return (quote == '"' || quote == '\'') && text[at] == quote ? 1 : 0;
}

// "User-Agent: anything at all" to the end of the line or the closing quote; "user agent "x"".
std::optional<Find> announced_agent(const Text& text, std::size_t begin, std::size_t end) {
  std::size_t at = end;
  if (equals_ignoring_case(text.piece(begin, end), "user")) {
    if (!starts_ignoring_case(text.from(at, 6), " agent")) return std::nullopt;
    at += 6;
  }
  if (starts_ignoring_case(text.from(at, 8), " string")) at += 7;
  at += closes_key(text, begin, at);
  const std::size_t joint = at;
  while (at < joint + 4 && (text[at] == ':' || text[at] == ' ' || text[at] == '=')) ++at;
  const bool colon = text.piece(joint, at).find_first_of(":=") != std::string_view::npos;
  char quote = text[at];
  std::size_t last = at;
  if (quote == '"' || quote == '\'' || quote == '`') {
    last = ++at;
    while (last < at + 512 && text[last] != quote && text[last] != '\n' && text[last] != '\0') ++last;
    if (text[last] != quote) return std::nullopt;
  } else if (decode_utf8(text.from(at, 4), 0).value == 0x201c) {
    at += 3;
    last = at;
    while (last < at + 512 && text[last] != '\n' && text[last] != '\0' &&
           decode_utf8(text.from(last, 4), 0).value != 0x201d)
      ++last;
    if (text[last] == '\n' || text[last] == '\0') return std::nullopt;
  } else if (colon) {
    last = agent_end(text, at);
    if (last == 0 || text[last] == ' ' ||
        (text[last] != '\n' && text[last] != '\0' && text[last] != '\r' && is_alnum(text[last]))) {
      last = at;
      while (last < at + 512 && text[last] != '\n' && text[last] != '\0' && text[last] != '\r') ++last;
    }
    while (last > at && (is_space(text.before(last)) || text.before(last) == '.' || text.before(last) == '"')) --last;
  } else {
    return std::nullopt;
  }
  if (last <= at + 1) return std::nullopt;
  return find(Kind::kUserAgent, at, last, std::string(text.piece(at, last)));
}

// A mutex's name follows the word: quoted, after ':' or '=', or a word that is none of English.
std::optional<Find> mutex(const Text& text, std::size_t begin, std::size_t end) {
  std::size_t at = end + closes_key(text, begin, end);
  bool announced = false;
  if (starts_ignoring_case(text.from(at, 7), " object")) at += 7;
  static constexpr std::string_view kBetween[] = {" named",     " called", " name",   " with the name",
                                                  " with name", " of",     " is",     " value",
                                                  " string",    ":",       " =",      "=",
                                                  " -",         " (",      " object", " as",
                                                  ", named",    ", called"};
  for (int i = 0; i < 3; ++i) {
    for (const std::string_view words : kBetween) {
      if (!starts_ignoring_case(text.from(at, 16), words)) continue;
      at += words.size();
      announced |= words != " of" && words != " is" && words != " object";
    }
  }
  while (text[at] == ' ' && at < end + 64) ++at;
  const CodePoint first = decode_utf8(text.from(at, 4), 0);
  char32_t close = 0;
  if (first.value == '"' || first.value == '\'' || first.value == '`') close = first.value;
  if (first.value == 0x201c) close = 0x201d;
  if (first.value == 0x2018) close = 0x2019;
  if (close != 0) {
    at += first.bytes;
    std::size_t last = at;
    while (last < at + 160 && text[last] != '\n' && text[last] != '\0' &&
           decode_utf8(text.from(last, 4), 0).value != close)
      ++last;
    if (text[last] == '\n' || text[last] == '\0' || last == at || last == at + 160) return std::nullopt;
    while (last > at && (text.before(last) == ',' || text.before(last) == '.' || text.before(last) == ' ')) --last;
    while (at < last && text[at] == ' ') ++at;
    if (at == last) return std::nullopt;
    return find(Kind::kMutex, at, last, std::string(text.piece(at, last)));
  }
  std::size_t last = at;
  while (last < at + 128 && !is_space(text[last]) && text[last] != '\0' && text[last] != '"' && text[last] != ',' &&
         text[last] != ';' && text[last] != ')')
    ++last;
  while (last > at && (text.before(last) == '.' || text.before(last) == ':')) --last;
  const std::string_view word = text.piece(at, last);
  if (word.size() < 3 || std::ranges::none_of(word, is_alnum)) return std::nullopt;
  const bool odd = std::ranges::any_of(word, is_digit) || word.find('_') != std::string_view::npos ||
                   word.find('\\') != std::string_view::npos || word.find('{') != std::string_view::npos ||
                   std::ranges::any_of(word.substr(1), is_upper);
  if (!odd || (!announced && word.size() < 6)) return std::nullopt;
  return find(Kind::kMutex, at, last, std::string(word));
}

}  // namespace

bool Text::mentions_before(std::size_t end, std::size_t limit, std::string_view word) const {
  std::string_view before = upto(end, limit);
  if (const std::size_t line = before.rfind('\n'); line != std::string_view::npos) before.remove_prefix(line + 1);
  if (before.size() < word.size()) return false;
  for (std::size_t i = 0; i + word.size() <= before.size(); ++i)
    if (equals_ignoring_case(before.substr(i, word.size()), word)) return true;
  return false;
}

std::optional<Find> labelled_at(const Text& text, std::size_t begin, std::size_t end) {
  const std::string_view word = text.piece(begin, end);
  switch (to_lower(word[0])) {
    case 'a':
      if (to_lower(word.size() > 1 ? word[1] : '\0') == 's') return autonomous_system(text, begin);
      if (word.starts_with("AW-")) return tracking_id(text, begin);
      break;
    case 'c':
      if (starts_ignoring_case(word, "cve")) return cve(text, begin);
      if (starts_ignoring_case(word, "ca-pub-")) return tracking_id(text, begin);
      if (word[0] == 'C') {
        if (auto found = attack_id(text, begin, end)) return found;
      }
      break;
    case 'g':
      if (word.starts_with("G-") || word.starts_with("GTM-")) return tracking_id(text, begin);
      [[fallthrough]];
    case 'd':
    case 's':
      if (is_upper(word[0])) {
        if (auto found = attack_id(text, begin, end)) return found;
      }
      break;
    case 't':
      if (starts_ignoring_case(word, "tlp")) return tlp(text, begin);
      if (word[0] == 'T') return attack_id(text, begin, end);
      break;
    case 'm':
      if (word.starts_with("MOB-T") || word.starts_with("MOB-M")) return old_attack_id(text, begin);
      if (equals_ignoring_case(word, "mutex") || equals_ignoring_case(word, "mutexes") ||
          equals_ignoring_case(word, "mutant"))
        return mutex(text, begin, end);
      if (word[0] == 'M') {
        if (auto found = attack_id(text, begin, end)) return found;
      }
      break;
    case 'p':
      if (word.starts_with("PRE-T")) return old_attack_id(text, begin);
      if (starts_ignoring_case(word, "pub-")) return tracking_id(text, begin);
      break;
    case 'u':
      if (starts_ignoring_case(word, "ua-")) return tracking_id(text, begin);
      if (equals_ignoring_case(word, "user-agent") || equals_ignoring_case(word, "user-agents") ||
          equals_ignoring_case(word, "useragent") || equals_ignoring_case(word, "user")) {
        if (auto found = announced_agent(text, begin, end)) return found;
      }
      break;
    default:
      break;
  }
  return user_agent(text, begin, end);
}

// +1 202 555 0100, +44 (20) 7946-0000, (202) 555-0100, 202-555-0100
std::optional<Find> phone_at(const Text& text, std::size_t begin) {
  const char previous = text.before(begin);
  if (is_alnum(previous) || previous == '.' || previous == '-' || previous == '/' || previous == '=' ||
      previous == '_' || previous == '%' || previous == '&')
    return std::nullopt;
  std::string value;
  std::size_t at = begin, last = begin;
  const bool international = text[at] == '+';
  std::size_t groups = 0;
  if (international) {
    value = "+";
    ++at;
  }
  bool open = false;
  while (at < begin + 28) {
    const char c = text[at];
    if (is_digit(c)) {
      if (!is_digit(text.before(at))) ++groups;
      value.push_back(c);
      last = ++at;
    } else if (c == '(' && !open && is_digit(text[at + 1])) {
      open = true;
      ++at;
    } else if (c == ')' && open) {
      open = false;
      ++at;
    } else if ((c == ' ' || c == '-' || c == '.') && (is_digit(text[at + 1]) || text[at + 1] == '(') && at > begin) {
      ++at;
    } else {
      break;
    }
  }
  if (is_alnum(text[last]) || open) return std::nullopt;
  const std::size_t count = value.size() - (international ? 1 : 0);
  const std::string_view written = text.piece(begin, last);
  if (international) {
    if (count < 8 || count > 15 || value[1] == '0' || groups < 2) return std::nullopt;
    return find(Kind::kPhone, begin, last, value);
  }
  // North American forms only: three, three and four digits, with brackets or hyphens.
  const bool brackets = written.size() >= 13 && written[0] == '(' && written[4] == ')';
  const bool hyphens = written.size() == 12 && written[3] == '-' && written[7] == '-';
  if (count != 10 || groups != 3 || !(brackets || hyphens) || value[0] < '2' || value[3] < '2') return std::nullopt;
  return find(Kind::kPhone, begin, last, value);
}

}  // namespace samehand::indicator
