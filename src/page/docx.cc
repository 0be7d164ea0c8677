// A Word document (Office Open XML) -> Document.
//
// Method: the package is a zip, opened in memory through libarchive, entry by entry, each with a cap on its size; of it
// only word/document.xml, its notes and docProps/core.xml are read. Paragraphs (w:p) become blocks: their style says
// whether they are headings, w:numPr whether they are items; rows of tables become one block each. Deleted text
// (w:delText) and the second version of drawings (mc:Fallback) are left out. Source: ECMA-376, part 1, chapter 17.
// Known failures: text boxes are read where they are anchored; numbers of lists are not computed.
#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <string>

#include "formats.h"
#include "html_text.h"
#include "html_tree.h"
#include "language.h"

namespace samehand::page {
namespace {

constexpr std::size_t kMaxPart = 64u << 20;  // XML of one part; a book has some 5 MB
constexpr std::size_t kMaxEntries = 20'000;

struct FreeArchive {
  void operator()(archive* a) const { archive_read_free(a); }
};

struct Parts {
  std::string document, footnotes, endnotes, properties;
  bool cut = false;
};

std::string read_entry(archive* a, bool& cut) {
  std::string out;
  char buffer[65536];
  for (;;) {
    const la_ssize_t count = archive_read_data(a, buffer, sizeof buffer);
    if (count <= 0) {
      cut |= count < 0;
      return out;
    }
    if (out.size() + static_cast<std::size_t>(count) > kMaxPart) {
      cut = true;
      return out;
    }
    out.append(buffer, static_cast<std::size_t>(count));
  }
}

Result<Parts> open_package(ByteView bytes) {
  const std::unique_ptr<archive, FreeArchive> a(archive_read_new());
  if (a == nullptr) return fail(ErrorCode::kTooLarge, "out of memory");
  archive_read_support_format_zip(a.get());
  if (archive_read_open_memory(a.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return fail(ErrorCode::kMalformed, "the DOCX file is no zip archive that can be opened");
  }
  Parts parts;
  archive_entry* entry = nullptr;
  for (std::size_t i = 0; i < kMaxEntries; ++i) {
    const int status = archive_read_next_header(a.get(), &entry);
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) break;
    const char* path = archive_entry_pathname(entry);
    const std::string_view name = path != nullptr ? path : "";
    std::string* part = name == "word/document.xml"    ? &parts.document
                        : name == "word/footnotes.xml" ? &parts.footnotes
                        : name == "word/endnotes.xml"  ? &parts.endnotes
                        : name == "docProps/core.xml"  ? &parts.properties
                                                       : nullptr;
    if (part != nullptr && part->empty()) *part = read_entry(a.get(), parts.cut);
  }
  if (parts.document.empty())
    return fail(ErrorCode::kMalformed, "the DOCX file holds no word/document.xml (damaged or encrypted?)");
  return parts;
}

bool is(const HtmlTree& tree, std::uint32_t node, std::string_view name) {
  return tree.nodes[node].tag != Tag::kText && tree.nodes[node].text == name;
}

class Body {
 public:
  Body(const HtmlTree& tree, Document& document) : tree_(tree), document_(document) {}

  void run() {
    for (std::uint32_t i = 1; i < tree_.nodes.size();) i = visit(i);
    flush();
  }

 private:
  std::uint32_t visit(std::uint32_t i) {
    const Node& node = tree_.nodes[i];
    while (row_end_ != 0 && i >= row_end_) {
      flush();
      row_end_ = 0;
    }
    if (node.tag == Tag::kText) return i + 1;
    if (node.text == "mc:Fallback" || node.text == "w:del" || node.text == "w:instrText") return node.end;
    if (node.text == "w:tr" && row_end_ == 0) {
      flush();
      row_end_ = node.end;
      kind_ = BlockKind::kTableRow;
    } else if (node.text == "w:p") {
      if (row_end_ != 0) {
        if (!line_.empty()) line_ += ' ';  // cells of a row
      } else {
        flush();
      }
    } else if (node.text == "w:pStyle" && row_end_ == 0) {
      const std::string_view style = tree_.attribute(i, AttributeName::kVal);
      if (style.starts_with("Heading") || style.starts_with("heading") || style == "Subtitle")
        kind_ = BlockKind::kHeading;
      if (style == "Title") kind_ = BlockKind::kTitle;
      if (style.find("Quote") != style.npos) kind_ = BlockKind::kQuotation;
      if (style.find("Caption") != style.npos) kind_ = BlockKind::kCaption;
    } else if (node.text == "w:numPr" && row_end_ == 0) {
      kind_ = BlockKind::kListItem;
    } else if (node.text == "w:t") {
      for (std::uint32_t k = i + 1; k < node.end; ++k) {
        if (tree_.nodes[k].tag == Tag::kText) append_readable(line_, tree_.nodes[k].text);
      }
      return node.end;
    } else if (node.text == "w:tab") {
      if (!line_.empty() && line_.back() != ' ') line_ += ' ';
    } else if (node.text == "w:br" || node.text == "w:cr") {
      if (!line_.empty()) line_ += '\n';
    } else if (node.text == "w:noBreakHyphen") {
      line_ += '-';
    }
    return i + 1;
  }

  void flush() {
    while (!line_.empty() && (line_.back() == ' ' || line_.back() == '\n')) line_.pop_back();
    if (!line_.empty()) {
      if (kind_ == BlockKind::kTitle && document_.metadata.title.empty()) document_.metadata.title = line_;
      if (!document_.text.empty()) document_.text += "\n\n";
      const auto begin = static_cast<std::uint32_t>(document_.text.size());
      document_.text += line_;
      document_.blocks.push_back({kind_, {begin, static_cast<std::uint32_t>(document_.text.size())}});
    }
    line_.clear();
    kind_ = BlockKind::kParagraph;
  }

  const HtmlTree& tree_;
  Document& document_;
  std::string line_;
  BlockKind kind_ = BlockKind::kParagraph;
  std::uint32_t row_end_ = 0;
};

void append_part(Document& document, const std::string& xml, bool& nesting_cut) {
  const HtmlTree tree = parse_xml(xml);
  Body(tree, document).run();
  nesting_cut |= tree.nesting_cut;
}

void read_properties(Document& document, const std::string& xml) {
  const HtmlTree tree = parse_xml(xml);
  Metadata& m = document.metadata;
  for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
    if (tree.nodes[i].tag == Tag::kText || i + 1 >= tree.nodes[i].end || tree.nodes[i + 1].tag != Tag::kText) continue;
    const std::string value = resolved(tree.nodes[i + 1].text);
    if (value.empty()) continue;
    if (is(tree, i, "dc:title")) m.title = value;
    if (is(tree, i, "dc:creator")) m.authors.push_back(value);
    if (is(tree, i, "dc:language")) m.language = language_tag(value);
    if (is(tree, i, "cp:keywords")) m.tags.push_back(value);
    if (is(tree, i, "dcterms:created")) m.published = parse_date(value).value_or(Date{});
    if (is(tree, i, "dcterms:modified")) m.modified = parse_date(value).value_or(Date{});
  }
}

}  // namespace

Result<Document> read_docx(ByteView bytes) {
  auto parts = open_package(bytes);
  if (!parts) return std::unexpected(std::move(parts.error()));
  Document document;
  document.format = Format::kDocx;
  if (!parts->properties.empty()) read_properties(document, parts->properties);
  bool nesting_cut = false;
  append_part(document, parts->document, nesting_cut);
  if (!parts->footnotes.empty()) append_part(document, parts->footnotes, nesting_cut);
  if (!parts->endnotes.empty()) append_part(document, parts->endnotes, nesting_cut);
  if (parts->cut)
    document.remarks.push_back("a part of the document is damaged or larger than 64 MB; what came before was read");
  if (nesting_cut)
    document.remarks.push_back("its XML is nested deeper than 512: damaged; deeper elements were read as text");
  // Word declares no entities; what does is made to swell when it is read.
  if (parts->document.contains("<!ENTITY"))
    document.remarks.push_back("its XML declares entities: they were not filled in");
  if (document.text.empty()) document.remarks.push_back("the document holds no text");
  finish_metadata(document);
  return document;
}

}  // namespace samehand::page
