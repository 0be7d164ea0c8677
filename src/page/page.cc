// Which format a page has, and its reader.
#include "samehand/page/page.h"

#include <algorithm>
#include <string>

#include "encoding.h"
#include "formats.h"
#include "mime.h"
#include "samehand/base/ascii.h"
#include "source_line.h"

namespace samehand::page {
namespace {

constexpr std::size_t kMaxBytes = 256u << 20;  // pages of 50 MB are real, five times that is no page
constexpr std::size_t kHead = 8192;            // where a page's own elements are looked for

std::string extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos || name.size() - dot > 12) return {};
  std::string out(name.substr(dot + 1));
  std::ranges::transform(out, out.begin(), to_lower);
  return out;
}

bool contains_tag(std::string_view head, std::string_view tag) {
  const auto found =
      std::search(head.begin(), head.end(), tag.begin(), tag.end(), [](char a, char b) { return to_lower(a) == b; });
  return found != head.end();
}

bool looks_like_html(std::string_view text, std::string_view extension) {
  const std::string_view head = text.substr(0, kHead);
  for (const std::string_view tag : {"<!doctype html", "<html", "<head>", "<head ", "<body", "<meta ", "<title>"}) {
    if (contains_tag(head, tag)) return true;
  }
  // A piece of a page; in Markdown and text a tag may be an example.
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool begins_with_tag = first != text.npos && text[first] == '<';
  const bool named = extension == "html" || extension == "htm" || extension == "xhtml";
  for (const std::string_view tag : {"<article", "<div", "<p>", "<p ", "<table", "<section", "<h1"}) {
    if (contains_tag(head, tag)) return named || begins_with_tag;
  }
  return false;
}

// Signs of Markdown in a text whose name does not say: headings, links, fences.
bool looks_like_markdown(std::string_view text) {
  std::size_t headings = 0, links = 0, fences = 0;
  const std::string_view head = text.substr(0, kHead);
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = std::min(head.find('\n', at), head.size());
    const std::string_view line = head.substr(at, end - at);
    if (line.starts_with("# ") || line.starts_with("## ") || line.starts_with("### ")) headings++;
    if (line.starts_with("```")) fences++;
    if (line.find("](http") != line.npos || line.find("](/") != line.npos) links++;
    at = end + 1;
  }
  return (headings >= 1 && links >= 1) || headings >= 2 || (fences >= 2 && headings + links >= 1);
}

// `"type":` or `"a" :` at the beginning: what no prose begins with.
bool begins_with_key(std::string_view text) {
  constexpr std::size_t kLongestKey = 200;
  if (!text.starts_with('"')) return false;
  const std::size_t close = text.substr(0, kLongestKey).find('"', 1);
  if (close == text.npos) return false;
  const std::size_t colon = text.find_first_not_of(" \t\r\n", close + 1);
  return colon != text.npos && text[colon] == ':';
}

// Text whose byte order mark is lost: nearly every second byte of the first kilobytes is NUL, on one side only.
std::string_view lost_order_mark(std::string_view raw) {
  raw = raw.substr(0, 4096);
  std::size_t nul[2] = {0, 0};
  for (std::size_t i = 0; i < raw.size(); ++i) nul[i % 2] += raw[i] == '\0';
  const std::size_t half = raw.size() / 2;
  if (half < 8) return {};
  if (nul[1] * 10 > half * 8 && nul[0] * 20 < half) return "\xff\xfe";
  if (nul[0] * 10 > half * 8 && nul[1] * 20 < half) return "\xfe\xff";
  return {};
}

// A page in which control bytes were strewn, without them; empty where it is no page at all.
std::string without_controls(std::string_view raw, std::string_view extension) {
  const auto control = [](char c) {
    const auto b = static_cast<unsigned char>(c);
    return b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b;
  };
  std::string text(raw);
  const std::size_t controls = std::erase_if(text, control);
  const auto nuls = static_cast<std::size_t>(std::ranges::count(raw, '\0'));
  const bool html = controls * 4 < raw.size() && looks_like_html(text, extension);
  const bool plain = controls == nuls && nuls * 10 < raw.size() && is_utf8(text);
  return html || plain ? text : std::string();
}

}  // namespace

bool is_json(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank), last = text.find_last_not_of(kBlank);
  if (first == text.npos || last <= first) return false;
  const std::size_t second = text.find_first_not_of(kBlank, first + 1);
  if (text[first] == '{' && text[second] == '"') return text[last] == '}' || begins_with_key(text.substr(second));
  if (text[first] != '[' || text[second] != '{') return false;
  const std::size_t third = text.find_first_not_of(kBlank, second + 1);
  return text[last] == ']' || (third != text.npos && begins_with_key(text.substr(third)));
}

Result<Document> read_page(ByteView bytes, std::string_view file_name, const Options& options) {
  const std::string where(file_name);
  if (bytes.size() > kMaxBytes) return fail(ErrorCode::kTooLarge, "larger than 256 MB: not read as a page", where);
  if (bytes.empty()) return fail(ErrorCode::kMalformed, "the file is empty", where);
  std::string_view raw = bytes.text();
  if (options.pdf_boxes) {
    auto document = read_pdf_boxes(raw);
    if (!document) document.error().where = where;
    return document;
  }
  if (!options.raw_text && raw.starts_with("PK\x03\x04")) {
    auto document = read_docx(bytes);
    if (!document) document.error().where = where;
    return document;
  }
  if (!options.raw_text && is_pdf(bytes)) {
    return fail(ErrorCode::kInvalidArgument, "a PDF must go through convert_pdf first", where);
  }
  const std::string extension = extension_of(file_name);
  std::string mended;
  std::string remark;
  if (!options.raw_text && raw.starts_with("{\\rtf")) {
    return fail(ErrorCode::kNotSupported, "RTF is not read: save it as DOCX, PDF or plain text", where);
  }
  const bool marked = raw.starts_with("\xff\xfe") || raw.starts_with("\xfe\xff");
  if (!options.raw_text && !marked && raw.contains('\0')) {
    if (const std::string_view mark = lost_order_mark(raw); !mark.empty()) {
      mended.append(mark).append(raw);
    } else {
      mended = without_controls(raw, extension);
      remark = "bytes that no text holds (NUL and the like) were left out";
    }
    if (!mended.empty()) bytes = ByteView::of_text(mended);
    raw = bytes.text();
  }
  if (looks_binary(bytes)) {
    return fail(ErrorCode::kNotSupported,
                "neither text nor a document that can be read (HTML, text, Markdown, PDF, DOCX, EML)", where);
  }
  if (!options.raw_text && looks_like_message(raw)) return read_mail(bytes);
  Decoded decoded;
  decode(bytes, {}, decoded);
  const std::string_view text = decoded.utf8;
  if (!options.raw_text && is_json(text)) {
    return fail(
        ErrorCode::kNotSupported,
        "JSON is no page: `samehand case import CASE FILE` takes STIX, MISP and evidence, `read --names FILE` lists "
        "of names; --raw-text reads it as it is",
        where);
  }
  Document document;
  if (options.raw_text) {
    document = read_exact_text(text);
  } else if (looks_like_html(text, extension)) {
    document = read_html(text);
  } else if (extension == "md" || extension == "markdown" || looks_like_markdown(text)) {
    document = read_markdown(text);
  } else {
    document = read_plain_text(text);
  }
  if (text.find_first_not_of(" \t\r\n") == text.npos)
    return fail(ErrorCode::kMalformed, "the file holds only white space", where);
  if (!options.raw_text) read_source_line(document);
  if (!mended.empty() && !remark.empty()) document.remarks.push_back(remark);
  if (decoded.guessed) document.remarks.push_back("states no encoding that fits; read as " + decoded.encoding);
  if (decoded.replaced) document.remarks.push_back("some bytes are no characters of " + decoded.encoding);
  return document;
}

}  // namespace samehand::page
