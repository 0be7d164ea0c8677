// Which passages of a page are its story.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "html_tree.h"
#include "passages.h"

namespace samehand::page {

struct PageHints {
  std::string_view title;         // as the metadata state it
  std::string_view article_body;  // of JSON-LD, where there is one
  std::span<const std::string> authors = {};
  bool names_count = true;   // whether names of elements ("sidebar") say anything
  bool lines_count = false;  // there is no prose: short lines outside links may be the story (results, recipes)
};

// Indices of the passages that are the story, in order.
std::vector<std::uint32_t> find_main_text(const HtmlTree& tree, const Passages& passages, const PageHints& hints);

}  // namespace samehand::page
