#include "samehand/reading/reading.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "samehand/naming/name_list.h"

namespace samehand::reading {
namespace {

// Claims are read in English. A page that states no language and is too short to tell is taken for English, unless its
// few words are not.
bool is_english(const page::Document& document) {
  const std::string& language = document.metadata.language;
  return language.empty() ? page::may_be_english(document.text) : language.starts_with("en");
}

// Claims are read from so much of a text, which is longer than any report: what is longer repeats itself, and every
// claim takes some 1.5 kB of memory.
constexpr std::size_t kMostClaimText = 4'000'000;
constexpr std::size_t kMostClaims = 20'000;

// What a page says twice in the same words (a quotation that it shows once more in large letters) is one claim: the
// first. With a claim goes what stands within it. Linear.
void merge_repeats(std::vector<claim::Claim>& claims, std::string_view text) {
  std::unordered_set<std::string> seen;
  std::vector<std::int32_t> place(claims.size(), -1);
  std::vector<claim::Claim> kept;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    claim::Claim& claim = claims[i];
    if (claim.parent < 0) {
      std::string key = claim.speaker + '\x1f' + std::string(claim.cue.of(text));
      for (const TextSpan span : claim.content) key += '\x1f' + std::string(span.of(text));
      if (!seen.insert(std::move(key)).second) continue;
    } else {
      claim.parent = place[static_cast<std::size_t>(claim.parent)];
      if (claim.parent < 0) continue;
    }
    place[i] = static_cast<std::int32_t>(kept.size());
    kept.push_back(std::move(claim));
  }
  claims = std::move(kept);
}

std::vector<claim::Claim> find_claims(page::Document& document) {
  std::string_view text = document.text;
  std::span<const page::Block> blocks = document.blocks;
  if (text.size() > kMostClaimText) {
    text = text.substr(0, kMostClaimText);
    text = text.substr(0, text.find_last_of(" \n"));  // whole words; all of it where it has none
    const auto beyond = std::ranges::find_if(blocks, [&](const page::Block& b) { return b.where.end > text.size(); });
    blocks = blocks.first(static_cast<std::size_t>(beyond - blocks.begin()));
    document.remarks.push_back("claims are read from the first " + std::to_string(kMostClaimText / 1'000'000) +
                               " MB only of its " + std::to_string((document.text.size() + 500'000) / 1'000'000) +
                               " MB of text");
  }
  auto claims = claim::find_claims(text, blocks, document.metadata.outlet, document.metadata.published);
  merge_repeats(claims, text);
  if (claims.size() > kMostClaims) {  // parents stand before what is within them
    document.remarks.push_back("only the first " + std::to_string(kMostClaims) + " of its " +
                               std::to_string(claims.size()) + " claims are kept");
    claims.resize(kMostClaims);
  }
  return claims;
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
  if (reading.claims_read) reading.claims = find_claims(reading.document);
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
