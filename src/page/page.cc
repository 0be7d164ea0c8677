// Which format a page has, and its reader.
#include "samehand/page/page.h"

#include <algorithm>
#include <string>

#include "encoding.h"
#include "formats.h"

namespace samehand::page {
namespace {

constexpr std::size_t kMaxBytes = 256u << 20;  // pages of 50 MB are real, ten times that is no page

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos || name.size() - dot > 12) return {};
  std::string out(name.substr(dot + 1));
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool contains_tag(std::string_view head, std::string_view tag) {
  const auto found =
      std::search(head.begin(), head.end(), tag.begin(), tag.end(), [](char a, char b) { return lower(a) == b; });
  return found != head.end();
}

// Text whose first kilobytes hold a page's own elements.
bool looks_like_html(std::string_view text) {
  const std::string_view head = text.substr(0, 8192);
  for (const std::string_view tag :
       {"<!doctype html", "<html", "<head>", "<head ", "<body", "<meta ", "<title", "<article", "<div"}) {
    if (contains_tag(head, tag)) return true;
  }
  return false;
}

}  // namespace

Result<Document> read_page(ByteView bytes, std::string_view file_name, const Options& options) {
  const std::string where(file_name);
  if (bytes.size() > kMaxBytes) return fail(ErrorCode::kTooLarge, "larger than 256 MB: not read as a page", where);
  if (bytes.empty()) return fail(ErrorCode::kMalformed, "the file is empty", where);
  if (looks_binary(bytes)) {
    return fail(ErrorCode::kNotSupported,
                "no text and no document that can be read (HTML, text, Markdown, PDF, DOCX, EML)", where);
  }
  Decoded decoded;
  decode(bytes, {}, decoded);
  const std::string extension = extension_of(file_name);
  Document document;
  if (options.raw_text) {
    document = read_exact_text(decoded.utf8);
  } else if (looks_like_html(decoded.utf8)) {
    document = read_html(decoded.utf8);
  } else {
    document = read_plain_text(decoded.utf8);
  }
  if (decoded.guessed) document.remarks.push_back("states no encoding; read as " + decoded.encoding);
  return document;
}

}  // namespace samehand::page
