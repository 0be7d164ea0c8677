// Addresses: IPv4, IPv6, MAC, host names, URLs, e-mail.
//
// Every function looks at a bounded piece of text (kMaxUrl for URLs, a few hundred bytes for the rest) and returns the
// normal form. What is a host name is decided by the public suffix list: the last label must be a top-level domain and
// something must stand before the public suffix, so that "co.uk" and "setup.exe" are none.
#include <algorithm>
#include <array>
#include <charconv>

#include "public_suffix.h"
#include "punycode.h"
#include "samehand/base/one_of.h"
#include "scan.h"

namespace samehand::indicator {
namespace {

constexpr std::size_t kMaxUrl = 4096;
constexpr std::size_t kMaxHost = 253;

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t max) {
  std::uint32_t value = 0;
  if (text.empty() || text.size() > 10) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

std::size_t digits_from(const Text& text, std::size_t at, std::size_t limit) {
  std::size_t n = 0;
  while (n < limit && is_digit(text[at + n])) ++n;
  return n;
}

// Four decimal octets at `at`: their end, or 0.
std::size_t octets_end(const Text& text, std::size_t at) {
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0 && text[at++] != '.') return 0;
    const std::size_t n = digits_from(text, at, 4);
    if (n == 0 || n > 3 || !number(text.piece(at, at + n), 255)) return 0;
    at += n;
  }
  return at;
}

std::string plain_octets(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    while (text[i] == '0' && i + 1 < text.size() && is_digit(text[i + 1])) ++i;
    while (i < text.size() && is_digit(text[i])) out.push_back(text[i++]);
    if (i < text.size()) out.push_back(text[i++]);
  }
  return out;
}

// ":443" at `at`, not followed by more digits or letters: its length and value.
std::pair<std::size_t, std::uint16_t> port_at(const Text& text, std::size_t at) {
  if (text[at] != ':') return {0, 0};
  const std::size_t n = digits_from(text, at + 1, 6);
  const auto value = number(text.piece(at + 1, at + 1 + n), 65535);
  if (!value || *value == 0 || is_alnum(text[at + 1 + n]) || text[at + 1 + n] == ':') return {0, 0};
  return {n + 1, static_cast<std::uint16_t>(*value)};
}

// The end of what may follow a host in a URL: path, query, fragment. `at` is at the '/', '?' or '#'.
// Stops at white space, quotes, closing brackets that were not opened here, and scripts that are written without
// spaces; then gives trailing punctuation back to the sentence.
std::size_t url_tail_end(const Text& text, std::size_t at) {
  const std::size_t limit = std::min(text.size(), at + kMaxUrl);
  int round = 0, square = 0, curly = 0;
  std::size_t end = at;
  for (; end < limit; ++end) {
    const char c = text[end];
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) break;
    if (c == '"' || c == '<' || c == '>' || c == '`' || c == '|' || c == '^' || c == '\\') break;
    if (c == '\'' && !is_alnum(text[end + 1])) break;
    if (c == '(') ++round;
    if (c == '[') ++square;
    if (c == '{') ++curly;
    if ((c == ')' && --round < 0) || (c == ']' && --square < 0) || (c == '}' && --curly < 0)) break;
    if ((c == ',' || c == ';') &&
        (starts_ignoring_case(text.from(end + 1, 8), "http") || starts_ignoring_case(text.from(end + 1, 8), "ftp:")))
      break;
    if (static_cast<unsigned char>(c) >= 0xe2) break;  // punctuation, CJK, emoji; Latin and Cyrillic paths are kept
  }
  const auto trails = [](char c) {
    return c == '.' || c == ',' || c == ';' || c == ':' || c == '!' || c == '?' || c == '\'' || c == '*' || c == '(' ||
           c == '[' || c == '{';
  };
  while (end > at && trails(text.before(end))) --end;
  return end;
}

constexpr std::string_view kSchemes[] = {
    "http",        "https",  "ftp",    "ftps", "sftp", "tcp",    "udp",    "ws",   "wss",     "ssh",
    "smb",         "ldap",   "ldaps",  "rmi",  "dns",  "git",    "svn",    "irc",  "ircs",    "rtsp",
    "socks",       "socks4", "socks5", "rdp",  "vnc",  "telnet", "gopher", "nntp", "stratum", "stratum+tcp",
    "stratum+ssl", "mqtt",   "webdav", "dav",  "davs", "iiop",   "hxxp",   "hxxps"};

bool code_point_joins_names(char32_t c) {
  // Letters of alphabets; CJK and kana are read as text around a name, unless they are part of a whole label.
  return (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) || (c >= 0x370 && c <= 0x58f) ||
         (c >= 0x5d0 && c <= 0x6ff) || (c >= 0x900 && c <= 0x109f) || (c >= 0x10a0 && c <= 0x10ff) ||
         (c >= 0x1e00 && c <= 0x1fff);
}

}  // namespace

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t value = 0;
  for (int octet = 0; octet < 4; ++octet) {
    const std::size_t n = octet < 3 ? text.find('.') : text.size();
    if (n == std::string_view::npos || n == 0 || n > 3) return std::nullopt;
    const auto byte = number(text.substr(0, n), 255);
    if (!byte) return std::nullopt;
    value = value << 8 | *byte;
    text.remove_prefix(std::min(n + 1, text.size()));
  }
  return value;
}

std::string parse_ipv6(std::string_view text) {
  std::array<std::uint16_t, 8> groups{};
  int count = 0, gap = -1;
  std::size_t i = 0;
  if (text.starts_with("::")) {
    gap = 0;
    i = 2;
  } else if (text.starts_with(":")) {
    return {};
  }
  while (i < text.size()) {
    if (count == 8) return {};
    std::size_t n = 0;
    std::uint32_t value = 0;
    while (i + n < text.size() && n < 5 && is_hex(text[i + n]))
      value = value * 16 + static_cast<std::uint32_t>(hex_value(text[i + n++]));
    if (i + n < text.size() && text[i + n] == '.') {  // ::ffff:192.0.2.1
      const auto tail = parse_ipv4(text.substr(i));
      if (!tail || count > 6) return {};
      groups[count++] = static_cast<std::uint16_t>(*tail >> 16);
      groups[count++] = static_cast<std::uint16_t>(*tail & 0xffff);
      i = text.size();
      break;
    }
    if (n == 0 || n > 4) return {};
    groups[count++] = static_cast<std::uint16_t>(value);
    i += n;
    if (i == text.size()) break;
    if (text[i] != ':') return {};
    if (++i == text.size()) return {};
    if (text[i] == ':') {
      if (gap >= 0) return {};
      gap = count;
      ++i;
    }
  }
  if (gap < 0 ? count != 8 : count > 7) return {};
  std::string bytes;
  const auto push = [&](std::uint16_t group) {
    bytes.push_back(static_cast<char>(group >> 8));
    bytes.push_back(static_cast<char>(group & 0xff));
  };
  const int zeros = 8 - count;
  for (int g = 0; g < count; ++g) {
    if (g == gap)
      for (int z = 0; z < zeros; ++z) push(0);
    push(groups[g]);
  }
  if (gap == count)
    for (int z = 0; z < zeros; ++z) push(0);
  return bytes;
}

std::optional<Find> ipv4_at(const Text& text, std::size_t begin) {
  const char previous = text.before(begin);
  if (is_alnum(previous) || is_high(previous) || previous == '_') return std::nullopt;
  // "-1.2.3.4.5": a longer chain of numbers is a version or an object identifier.
  if (previous == '.' && is_alnum(text.before(begin - 1))) return std::nullopt;
  std::size_t end = octets_end(text, begin);
  if (end == 0) return std::nullopt;
  const char next = text[end];
  if (is_alnum(next) || next == '_' || (next == '.' && is_alnum(text[end + 1]))) return std::nullopt;
  const bool marked = text.defanged(begin, end);
  if (!marked) {
    static constexpr std::string_view kVersionWords[] = {"version ", "ver. ",    "ver ",      "v. ",     "versions ",
                                                         "build ",   "release ", "firmware ", "section "};
    const std::string before = lower(text.upto(begin, 10));
    for (const std::string_view word : kVersionWords)
      if (before.ends_with(word) &&
          (before.size() == word.size() || !is_alnum(before[before.size() - word.size() - 1])))
        return std::nullopt;
  }
  Find found{Kind::kIpv4, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
             plain_octets(text.piece(begin, end)), 0};
  const auto ends = [&](std::size_t at) { found.end = static_cast<std::uint32_t>(at); };
  // A range: 192.0.2.1-192.0.2.9, 192.0.2.1 - 192.0.2.9, 192.0.2.1-9
  std::size_t dash = end;
  if (text[dash] == ' ' && text[dash + 1] == '-' && text[dash + 2] == ' ') ++dash;
  if (text[dash] == '-') {
    std::size_t second = dash + 1;
    if (text[second] == ' ') ++second;
    if (const std::size_t second_end = octets_end(text, second); second_end != 0 && !is_alnum(text[second_end])) {
      const auto first_value = parse_ipv4(found.value),
                 second_value = parse_ipv4(plain_octets(text.piece(second, second_end)));
      if (first_value && second_value && *first_value <= *second_value) {
        found.kind = Kind::kIpRange;
        found.value += "-" + plain_octets(text.piece(second, second_end));
        ends(second_end);
        return found;
      }
    }
    if (dash == end) {
      const std::size_t n = digits_from(text, second, 4);
      const auto last = number(text.piece(second, second + n), 255);
      const auto first = number(found.value.substr(found.value.rfind('.') + 1), 255);
      if (last && first && *last > *first && !is_alnum(text[second + n]) && text[second + n] != '.' &&
          text[second + n] != '-') {
        found.kind = Kind::kIpRange;
        found.value += "-" + std::string(text.piece(second, second + n));
        ends(second + n);
        return found;
      }
    }
  }
  const auto [port_length, port] = port_at(text, end);
  std::size_t after = end + port_length;
  if (text[after] == '/') {
    const std::size_t n = digits_from(text, after + 1, 3);
    const auto bits = number(text.piece(after + 1, after + 1 + n), 32);
    const char then = text[after + 1 + n];
    if (port_length == 0 && bits && !is_alnum(then) && then != '/' && then != '_' && then != '-' &&
        !(then == '.' && is_alnum(text[after + 2 + n]))) {
      found.kind = Kind::kCidr;
      found.value += "/" + std::to_string(*bits);
      ends(after + 1 + n);
      return found;
    }
    const std::size_t tail = url_tail_end(text, after);
    // "192.0.2.1/192.0.2.2" lists two addresses.
    if (tail > after + 1 && octets_end(text, after + 1) == 0) {
      found.kind = Kind::kUrl;
      found.value += std::string(text.piece(end, tail));
      ends(tail);
      return found;
    }
  }
  found.port = port;
  ends(after);
  return found;
}

std::optional<Find> ipv6_at(const Text& text, std::size_t begin) {
  const char previous = text.before(begin);
  if (is_alnum(previous) || is_high(previous) || previous == '_' || previous == ':' || previous == '.')
    return std::nullopt;
  std::size_t end = begin;
  int colons = 0;
  bool digit = false;
  while (end - begin < 46 &&
         (is_hex(text[end]) || text[end] == ':' || (text[end] == '.' && is_digit(text[end + 1]) && colons >= 2))) {
    colons += text[end] == ':';
    digit |= is_digit(text[end]);
    ++end;
  }
  if (colons < 2 || is_alnum(text[end]) || text[end] == '_') return std::nullopt;
  if (text.before(end) == ':' && !(text.before(end - 1) == ':')) --end;  // "fe80::1: is …"
  if (end - begin <= 2) return std::nullopt;                             // "::" alone
  const std::string_view address = text.piece(begin, end);
  if (parse_ipv6(address).empty()) return std::nullopt;
  // "add::dad" is code, "::1" and "fe80::" are addresses.
  if (!digit && colons < 4) return std::nullopt;
  Find found{Kind::kIpv6, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), lower(address), 0};
  if (text[end] == '/') {
    const std::size_t n = digits_from(text, end + 1, 4);
    const auto bits = number(text.piece(end + 1, end + 1 + n), 128);
    if (bits && !is_alnum(text[end + 1 + n])) {
      found.kind = Kind::kCidr;
      found.value += "/" + std::to_string(*bits);
      found.end = static_cast<std::uint32_t>(end + 1 + n);
      return found;
    }
  }
  if (text[end] == '%') {  // a zone: fe80::1%eth0
    std::size_t zone = end + 1;
    while (is_alnum(text[zone]) && zone < end + 16) ++zone;
    found.end = static_cast<std::uint32_t>(zone > end + 1 ? zone : end);
  }
  if (previous == '[' && text[end] == ']') {
    const auto [length, port] = port_at(text, end + 1);
    if (length > 0) {
      found.begin -= 1;
      found.end = static_cast<std::uint32_t>(end + 1 + length);
      found.port = port;
    }
  }
  return found;
}

std::optional<Find> mac_at(const Text& text, std::size_t begin) {
  const char previous = text.before(begin);
  if (is_alnum(previous) || previous == ':' || previous == '-' || previous == '.') return std::nullopt;
  std::string value;
  std::size_t at = begin;
  const auto pairs = [&](int groups, std::size_t width, char joint) {
    value.clear();
    at = begin;
    for (int g = 0; g < groups; ++g) {
      if (g > 0 && text[at++] != joint) return false;
      for (std::size_t i = 0; i < width; ++i, ++at) {
        if (!is_hex(text[at])) return false;
        if (!value.empty() && value.size() % 3 == 2) value.push_back(':');
        value.push_back(to_lower(text[at]));
      }
    }
    return !is_alnum(text[at]) && text[at] != joint;
  };
  if (!pairs(6, 2, text[begin + 2] == '-' ? '-' : ':') && !pairs(3, 4, '.')) return std::nullopt;
  return Find{Kind::kMac, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at), value, 0};
}

std::string normal_domain(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() < 3 || host.size() > kMaxHost * 2) return {};
  std::string out;
  std::size_t labels = 0;
  bool last_has_letter = false;
  for (std::size_t begin = 0; begin <= host.size();) {
    const std::size_t end = std::min(host.find('.', begin), host.size());
    const std::string_view label = host.substr(begin, end - begin);
    if (label.empty() || label.front() == '-' || label.back() == '-') return {};
    bool high = false;
    last_has_letter = false;
    for (const char c : label) {
      if (!is_alnum(c) && c != '-' && c != '_' && !is_high(c)) return {};
      high |= is_high(c);
      last_has_letter |= is_alpha(c) || is_high(c);
    }
    if (!out.empty()) out.push_back('.');
    if (high) {
      const std::string encoded = to_punycode(label);
      if (encoded.empty()) return {};
      out += encoded;
    } else {
      out += lower(label);
    }
    if (label.size() > 63 && !high) return {};
    ++labels;
    begin = end + 1;
  }
  if (labels < 2 || !last_has_letter || out.size() > kMaxHost) return {};
  // The list holds names of other scripts as UTF-8.
  const std::size_t suffix = public_suffix_labels(is_high(host.back()) ? lower_unicode(host) : out);
  if (suffix == 0 && out.find("xn--", out.rfind('.') == std::string::npos ? 0 : out.rfind('.')) != std::string::npos) {
    const std::string unicode = from_punycode(out.substr(out.rfind('.') + 1));
    if (unicode.empty() || !is_top_level_domain(unicode)) return {};
    return out;
  }
  if (suffix == 0 || suffix >= labels) return {};
  // The registered name itself has no underscore.
  std::size_t from = out.size();
  for (std::size_t i = 0; i <= suffix && from != std::string::npos && from > 0; ++i) from = out.rfind('.', from - 1);
  const std::string_view registered =
      std::string_view(out).substr(from == std::string::npos || from == 0 ? 0 : from + 1);
  if (registered.find('_') != std::string_view::npos) return {};
  return out;
}

std::optional<Find> url_at(const Text& text, std::size_t begin, std::size_t colon) {
  const std::string scheme = lower(text.piece(begin, colon));
  if (!one_of(scheme, kSchemes)) return std::nullopt;
  const std::size_t start = colon + 3;
  std::size_t host_begin = start;
  // User and password before the host.
  std::size_t i = start;
  while (i < text.size() && i < start + 128 && text[i] != '/' && text[i] != '@' && text[i] != '?' && text[i] != '#' &&
         static_cast<unsigned char>(text[i]) > 0x20 && text[i] != '"' && text[i] != '<' && text[i] != '>')
    ++i;
  if (text[i] == '@' && i > start) host_begin = i + 1;
  std::string host;
  std::size_t host_end = host_begin;
  if (text[host_begin] == '[') {
    host_end = host_begin + 1;
    while (host_end < host_begin + 64 && (is_hex(text[host_end]) || text[host_end] == ':' || text[host_end] == '.'))
      ++host_end;
    if (text[host_end] != ']' || parse_ipv6(text.piece(host_begin + 1, host_end)).empty()) return std::nullopt;
    ++host_end;
    host = lower(text.piece(host_begin, host_end));
  } else {
    while (host_end < host_begin + 2 * kMaxHost) {
      const char c = text[host_end];
      if (is_high(c)) {
        const CodePoint point = decode_utf8(text.from(host_end, 4), 0);
        if (point.value == 0xfffd || (point.value >= 0x2000 && point.value <= 0x206f) ||
            (point.value >= 0x3000 && point.value <= 0x303f) || point.value >= 0xff00)
          break;
        host_end += point.bytes;
        continue;
      }
      if (!is_alnum(c) && c != '.' && c != '-' && c != '_') break;
      ++host_end;
    }
    while (host_end > host_begin &&
           (text.before(host_end) == '.' || text.before(host_end) == '-' || text.before(host_end) == '_'))
      --host_end;
    const std::string_view written = text.piece(host_begin, host_end);
    if (parse_ipv4(written)) {
      host = plain_octets(written);
    } else {
      host = normal_domain(written);
      // CJK text that follows without a space.
      if (host.empty()) {
        const auto high = std::ranges::find_if(written, is_high);
        if (high != written.end() && high != written.begin()) {
          const auto ascii = static_cast<std::size_t>(high - written.begin());
          host = normal_domain(written.substr(0, ascii));
          if (!host.empty()) host_end = host_begin + ascii;
        }
      }
    }
    if (host.empty()) {
      // A bare host of a local network, or a number in disguise (http://3221225985/x): only with a path or port.
      const bool bare =
          !written.empty() && std::ranges::all_of(written, [](char c) { return is_alnum(c) || c == '-'; });
      if (!bare || (text[host_end] != '/' && text[host_end] != ':') ||
          (text[host_end] == '/' && !is_alnum(text[host_end + 1])))
        return std::nullopt;
      host = lower(written);
    }
  }
  std::size_t end = host_end;
  const std::size_t port_length = port_at(text, end).first;
  end += port_length;
  if (text[end] == '/' || text[end] == '?' || text[end] == '#') end = url_tail_end(text, end);
  std::string value =
      scheme + "://" + std::string(text.piece(start, host_begin)) + host + std::string(text.piece(host_end, end));
  return Find{Kind::kUrl, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), std::move(value), 0};
}

std::optional<Find> email_at(const Text& text, std::size_t floor, std::size_t at) {
  const auto local_char = [](char c) {
    return is_alnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '~' || c == '\'' ||
           c == '&' || c == '=';
  };
  std::size_t begin = at;
  while (begin > floor && at - begin < 65 && local_char(text[begin - 1])) --begin;
  while (begin < at && !is_alnum(text[begin]) && text[begin] != '_') ++begin;
  // "key=user@…", "'user@…": what stands before '=' or a quote does not belong to it.
  for (std::size_t i = at; i > begin; --i)
    if (text[i - 1] == '=' || text[i - 1] == '\'' || text[i - 1] == '&') {
      begin = i;
      break;
    }
  if (begin == at || at - begin > 64 || is_high(text.before(begin)) || text.before(at) == '.') return std::nullopt;
  const std::string local(text.piece(begin, at));
  if (local.find("..") != std::string::npos) return std::nullopt;
  std::size_t end = at + 1;
  std::string host;
  if (text[end] == '[') {
    // A literal address, RFC 5321: [192.0.2.1], [IPv6:2001:db8::1]
    const bool six = starts_ignoring_case(text.from(end + 1, 5), "ipv6:");
    std::size_t close = end + 1 + (six ? 5 : 0);
    while (close < end + 60 && (is_hex(text[close]) || text[close] == ':' || text[close] == '.')) ++close;
    if (text[close] != ']') return std::nullopt;
    if (six) {
      const std::string_view address = text.piece(end + 6, close);
      if (parse_ipv6(address).empty()) return std::nullopt;
      host = "[IPv6:" + lower(address) + "]";
    } else {
      if (octets_end(text, end + 1) != close) return std::nullopt;
      host = "[" + plain_octets(text.piece(end + 1, close)) + "]";
    }
    end = close + 1;
  } else if (const std::size_t octets = octets_end(text, end); octets != 0 && !is_alnum(text[octets])) {
    host = plain_octets(text.piece(end, octets));
    end = octets;
  } else {
    while (end < at + 1 + kMaxHost &&
           (is_alnum(text[end]) || text[end] == '.' || text[end] == '-' || is_high(text[end])))
      ++end;
    if (const auto high = std::ranges::find_if(text.piece(at + 1, end), is_high);
        high != text.piece(at + 1, end).end()) {
      const std::string whole = normal_domain(text.piece(at + 1, end));
      if (whole.empty()) end = at + 1 + static_cast<std::size_t>(high - text.piece(at + 1, end).begin());
    }
    while (end > at + 1 && (text.before(end) == '.' || text.before(end) == '-')) --end;
    host = normal_domain(text.piece(at + 1, end));
    if (host.empty()) return std::nullopt;
  }
  const std::string before = lower(text.upto(begin, 12));
  const bool chat = host.find("jabber") != std::string::npos || host.find("xmpp") != std::string::npos ||
                    before.ends_with("xmpp:") || before.ends_with("xmpp: ") || before.ends_with("jabber: ") ||
                    before.ends_with("jabber ") || before.ends_with("jabber:");
  return Find{chat ? Kind::kXmpp : Kind::kEmail, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
              lower(local) + "@" + host, 0};
}

std::optional<Find> domain_at(const Text& text, std::size_t begin, std::size_t end) {
  while (end > begin && (text.before(end) == '.' || text.before(end) == '-' || text.before(end) == '_')) --end;
  // "_dmarc.example.com" is a name, "_example.com_" is emphasis.
  while (begin < end && (text[begin] == '-' || text[begin] == '.' || (text[begin] == '_' && text[end] == '_'))) ++begin;
  std::string_view host = text.piece(begin, end);
  // Letters of other scripts belong to the name where they are of an alphabet; CJK around an ASCII name does not.
  if (std::ranges::any_of(host, is_high)) {
    std::size_t first = begin, last = end;
    bool alphabet = true;
    for (std::size_t i = begin; i < end;) {
      const CodePoint point = decode_utf8(text.from(i, 4), 0);
      if (point.value >= 0x80 && !code_point_joins_names(point.value)) alphabet = false;
      i += point.bytes;
    }
    if (!alphabet) {
      const std::size_t dot = host.rfind('.');
      // Cut to the ASCII run around the last dot that has ASCII on both sides; else take the whole as an IDN.
      std::size_t right = dot == std::string_view::npos ? end : begin + dot + 1;
      while (right < end && !is_high(text[right])) ++right;
      std::size_t left = dot == std::string_view::npos ? begin : begin + dot;
      while (left > begin && !is_high(text[left - 1])) --left;
      if (dot != std::string_view::npos && right > begin + dot + 1 && left < begin + dot) {
        first = left;
        last = right;
      }
    }
    begin = first;
    end = last;
    host = text.piece(begin, end);
  }
  const bool marked = text.defanged(begin, end);
  std::string value = normal_domain(host);
  if (value.empty()) return std::nullopt;
  const std::string_view written_tld = host.substr(host.rfind('.') + 1);
  if (!marked) {
    // "end.In the", "Foo.It": a full stop without its space.
    if (is_upper(written_tld[0]) && written_tld.size() > 1 && is_lower(written_tld[1]) && written_tld != "Com" &&
        written_tld != "Net" && written_tld != "Org")
      return std::nullopt;
    if (is_upper(written_tld[0]) && std::ranges::any_of(host, is_lower)) {
      const std::string tld = lower(written_tld);
      if (tld != "com" && tld != "net" && tld != "org" && tld != "ru" && tld != "info" && tld != "biz")
        return std::nullopt;
    }
    if (text[end] == '(' || text.before(begin) == '$' || text.before(begin) == '\\') return std::nullopt;  // code
    // Abbreviations: "i.e", "U.S", "e.g"; each label a single letter.
    if (value.size() <= 5 && value[1] == '.' && (value.size() == 3 || value[3] == '.')) return std::nullopt;
    const std::size_t dot = value.rfind('.');
    const std::string_view stem = std::string_view(value).substr(0, dot);
    if (stem == "i.e" || stem == "e.g") return std::nullopt;
    // "It rose to 3.5.in the end": a decimal number and a sentence that begins without a space.
    static constexpr std::string_view kOpeners[] = {"in", "it", "is", "at", "to", "so", "no", "as", "by", "do"};
    if (stem.find('.') != std::string_view::npos && stem.find_first_not_of("0123456789.") == std::string_view::npos &&
        one_of(std::string_view(value).substr(dot + 1), kOpeners))
      return std::nullopt;
  }
  Find found{Kind::kDomain, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), value, 0};
  const auto [port_length, port] = port_at(text, end);
  std::size_t after = end + port_length;
  if (text[after] == '/' || (text[after] == '?' && is_alnum(text[after + 1]))) {
    const std::size_t tail = url_tail_end(text, after);
    // "example.com/example.org" lists two names.
    const std::string_view rest = text.piece(after + 1, tail);
    const bool two = !rest.empty() && rest.find_first_of("/?#%=&") == std::string_view::npos && port_length == 0 &&
                     !normal_domain(rest).empty() && rest.find('.') != std::string_view::npos &&
                     !rest.ends_with(".php") && !rest.ends_with(".sh") && !rest.ends_with(".py") &&
                     !rest.ends_with(".zip") && !rest.ends_with(".pl");
    if (tail > after && !two) {
      found.kind = Kind::kUrl;
      found.value += std::string(text.piece(end, tail));
      found.end = static_cast<std::uint32_t>(tail);
      return found;
    }
  }
  found.port = port;
  found.end = static_cast<std::uint32_t>(after);
  return found;
}

}  // namespace samehand::indicator
