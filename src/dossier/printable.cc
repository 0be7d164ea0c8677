#include "samehand/dossier/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace samehand::dossier {
namespace {

struct Range {
  char32_t first, last;
};

// Characters that take two columns (Unicode 15, East_Asian_Width W and F, neighbouring ranges joined).
constexpr auto kWide = std::to_array<Range>({
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},   {0x23f0, 0x23f0},
    {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267f, 0x267f},
    {0x2693, 0x2693},   {0x26a1, 0x26a1},   {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},
    {0x26ce, 0x26ce},   {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},
    {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27b0, 0x27b0},   {0x27bf, 0x27bf},   {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},
    {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},   {0xa960, 0xa97c},
    {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6b},   {0xff01, 0xff60},
    {0xffe0, 0xffe6},   {0x16fe0, 0x18cff}, {0x1aff0, 0x1b2fb}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf},
    {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f200, 0x1f265}, {0x1f300, 0x1f320}, {0x1f32d, 0x1f335},
    {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393}, {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0},
    {0x1f3f4, 0x1f3f4}, {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d},
    {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4},
    {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc}, {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7},
    {0x1f6dc, 0x1f6df}, {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc}, {0x1f7e0, 0x1f7eb}, {0x1f7f0, 0x1f7f0},
    {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
});

// Characters that stand on the one before them (categories Mn and Me of the scripts in common use, Hangul's trailing
// parts, variation selectors). A mark that is missing here costs a column of alignment, nothing more.
constexpr auto kCombining = std::to_array<Range>({
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05bf},   {0x05c1, 0x05c2},   {0x05c4, 0x05c5},
    {0x05c7, 0x05c7}, {0x0610, 0x061a}, {0x064b, 0x065f}, {0x0670, 0x0670},   {0x06d6, 0x06dc},   {0x06df, 0x06e4},
    {0x06e7, 0x06e8}, {0x06ea, 0x06ed}, {0x0711, 0x0711}, {0x0730, 0x074a},   {0x07a6, 0x07b0},   {0x07eb, 0x07f3},
    {0x0816, 0x082d}, {0x0859, 0x085b}, {0x0898, 0x0902}, {0x093a, 0x093a},   {0x093c, 0x093c},   {0x0941, 0x0948},
    {0x094d, 0x094d}, {0x0951, 0x0957}, {0x0962, 0x0963}, {0x0981, 0x0981},   {0x09bc, 0x09bc},   {0x09c1, 0x09c4},
    {0x09cd, 0x09cd}, {0x0a01, 0x0a02}, {0x0a3c, 0x0a3c}, {0x0a41, 0x0a51},   {0x0a70, 0x0a71},   {0x0a81, 0x0a82},
    {0x0abc, 0x0abc}, {0x0ac1, 0x0ac8}, {0x0acd, 0x0acd}, {0x0b01, 0x0b01},   {0x0b3c, 0x0b3c},   {0x0b41, 0x0b44},
    {0x0b4d, 0x0b56}, {0x0bcd, 0x0bcd}, {0x0c3e, 0x0c40}, {0x0c46, 0x0c56},   {0x0ccc, 0x0ccd},   {0x0d41, 0x0d44},
    {0x0d4d, 0x0d4d}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},   {0x0eb1, 0x0eb1},   {0x0eb4, 0x0ebc},
    {0x0ec8, 0x0ece}, {0x0f18, 0x0f19}, {0x0f71, 0x0f7e}, {0x0f80, 0x0f84},   {0x1039, 0x103a},   {0x1160, 0x11ff},
    {0x135d, 0x135f}, {0x17b4, 0x17b5}, {0x17b7, 0x17bd}, {0x17c6, 0x17c6},   {0x17c9, 0x17d3},   {0x1ab0, 0x1ace},
    {0x1b00, 0x1b03}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x2cef, 0x2cf1},   {0x2de0, 0x2dff},   {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xa66f, 0xa672}, {0xa674, 0xa67d}, {0xa69e, 0xa69f},   {0xa6f0, 0xa6f1},   {0xa8e0, 0xa8f1},
    {0xfb1e, 0xfb1e}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0x1d167, 0x1d169}, {0x1e8d0, 0x1e8d6}, {0x1e944, 0x1e94a},
});

// Characters that a reader does not see for what they are: controls, direction marks and overrides, zero-width spaces
// and joiners, line and paragraph separators, annotation and tag characters, private use, surrogates, non-characters.
constexpr auto kHidden = std::to_array<Range>({
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x034f, 0x034f},    {0x061c, 0x061c}, {0x115f, 0x1160},
    {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},    {0x2060, 0x206f}, {0x3164, 0x3164},
    {0xd800, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},    {0xfff0, 0xfffb}, {0xfffe, 0xffff},
    {0x1d173, 0x1d17a}, {0x1fffe, 0x1ffff}, {0x2fffe, 0x2ffff}, {0x3fffe, 0x10ffff},
});

bool in(std::span<const Range> ranges, char32_t c) {
  const auto it = std::ranges::lower_bound(ranges, c, {}, &Range::last);
  return it != ranges.end() && c >= it->first;
}

struct Decoded {
  char32_t character = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The first character of `text`, which is not empty; an invalid byte is one byte long. Overlong forms, surrogates and
// what lies beyond U+10FFFF are invalid.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {lead, 1, false};
  char32_t c = lead & (0x7fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {lead, 1, false};
    c = c << 6 | (byte(i) & 0x3f);
  }
  const bool overlong = (bytes == 3 && c < 0x800) || (bytes == 4 && c < 0x10000);
  if (overlong || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff) return {lead, 1, false};
  return {c, bytes, true};
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;
  if (in(kCombining, c)) return 0;
  return in(kWide, c) ? 2 : 1;
}

constexpr int kMarksInARow = 4;  // Vietnamese and pointed Hebrew need three

std::string escape(std::string_view bytes, bool double_backslash) {
  std::string out;
  out.reserve(bytes.size());
  int marks = 0;
  while (!bytes.empty()) {
    const Decoded d = decode(bytes);
    const char32_t c = d.character;
    marks = d.valid && in(kCombining, c) ? marks + 1 : 0;
    if (!d.valid) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else if (c == '\n' || c == '\t' || c == '\r') {
      out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
    } else if (c == '\\' && double_backslash) {
      out += "\\\\";
    } else if (in(kHidden, c) || marks > kMarksInARow) {
      out += c < 0x80 ? fmt::format("\\x{:02x}", static_cast<unsigned>(c))
                      : fmt::format("\\u{{{:x}}}", static_cast<unsigned>(c));
    } else {
      out += bytes.substr(0, d.bytes);
    }
    bytes.remove_prefix(d.bytes);
  }
  return out;
}

// The longest start of `text` within `columns`, as a length in bytes; combining marks stay with their base.
std::size_t fit(std::string_view text, std::size_t columns) {
  std::size_t at = 0, used = 0;
  while (at < text.size()) {
    const Decoded d = decode(text.substr(at));
    const std::size_t width = width_of(d.character);
    if (used + width > columns) break;
    used += width;
    at += d.bytes;
  }
  return at;
}

// Where the longest end of `text` within `columns` begins.
std::size_t fit_end(std::string_view text, std::size_t columns) {
  std::size_t width = display_width(text), at = 0;
  while (at < text.size()) {
    const Decoded d = decode(text.substr(at));
    if (width <= columns && width_of(d.character) > 0) break;
    width -= width_of(d.character);
    at += d.bytes;
  }
  return at;
}

}  // namespace

std::string printable(std::string_view bytes) {
  return escape(bytes, false);
}

std::string printable_line(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const bool space = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (!space)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  return printable(out);
}

std::string escape_field(std::string_view bytes) {
  return escape(bytes, true);
}

std::string valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Decoded d = decode(bytes);
    if (d.valid) {
      out += bytes.substr(0, d.bytes);
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(d.character));
    }
    bytes.remove_prefix(d.bytes);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Decoded d = decode(text);
    width += width_of(d.character);
    text.remove_prefix(d.bytes);
  }
  return width;
}

std::string shorten(std::string_view text, std::size_t columns) {
  if (text.size() <= columns || display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  return std::string(text.substr(0, fit(text, columns - 1))) + "…";
}

std::string shorten_middle(std::string_view text, std::size_t columns) {
  if (text.size() <= columns || display_width(text) <= columns) return std::string(text);
  if (columns < 5) return shorten(text, columns);
  const std::size_t front = (columns - 1) / 2;
  return std::string(text.substr(0, fit(text, front))) + "…" +
         std::string(text.substr(fit_end(text, columns - 1 - front)));
}

std::string wrap(std::string_view text, std::size_t columns, std::size_t indent) {
  const std::size_t room = std::max<std::size_t>(columns > indent ? columns - indent : 0, 8);
  std::string out;
  std::size_t used = 0;
  const auto break_line = [&] {
    out += '\n';
    out.append(indent, ' ');
    used = 0;
  };
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (word.empty()) continue;
    std::size_t width = display_width(word);
    if (used > 0 && used + 1 + width > room) break_line();
    if (used > 0) {
      out += ' ';
      ++used;
    }
    while (width > room - used) {
      const std::string_view line = word.substr(0, fit(word, room - used));
      out += line;
      word.remove_prefix(line.size());
      width -= display_width(line);
      break_line();
    }
    out += word;
    used += width;
  }
  return out;
}

}  // namespace samehand::dossier
