#include "samehand/reading/reading.h"

#include <utility>

namespace samehand::reading {
namespace {

// Claims are read in English. A page that states no language and is too short to tell is taken for English.
bool is_english(const page::Metadata& metadata) {
  return metadata.language.empty() || metadata.language.starts_with("en");
}

}  // namespace

Reading read(page::Document document, const Options& options) {
  Reading reading;
  reading.document = std::move(document);
  const std::string& text = reading.document.text;
  reading.claims_read = is_english(reading.document.metadata);
  if (reading.claims_read)
    reading.claims = claim::find_claims(text, reading.document.blocks, reading.document.metadata.outlet);
  reading.indicators = indicator::find_indicators(text, options.benign);
  return reading;
}

Result<Reading> read(ByteView bytes, std::string_view file_name, const Options& options) {
  Result<page::Document> document = page::read_page(bytes, file_name, options.page);
  if (!document) return std::unexpected(document.error());
  return read(std::move(*document), options);
}

}  // namespace samehand::reading
