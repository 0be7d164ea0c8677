// Hostile pages: whatever the bytes are, the answer is UTF-8 with blocks and links inside it, and the same twice.
#include <string>

#include "check.h"
#include "encoding.h"
#include "samehand/page/page.h"

using namespace samehand;

namespace {

using samehand::fuzz::require;

void check(const page::Document& document) {
  require(page::is_utf8(document.text), "the text is UTF-8");
  const auto size = document.text.size();
  std::uint32_t end = 0;
  for (const page::Block& block : document.blocks) {
    require(block.where.begin >= end && block.where.begin < block.where.end && block.where.end <= size,
            "blocks are in order and lie in the text");
    end = block.where.end;
  }
  for (const page::Link& link : document.links)
    require(link.where.begin <= link.where.end && link.where.end <= size, "links lie in the text");
  const page::Metadata& m = document.metadata;
  for (const std::string* text : {&m.title, &m.outlet, &m.url, &m.language, &m.place, &m.topic.name})
    require(page::is_utf8(*text), "metadata are UTF-8");
  for (const auto* list : {&m.authors, &m.tags, &document.remarks})
    for (const std::string& text : *list) require(page::is_utf8(text), "lists of metadata and remarks are UTF-8");
  for (const page::Date* date : {&m.published, &m.modified, &m.stored}) {
    require(date->month >= 0 && date->month <= 12 && date->day >= 0 && date->day <= 31 && date->hour < 24 &&
                date->minute < 60,
            "a date has fields in their ranges");
  }
  for (const page::FoundDate& found : page::find_dates(document.text))
    require(found.where.begin < found.where.end && found.where.end <= size, "dates lie in the text");
}

}  // namespace

// The first byte chooses how the rest is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static constexpr const char* kNames[] = {"a.html", "a.txt", "a.md", "a.eml"};
  const ByteView bytes(std::span(data + 1, size - 1));
  page::Options options;
  options.raw_text = data[0] % 8 == 6;
  options.pdf_boxes = data[0] % 8 == 7;
  const char* name = kNames[data[0] % 4];
  const auto document = page::read_page(bytes, name, options);
  const auto again = page::read_page(bytes, name, options);
  require(document.has_value() == again.has_value(), "reading twice is the same");
  if (!document.has_value()) {
    require(!document.error().message.empty(), "an error has a message");
    return 0;
  }
  check(*document);
  require(document->text == again->text, "reading twice gives the same text");
  return 0;
}
