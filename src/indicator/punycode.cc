// RFC 3492, sections 5 (parameters) and 6 (procedures). Labels are short, so the quadratic insertion does not matter.
#include "punycode.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "samehand/base/ascii.h"

namespace samehand::indicator {
namespace {

constexpr std::uint32_t kBase = 36, kMin = 1, kMax = 26, kSkew = 38, kDamp = 700, kInitialBias = 72, kInitialN = 128;
constexpr std::size_t kMaxLabel = 63;

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > (kBase - kMin) * kMax / 2; k += kBase) delta /= kBase - kMin;
  return k + (kBase - kMin + 1) * delta / (delta + kSkew);
}

std::uint32_t threshold(std::uint32_t k, std::uint32_t bias) {
  return k <= bias ? kMin : k >= bias + kMax ? kMax : k - bias;
}

char32_t lower_point(char32_t c) {
  if (c < 0x80) return static_cast<char32_t>(static_cast<unsigned char>(to_lower(static_cast<char>(c))));
  if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
    return c + 0x20;
  if (c >= 0x400 && c <= 0x40f) return c + 0x50;
  if (c >= 0x100 && c <= 0x17f && c != 0x130 && c != 0x131 && c < 0x138) return c | 1;
  return c;
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xc0 | c >> 6));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | c >> 12));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | c >> 18));
    out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  }
}

}  // namespace

std::string lower_unicode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = decode_utf8(text, i);
    if (point.value == 0xfffd) {
      out.append(text, i, point.bytes);
    } else {
      append_utf8(out, lower_point(point.value));
    }
    i += point.bytes;
  }
  return out;
}

std::string to_punycode(std::string_view label) {
  std::vector<char32_t> points;
  for (std::size_t i = 0; i < label.size();) {
    const CodePoint point = decode_utf8(label, i);
    if (point.value == 0xfffd || points.size() >= kMaxLabel) return {};
    points.push_back(lower_point(point.value));
    i += point.bytes;
  }
  std::string out = "xn--";
  for (const char32_t c : points)
    if (c < 0x80) out.push_back(static_cast<char>(c));
  const auto basic = static_cast<std::uint32_t>(out.size() - 4);
  if (basic > 0) out.push_back('-');
  std::uint32_t n = kInitialN, delta = 0, bias = kInitialBias, handled = basic;
  while (handled < points.size()) {
    char32_t next = std::numeric_limits<char32_t>::max();
    for (const char32_t c : points)
      if (c >= n && c < next) next = c;
    delta += static_cast<std::uint32_t>(next - n) * (handled + 1);  // at most 0x110000 * 64
    n = static_cast<std::uint32_t>(next);
    for (const char32_t c : points) {
      if (c < n) ++delta;
      if (c != n) continue;
      std::uint32_t q = delta;
      for (std::uint32_t k = kBase;; k += kBase) {
        const std::uint32_t t = threshold(k, bias);
        if (q < t) break;
        const std::uint32_t digit = t + (q - t) % (kBase - t);
        out.push_back(static_cast<char>(digit < 26 ? 'a' + digit : '0' + digit - 26));
        q = (q - t) / (kBase - t);
      }
      out.push_back(static_cast<char>(q < 26 ? 'a' + q : '0' + q - 26));
      bias = adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return out.size() <= kMaxLabel ? out : std::string();
}

std::string from_punycode(std::string_view label) {
  if (!starts_ignoring_case(label, "xn--") || label.size() > kMaxLabel) return {};
  label.remove_prefix(4);
  std::vector<char32_t> points;
  if (const std::size_t dash = label.rfind('-'); dash != std::string_view::npos) {
    for (const char c : label.substr(0, dash)) {
      if (is_high(c)) return {};
      points.push_back(static_cast<unsigned char>(c));
    }
    label.remove_prefix(dash + 1);
  }
  std::uint64_t n = kInitialN, i = 0;
  std::uint32_t bias = kInitialBias;
  for (std::size_t at = 0; at < label.size();) {
    const std::uint64_t old = i;
    std::uint64_t weight = 1;
    for (std::uint32_t k = kBase;; k += kBase) {
      if (at == label.size()) return {};
      const char c = to_lower(label[at++]);
      const int digit = is_lower(c) ? c - 'a' : is_digit(c) ? c - '0' + 26 : -1;
      if (digit < 0) return {};
      i += static_cast<std::uint64_t>(digit) * weight;
      if (i > 0xffffffff) return {};
      const std::uint32_t t = threshold(k, bias);
      if (static_cast<std::uint32_t>(digit) < t) break;
      weight *= kBase - t;
      if (weight > 0xffffffff) return {};
    }
    const auto count = static_cast<std::uint32_t>(points.size() + 1);
    bias = adapt(static_cast<std::uint32_t>(i - old), count, old == 0);
    n += i / count;
    i %= count;
    if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000)) return {};
    points.insert(points.begin() + static_cast<std::ptrdiff_t>(i), static_cast<char32_t>(n));
    ++i;
  }
  std::string out;
  for (const char32_t c : points) append_utf8(out, c);
  return out;
}

}  // namespace samehand::indicator
