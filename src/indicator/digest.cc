// Hashes of files: by length, and by the word before where several share a length (MD5 and imphash; SHA-256 and
// authentihash); fuzzy hashes by their own structure.
#include <algorithm>

#include "scan.h"

namespace samehand::indicator {
namespace {

bool repeats_one_digit(std::string_view word) {
  return std::ranges::all_of(word, [&](char c) { return c == word[0]; });
}

}  // namespace

std::optional<Find> digest_at(const Text& text, std::size_t begin, std::size_t end) {
  std::size_t size = end - begin;
  const auto find = [&](Kind kind, std::string value) {
    return Find{kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), std::move(value), 0};
  };
  const std::string_view word = text.piece(begin, end);
  // TLSH: 70 hexadecimal digits (35 bytes), since version 4 with "T1" before them.
  if (size == 72 && word[0] == 'T' && word[1] == '1' && std::ranges::all_of(word.substr(2), is_hex))
    return find(Kind::kTlsh, upper(word));
  if (!std::ranges::all_of(word, is_hex)) return std::nullopt;
  if (size == 70) return find(Kind::kTlsh, upper(word));
  Kind kind;
  switch (size) {
    case 32:
      kind = Kind::kMd5;
      break;
    case 40:
      kind = Kind::kSha1;
      break;
    case 56:
      kind = Kind::kSha224;
      break;
    case 64:
      kind = Kind::kSha256;
      break;
    case 96:
      kind = Kind::kSha384;
      break;
    case 128:
      kind = Kind::kSha512;
      break;
    default:
      return std::nullopt;
  }
  if (repeats_one_digit(word)) return std::nullopt;  // a placeholder or a key of zeros
  if (kind == Kind::kMd5 &&
      (text.mentions_before(begin, 32, "imphash") || text.mentions_before(begin, 32, "import hash") ||
       text.mentions_before(begin, 32, "imp hash")))
    kind = Kind::kImphash;
  if ((kind == Kind::kSha256 || kind == Kind::kSha1 || kind == Kind::kMd5) &&
      (text.mentions_before(begin, 32, "authentihash") || text.mentions_before(begin, 32, "authenticode hash")))
    kind = Kind::kAuthentihash;
  return find(kind, lower(word));
}

std::optional<Find> ssdeep_at(const Text& text, std::size_t begin, std::size_t colon) {
  // "block size:hash:hash of double size". Block sizes are 3 * 2^n; a hash has at most 64 characters of base64.
  if (colon - begin == 0 || colon - begin > 10) return std::nullopt;
  std::uint64_t block = 0;
  for (std::size_t i = begin; i < colon; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    block = block * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  if (block < 3 || block % 3 != 0 || ((block / 3) & (block / 3 - 1)) != 0) return std::nullopt;
  const auto base64 = [](char c) { return is_alnum(c) || c == '+' || c == '/'; };
  const auto part = [&](std::size_t from) {
    std::size_t at = from;
    while (base64(text[at]) && at - from < 66) ++at;
    return at;
  };
  const std::size_t first = part(colon + 1);
  if (first - colon - 1 < 3 || first - colon - 1 > 64 || text[first] != ':') return std::nullopt;
  const std::size_t second = part(first + 1);
  if (second - first - 1 < 2 || second - first - 1 > 64) return std::nullopt;
  // Times ("12:34:56") are excluded by the length; two short parts of digits only are a time or a ratio.
  if (second - colon < 14 &&
      std::ranges::all_of(text.piece(colon + 1, second), [](char c) { return is_digit(c) || c == ':'; }))
    return std::nullopt;
  return Find{Kind::kSsdeep, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(second),
              std::string(text.piece(begin, second)), 0};
}

}  // namespace samehand::indicator
