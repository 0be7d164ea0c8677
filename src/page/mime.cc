// MIME.
//
// Method: header fields are unfolded; a multipart body is cut at its boundary lines; each part is parsed the same way,
// to a depth of 8 and 500 parts in all. What is malformed is read as far as it goes: a multipart without its end, a
// part without headers, base64 with other characters in it. Sources: RFC 5322, 2045, 2046, 2047. Cost: linear per
// level, so at most 8 passes over the bytes.
#include "mime.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "encoding.h"
#include "html_text.h"
#include "samehand/base/ascii.h"
#include "samehand/base/base64.h"

namespace samehand::page {
namespace {

constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxParts = 500;
constexpr std::size_t kMaxHeaders = 300;
constexpr std::size_t kMaxValue = 16384;

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// "text/html; charset=utf-8; name=\"a.html\"" -> the value of a parameter.
std::string parameter(std::string_view value, std::string_view name) {
  const std::string small = lower(value);
  for (std::size_t at = small.find(name); at != small.npos; at = small.find(name, at + 1)) {
    const bool starts = at > 0 && (small[at - 1] == ';' || small[at - 1] == ' ' || small[at - 1] == '\t');
    std::size_t i = at + name.size();
    if (i < small.size() && small[i] == '*') i++;
    if (!starts || i >= small.size() || small[i] != '=') continue;
    i++;
    if (i < small.size() && small[i] == '"') return std::string(value.substr(i + 1, value.find('"', i + 1) - i - 1));
    return std::string(trim(value.substr(i, value.find_first_of("; \t\r\n", i) - i)));
  }
  return {};
}

// Header fields up to the empty line; returns where the body begins.
std::size_t parse_headers(std::string_view bytes, MimePart& part) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    std::string_view line = bytes.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = std::min(end + 1, bytes.size());
    if (line.empty()) return at;
    if ((line[0] == ' ' || line[0] == '\t') && !part.headers.empty()) {
      std::string& value = part.headers.back().second;
      if (value.size() < kMaxValue) {
        value += ' ';
        value += trim(line);
      }
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == line.npos || part.headers.size() >= kMaxHeaders) continue;
    part.headers.emplace_back(lower(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1, kMaxValue))));
  }
  return at;
}

void interpret(MimePart& part) {
  const std::string_view content = part.header("content-type");
  if (!content.empty()) part.type = lower(trim(content.substr(0, content.find(';'))));
  part.charset = lower(parameter(content, "charset"));
  part.encoding = lower(trim(part.header("content-transfer-encoding")));
  const std::string_view disposition = part.header("content-disposition");
  part.attachment = lower(disposition.substr(0, 10)) == "attachment";
  part.file_name = parameter(disposition, "filename");
  if (part.file_name.empty()) part.file_name = parameter(content, "name");
}

void take_parts(const MimePart& part, Message& message, int depth);

void take(std::string_view bytes, Message& message, int depth) {
  MimePart part;
  const std::size_t body = parse_headers(bytes, part);
  part.body = bytes.substr(body);
  interpret(part);
  take_parts(part, message, depth);
}

void take_parts(const MimePart& part, Message& message, int depth) {
  if (message.leaves.size() >= kMaxParts || depth > kMaxDepth) {
    message.cut = true;
    return;
  }
  const std::string boundary = parameter(part.header("content-type"), "boundary");
  if (part.type == "message/rfc822" && (part.encoding.empty() || part.encoding == "7bit" || part.encoding == "8bit")) {
    return take(part.body, message, depth + 1);
  }
  if (!part.type.starts_with("multipart/") || boundary.empty()) {
    message.leaves.push_back(part);
    return;
  }
  const std::string mark = "--" + boundary;
  std::size_t begin = std::string_view::npos;
  for (std::size_t at = part.body.find(mark); at != part.body.npos; at = part.body.find(mark, at + mark.size())) {
    if (at > 0 && part.body[at - 1] != '\n') continue;
    if (begin != part.body.npos) take(part.body.substr(begin, at - begin), message, depth + 1);
    if (message.leaves.size() >= kMaxParts) {
      message.cut = true;
      return;
    }
    const std::size_t line_end = part.body.find('\n', at);
    if (part.body.substr(at + mark.size()).starts_with("--") || line_end == part.body.npos) {
      begin = part.body.npos;
      break;
    }
    begin = line_end + 1;
  }
  if (begin != part.body.npos && begin < part.body.size()) take(part.body.substr(begin), message, depth + 1);
}

// Other characters between the digits mean nothing (RFC 2045, 6.8).
std::string from_base64(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text.substr(0, text.find('=')), std::back_inserter(digits), is_base64_digit);
  return read_base64_run(digits).bytes;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string from_quoted_printable(std::string_view text, bool word) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (word && c == '_') {
      out += ' ';
    } else if (c != '=') {
      out += c;
    } else if (i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else if (i + 1 < text.size() && (text[i + 1] == '\n' || text[i + 1] == '\r')) {  // a soft line break
      i += text[i + 1] == '\r' && i + 2 < text.size() && text[i + 2] == '\n' ? 2 : 1;
    } else if (word && i + 2 == text.size() && hex(text[i + 1]) >= 0) {
      break;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string_view MimePart::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

bool looks_like_message(std::string_view bytes) {
  static constexpr std::string_view kUsual[] = {"from",         "to",          "subject",      "date",
                                                "received",     "message-id",  "mime-version", "return-path",
                                                "delivered-to", "content-type"};
  if (bytes.starts_with("From ")) bytes = bytes.substr(std::min(bytes.find('\n'), bytes.size() - 1) + 1);
  MimePart part;
  const std::string_view head = bytes.substr(0, 65536);
  // The first line must be a field: text that merely holds "From:" further down is no message.
  const std::string_view first = head.substr(0, head.find('\n'));
  const std::size_t colon = first.find(':');
  if (colon == first.npos || colon == 0 || first.substr(0, colon).find_first_of(" \t<") != first.npos) return false;
  parse_headers(head, part);
  const auto usual = std::ranges::count_if(kUsual, [&](std::string_view name) { return !part.header(name).empty(); });
  return usual >= 3;
}

Message parse_message(std::string_view bytes) {
  Message message;
  if (bytes.starts_with("From ")) bytes = bytes.substr(std::min(bytes.find('\n'), bytes.size() - 1) + 1);
  const std::size_t body = parse_headers(bytes, message.top);
  message.top.body = bytes.substr(body);
  interpret(message.top);
  take_parts(message.top, message, 0);
  return message;
}

std::string decoded_body(const MimePart& part) {
  if (part.encoding == "base64") return from_base64(part.body);
  if (part.encoding == "quoted-printable") return from_quoted_printable(part.body, false);
  return std::string(part.body);
}

std::string decoded_words(std::string_view value) {
  std::string out;
  // Programs that know no better write bytes of their encoding between and instead of encoded words: UTF-8, or else
  // most often windows-1252; a line is too short to guess from.
  const auto append = [&out](std::string_view bytes, std::string_view charset) {
    Decoded decoded;
    decode(ByteView::of_text(bytes), charset, decoded);
    out += decoded.utf8;
  };
  bool after_word = false;
  std::size_t at = 0;
  while (at < value.size()) {
    const std::size_t begin = value.find("=?", at);
    const std::size_t first = begin == value.npos ? value.npos : value.find('?', begin + 2);
    const std::size_t second = first == value.npos ? value.npos : value.find('?', first + 1);
    const std::size_t end = second == value.npos ? value.npos : value.find("?=", second + 1);
    if (end == value.npos || second != first + 2) {
      append(value.substr(at), "windows-1252");
      break;
    }
    const std::string_view between = value.substr(at, begin - at);
    if (!after_word || !trim(between).empty())
      append(between, "windows-1252");  // blanks between encoded words are none
    const std::string_view encoded = value.substr(second + 1, end - second - 1);
    const bool base64 = value[first + 1] == 'B' || value[first + 1] == 'b';
    const std::string bytes = base64 ? from_base64(encoded) : from_quoted_printable(encoded, true);
    append(bytes, value.substr(begin + 2, first - begin - 2));
    at = end + 2;
    after_word = true;
  }
  return collapsed(out);
}

}  // namespace samehand::page
