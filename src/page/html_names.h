// Names of elements and attributes, and what each kind of element does to the tree.
#pragma once

#include <string_view>

#include "html_tree.h"

namespace samehand::page {

struct TagKind {
  bool is_void = false;       // has no content and no end tag
  bool is_raw = false;        // its content is text up to its end tag
  bool is_block = false;      // begins and ends a line
  bool is_scope = false;      // end tags inside do not reach outside (tables and their cells)
  bool closes_scope = false;  // but these do
  bool closes_p = false;      // its start tag ends an open paragraph
  bool in_head = false;       // may stand in <head>
};

Tag tag_of(std::string_view name);  // any case
AttributeName attribute_of(std::string_view name);
const TagKind& kind_of(Tag tag);

}  // namespace samehand::page
