#include "volume.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace samehand::reading {
namespace {

constexpr auto kUnits = std::to_array<std::pair<std::string_view, double>>({{"kilobyte", 1e3},
                                                                            {"megabyte", 1e6},
                                                                            {"gigabyte", 1e9},
                                                                            {"terabyte", 1e12},
                                                                            {"petabyte", 1e15},
                                                                            {"kb", 1e3},
                                                                            {"mb", 1e6},
                                                                            {"gb", 1e9},
                                                                            {"tb", 1e12},
                                                                            {"pb", 1e15}});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<double> unit_at(std::string_view text) {
  std::string word;
  for (const char c : text.substr(0, 10)) {
    if (!is_letter(c)) break;
    word += static_cast<char>(c | 0x20);
  }
  for (const auto& [name, factor] : kUnits) {
    if (word == name || (word.size() == name.size() + 1 && word.starts_with(name) && word.back() == 's')) return factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> volume_in(std::string_view text) {
  constexpr std::size_t kLongestFigure = 20;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i]) || (i > 0 && (is_letter(text[i - 1]) || is_digit(text[i - 1])))) continue;
    std::string figure;
    std::size_t end = i;
    for (; end < text.size() && end - i < kLongestFigure && (is_digit(text[end]) || text[end] == '.' || text[end] == ','); ++end) {
      if (text[end] != ',') figure += text[end];
    }
    double value = 0;
    const auto [stop, error] = std::from_chars(figure.data(), figure.data() + figure.size(), value);
    while (end < text.size() && (text[end] == ' ' || text[end] == '-')) ++end;
    if (error != std::errc() || end >= text.size()) continue;
    if (const auto factor = unit_at(text.substr(end)); factor && value > 0) return value * *factor;
  }
  return std::nullopt;
}

std::string volume_text(double bytes) {
  static constexpr std::array<std::string_view, 6> kNames = {"bytes", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < kNames.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.3g} {}", bytes, kNames[unit]);
}

}  // namespace samehand::reading
