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

}  // namespace

bool is_json(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank), last = text.find_last_not_of(kBlank);
  if (first == text.npos || last <= first) return false;
  const std::size_t second = text.find_first_not_of(kBlank, first + 1);
  const bool object = text[first] == '{' && text[last] == '}' && text[second] == '"';
  const bool list = text[first] == '[' && text[last] == ']' && text[second] == '{';
  return object || list;
}

Result<Document> read_page(ByteView bytes, std::string_view file_name, const Options& options) {
  const std::string where(file_name);
  if (bytes.size() > kMaxBytes) return fail(ErrorCode::kTooLarge, "larger than 256 MB: not read as a page", where);
  if (bytes.empty()) return fail(ErrorCode::kMalformed, "the file is empty", where);
  const std::string_view raw = bytes.text();
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
  if (looks_binary(bytes)) {
    return fail(ErrorCode::kNotSupported,
                "neither text nor a document that can be read (HTML, text, Markdown, PDF, DOCX, EML)", where);
  }
  if (!options.raw_text && looks_like_message(raw)) return read_mail(bytes);
  Decoded decoded;
  decode(bytes, {}, decoded);
  const std::string_view text = decoded.utf8;
  const std::string extension = extension_of(file_name);
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
  if (decoded.guessed) document.remarks.push_back("states no encoding that fits; read as " + decoded.encoding);
  if (decoded.replaced) document.remarks.push_back("some bytes are no characters of " + decoded.encoding);
  return document;
}

}  // namespace samehand::page
