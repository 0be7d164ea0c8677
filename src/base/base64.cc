#include "samehand/base/base64.h"

namespace samehand {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int value_in_either(char c) {
  return value_of(c == '-' ? '+' : c == '_' ? '/' : c);
}

}  // namespace

std::string to_base64(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    // What lies beyond the end reads as 0.
    const unsigned group = static_cast<unsigned>(bytes[i]) << 16 | bytes[i + 1] << 8 | bytes[i + 2];
    for (unsigned k = 0; k < 4; ++k) out += k <= bytes.size() - i ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  std::vector<std::uint8_t> out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::size_t digits = i + 4 == text.size() ? 4 - padding : 4;
    unsigned group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const int value = k < digits ? value_of(text[i + k]) : 0;
      if (value < 0) return std::nullopt;
      group = group << 6 | static_cast<unsigned>(value);
    }
    for (std::size_t k = 0; k + 1 < digits; ++k) out.push_back(static_cast<std::uint8_t>(group >> (16 - 8 * k)));
    if (digits < 4 && (group & (digits == 3 ? 0xffu : 0xffffu)) != 0) return std::nullopt;  // each has one form
  }
  return out;
}

Base64Run read_base64_run(std::string_view text) {
  Base64Run run;
  std::uint32_t bits = 0;
  for (; run.digits < text.size(); ++run.digits) {
    const int value = value_in_either(text[run.digits]);
    if (value < 0) break;
    bits = bits << 6 | static_cast<std::uint32_t>(value);  // a byte is whole with all but the first digit of four
    if (const std::size_t place = run.digits % 4; place != 0) run.bytes += static_cast<char>(bits >> (6 - 2 * place));
  }
  return run;
}

bool is_base64_digit(char c) {
  return value_in_either(c) >= 0;
}

}  // namespace samehand
