// Outside text made fit to be shown: names in a hostile file may carry escape sequences that drive the reader's
// terminal, direction marks that swap what is read, or bytes that are no text at all. Every face shows them as visible
// escapes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace samehand::dossier {

// UTF-8 for terminals and pages: control characters, direction and invisible format characters, private-use and
// unassigned-plane code points become `\n`, `\t`, `\xNN` or `\u{NNNN}`, bytes that are not UTF-8 `\xNN`; the fifth and
// later combining marks in a row are escaped too, so that nothing climbs out of its line. Everything else stays.
std::string printable(std::string_view bytes);

// The same on one line: runs of white space become a space.
std::string printable_line(std::string_view bytes);

// A field of a TSV file: as printable(), and a backslash is doubled, so that reading the escapes back gives the bytes.
std::string escape_field(std::string_view bytes);

// The same bytes where they are UTF-8; what is not becomes `\xNN`. For JSON, which escapes the rest itself.
std::string valid_utf8(std::string_view bytes);

// Columns that printable text takes on a terminal: 2 for wide East Asian characters and emoji, 0 for combining marks.
std::size_t display_width(std::string_view text);

// Printable text cut to `columns`, an ellipsis in the place of what was left out: the end, or the middle, where both
// ends tell (paths, C++ names).
std::string shorten(std::string_view text, std::size_t columns);
std::string shorten_middle(std::string_view text, std::size_t columns);

// Printable text broken at spaces into lines of at most `columns`, each but the first indented; a word that is too long
// is cut across lines. No newline at the end.
std::string wrap(std::string_view text, std::size_t columns, std::size_t indent = 0);

}  // namespace samehand::dossier
