// Which encoding, and to UTF-8.
//
// Problem: pages state their encoding wrongly or not at all, and the sandbox has no files, so glibc's iconv, which
// loads a module per encoding, cannot be used there. Method: valid UTF-8 that is not pure ASCII is UTF-8 with near
// certainty (the chance that other text of 20 such characters is valid is below one in a million), so it goes before
// what is stated. Else what is stated, under WHATWG's names (ISO-8859-1 means Windows-1252). Else ICU's statistics over
// byte pairs (ucsdet). ICU's tables are part of its library. Cost: validation 2 GB/s and more; conversion about 200
// MB/s. Known failures: short texts without a statement are guesses; Document::remarks says so.
#include "encoding.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "samehand/base/ascii.h"

namespace samehand::page {
namespace {

constexpr std::size_t kHead = 4096;  // where a statement is looked for; browsers stop at 1024
constexpr std::size_t kGuessBytes = 64 << 10;

// Labels that mean another encoding than they say (WHATWG Encoding Standard, section 4.2).
constexpr std::pair<std::string_view, std::string_view> kMeant[] = {
    {"iso-8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"us-ascii", "windows-1252"},
    {"ascii", "windows-1252"},
    {"iso-8859-9", "windows-1254"},
    {"iso-8859-11", "windows-874"},
    {"tis-620", "windows-874"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"shift_jis", "windows-31j"},
    {"shift-jis", "windows-31j"},
    {"sjis", "windows-31j"},
    {"x-sjis", "windows-31j"},
    {"ks_c_5601-1987", "windows-949"},
    {"euc-kr", "windows-949"},
    {"big5-hkscs", "big5-hkscs"},
    {"x-mac-cyrillic", "x-mac-cyrillic"},
    {"unicode", "utf-8"},
    {"utf8", "utf-8"},
};

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

// False when ICU does not know the encoding.
bool convert(ByteView bytes, const std::string& name, std::string& out, bool& replaced) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, CloseConverter> from(ucnv_open(name.c_str(), &status));
  const std::unique_ptr<UConverter, CloseConverter> to(ucnv_open("UTF-8", &status));
  if (U_FAILURE(status)) return false;
  const std::string_view text = bytes.text();
  const char* source = text.data();
  const char* source_end = source + text.size();
  std::array<UChar, 8192> pivot;
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  out.clear();
  out.reserve(text.size() + text.size() / 2);
  std::array<char, 32768> buffer;
  bool first = true;
  for (;;) {
    char* target = buffer.data();
    status = U_ZERO_ERROR;
    ucnv_convertEx(to.get(), from.get(), &target, buffer.data() + buffer.size(), &source, source_end, pivot.data(),
                   &pivot_source, &pivot_target, pivot.data() + pivot.size(), first, true, &status);
    first = false;
    out.append(buffer.data(), target);
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_FAILURE(status)) return false;
    break;
  }
  replaced = out.find("\xef\xbf\xbd") != out.npos;
  return true;
}

// UTF-8 with a few errors: each becomes U+FFFD.
void repair(std::string_view text, std::string& out);

std::string guess(ByteView bytes) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(ucsdet_open(&status), ucsdet_close);
  if (U_FAILURE(status)) return "windows-1252";
  const std::string_view text = bytes.clamp(0, kGuessBytes).text();
  ucsdet_setText(detector.get(), text.data(), static_cast<std::int32_t>(text.size()), &status);
  ucsdet_enableInputFilter(detector.get(), 1);  // tags are not counted
  const UCharsetMatch* match = ucsdet_detect(detector.get(), &status);
  if (U_FAILURE(status) || match == nullptr) return "windows-1252";
  const char* name = ucsdet_getName(match, &status);
  const std::int32_t confidence = ucsdet_getConfidence(match, &status);
  if (U_FAILURE(status) || name == nullptr || confidence < 10) return "windows-1252";
  return lower(name);
}

// Length of the valid sequence at `at`, 0 when there is none.
std::size_t sequence(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    if (!follows(1) || !follows(2)) return 0;
    if (lead == 0xe0 && byte(1) < 0xa0) return 0;
    if (lead == 0xed && byte(1) >= 0xa0) return 0;
    return 3;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (lead == 0xf0 && byte(1) < 0x90) return 0;
    if (lead == 0xf4 && byte(1) >= 0x90) return 0;
    return 4;
  }
  return 0;
}

// Where the first error is; npos when there is none.
std::size_t first_error(std::string_view text, std::size_t from = 0) {
  std::size_t i = from;
  while (i < text.size()) {
    // Eight ASCII bytes at once.
    std::uint64_t eight = 0;
    while (i + 8 <= text.size()) {
      std::memcpy(&eight, text.data() + i, 8);
      if ((eight & 0x8080808080808080ull) != 0) break;
      i += 8;
    }
    if (i >= text.size()) break;
    const std::size_t length = sequence(text, i);
    if (length == 0) return i;
    i += length;
  }
  return text.npos;
}

void repair(std::string_view text, std::string& out) {
  out.clear();
  out.reserve(text.size() + 64);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t error = first_error(text, at);
    out.append(text, at, error == text.npos ? text.npos : error - at);
    if (error == text.npos) return;
    out += "\xef\xbf\xbd";
    at = error + 1;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) at++;
  }
}

struct Errors {
  std::size_t count = 0, sequences = 0;
};

Errors count_errors(std::string_view text) {
  Errors errors;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence(text, i);
    if (length == 0) errors.count++;
    if (length > 1) errors.sequences++;
    i += std::max<std::size_t>(length, 1);
  }
  return errors;
}

std::string quoted_value(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '=' || text[at] == '"' || text[at] == '\'')) at++;
  std::size_t end = at;
  while (end < text.size() && end - at < 40 &&
         (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '-' || text[end] == '_' ||
          text[end] == ':')) {
    end++;
  }
  return std::string(text.substr(at, end - at));
}

// A page that states Latin letters (as servers do of everything) and is written in others: in Western languages hardly
// any letter beyond ASCII stands beside another, in Cyrillic, Greek, Hebrew, Arabic, Thai and East Asian ones nearly
// all do.
bool hardly_latin(std::string_view text) {
  std::size_t high = 0, beside = 0;
  bool before = false;
  for (const char c : text.substr(0, kGuessBytes)) {
    const bool is = static_cast<unsigned char>(c) >= 0xa1;
    high += is;
    beside += is && before;
    before = is;
  }
  return high >= 16 && beside * 2 > high;
}

}  // namespace

bool is_utf8(std::string_view text) {
  return first_error(text) == text.npos;
}

std::string stated_encoding(std::string_view head) {
  const std::string text = lower(head.substr(0, kHead));
  if (text.starts_with("<?xml")) {
    const std::size_t end = text.find("?>");
    const std::size_t found = text.find("encoding", 5);
    if (found < end) return quoted_value(text, found + 8);
  }
  for (std::size_t meta = text.find("<meta"); meta != text.npos; meta = text.find("<meta", meta + 5)) {
    const std::size_t end = text.find('>', meta);
    const std::size_t found = text.find("charset", meta);
    if (found < end) return quoted_value(text, found + 7);
  }
  return {};
}

void decode(ByteView bytes, std::string_view stated, Decoded& out) {
  const std::string_view text = bytes.text();
  const auto borrow = [&](std::string_view view) { out.utf8 = view; };
  const auto own = [&] { out.utf8 = out.storage; };
  if (text.starts_with("\xef\xbb\xbf")) {
    out.encoding = "utf-8";
    if (is_utf8(text.substr(3))) return borrow(text.substr(3));
    repair(text.substr(3), out.storage);
    out.replaced = true;
    return own();
  }
  const bool little = text.starts_with("\xff\xfe"), big = text.starts_with("\xfe\xff");
  if (little || big) {
    out.encoding = little ? "utf-16le" : "utf-16be";
    if (convert(bytes.clamp(2), out.encoding, out.storage, out.replaced)) return own();
  }
  if (is_utf8(text)) {
    out.encoding = "utf-8";
    return borrow(text);
  }
  std::string name = stated_encoding(text.substr(0, kHead));
  if (name.empty()) name = lower(stated);
  for (const auto& [label, meant] : kMeant) {
    if (name == label) {
      name = meant;
      break;
    }
  }
  // Text in UTF-8 with a cut or broken character here and there (one error in fifty) is still UTF-8.
  const Errors errors = count_errors(text);
  if (name.empty() || name.starts_with("utf-8") || errors.count * 50 < errors.sequences) {
    if (name.starts_with("utf-8") ? errors.count <= errors.sequences : errors.count * 50 < errors.sequences) {
      out.encoding = "utf-8";
      repair(text, out.storage);
      out.replaced = true;
      return own();
    }
    name.clear();
  }
  if ((name == "windows-1252" || name == "iso-8859-15") && hardly_latin(text)) name.clear();
  if (name.starts_with("utf-16")) name.clear();  // a page whose statement could be read is not in UTF-16
  if (!name.empty() && convert(bytes, name, out.storage, out.replaced)) {
    out.encoding = name;
    return own();
  }
  out.guessed = true;
  name = guess(bytes);
  for (const auto& [label, meant] : kMeant) {
    if (name == label) name = meant;
  }
  out.encoding = name;
  if (convert(bytes, name, out.storage, out.replaced)) return own();
  out.encoding = "windows-1252";
  if (convert(bytes, out.encoding, out.storage, out.replaced)) return own();
  repair(text, out.storage);  // ICU without its tables
  out.replaced = true;
  own();
}

bool looks_binary(ByteView bytes) {
  const std::string_view text = bytes.clamp(0, 16 << 10).text();
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return false;  // UTF-16
  const auto control = std::ranges::count_if(text, [](char c) {
    const auto b = static_cast<unsigned char>(c);
    return b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b;
  });
  return static_cast<std::size_t>(control) * 100 > text.size();
}

}  // namespace samehand::page
