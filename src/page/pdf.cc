// PDF -> Document, from the boxes that pdftotext gives.
//
// Problem: a PDF has no paragraphs, only words at places; each page repeats its header and footer; words are cut at
// line ends. Example: two pages, both with "Example Labs | TLP:CLEAR" on top and a number below, the first ending "…
// the mal-", the
//   second beginning "ware was" -> one paragraph "… the malware was".
// Method: pdftotext -bbox-layout orders words into lines, blocks and columns. Then:
//   1. Lines in the top or bottom eighth of a page that stand there on at least three pages, or on half of them,
//   figures
//      aside, are headers and footers; so are lines of figures only.
//   2. Lines of a block are one paragraph until the distance grows beyond 1.6 line heights or, after the end of a
//      sentence, a line is indented. A block that ends in the middle of a sentence goes on in the next that begins
//      small.
//   3. A hyphen at the end of a line goes if the word without it stands elsewhere in the document, stays if the word
//   with it
//      does, and goes otherwise.
//   4. Short blocks in letters 15 % higher than the median are headings; the highest on the first page is the title,
//      unless the PDF states one.
// Cost: linear in the words, but for the sort of line heights.
// Known failures: tables are read line by line; footnotes stay in the middle of the text; figures' labels are text.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <unordered_set>

#include "encoding.h"
#include "formats.h"
#include "html_text.h"
#include "html_tree.h"
#include "passages.h"
#include "samehand/base/program.h"

namespace samehand::page {
namespace {

constexpr double kMargin = 0.125;        // of a page's height, where headers and footers stand
constexpr double kParagraphGap = 1.6;    // line heights from one line's top to the next
constexpr double kIndent = 8;            // points
constexpr double kHeadingHeight = 1.15;  // of the median
constexpr std::uint32_t kHeadingWords = 16;
constexpr std::size_t kMaxEmptyRemarks = 20;

struct PdfLine {
  std::string text;
  double x = 0, y = 0, bottom = 0;
  double height() const { return bottom - y; }
};

struct PdfBlock {
  std::vector<PdfLine> lines;
};

struct PdfPage {
  double height = 0;
  std::vector<PdfBlock> blocks;
};

struct Pdf {
  std::string title;
  std::vector<PdfPage> pages;
};

// A number such as 123.456; not strtod, which asks the locale.
double number(std::string_view text) {
  double value = 0, scale = 0;
  bool negative = false;
  for (const char c : text.substr(0, 24)) {
    if (c == '-') {
      negative = true;
    } else if (c == '.') {
      scale = 1;
    } else if (c >= '0' && c <= '9') {
      value = value * 10 + (c - '0');
      scale *= 10;
    } else {
      break;
    }
  }
  if (scale > 1) value /= scale;
  return negative ? -value : value;
}

Pdf parse(std::string_view xhtml) {
  const HtmlTree tree = parse_xml(xhtml);
  Pdf pdf;
  const auto place = [&](std::uint32_t i, AttributeName name) { return number(tree.attribute(i, name)); };
  for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
    const Node& node = tree.nodes[i];
    if (node.tag == Tag::kText) continue;
    if (node.text == "title" && i + 1 < node.end && pdf.pages.empty()) {
      pdf.title = resolved(tree.nodes[i + 1].text);
    } else if (node.text == "page") {
      pdf.pages.push_back({place(i, AttributeName::kHeight), {}});
    } else if (node.text == "block" && !pdf.pages.empty()) {
      pdf.pages.back().blocks.emplace_back();
    } else if (node.text == "line" && !pdf.pages.empty() && !pdf.pages.back().blocks.empty()) {
      pdf.pages.back().blocks.back().lines.push_back(
          {{}, place(i, AttributeName::kXMin), place(i, AttributeName::kYMin), place(i, AttributeName::kYMax)});
    } else if (node.text == "word" && i + 1 < node.end && !pdf.pages.empty() && !pdf.pages.back().blocks.empty() &&
               !pdf.pages.back().blocks.back().lines.empty()) {
      std::string& line = pdf.pages.back().blocks.back().lines.back().text;
      if (!line.empty()) line += ' ';
      line += resolved(tree.nodes[i + 1].text);
    }
  }
  return pdf;
}

// A line without its figures, to recognise it on other pages.
std::string without_figures(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!(c >= '0' && c <= '9') && c != ' ') out += c;
  }
  return out;
}

void drop_repeated(Pdf& pdf) {
  const auto in_margin = [](const PdfPage& page, const PdfLine& line) {
    return page.height > 0 && (line.bottom < kMargin * page.height || line.y > (1 - kMargin) * page.height);
  };
  std::map<std::string, std::size_t> pages_with;
  for (const PdfPage& page : pdf.pages) {
    std::unordered_set<std::string> here;
    for (const PdfBlock& block : page.blocks) {
      for (const PdfLine& line : block.lines) {
        if (in_margin(page, line)) here.insert(without_figures(line.text));
      }
    }
    for (const std::string& text : here) pages_with[text]++;
  }
  const std::size_t half = std::max<std::size_t>(2, (pdf.pages.size() + 1) / 2);
  const std::size_t enough = std::min<std::size_t>(3, half);
  for (PdfPage& page : pdf.pages) {
    for (PdfBlock& block : page.blocks) {
      std::erase_if(block.lines, [&](const PdfLine& line) {
        if (!in_margin(page, line)) return false;
        const std::string text = without_figures(line.text);
        return text.empty() || text == "Page" || text == "Pageof" || pages_with[text] >= enough;
      });
    }
    std::erase_if(page.blocks, [](const PdfBlock& block) { return block.lines.empty(); });
  }
}

// "11/28/26, 9:45 AM" or "28.11.2026, 09:45": how a browser begins the header of what it prints.
bool is_print_header(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&](std::size_t most) {
    const std::size_t begin = at;
    while (at < text.size() && at - begin < most && text[at] >= '0' && text[at] <= '9') ++at;
    return at > begin;
  };
  const auto mark = [&](std::string_view marks) {
    if (at >= text.size() || marks.find(text[at]) == marks.npos) return false;
    ++at;
    return true;
  };
  if (!digits(4) || !mark("/.-") || !digits(2) || !mark("/.-") || !digits(4)) return false;
  mark(",");
  return mark(" ") && digits(2) && mark(":") && digits(2);
}

// "1/3"
bool is_page_count(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != text.npos && slash > 0 && slash + 1 < text.size() && text.size() <= 9 &&
         text.find_first_not_of("0123456789/") == text.npos;
}

// Whether a browser printed it: then its header (time and title) and footer (address and page) are taken out, and
// `address` is what the footer says.
bool drop_print_margins(Pdf& pdf, std::string& address) {
  const auto in_margin = [](const PdfPage& page, const PdfLine& line) {
    return page.height > 0 && (line.bottom < kMargin * page.height || line.y > (1 - kMargin) * page.height);
  };
  const auto any = [&](const PdfPage& page, const auto& test) {
    return std::ranges::any_of(page.blocks, [&](const PdfBlock& block) {
      return std::ranges::any_of(block.lines,
                                 [&](const PdfLine& line) { return in_margin(page, line) && test(line.text); });
    });
  };
  const auto is_address = [](std::string_view text) {
    return text.find(' ') == text.npos &&
           (text.starts_with("http://") || text.starts_with("https://") || text.starts_with("file:///"));
  };
  if (pdf.pages.empty() || !any(pdf.pages.front(), is_print_header)) return false;
  for (PdfPage& page : pdf.pages) {
    for (PdfBlock& block : page.blocks) {
      std::erase_if(block.lines, [&](const PdfLine& line) {
        if (!in_margin(page, line)) return false;
        if (is_address(line.text) && address.empty()) address = line.text;
        return is_print_header(line.text) || is_page_count(line.text) || is_address(line.text) ||
               line.text == pdf.title;
      });
    }
    std::erase_if(page.blocks, [](const PdfBlock& block) { return block.lines.empty(); });
  }
  return true;
}

double median_height(const Pdf& pdf) {
  std::vector<double> heights;
  for (const PdfPage& page : pdf.pages) {
    for (const PdfBlock& block : page.blocks) {
      for (const PdfLine& line : block.lines) heights.push_back(line.height());
    }
  }
  if (heights.empty()) return 0;
  std::ranges::nth_element(heights, heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2));
  return heights[heights.size() / 2];
}

bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}

bool ends_sentence(std::string_view text) {
  while (!text.empty() && (text.back() == '"' || text.back() == ')' || text.back() == '\'')) text.remove_suffix(1);
  return text.ends_with('.') || text.ends_with('!') || text.ends_with('?') || text.ends_with(':') ||
         text.ends_with("\xe2\x80\x9d");
}

class Assembly {
 public:
  Assembly(const Pdf& pdf, Document& document) : pdf_(pdf), document_(document), median_(median_height(pdf)) {
    for (const PdfPage& page : pdf_.pages) {
      for (const PdfBlock& block : page.blocks) {
        for (const PdfLine& line : block.lines) remember_words(line.text);
      }
    }
  }

  void run() {
    for (std::size_t p = 0; p < pdf_.pages.size(); ++p) {
      for (const PdfBlock& block : pdf_.pages[p].blocks) add(block, p == 0);
    }
    flush();
  }

 private:
  void remember_words(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = text.find_first_not_of(" ,.;:()\"", at);
      if (begin == text.npos) return;
      const std::size_t end = std::min(text.find_first_of(" ,.;:()\"", begin), text.size());
      words_.insert(std::string(text.substr(begin, end - begin)));
      at = end;
    }
  }

  bool is_heading(const PdfBlock& block) const {
    std::uint32_t words = 0;
    double highest = 0;
    for (const PdfLine& line : block.lines) {
      words += count_words(line.text);
      highest = std::max(highest, line.height());
    }
    return words > 0 && words <= kHeadingWords && block.lines.size() <= 3 && highest > kHeadingHeight * median_ &&
           !ends_sentence(block.lines.back().text);
  }

  void add(const PdfBlock& block, bool first_page) {
    if (block.lines.empty()) return;
    if (is_heading(block)) {
      flush();
      for (const PdfLine& line : block.lines) append_line(line.text);
      if (first_page && block.lines.front().height() > title_height_) {
        title_height_ = block.lines.front().height();
        if (pdf_.title.empty()) document_.metadata.title = paragraph_;
      }
      kind_ = BlockKind::kHeading;
      flush();
      return;
    }
    // A sentence goes on from the column or page before where it had not ended and this begins small.
    const bool goes_on = !paragraph_.empty() && !ends_sentence(paragraph_) &&
                         is_small(block.lines.front().text.empty() ? ' ' : block.lines.front().text[0]);
    if (!goes_on) flush();
    for (std::size_t i = 0; i < block.lines.size(); ++i) {
      const PdfLine& line = block.lines[i];
      if (i > 0) {
        const PdfLine& before = block.lines[i - 1];
        const double step = line.y - before.y;
        const bool gap = step > kParagraphGap * std::max(before.height(), line.height());
        const bool indented = line.x - before.x > kIndent && ends_sentence(before.text);
        const bool item = line.text.starts_with("\xe2\x80\xa2") || line.text.starts_with("- ");
        if (gap || indented || item) flush();
      }
      append_line(line.text);
    }
  }

  static std::string_view last_word(std::string_view text) {
    const std::size_t blank = text.find_last_of(" (\"");
    return blank == text.npos ? text : text.substr(blank + 1);
  }
  static std::string_view first_word(std::string_view text) { return text.substr(0, text.find_first_of(" ,.;:)\"")); }

  void append_line(std::string_view text) {
    if (text.empty()) return;
    if (paragraph_.empty()) {
      paragraph_ = text;
      return;
    }
    const bool hyphen = paragraph_.size() > 2 && paragraph_.back() == '-' && paragraph_[paragraph_.size() - 2] != ' ' &&
                        is_small(text[0]);
    const bool typographic = paragraph_.ends_with("\xe2\x80\x90") && is_small(text[0]);
    if (hyphen || typographic) {
      const std::size_t size = hyphen ? 1 : 3;
      const std::string head(last_word(std::string_view(paragraph_).substr(0, paragraph_.size() - size)));
      const std::string tail(first_word(text));
      const bool keep = !words_.contains(head + tail) && words_.contains(head + "-" + tail);
      if (!keep) paragraph_.resize(paragraph_.size() - size);
    } else {
      paragraph_ += ' ';
    }
    paragraph_ += text;
  }

  void flush() {
    if (!paragraph_.empty()) {
      if (kind_ == BlockKind::kParagraph && (paragraph_.starts_with("\xe2\x80\xa2") || paragraph_.starts_with("- ")))
        kind_ = BlockKind::kListItem;
      if (!document_.text.empty()) document_.text += "\n\n";
      const auto begin = static_cast<std::uint32_t>(document_.text.size());
      document_.text += paragraph_;
      document_.blocks.push_back({kind_, {begin, static_cast<std::uint32_t>(document_.text.size())}});
    }
    paragraph_.clear();
    kind_ = BlockKind::kParagraph;
  }

  const Pdf& pdf_;
  Document& document_;
  double median_ = 0, title_height_ = 0;
  std::unordered_set<std::string> words_;
  std::string paragraph_;
  BlockKind kind_ = BlockKind::kParagraph;
};

}  // namespace

bool is_pdf(ByteView bytes) {
  return bytes.clamp(0, 1024).text().find("%PDF-") != std::string_view::npos;
}

std::vector<Result<std::string>> convert_pdfs(std::span<const PdfFile> files, unsigned parallel) {
  std::vector<ProgramJob> jobs;
  for (const PdfFile& file : files) {
    ProgramJob& job = jobs.emplace_back();
    job.name = "pdftotext";
    job.arguments = {"-enc", "UTF-8", "-bbox-layout", "-", "-"};
    job.input = file.bytes;
    job.limits.memory_bytes = (1ull << 30) + 4 * static_cast<std::uint64_t>(file.bytes.size());
    // pdftotext reads some 5 MB of ordinary PDF in a second.
    const auto megabytes = static_cast<std::uint32_t>(file.bytes.size() >> 20);
    job.limits.cpu_seconds = std::min(10 + 2 * megabytes, 120u);
    job.limits.wall_ms = 6000 * job.limits.cpu_seconds;  // others may want the processors too
  }
  auto results = run_programs(jobs, parallel);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) continue;
    Error& error = results[i].error();
    error.where = files[i].name;
    if (error.code == ErrorCode::kNotFound)
      error.message = "reading PDF needs pdftotext (package poppler-utils), which is not installed";
    if (error.code == ErrorCode::kMalformed) {
      const bool locked = error.message.find("password") != error.message.npos;
      error.code = locked ? ErrorCode::kEncrypted : ErrorCode::kMalformed;
      error.message = locked ? "the PDF is locked with a password" : "the PDF is damaged: " + error.message;
    }
  }
  return results;
}

Result<std::string> convert_pdf(ByteView bytes, std::string_view file_name) {
  const PdfFile file{bytes, std::string(file_name)};
  return std::move(convert_pdfs(std::span(&file, 1), 1).front());
}

Result<Document> read_pdf_boxes(std::string_view xhtml) {
  std::string repaired;
  if (!is_utf8(xhtml)) {
    Decoded decoded;
    decode(ByteView::of_text(xhtml), "utf-8", decoded);
    repaired = decoded.utf8;
    xhtml = repaired;
  }
  Pdf pdf = parse(xhtml);
  if (pdf.pages.empty()) return fail(ErrorCode::kMalformed, "the PDF has no pages");
  Document document;
  document.format = Format::kPdf;
  std::size_t empty = 0;
  for (std::size_t i = 0; i < pdf.pages.size(); ++i) {
    if (!pdf.pages[i].blocks.empty()) continue;
    if (++empty <= kMaxEmptyRemarks)
      document.remarks.push_back("page " + std::to_string(i + 1) + " of the PDF holds no text (scanned?)");
  }
  if (empty > kMaxEmptyRemarks) document.remarks.push_back(std::to_string(empty) + " pages of the PDF hold no text");
  std::string address;
  const bool printed = drop_print_margins(pdf, address);
  drop_repeated(pdf);
  document.metadata.title = pdf.title;
  Assembly(pdf, document).run();
  if (printed) {  // a web page, menus and comments and all
    Document story = read_plain_text(document.text);
    story.format = Format::kPdf;
    story.remarks.insert(story.remarks.begin(), document.remarks.begin(), document.remarks.end());
    if (!pdf.title.empty()) story.metadata.title = pdf.title;
    // "Headline | Outlet", where the page has the headline alone.
    const std::size_t bar = pdf.title.find(" | ");
    const std::string headline = pdf.title.substr(0, bar);
    if (bar != std::string::npos && (document.text.starts_with(headline + "\n") ||
                                     document.text.find("\n" + headline + "\n") != std::string::npos)) {
      story.metadata.title = headline;
      if (story.metadata.outlet.empty()) story.metadata.outlet = pdf.title.substr(bar + 3);
    }
    if (story.metadata.url.empty() && address.starts_with("http")) story.metadata.url = address;
    document = std::move(story);
  }
  finish_metadata(document);
  return document;
}

}  // namespace samehand::page
