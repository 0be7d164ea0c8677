#include "html_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace samehand::page {
namespace {

struct Entity {
  std::string_view name, utf8;
  bool without_semicolon;
};

constexpr Entity kEntities[] = {
#include "html_entities.inc"
};

constexpr std::size_t kLongestName = 32;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

const Entity* find_entity(std::string_view name) {
  const auto* found = std::ranges::lower_bound(kEntities, name, {}, &Entity::name);
  return found != std::end(kEntities) && found->name == name ? found : nullptr;
}

// What the numbers 128 to 159 are meant to be: Windows-1252, as every browser takes them.
constexpr std::array<char16_t, 32> kWindows1252 = {0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                                   0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0x8d,   0x17d,  0x8f,
                                                   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                   0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

int digit(char c, int base) {
  if (c >= '0' && c <= '9') return c - '0';
  if (base == 16 && c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (base == 16 && c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Appends what the reference at `at` stands for and returns how many bytes it takes; 0 when it is only an ampersand.
std::size_t resolve(std::string& out, std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at + 1, kLongestName + 2);
  if (rest.starts_with('#')) {
    const bool hex = rest.size() > 1 && (rest[1] == 'x' || rest[1] == 'X');
    std::size_t i = hex ? 2 : 1;
    const std::size_t begin = i;
    std::uint32_t value = 0;
    for (; i < rest.size(); ++i) {
      const int d = digit(rest[i], hex ? 16 : 10);
      if (d < 0) break;
      value = std::min<std::uint32_t>(value * (hex ? 16 : 10) + static_cast<std::uint32_t>(d), 0x110000);
    }
    if (i == begin) return 0;
    if (value >= 128 && value < 160) value = kWindows1252[value - 128];
    append_utf8(out, value);
    return i + 1 + (i < rest.size() && rest[i] == ';' ? 1 : 0);
  }
  std::size_t length = 0;
  while (length < rest.size() && length < kLongestName && is_alphanumeric(rest[length])) length++;
  if (length == 0) return 0;
  if (length < rest.size() && rest[length] == ';') {
    if (const Entity* entity = find_entity(rest.substr(0, length))) {
      out += entity->utf8;
      return length + 2;
    }
  }
  for (std::size_t n = std::min<std::size_t>(length, 6); n >= 2; --n) {  // the longest of these names has six letters
    const Entity* entity = find_entity(rest.substr(0, n));
    if (entity != nullptr && entity->without_semicolon) {
      out += entity->utf8;
      return n + 1;
    }
  }
  return 0;
}

// Bytes of an invisible character at `at`: soft hyphen, zero-width space and joiners, marks of direction, byte order
// mark.
std::size_t invisible(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0; };
  if (byte(0) == 0xc2 && byte(1) == 0xad) return 2;
  if (byte(0) == 0xe2 && byte(1) == 0x80 && (byte(2) == 0x8b || byte(2) == 0x8e || byte(2) == 0x8f)) return 3;
  if (byte(0) == 0xe2 && byte(1) == 0x80 && byte(2) >= 0xaa && byte(2) <= 0xae) return 3;
  if (byte(0) == 0xe2 && byte(1) == 0x81 && byte(2) == 0xa0) return 3;
  if (byte(0) == 0xef && byte(1) == 0xbb && byte(2) == 0xbf) return 3;
  return 0;
}

// Bytes of a blank that is not ASCII: no-break, en, em, thin, ideographic.
std::size_t wide_blank(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0; };
  if (byte(0) == 0xc2 && byte(1) == 0xa0) return 2;
  if (byte(0) == 0xe2 && byte(1) == 0x80 && ((byte(2) >= 0x80 && byte(2) <= 0x8a) || byte(2) == 0xaf)) return 3;
  if (byte(0) == 0xe2 && byte(1) == 0x80 && (byte(2) == 0xa8 || byte(2) == 0xa9)) return 3;
  if (byte(0) == 0xe3 && byte(1) == 0x80 && byte(2) == 0x80) return 3;
  return 0;
}

void blank(std::string& out) {
  if (!out.empty() && out.back() != ' ' && out.back() != '\n') out += ' ';
}

// Text whose references are resolved.
void append_collapsed(std::string& out, std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c > ' ' && c < 0x7f) {
      std::size_t run = i + 1;
      while (run < text.size() && static_cast<unsigned char>(text[run]) > ' ' &&
             static_cast<unsigned char>(text[run]) < 0x7f)
        run++;
      out.append(text, i, run - i);
      i = run;
    } else if (c <= ' ' || c == 0x7f) {
      if (is_space(text[i])) blank(out);  // other control characters vanish
      i++;
    } else if (const std::size_t skip = invisible(text, i)) {
      i += skip;
    } else if (const std::size_t wide = wide_blank(text, i)) {
      blank(out);
      i += wide;
    } else {
      out += text[i++];
    }
  }
}

}  // namespace

void append_utf8(std::string& out, char32_t code_point) {
  const auto c = static_cast<std::uint32_t>(code_point);
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
    out += "\xef\xbf\xbd";
  } else if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xc0 | (c >> 6));
    byte(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    byte(0xe0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3f));
    byte(0x80 | (c & 0x3f));
  } else {
    byte(0xf0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3f));
    byte(0x80 | ((c >> 6) & 0x3f));
    byte(0x80 | (c & 0x3f));
  }
}

void append_resolved(std::string& out, std::string_view written) {
  std::size_t at = 0;
  while (at < written.size()) {
    const std::size_t ampersand = written.find('&', at);
    out.append(written, at, ampersand == written.npos ? written.npos : ampersand - at);
    if (ampersand == written.npos) return;
    std::size_t taken = resolve(out, written, ampersand);
    if (taken == 0) {
      out += '&';
      taken = 1;
    }
    at = std::min(ampersand + taken, written.size());
  }
}

std::string resolved(std::string_view written) {
  std::string out;
  append_readable(out, written);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

void append_readable(std::string& out, std::string_view written) {
  if (written.find('&') == written.npos) {
    append_collapsed(out, written);
    return;
  }
  std::string plain;
  append_resolved(plain, written);
  append_collapsed(out, plain);
}

void append_preformatted(std::string& out, std::string_view written) {
  std::string plain;
  append_resolved(plain, written);
  for (std::size_t i = 0; i < plain.size();) {
    const auto c = static_cast<unsigned char>(plain[i]);
    if (const std::size_t skip = c >= 0x80 ? invisible(plain, i) : 0) {
      i += skip;
    } else if (const std::size_t wide = c >= 0x80 ? wide_blank(plain, i) : 0) {
      out += ' ';
      i += wide;
    } else {
      if (c >= ' ' || c == '\n' || c == '\t') out += plain[i];
      i++;
    }
  }
}

std::string collapsed(std::string_view text) {
  std::string out;
  append_collapsed(out, text);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace samehand::page
