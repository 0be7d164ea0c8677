#include "stix_pattern.h"

#include <algorithm>
#include <array>

#include "samehand/base/ascii.h"

namespace samehand::exchange {
namespace {

struct Place {
  std::string_view kind, path;
};
constexpr std::array kPlaces = {
    Place{"md5", "file:hashes.MD5"},
    Place{"sha1", "file:hashes.'SHA-1'"},
    Place{"sha224", "file:hashes.'SHA-224'"},
    Place{"sha256", "file:hashes.'SHA-256'"},
    Place{"sha384", "file:hashes.'SHA-384'"},
    Place{"sha512", "file:hashes.'SHA-512'"},
    Place{"ssdeep", "file:hashes.SSDEEP"},
    Place{"tlsh", "file:hashes.TLSH"},
    Place{"imphash", "file:extensions.'windows-pebinary-ext'.imphash"},
    Place{"ipv4", "ipv4-addr:value"},
    Place{"ipv6", "ipv6-addr:value"},
    Place{"domain", "domain-name:value"},
    Place{"url", "url:value"},
    Place{"email", "email-addr:value"},
    Place{"mac", "mac-addr:value"},
    Place{"file_name", "file:name"},
    Place{"registry_key", "windows-registry-key:key"},
    Place{"mutex", "mutex:name"},
    Place{"user_agent", "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"},
};

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

std::string stix_pattern(std::string_view kind, std::string_view value) {
  // Patterns have no escapes for control characters.
  if (value.empty() || std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return {};
  std::string comparison;
  const auto place = std::ranges::find(kPlaces, kind, &Place::kind);
  if (place != kPlaces.end()) {
    comparison = std::string(place->path) + " = " + quoted(value);
  } else if (kind == "cidr") {
    comparison =
        (value.find(':') == std::string_view::npos ? "ipv4-addr" : "ipv6-addr") + (":value ISSUBSET " + quoted(value));
  } else if (kind == "asn") {
    std::string_view number = value;
    if (lower(number.substr(0, 2)) == "as") number.remove_prefix(2);
    if (number.empty() || number.size() > 10 || !std::ranges::all_of(number, is_digit)) return {};
    comparison = "autonomous-system:number = " + std::string(number);
  } else if (kind == "file_path") {
    const auto slash = value.find_last_of("\\/");
    if (slash == std::string_view::npos || slash + 1 == value.size()) return {};
    comparison = "file:name = " + quoted(value.substr(slash + 1)) +
                 " AND file:parent_directory_ref.path = " + quoted(value.substr(0, std::max<std::size_t>(slash, 1)));
  } else {
    return {};
  }
  return "[" + comparison + "]";
}

}  // namespace samehand::exchange
