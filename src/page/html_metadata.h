// What a page says of itself.
#pragma once

#include <string>
#include <string_view>

#include "html_tree.h"
#include "passages.h"
#include "samehand/page/page.h"

namespace samehand::page {

struct HtmlMetadata {
  Metadata stated;
  std::string article_body;  // of JSON-LD
};

// From <meta>, <title>, JSON-LD, microdata, <time> and the address.
HtmlMetadata read_html_metadata(const HtmlTree& tree, const Passages& passages);

// "By Ann Lee and Bob Roe" -> the names; empty when it is no such line.
std::vector<std::string> parse_byline(std::string_view line);

// https://www.example.com/2014/12/04/a-story -> "example.com"; empty when it is no such address.
std::string host_of(std::string_view url);

// The date in an address's path: /2014/12/04/ -> that day, /2014/12/ -> that month.
Date date_in_url(std::string_view url);

// `url` as seen from the page at `base`.
std::string absolute_url(std::string_view base, std::string_view url);

}  // namespace samehand::page
