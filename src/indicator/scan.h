// What the recognisers share: the refanged text and small questions about the surroundings of a place in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "refang.h"
#include "samehand/base/ascii.h"
#include "samehand/indicator/indicator.h"

namespace samehand::indicator {

// An indicator as found: bytes [begin, end) of the refanged text.
struct Find {
  Kind kind{};
  std::uint32_t begin = 0, end = 0;
  std::string value;
  std::uint16_t port = 0;
};

// The refanged text as recognisers see it. Reads outside give '\0'.
class Text {
 public:
  explicit Text(const Refanged& refanged) : refanged_(refanged), text_(refanged.text()) {}

  std::size_t size() const { return text_.size(); }
  char operator[](std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  char before(std::size_t i) const { return i > 0 && i <= text_.size() ? text_[i - 1] : '\0'; }
  std::string_view piece(std::size_t begin, std::size_t end) const {
    if (begin >= text_.size() || begin >= end) return {};
    return text_.substr(begin, end - begin);
  }
  std::string_view from(std::size_t begin, std::size_t limit) const {
    return begin < text_.size() ? text_.substr(begin, limit) : std::string_view();
  }
  // Up to `limit` bytes that end at `end`.
  std::string_view upto(std::size_t end, std::size_t limit) const {
    const std::size_t begin = end > limit ? end - limit : 0;
    return piece(begin, end);
  }
  bool defanged(std::size_t begin, std::size_t end) const {
    return refanged_.defanged(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end));
  }
  // Whether `word` (lower case) stands among the last `limit` bytes before `end`, on the same line, case ignored.
  bool mentions_before(std::size_t end, std::size_t limit, std::string_view word) const;

 private:
  const Refanged& refanged_;
  std::string_view text_;
};

// network.cc ----------------------------------------------------------------------------------------------------------

// "192.0.2.1", "192.0.2.1:443", "192.0.2.0/24", "192.0.2.1-192.0.2.9", "192.0.2.1/path" at `begin`.
std::optional<Find> ipv4_at(const Text& text, std::size_t begin);
// "2001:db8::1", "[2001:db8::1]:443", "2001:db8::/32" at `begin` (of the first digit or colon).
std::optional<Find> ipv6_at(const Text& text, std::size_t begin);
std::optional<Find> mac_at(const Text& text, std::size_t begin);
// The URL whose scheme is [begin, colon) and whose text[colon] begins "://".
std::optional<Find> url_at(const Text& text, std::size_t begin, std::size_t colon);
// The address around the '@' at `at`; it does not begin before `floor`.
std::optional<Find> email_at(const Text& text, std::size_t floor, std::size_t at);
// A name of labels, with port or path, that is the whole of [begin, end) (letters, digits, '.', '-', '_', high bytes).
std::optional<Find> domain_at(const Text& text, std::size_t begin, std::size_t end);
// The host in normal form; empty where it is no registrable name under a known top-level domain.
std::string normal_domain(std::string_view host);
// Four decimal bytes.
std::optional<std::uint32_t> parse_ipv4(std::string_view text);
// 16 bytes in network order; empty if malformed.
std::string parse_ipv6(std::string_view text);

// encoded_url.cc ------------------------------------------------------------------------------------------------------

// URLs in base64 or hexadecimal: [begin, end) is the word.
std::optional<Find> encoded_url_at(const Text& text, std::size_t begin, std::size_t end);

// digest.cc -----------------------------------------------------------------------------------------------------------

// A hash that is the whole word [begin, end) of hexadecimal digits, or TLSH with its version.
std::optional<Find> digest_at(const Text& text, std::size_t begin, std::size_t end);
// "3072:…:…" at `begin`; `colon` is the place of its first colon.
std::optional<Find> ssdeep_at(const Text& text, std::size_t begin, std::size_t colon);

// coin.cc -------------------------------------------------------------------------------------------------------------

std::optional<Find> coin_at(const Text& text, std::size_t begin, std::size_t end);

// path.cc -------------------------------------------------------------------------------------------------------------

// A Windows path, registry key, pipe or named object that begins at `begin`: a drive, `\\`, `%VARIABLE%\`, a hive,
// `Global\`, or a relative path with a known extension.
std::optional<Find> backslash_path_at(const Text& text, std::size_t begin);
// "/etc/passwd", "~/.ssh/id": a Unix path that begins at `begin`.
std::optional<Find> slash_path_at(const Text& text, std::size_t begin);
// "invoice.pdf.exe": [begin, end) as in domain_at. Whether a name could be either is decided here: see path.cc.
std::optional<Find> file_name_at(const Text& text, std::size_t begin, std::size_t end);

// label.cc ------------------------------------------------------------------------------------------------------------

// What begins with a keyword or has a form of its own: CVE, AS numbers, ATT&CK and tracking ids, TLP marks, user
// agents, mutexes. `end` is the end of the word that begins at `begin`.
std::optional<Find> labelled_at(const Text& text, std::size_t begin, std::size_t end);
std::optional<Find> phone_at(const Text& text, std::size_t begin);

// yara.cc: finds whole rules; remembers where it failed, so that hostile text costs linear time.
class YaraRules {
 public:
  // `begin` is where the word "rule" stands.
  std::optional<Find> at(const Text& text, std::size_t begin);

 private:
  std::size_t hopeless_until_ = 0;
};

}  // namespace samehand::indicator
