// A page or document as it was found -> its story: main text in blocks, title, outlet, dates, topic and tags.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"
#include "samehand/base/text_span.h"
#include "samehand/page/date.h"

namespace samehand::page {

enum class Format : std::uint8_t { kHtml, kText, kMarkdown, kPdf, kDocx, kEml };

enum class BlockKind : std::uint8_t { kTitle, kHeading, kParagraph, kListItem, kQuotation, kCaption, kTableRow, kCode };

// A piece of the main text. Blocks are in order, do not overlap, and lie within Document::text.
struct Block {
  BlockKind kind = BlockKind::kParagraph;
  TextSpan where;
};

struct Link {
  TextSpan where;   // the words that are linked
  std::string url;  // as stated, made absolute where the page says what its own address is
};

// A series of stories that the page says it belongs to.
struct Topic {
  std::string name;
  std::uint32_t stories = 0;  // as the page counts them; 0: not stated
};

struct Metadata {
  std::string title, outlet, url, language;  // language: BCP 47, stated or recognised; empty: unknown
  std::vector<std::string> authors, tags;
  Topic topic;
  std::string place;  // of the dateline: "MOSCOW"
  Date published, modified;
  Date stored;  // a clock in the page's corner: when it was stored, only an upper bound of its age
};

struct Document {
  Format format = Format::kText;
  std::string text;  // main text, UTF-8, blocks separated by an empty line
  std::vector<Block> blocks;
  std::vector<Link> links;
  Metadata metadata;
  std::vector<std::string> remarks;  // what the reader should know: "page 3 of the PDF holds no text (scanned?)"
};

struct Options {
  bool pdf_boxes = false;  // the bytes are what convert_pdf gave
  bool raw_text = false;   // take the input as plain text, exactly as it is: offsets of `text` are those of the file
};

// Tells the format from the content (and, where that leaves a choice, from the file's name) and reads it. Runs inside a
// sandboxed worker: needs no files, starts no processes and no threads. Input that is no text and no known document
// gives kNotSupported; beyond the limits on size and nesting kTooLarge. Linear in the input.
Result<Document> read_page(ByteView bytes, std::string_view file_name, const Options& options = {});

// Whether the text as a whole is a JSON object or a list of them, cut short or not: what programs exchange, and no
// page. A page may begin with a brace, but not with a quoted key, and does not end with one.
bool is_json(std::string_view text);

// Of a text whose language is not known: false where it has more little words of another language than of English.
bool may_be_english(std::string_view text);

// Whether these are the bytes of a PDF: then give convert_pdf's answer to read_page, with Options::pdf_boxes.
bool is_pdf(ByteView bytes);

// A PDF's words and where they stand, through poppler's pdftotext, which runs as a confined program of its own
// (samehand/base/program.h). Unlike read_page it starts a process: call it in the parent of workers. Its answer is as
// untrusted as the PDF. kNotFound with what to install where there is no pdftotext.
Result<std::string> convert_pdf(ByteView bytes, std::string_view file_name);

// The same for many, up to `parallel` at a time, in order. A small PDF has some ten seconds of processor time, a large
// one more: what takes longer was made to.
struct PdfFile {
  ByteView bytes;
  std::string name;  // for messages
};
std::vector<Result<std::string>> convert_pdfs(std::span<const PdfFile> files, unsigned parallel);

}  // namespace samehand::page
