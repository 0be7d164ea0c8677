// A mail -> Document: its subject, sender and date, and the text of its parts.
//
// Method: of alternatives the plain text is read, if it has any; else the HTML, with all its lines, since a mail is no
// page with menus around a story. Attached texts follow; other attachments are named in the remarks, so that nobody
// takes them for read.
#include <algorithm>
#include <string>

#include "encoding.h"
#include "formats.h"
#include "html_text.h"
#include "html_tree.h"
#include "mime.h"
#include "passages.h"

namespace samehand::page {
namespace {

constexpr std::size_t kMaxRemarks = 50;

void append_text(Document& document, std::string_view utf8) {
  Document part = read_exact_text(utf8);
  for (const Block& block : part.blocks) {
    std::string_view words = block.where.of(part.text);
    if (!document.text.empty()) document.text += "\n\n";
    const auto begin = static_cast<std::uint32_t>(document.text.size());
    for (const char c : words) {
      if (c != '\r') document.text += c;
    }
    const bool quoted = words.starts_with('>');
    document.blocks.push_back({quoted ? BlockKind::kQuotation : BlockKind::kParagraph,
                               {begin, static_cast<std::uint32_t>(document.text.size())}});
  }
}

void append_html(Document& document, std::string_view utf8) {
  const HtmlTree tree = parse_html(utf8);
  const Passages passages = find_passages(tree);
  for (const Passage& passage : passages.list) {
    if (!document.text.empty()) document.text += "\n\n";
    const auto begin = static_cast<std::uint32_t>(document.text.size());
    document.text += passage.where.of(passages.text);
    document.blocks.push_back({passage.kind, {begin, static_cast<std::uint32_t>(document.text.size())}});
    for (std::uint32_t i = passage.links_begin; i < passage.links_end; ++i) {
      const Link& link = passages.links[i];
      if (link.url.empty() || link.where.begin < passage.where.begin || link.where.end > passage.where.end) continue;
      document.links.push_back(
          {{begin + link.where.begin - passage.where.begin, begin + link.where.end - passage.where.begin},
           resolved(link.url)});
    }
  }
}

bool has_words(const MimePart& part) {
  return count_words(decoded_body(part).substr(0, 20000)) >= 3;
}

}  // namespace

Document read_mail(ByteView bytes) {
  Document document;
  document.format = Format::kEml;
  const Message message = parse_message(bytes.text());
  Metadata& m = document.metadata;
  m.title = decoded_words(message.top.header("subject"));
  if (std::string from = decoded_words(message.top.header("from")); !from.empty()) m.authors.push_back(std::move(from));
  if (const auto date = parse_date(message.top.header("date"))) m.published = *date;
  const auto is_text = [](const MimePart& part, std::string_view type) {
    return !part.attachment && part.type == type;
  };
  const bool plain = std::ranges::any_of(
      message.leaves, [&](const MimePart& part) { return is_text(part, "text/plain") && has_words(part); });
  for (const MimePart& part : message.leaves) {
    const bool html = part.type == "text/html";
    const bool wanted = part.type == "text/plain" || (html && (!plain || part.attachment));
    if (!wanted) {
      if (!html && document.remarks.size() < kMaxRemarks) {
        document.remarks.push_back("attachment not read: " +
                                   (part.file_name.empty() ? std::string("unnamed") : decoded_words(part.file_name)) +
                                   " (" + decoded_words(part.type) + ")");
      }
      continue;
    }
    const std::string body = decoded_body(part);
    Decoded decoded;
    decode(ByteView::of_text(body), part.charset, decoded);
    if (html) {
      append_html(document, decoded.utf8);
    } else {
      append_text(document, decoded.utf8);
    }
  }
  if (message.cut) document.remarks.push_back("the mail has more parts, or deeper ones, than are read");
  finish_metadata(document);
  return document;
}

}  // namespace samehand::page
