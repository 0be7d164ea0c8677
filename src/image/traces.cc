#include "traces.h"

#include <openssl/evp.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "parse.h"
#include "samehand/base/hash.h"

namespace samehand::image {

void add_trace(Image& image, TraceKind kind, std::string_view key, std::string_view value, bool valid) {
  if (value.empty() || image.traces.size() >= kMaxTraces) return;
  image.traces.push_back({kind, printable(key, 256), printable(value, 4096), valid});
}

void add_remark(Image& image, Remark::Kind kind, std::string text) {
  image.remarks.push_back({kind, std::move(text)});
}

void add_overlay(Image& image, std::uint64_t end) {
  const ByteView overlay = image.bytes.clamp(end);
  if (overlay.empty() || end == 0) return;
  struct Kind {
    std::string_view magic, name;
  };
  static constexpr Kind kKinds[] = {
      {"PK\x03\x04", "a ZIP archive"},
      {"7z\xbc\xaf\x27\x1c", "a 7z archive"},
      {"Rar!", "a RAR archive"},
      {"MSCF", "a cabinet"},
      {"\x1f\x8b", "gzip data"},
      {"MZ", "another PE file"},
      {"\x7f"
       "ELF",
       "another ELF file"},
  };
  std::string what;
  for (const Kind& kind : kKinds) {
    if (overlay.text().starts_with(kind.magic)) what = std::string(", ") + std::string(kind.name);
  }
  // The first header of a Nullsoft installer; the last record of a PyInstaller bundle.
  if (overlay.slice(4, 16).text() == "\xef\xbe\xad\xdeNullsoftInst") what = ", a Nullsoft installer's data";
  constexpr std::string_view kPyInstaller = "MEI\014\013\012\013\016";
  const ByteView tail = overlay.clamp(overlay.size() < 4096 ? 0 : overlay.size() - 4096);
  if (tail.text().find(kPyInstaller) != std::string_view::npos) what = ", a PyInstaller bundle";
  if (!what.empty()) {
    add_remark(image, Remark::Kind::kPacked,
               "carries" + what.substr(1) + " behind its own code, which is not read here");
  }
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "%zu bytes at 0x%llx, %.2f bits per byte", overlay.size(),
                static_cast<unsigned long long>(end), entropy(overlay));
  add_trace(image, TraceKind::kOverlay, "", text.data() + what);
  add_trace(image, TraceKind::kOverlay, "sha256", sha256_hex(overlay));
}

std::string utc_text(std::int64_t seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d UTC", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::int64_t seconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::string hex_text(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes.span()) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string hex_number(std::uint64_t value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(value));
  return text.data();
}

std::string guid_text(ByteView bytes) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X",
                bytes.read_or_zero<std::uint32_t>(0), bytes.read_or_zero<std::uint16_t>(4),
                bytes.read_or_zero<std::uint16_t>(6), bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13],
                bytes[14], bytes[15]);
  return text.data();
}

std::string utf16_text(ByteView bytes) {
  std::string text;
  for (std::uint64_t i = 0; i + 2 <= bytes.size(); i += 2) {
    std::uint32_t code = bytes.read_or_zero<std::uint16_t>(i);
    if (code == 0) break;
    const std::uint32_t low = bytes.read_or_zero<std::uint16_t>(i + 2);
    if (code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      i += 2;
    }
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xc0 | code >> 6), put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      put(0xe0 | code >> 12), put(0x80 | ((code >> 6) & 0x3f)), put(0x80 | (code & 0x3f));
    } else {
      put(0xf0 | code >> 18), put(0x80 | ((code >> 12) & 0x3f)), put(0x80 | ((code >> 6) & 0x3f)),
          put(0x80 | (code & 0x3f));
    }
  }
  return text;
}

std::string md5_hex(std::string_view text) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
  return hex_text(ByteView(std::span<const std::uint8_t>(digest.data(), size)));
}

double entropy(ByteView bytes) {
  if (bytes.empty()) return 0;
  // Four tables, so that runs of one byte do not wait for the same counter.
  std::array<std::array<std::uint32_t, 256>, 4> counts{};
  const std::span<const std::uint8_t> data = bytes.span();
  std::size_t i = 0;
  for (; i + 4 <= data.size(); i += 4) {
    for (std::size_t k = 0; k < 4; k++) counts[k][data[i + k]]++;
  }
  for (; i < data.size(); i++) counts[0][data[i]]++;
  double bits = 0;
  const double total = static_cast<double>(data.size());
  for (std::size_t b = 0; b < 256; b++) {
    const double p = (static_cast<double>(counts[0][b]) + counts[1][b] + counts[2][b] + counts[3][b]) / total;
    if (p > 0) bits -= p * std::log2(p);
  }
  return bits;
}

}  // namespace samehand::image
