// Formats, encodings, and input that is none of them.
#include "samehand/page/page.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "encoding.h"
#include "formats.h"
#include "mime.h"
#include "samehand/base/test_time.h"
#include "samehand/base/worker.h"

namespace samehand::page {
namespace {

Document read(std::string_view text, std::string_view name, const Options& options = {}) {
  auto document = read_page(ByteView::of_text(text), name, options);
  EXPECT_TRUE(document.has_value()) << (document.has_value() ? "" : document.error().message);
  return document.has_value() ? std::move(*document) : Document{};
}

// Blocks as lines, each with its kind's letter.
std::string printed(const Document& document) {
  static constexpr std::string_view kLetters = "THPLQCRX";
  std::string out;
  for (const Block& block : document.blocks) {
    out += kLetters[static_cast<std::size_t>(block.kind)];
    out += ':';
    out += block.where.of(document.text);
    out += '\n';
  }
  return out;
}

TEST(Page, RawTextIsKeptAsItIs) {
  const std::string_view text = "a  b\n\n  <html>c\n";
  const Document page = read(text, "a.html", {.raw_text = true});
  EXPECT_EQ(page.text, text);
  ASSERT_EQ(page.blocks.size(), 2u);
  EXPECT_EQ(page.blocks[1].where.of(page.text), "<html>c");
}

TEST(Page, WhatCannotBeReadIsSaidClearly) {
  const auto code = [](std::string_view text, std::string_view name) {
    const auto document = read_page(ByteView::of_text(text), name);
    EXPECT_FALSE(document.has_value()) << name;
    if (document.has_value()) return ErrorCode::kNotFound;
    EXPECT_EQ(document.error().where, name);
    EXPECT_FALSE(document.error().message.empty());
    return document.error().code;
  };
  EXPECT_EQ(code("", "empty.html"), ErrorCode::kMalformed);
  EXPECT_EQ(code(" \n\t ", "blank.txt"), ErrorCode::kMalformed);
  EXPECT_EQ(code(std::string_view("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0\0\0", 20), "binary.html"),
            ErrorCode::kNotSupported);
  EXPECT_EQ(code("PK\x03\x04 not a zip", "x.docx"), ErrorCode::kMalformed);
  EXPECT_EQ(code("%PDF-1.4 x", "x.pdf"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("{\\rtf1\\ansi The bank said", "x.txt"), ErrorCode::kNotSupported);
}

TEST(Encoding, IsFoundWhateverIsStated) {
  struct Case {
    std::string_view bytes, encoding, utf8;
  };
  const Case cases[] = {
      {"\xef\xbb\xbf"
       "a",
       "utf-8", "a"},
      {"<meta charset=windows-1252>\x93q\x94 \xe9", "windows-1252",
       "<meta charset=windows-1252>\xe2\x80\x9cq\xe2\x80\x9d \xc3\xa9"},
      // States what servers state of everything, and is Cyrillic in KOI8-R.
      {"<meta charset='iso-8859-1'>\xed\xc9\xce\xc9\xd3\xd4\xd2 \xda\xc1\xd1\xd7\xc9\xcc, \xde\xd4\xcf "
       "\xc8\xc1\xcb\xc5\xd2\xd9 \xd0\xcf\xc8\xc9\xd4\xc9\xcc\xc9 "
       "\xc4\xc1\xce\xce\xd9\xc5",
       "koi8-r", "<meta charset='iso-8859-1'>Министр заявил, что хакеры похитили данные"},
      {"<meta charset='iso-8859-1'>\x96", "windows-1252", "<meta charset='iso-8859-1'>\xe2\x80\x93"},
      {"<?xml version='1.0' encoding='koi8-r'?>\xcd\xc9\xd2", "koi8-r",
       "<?xml version='1.0' encoding='koi8-r'?>\xd0\xbc\xd0\xb8\xd1\x80"},
      {"<meta http-equiv=Content-Type content=\"text/html; charset=Shift_JIS\">\x93\xfa\x96\x7b", "windows-31j",
       "<meta http-equiv=Content-Type content=\"text/html; charset=Shift_JIS\">\xe6\x97\xa5\xe6\x9c\xac"},
      {"<meta charset=gbk>\xd6\xd0\xb9\xfa", "gb18030", "<meta charset=gbk>\xe4\xb8\xad\xe5\x9b\xbd"},
      {"<meta charset=windows-1251>\xcc\xe8\xf0", "windows-1251",
       "<meta charset=windows-1251>\xd0\x9c\xd0\xb8\xd1\x80"},
      // Stated wrongly: the bytes are UTF-8.
      {"<meta charset=iso-8859-1>\xc3\xa9t\xc3\xa9", "utf-8", "<meta charset=iso-8859-1>\xc3\xa9t\xc3\xa9"},
  };
  for (const Case& c : cases) {
    Decoded decoded;
    decode(ByteView::of_text(c.bytes), {}, decoded);
    EXPECT_EQ(decoded.encoding, c.encoding) << c.bytes;
    EXPECT_EQ(decoded.utf8, c.utf8);
    EXPECT_TRUE(is_utf8(decoded.utf8));
  }
  Decoded wide;
  decode(ByteView::of_text(std::string_view("\xff\xfe"
                                            "a\0\xe9\0",
                                            6)),
         {}, wide);
  EXPECT_EQ(wide.utf8, "a\xc3\xa9");
}

TEST(Encoding, EveryResultIsUtf8) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (const std::string_view stated :
       {"", "utf-8", "windows-1252", "shift_jis", "gb18030", "euc-kr", "big5", "iso-2022-jp", "no-such-thing"}) {
    Decoded decoded;
    decode(ByteView::of_text(all), stated, decoded);
    EXPECT_TRUE(is_utf8(decoded.utf8)) << stated;
  }
  EXPECT_FALSE(is_utf8("\xc0\x80"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("a\xe2\x80"));
}

// In the sandbox there are no files: converters must work without any.
TEST(Encoding, WorksInsideTheSandbox) {
  std::string answer;
  WorkerJob job;
  job.run = [](const FrameSink& sink) {
    std::string out;
    for (const std::string_view page :
         {"<meta charset=Shift_JIS><p>\x93\xfa\x96\x7b", "<meta charset=gbk><p>\xd6\xd0\xb9\xfa",
          "<meta charset=euc-kr><p>\xc7\xd1\xb1\xdb", "<meta charset=koi8-r><p>\xcd\xc9\xd2",
          "<meta charset=big5><p>\xa4\xa4\xb0\xea"}) {
      const auto document = read_page(ByteView::of_text(page), "x.html", {.raw_text = true});
      out += document.has_value() ? document->text.substr(document->text.find("<p>") + 3) : document.error().message;
      out += '|';
    }
    sink.send(1, ByteView::of_text(out));
  };
  job.on_frame = [&](std::uint8_t, ByteView frame) { answer = frame.text(); };
  const std::vector<WorkerJob> jobs{job};
  const auto ends = run_workers(jobs);
  ASSERT_TRUE(ends[0].finished()) << ends[0].message;
  EXPECT_EQ(answer,
            "\xe6\x97\xa5\xe6\x9c\xac|\xe4\xb8\xad\xe5\x9b\xbd|\xed\x95\x9c\xea\xb8\x80|\xd0\xbc\xd0\xb8\xd1\x80|"
            "\xe4\xb8\xad\xe5\x9c\x8b|");
}

TEST(Markdown, MarksGoWordsStay) {
  const Document page = read(
      "---\ntitle: \"The wiper\"\noutlet: Cargo Watch\nurl: http://a.example/w\ndate: 2021-03-02\ntags: [a, b]\n---\n# "
      "Findings\n\nSee [the "
      "*report*](http://a.example/r) by **Ann** and `x_y_z`.\nMore &amp; more \\*.\n\n"
      "- one\n- two\n\n> quoted\n> words\n\n```c\nint a;\n  b;\n```\n\n| h | k |\n|---|---|\n| 1 | 2 "
      "|\n\nSub\n---\n![img](x.png)after\n",
      "a.md");
  EXPECT_EQ(printed(page),
            "H:Findings\nP:See the report by Ann and x_y_z. More & more *.\nL:one\nL:two\nQ:quoted words\nX:int a;\n  "
            "b;\nR:h   k\nR:1   2\nH:Sub\nP:after\n");
  EXPECT_EQ(page.metadata.title, "The wiper");
  EXPECT_EQ(page.metadata.outlet, "Cargo Watch");
  EXPECT_EQ(page.metadata.url, "http://a.example/w");
  EXPECT_EQ(to_iso(page.metadata.published), "2021-03-02");
  EXPECT_EQ(page.metadata.tags, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(page.links.size(), 1u);
  EXPECT_EQ(page.links[0].where.of(page.text), "the report");
  EXPECT_EQ(page.links[0].url, "http://a.example/r");
}

TEST(Mail, PartsAreDecodedAndAlternativesReadOnce) {
  const Document page = read(
      "Received: from a.example\r\nFrom: =?utf-8?Q?J=C3=BCrgen_Mai?= <j@a.example>\r\nTo: x@b.example\r\nSubject: "
      "=?UTF-8?B?V2lwZXI=?=\r\n =?UTF-8?B?IHNlZW4=?=\r\n"
      "Date: Thu, 04 Dec 2014 10:15:00 +0300\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
      "boundary=\"out\"\r\n\r\nignored\r\n--out\r\n"
      "Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\nContent-Type: text/plain; "
      "charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
      "The caf=E9 was =\r\nclosed today.\r\n\r\n> quoted before\r\n--in\r\nContent-Type: text/html\r\n\r\n<p>The "
      "caf&eacute; in HTML\r\n--in--\r\n--out\r\n"
      "Content-Type: application/pdf; name=\"a.pdf\"\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\nJVBERi0=\r\n--out--\r\n",
      "mail.eml");
  EXPECT_EQ(printed(page), "P:The caf\xc3\xa9 was closed today.\nQ:> quoted before\n");
  EXPECT_EQ(page.metadata.title, "Wiper seen");
  EXPECT_EQ(page.metadata.authors, (std::vector<std::string>{"J\xc3\xbcrgen Mai <j@a.example>"}));
  EXPECT_EQ(to_iso(page.metadata.published), "2014-12-04T10:15+03:00");
  ASSERT_EQ(page.remarks.size(), 1u);
  EXPECT_EQ(page.remarks[0], "attachment not read: a.pdf (application/pdf)");
}

TEST(Mail, HeadersWithRawBytesBecomeUtf8) {
  const Document page = read(
      "From: J\xfcrgen <j@a.example>\nTo: x\nSubject: caf\xe9 =?utf-8?Q?closed?= d\xe9"
      "ja =?UTF-8?z\xa6?=\nDate: d\nContent-Type: "
      "multipart/mixed; boundary=x\n\n--x\nContent-Type: a/\xff; name=\xe9.doc\n\n\n--x--\n",
      "mail.eml");
  EXPECT_EQ(page.metadata.title, "caf\xc3\xa9 closed d\xc3\xa9ja =?UTF-8?z\xc2\xa6?=");
  EXPECT_EQ(page.metadata.authors, (std::vector<std::string>{"J\xc3\xbcrgen <j@a.example>"}));
  ASSERT_EQ(page.remarks.size(), 1u);
  EXPECT_EQ(page.remarks[0], "attachment not read: \xc3\xa9.doc (a/\xc3\xbf)");
}

TEST(Mail, NestingIsBounded) {
  std::string mail = "From: a\nTo: b\nSubject: c\nDate: d\n";
  for (int i = 0; i < 10'000; ++i) mail += "Content-Type: message/rfc822\n\n";
  const Message message = parse_message(mail);
  EXPECT_TRUE(message.cut);
  std::string wide = "From: a\nTo: b\nSubject: c\nContent-Type: multipart/mixed; boundary=x\n\n";
  for (int i = 0; i < 10'000; ++i) wide += "--x\n\na\n";
  EXPECT_LE(parse_message(wide).leaves.size(), 500u);
}

std::string zip(std::initializer_list<std::pair<const char*, std::string_view>> files) {
  std::string out(1 << 20, '\0');
  std::size_t used = 0;
  archive* a = archive_write_new();
  archive_write_set_format_zip(a);
  archive_write_open_memory(a, out.data(), out.size(), &used);
  for (const auto& [name, content] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(a, entry);
    archive_write_data(a, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(a);
  archive_write_free(a);
  out.resize(used);
  return out;
}

TEST(Page, StrewnControlBytesAreLeftOutWithARemark) {
  constexpr char kPage[] = "<html><body><p>The bank said\0 that it was closed\0 for\1 the day.\0</p></body></html>";
  const std::string_view body(kPage, sizeof kPage - 1);
  const Document page = read(body, "x.html");
  EXPECT_EQ(page.text, "The bank said that it was closed for the day.");
  ASSERT_EQ(page.remarks.size(), 1u);
  EXPECT_NE(page.remarks[0].find("NUL"), std::string::npos);
  EXPECT_EQ(read(std::string_view("The bank said that it was\0 closed for all of the day.", 54), "x.txt").text,
            "The bank said that it was closed for all of the day.");
  // UTF-16 whose byte order mark is lost.
  for (const bool little : {true, false}) {
    std::string wide;
    for (const char c : std::string_view("<html><body><p>The bank said that it was closed."))
      wide += little ? std::string{c, '\0'} : std::string{'\0', c};
    const Document lost = read(wide, "x.html");
    EXPECT_EQ(lost.text, "The bank said that it was closed.") << little;
  }
}

TEST(Docx, SaysWhyItHoldsNoText) {
  const auto remarks = [](const std::string& xml) {
    const std::string file = zip({{"word/document.xml", xml}});
    const Document page = read(file, "x.docx");
    EXPECT_EQ(page.text, "");
    std::string out;
    for (const std::string& remark : page.remarks) out += remark + ";";
    return out;
  };
  const std::string head = "<w:document><w:body>";
  EXPECT_NE(remarks(head + "</w:body></w:document>").find("no text"), std::string::npos);
  std::string open = head;
  for (int i = 0; i < 5000; ++i) open += "<w:p>";
  EXPECT_NE(remarks(open).find("nested deeper"), std::string::npos);
  EXPECT_NE(remarks("<!DOCTYPE d [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]>" + head +
                    "<w:p><w:r><w:t> </w:t></w:r></w:p></w:body></w:document>")
                .find("entities"),
            std::string::npos);
}

TEST(Docx, ParagraphsHeadingsItemsAndRows) {
  const std::string file =
      zip({{"word/document.xml",
            "<?xml version=\"1.0\"?><w:document><w:body><w:p><w:pPr><w:pStyle "
            "w:val=\"Heading1\"/></w:pPr><w:r><w:t>Find</w:t></w:r><w:r><w:t>ings</w:t></w:r></w:p>"
            "<w:p><w:r><w:t xml:space=\"preserve\">One </w:t></w:r><w:r><w:t>&amp; "
            "two</w:t><w:br/><w:t>three</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
            "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>item</w:t></w:r></w:p>"
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></"
            "w:tc></w:tr></w:tbl><w:p/></w:body></w:document>"},
           {"docProps/core.xml",
            "<cp:coreProperties><dc:title>The wiper</dc:title><dc:creator>Ann "
            "Lee</dc:creator><dcterms:created>2021-03-02T08:30:00Z</dcterms:created></cp:coreProperties>"}});
  const Document page = read(file, "x.docx");
  EXPECT_EQ(printed(page), "H:Findings\nP:One & two\nthree\nL:item\nR:a b\n");
  EXPECT_EQ(page.metadata.title, "The wiper");
  EXPECT_EQ(page.metadata.authors, (std::vector<std::string>{"Ann Lee"}));
  EXPECT_EQ(to_iso(page.metadata.published), "2021-03-02T08:30Z");
}

std::string pdf_line(double x, double y, std::string_view words, double height = 10) {
  std::string out = "<line xMin=\"" + std::to_string(x) + "\" yMin=\"" + std::to_string(y) + "\" xMax=\"500\" yMax=\"" +
                    std::to_string(y + height) + "\">";
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    out += "<word xMin=\"0\" yMin=\"0\" xMax=\"0\" yMax=\"0\">" + std::string(words.substr(at, end - at)) + "</word>";
    at = end + 1;
  }
  return out + "</line>";
}

TEST(Pdf, WhatABrowserPrintedIsAPageOfTheWeb) {
  const auto block = [](double y, std::string_view words) { return "<block>" + pdf_line(50, y, words) + "</block>"; };
  const std::string_view story =
      "The ministry said on Tuesday that the terminals of the harbour had been closed for a week and that nobody knew "
      "why.";
  const std::string_view more =
      "The operator declined to comment, but a spokesman said that its computers would be rebuilt before the end of "
      "the month.";
  const auto read_with = [&](std::string_view header) {
    return read(
        "<html><head><title>Harbour closed | The Gazette</title></head><body><doc><page width=\"600\" "
        "height=\"800\"><flow>" +
            block(20, header) + block(20, "Harbour closed | The Gazette") + block(60, "News World Sport") +
            block(80, "We use cookies. Accept all") + block(140, "Harbour closed") + block(160, "By Ann Lee") +
            block(200, story) + block(260, more) + block(400, "Most read") + block(420, "Ten beaches to see") +
            block(440, "Comments (2)") + block(770, "https://gazette.example/harbour") + block(770, "1/1") +
            "</flow></page></doc></body></html>",
        "x.pdf", {.pdf_boxes = true});
  };
  for (const std::string_view header : {"11/28/26, 9:45 AM", "28.11.2026, 09:45"}) {
    const Document document = read_with(header);
    EXPECT_EQ(document.text, std::string(story) + "\n\n" + std::string(more)) << header;
    EXPECT_EQ(document.format, Format::kPdf);
    EXPECT_EQ(document.metadata.title, "Harbour closed");
    EXPECT_EQ(document.metadata.outlet, "The Gazette");
    EXPECT_EQ(document.metadata.url, "https://gazette.example/harbour");
  }
  // Any other PDF is kept whole.
  EXPECT_NE(read_with("Annual report, 2026").text.find("Ten beaches to see"), std::string::npos);
}

TEST(Pdf, BoxesBecomeParagraphs) {
  std::string boxes = "<html><head><title></title></head><body><doc>";
  const auto page = [&](std::string_view inner, int number) {
    boxes += "<page width=\"600\" height=\"800\"><flow><block>" + pdf_line(50, 20, "Example Labs | TLP:CLEAR") +
             "</block>" + std::string(inner) + "<block>" + pdf_line(300, 770, std::to_string(number)) +
             "</block></flow></page>";
  };
  page("<block>" + pdf_line(50, 120, "The Grid Wiper", 24) + "</block><block>" +
           pdf_line(50, 160, "The first sample of the mal-") + pdf_line(50, 172, "ware was found in a well-") +
           pdf_line(50, 184, "known tool and malware is") + "</block>",
       1);
  page("<block>" + pdf_line(50, 120, "what it is, says a well-known expert.") +
           pdf_line(50, 160, "A second paragraph.") + "</block>",
       2);
  page("", 3);
  boxes += "</doc></body></html>";
  const Document document = read(boxes, "x.pdf", {.pdf_boxes = true});
  EXPECT_EQ(printed(document),
            "H:The Grid Wiper\nP:The first sample of the malware was found in a well-known tool and malware is what it "
            "is, says a well-known expert.\nP:A second paragraph.\n");
  EXPECT_EQ(document.metadata.title, "The Grid Wiper");
}

// A PDF of one page with a line of text, written by hand.
std::string small_pdf() {
  const std::string content = "BT /F1 12 Tf 72 700 Td (The wiper was seen on Monday.) Tj ET";
  return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
         "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 "
         "R>>>>>>endobj\n"
         "4 0 obj<</Length " +
         std::to_string(content.size()) + ">>stream\n" + content +
         "\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R/Size "
         "6>>\n%%EOF\n";
}

TEST(Pdf, IsReadThroughAConfinedPdftotext) {
  const std::string file = small_pdf();
  ASSERT_TRUE(is_pdf(ByteView::of_text(file)));
  const auto boxes = convert_pdf(ByteView::of_text(file), "x.pdf");
  ASSERT_TRUE(boxes.has_value()) << boxes.error().message;
  const Document document = read(*boxes, "x.pdf", {.pdf_boxes = true});
  EXPECT_EQ(document.text, "The wiper was seen on Monday.");
  const auto damaged = convert_pdf(ByteView::of_text("%PDF-1.4\nnothing"), "y.pdf");
  ASSERT_FALSE(damaged.has_value());
  EXPECT_EQ(damaged.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(damaged.error().where, "y.pdf");
}

TEST(Page, LargeAndHostilePagesTakeBoundedTime) {
  std::string page = "<html><body>";
  while (page.size() < large_size(50u << 20))
    page += "<div class=\"a b\"><p>The studio said, on Monday, that it was down. <a href=x>More</a></p></div>";
  const double begin = processor_seconds();
  const auto document = read_page(ByteView::of_text(page), "large.html");
  ASSERT_TRUE(document.has_value());
  EXPECT_GT(document->blocks.size(), large_size(100'000));
  // 50 MB take about a second; the bound is for slow machines.
  EXPECT_LT(processor_seconds() - begin, 60);
  for (const std::string_view piece :
       {"<b>", "<a>", "<table><td>", "<p><li>", "</p>", "<select><option>", "<!--", "<![CDATA[", "&amp", "<script>",
        "<title>", "<a b", "((((", "1 May ", "\n# [x](", "12:34 "}) {
    std::string many = "<html>";
    while (many.size() < large_size(1u << 20)) many += piece;
    EXPECT_TRUE(read_page(ByteView::of_text(many), "many.html").has_value()) << piece;
    const ByteView bare = ByteView::of_text(std::string_view(many).substr(6));
    EXPECT_TRUE(read_page(bare, "many.md").has_value()) << piece;
    EXPECT_TRUE(read_page(bare, "many.txt").has_value()) << piece;
  }
  EXPECT_LT(processor_seconds() - begin, 100);
}

TEST(SourceLine, GivesOutletAndDateWhereNothingElseDoes) {
  const auto metadata = [](const std::string& text, const char* name) {
    return read_page(ByteView::of_text(text), name)->metadata;
  };
  const std::string story =
      "The operator said on Monday that its terminals had been closed for a week, and that nobody knew why. It added "
      "that it would open them again when its computers had been rebuilt.\n";
  Metadata m = metadata("How big is the leak?\nCargo Watch, 8 March 2019\n\n" + story, "a.txt");
  EXPECT_EQ(to_iso(m.published), "2019-03-08");
  EXPECT_EQ(m.outlet, "Cargo Watch");
  EXPECT_EQ(m.title, "How big is the leak?");
  m = metadata("# How big?\n\n*Cargo Watch, 2019-03-07*\n\n" + story, "a.md");
  EXPECT_EQ(to_iso(m.published), "2019-03-07");
  EXPECT_EQ(m.outlet, "Cargo Watch");
  // Words that say when are nobody.
  for (const std::string_view when :
       {"Published 8 March 2019", "Last updated: 8 March 2019", "Veröffentlicht am 8. März 2019", "Stand: 8. März 2019",
        "Publié le 8 mars 2019", "Publicado el 8 de marzo de 2019", "Publicado em 8 de março de 2019",
        "Pubblicato il 8 marzo 2019", "Gepubliceerd op 8 maart 2019", "Опубликовано 8 марта 2019"}) {
    m = metadata("How big is the leak?\n\n" + std::string(when) + "\n\n" + story, "a.md");
    EXPECT_EQ(to_iso(m.published), "2019-03-08") << when;
    EXPECT_EQ(m.outlet, "") << when;
  }
  // A sentence with a date is no such line.
  m = metadata("It all began on 8 March 2019.\n\n" + story, "a.md");
  EXPECT_EQ(m.published.year, 0);
}

TEST(Page, JsonIsNoPage) {
  for (const std::string_view text : {"{\"type\": \"bundle\", \"objects\": []}\n", "\xef\xbb\xbf [\n {\"a\": 1}]",
                                      "{\"type\": \"bundle\", \"obj", "[{\"a\" : 1, \"b"}) {
    const auto page = read_page(ByteView::of_text(text), "bundle.json");
    ASSERT_FALSE(page.has_value()) << text;
    EXPECT_NE(page.error().message.find("case import"), std::string::npos);
    Options raw;
    raw.raw_text = true;
    EXPECT_TRUE(read_page(ByteView::of_text(text), "bundle.json", raw).has_value());
  }
  EXPECT_TRUE(read_page(ByteView::of_text("[Update] The bank said that it was closed.\n"), "a.txt").has_value());
  EXPECT_TRUE(read_page(ByteView::of_text("{sic} The bank said that it was {closed}"), "a.txt").has_value());
}

}  // namespace
}  // namespace samehand::page
