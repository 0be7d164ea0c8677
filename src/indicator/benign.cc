#include <algorithm>
#include <charconv>

#include "benign_default.h"
#include "scan.h"

namespace samehand::indicator {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string address_bytes(std::string_view text) {
  if (const auto value = parse_ipv4(text)) {
    std::string bytes;
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<char>(*value >> shift & 0xff));
    return bytes;
  }
  return parse_ipv6(text);
}

// The host of a URL's, e-mail's or domain's normal form.
std::string_view host_of(const Indicator& indicator) {
  std::string_view value = indicator.value;
  if (indicator.kind == Kind::kUrl) {
    if (const std::size_t scheme = value.find("://"); scheme != std::string_view::npos) value.remove_prefix(scheme + 3);
    value = value.substr(0, value.find_first_of("/?#"));
    if (const std::size_t user = value.rfind('@'); user != std::string_view::npos) value.remove_prefix(user + 1);
    if (value.starts_with('[')) {
      value = value.substr(1, value.find(']') - 1);
    } else {
      value = value.substr(0, value.find(':'));
    }
  } else if (indicator.kind == Kind::kEmail || indicator.kind == Kind::kXmpp) {
    value.remove_prefix(value.rfind('@') + 1);
  } else if (indicator.kind == Kind::kCidr || indicator.kind == Kind::kIpRange) {
    value = value.substr(0, value.find_first_of("/-"));
  }
  return value;
}

bool has_host(Kind kind) {
  switch (kind) {
    case Kind::kUrl:
    case Kind::kEmail:
    case Kind::kXmpp:
    case Kind::kDomain:
    case Kind::kIpv4:
    case Kind::kIpv6:
    case Kind::kCidr:
    case Kind::kIpRange:
      return true;
    default:
      return false;
  }
}

}  // namespace

const BenignList& BenignList::standard() {
  static const BenignList list = [] {
    auto parsed = parse(kBenignDefault, "the built-in list");
    return parsed ? std::move(*parsed)
                  : BenignList();  // benign_test reads the same text and fails if it cannot be read
  }();
  return list;
}

Result<BenignList> BenignList::parse(std::string_view text, std::string_view where) {
  BenignList list;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t n = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, n);
    text.remove_prefix(std::min(n + 1, text.size()));
    ++number;
    const auto wrong = [&](std::string_view what) {
      return fail(ErrorCode::kMalformed, std::string(what) + " in line " + std::to_string(number), std::string(where));
    };
    std::string why = "on the list";
    // A comment begins with '#' at the start or after a space; URLs may hold one.
    if (const std::size_t comment = line.starts_with('#') ? 0 : std::min(line.find(" #"), line.find("\t#"));
        comment != std::string_view::npos) {
      const std::string_view said = trim(line.substr(std::min(line.find('#', comment) + 1, line.size())));
      if (!said.empty()) why = said;
      line = line.substr(0, comment);
    }
    line = trim(line);
    if (line.empty()) continue;
    const std::size_t space = line.find_first_of(" \t");
    if (space == std::string_view::npos) return wrong("a kind without a value");
    const std::string kind = lower(line.substr(0, space));
    const std::string_view value = trim(line.substr(space));
    if (kind == "domain") {
      list.add_domain(value, why);
    } else if (kind == "cidr" || kind == "ip_range") {
      Range range;
      const std::size_t cut = value.find_first_of("/-");
      range.first = address_bytes(trim(value.substr(0, cut)));
      if (range.first.empty() || cut == std::string_view::npos) return wrong("no such range of addresses");
      range.family = range.first.size() == 4 ? 4 : 6;
      const std::string_view rest = trim(value.substr(cut + 1));
      if (value[cut] == '-') {
        range.last = address_bytes(rest);
        if (range.last.size() != range.first.size() || range.last < range.first)
          return wrong("no such range of addresses");
      } else {
        unsigned bits = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), bits);
        if (error != std::errc() || end != rest.data() + rest.size() || bits > 8 * range.first.size())
          return wrong("no such range of addresses");
        range.last = range.first;
        for (std::size_t bit = bits; bit < 8 * range.first.size(); ++bit) {
          const char mask = static_cast<char>(0x80 >> (bit % 8));
          range.first[bit / 8] = static_cast<char>(range.first[bit / 8] & ~mask);
          range.last[bit / 8] = static_cast<char>(range.last[bit / 8] | mask);
        }
      }
      range.why = why;
      list.ranges_.push_back(std::move(range));
    } else if (kind == "any" || kind_of(kind)) {
      if (value.ends_with('*')) {
        list.prefixes_[kind + " " + lower(value.substr(0, value.size() - 1))] = why;
      } else {
        list.exact_[kind + " " + lower(value)] = why;
      }
    } else {
      return wrong("unknown kind \"" + kind + "\"");
    }
  }
  return list;
}

void BenignList::add(const BenignList& other) {
  domains_.insert(other.domains_.begin(), other.domains_.end());
  exact_.insert(other.exact_.begin(), other.exact_.end());
  prefixes_.insert(other.prefixes_.begin(), other.prefixes_.end());
  ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
}

void BenignList::add_domain(std::string_view domain, std::string_view why) {
  if (domain.starts_with("*.")) domain.remove_prefix(2);
  domains_[lower(domain)] = why;
}

std::size_t BenignList::size() const {
  return domains_.size() + exact_.size() + prefixes_.size() + ranges_.size();
}

std::optional<std::string> BenignList::why(const Indicator& indicator) const {
  const std::string value = lower(indicator.value);
  for (const std::string_view kind : {to_string(indicator.kind), std::string_view("any")}) {
    const std::string key = std::string(kind) + " " + value;
    if (const auto found = exact_.find(key); found != exact_.end()) return found->second;
    // The longest prefix that sorts before the value; prefixes of prefixes are tried by walking back a little.
    auto prefix = prefixes_.upper_bound(key);
    for (int tries = 0; prefix != prefixes_.begin() && tries < 16; ++tries) {
      --prefix;
      if (key.starts_with(prefix->first)) return prefix->second;
    }
  }
  if (!has_host(indicator.kind)) return std::nullopt;
  const std::string_view host = host_of(indicator);
  if (const std::string bytes = address_bytes(host); !bytes.empty()) {
    for (const Range& range : ranges_)
      if (range.first.size() == bytes.size() && range.first <= bytes && bytes <= range.last) return range.why;
    // A URL on an address that is listed alone.
    if (indicator.kind == Kind::kUrl)
      if (const auto found = exact_.find((bytes.size() == 4 ? "ipv4 " : "ipv6 ") + std::string(host));
          found != exact_.end())
        return found->second;
    return std::nullopt;
  }
  // The name and every parent of it. A name has at most 253 bytes.
  std::string_view name = host.substr(0, 253);
  while (!name.empty()) {
    if (const auto found = domains_.find(name); found != domains_.end()) return found->second;
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

}  // namespace samehand::indicator
