// URLs in base64 or hexadecimal, as scripts and configurations hide them: "aHR0cHM6Ly9leGFtcGxlLmNvbS8=".
//
// Method: a word is decoded only where it holds "://" in one of the forms that its encoding gives it; what is decoded
// is read as a URL like any other. Cost: linear in the word, of which no more than kMaxEncoded bytes are looked at.
#include <algorithm>
#include <utility>

#include "samehand/base/base64.h"
#include "scan.h"

namespace samehand::indicator {
namespace {

constexpr std::size_t kMaxEncoded = 4096;

// Where in `text` a URL's scheme begins; npos if none does.
std::size_t scheme_in(std::string_view text) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 1))
    for (const std::string_view scheme : {"https", "http", "ftps", "sftp", "ftp"})
      if (at >= scheme.size() && equals_ignoring_case(text.substr(at - scheme.size(), scheme.size()), scheme))
        return at - scheme.size();
  return std::string_view::npos;
}

}  // namespace

std::optional<Find> encoded_url_at(const Text& text, std::size_t begin, std::size_t end) {
  const std::string_view word = text.piece(begin, std::min(end, begin + kMaxEncoded));
  std::string decoded;
  std::size_t from = begin, take = 0;
  // "://" in hexadecimal, and in base64 as it comes out at each of the three places within a group of bytes.
  std::size_t mark = word.find("3a2f2f");
  if (mark == std::string_view::npos) mark = word.find("3A2F2F");
  if (mark != std::string_view::npos && word.size() >= 24 && std::ranges::all_of(word.substr(0, mark), is_hex)) {
    for (from = begin + mark % 2, take = 0;
         is_hex(text[from + take]) && is_hex(text[from + take + 1]) && from + take + 1 < end; take += 2)
      decoded.push_back(static_cast<char>(hex_value(text[from + take]) * 16 + hex_value(text[from + take + 1])));
  } else if (word.find("Oi8v") != std::string_view::npos || word.find("ovL") != std::string_view::npos ||
             word.find("6Ly") != std::string_view::npos) {
    // Where the word begins within a group of four is not known: '+' and '/' may stand before it.
    for (std::size_t phase = 0; phase < 4; ++phase) {
      Base64Run run = read_base64_run(text.from(begin + phase, kMaxEncoded));
      decoded = std::move(run.bytes);
      take = run.digits;
      from = begin + phase;
      if (scheme_in(decoded) != std::string_view::npos) break;
      decoded.clear();
    }
    while (!decoded.empty() && text[from + take] == '=') ++take;
  }
  const std::size_t scheme = scheme_in(decoded);
  if (scheme == std::string_view::npos) return std::nullopt;
  const Refanged plain(std::string_view(decoded).substr(scheme));
  const Text inner(plain);
  auto found = url_at(inner, 0, plain.text().find(':'));
  if (!found) return std::nullopt;
  found->begin = static_cast<std::uint32_t>(begin);
  found->end = static_cast<std::uint32_t>(from + take);
  return found;
}

}  // namespace samehand::indicator
