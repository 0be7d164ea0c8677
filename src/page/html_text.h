// Characters of a page as a reader sees them: references resolved, white space collapsed, invisible characters gone.
#pragma once

#include <string>
#include <string_view>

namespace samehand::page {

void append_utf8(std::string& out, char32_t code_point);  // U+FFFD for what is no scalar value

// Appends `written` with its character references (&amp; &#8217; &eacute) resolved.
void append_resolved(std::string& out, std::string_view written);

// An attribute's or a title's value: resolved, white space collapsed and trimmed.
std::string resolved(std::string_view written);

// Appends text as it reads in a line: resolved, each run of white space as one blank (none at the front of `out` or
// after a blank or line break), soft hyphens and zero-width characters dropped. Linear.
void append_readable(std::string& out, std::string_view written);

// As append_readable, but white space and line breaks stay (<pre>).
void append_preformatted(std::string& out, std::string_view written);

// Text that has no references: white space collapsed and trimmed.
std::string collapsed(std::string_view text);

}  // namespace samehand::page
