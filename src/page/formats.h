// One reader per format; read_page chooses among them.
#pragma once

#include <string_view>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"
#include "samehand/page/page.h"

namespace samehand::page {

// These take UTF-8.
Document read_html(std::string_view utf8);
Document read_markdown(std::string_view utf8);
Document read_plain_text(std::string_view utf8);  // a page that has lost its tags, or any other text
Document read_exact_text(std::string_view utf8);  // kept as it is

// pdftotext's -bbox-layout.
Result<Document> read_pdf_boxes(std::string_view xhtml);

// These take the file's bytes.
Document read_mail(ByteView bytes);
Result<Document> read_docx(ByteView bytes);

// Place and, where nothing else states them, outlet and date from the dateline; the language from the text.
void finish_metadata(Document& document);

}  // namespace samehand::page
