// page_lab [--raw] FILE…    what `page` reads of each file, one JSON object per line: evaluation/run_articles.py's
// input
#include <cstdio>
#include <string>
#include <string_view>

#include "samehand/base/file.h"
#include "samehand/page/page.h"

namespace {

using namespace samehand;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ",") + quoted(item);
  return "[" + out + "]";
}

int complain(const Error& error, const char* path) {
  std::fprintf(stderr, "%s: %s\n", path, error.message.c_str());
  return 3;
}

int read(const char* path, page::Options options) {
  const auto file = read_file(path);
  if (!file) return complain(file.error(), path);
  ByteView bytes = file->view();
  std::string boxes;
  if (page::is_pdf(bytes)) {
    auto converted = page::convert_pdf(bytes, path);
    if (!converted) return complain(converted.error(), path);
    boxes = std::move(*converted);
    bytes = ByteView::of_text(boxes);
    options.pdf_boxes = true;
  }
  const auto document = page::read_page(bytes, path, options);
  if (!document) return complain(document.error(), path);
  const page::Metadata& m = document->metadata;
  std::printf(
      "{\"file\":%s,\"title\":%s,\"outlet\":%s,\"url\":%s,\"language\":%s,\"authors\":%s,\"tags\":%s,\"topic\":%s,"
      "\"stories\":%u,\"place\":%s,"
      "\"published\":%s,\"modified\":%s,\"stored\":%s,\"remarks\":%s,\"text\":%s}\n",
      quoted(path).c_str(), quoted(m.title).c_str(), quoted(m.outlet).c_str(), quoted(m.url).c_str(),
      quoted(m.language).c_str(), list(m.authors).c_str(), list(m.tags).c_str(), quoted(m.topic.name).c_str(),
      m.topic.stories, quoted(m.place).c_str(), quoted(to_iso(m.published)).c_str(), quoted(to_iso(m.modified)).c_str(),
      quoted(to_iso(m.stored)).c_str(), list(document->remarks).c_str(), quoted(document->text).c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  page::Options options;
  int status = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--raw") {
      options.raw_text = true;
    } else {
      status |= read(argv[i], options);
    }
  }
  return status;
}
