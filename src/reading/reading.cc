#include "samehand/reading/reading.h"

#include <string_view>
#include <utility>

#include "samehand/naming/name_list.h"

namespace samehand::reading {
namespace {

// Claims are read in English. A page that states no language and is too short to tell is taken for English, unless its
// few words are not.
bool is_english(const page::Document& document) {
  const std::string& language = document.metadata.language;
  return language.empty() ? page::may_be_english(document.text) : language.starts_with("en");
}

// "www.example.org" of "https://www.example.org:8080/story".
std::string_view host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  return url.substr(0, url.find(':'));
}

// The outlet's own links are no traces of an intruder.
std::vector<indicator::Indicator> find_indicators(const page::Document& document, const indicator::BenignList* benign) {
  const std::string_view host = host_of(document.metadata.url);
  if (host.empty()) return indicator::find_indicators(document.text, benign);
  indicator::BenignList with_own = benign != nullptr ? *benign : indicator::BenignList::standard();
  with_own.add_domain(host.starts_with("www.") ? host.substr(4) : host, "the outlet's own");
  return indicator::find_indicators(document.text, &with_own);
}

}  // namespace

void prepare() {
  indicator::prepare();
  naming::known_names();
}

Reading read(page::Document document, const Options& options) {
  Reading reading;
  reading.document = std::move(document);
  const std::string& text = reading.document.text;
  reading.claims_read = is_english(reading.document);
  if (!reading.claims_read && reading.document.metadata.language.empty())
    reading.document.remarks.emplace_back("too short to tell its language, which is not English: claims are not read");
  if (reading.claims_read)
    reading.claims = claim::find_claims(text, reading.document.blocks, reading.document.metadata.outlet,
                                        reading.document.metadata.published);
  reading.indicators = find_indicators(reading.document, options.benign);
  reading.names = naming::find_names(text, options.names);
  reading.techniques = naming::find_techniques(text, options.names);
  reading.figures = naming::find_figures(text);
  return reading;
}

Result<Reading> read(ByteView bytes, std::string_view file_name, const Options& options) {
  Result<page::Document> document = page::read_page(bytes, file_name, options.page);
  if (!document) return std::unexpected(document.error());
  return read(std::move(*document), options);
}

}  // namespace samehand::reading
