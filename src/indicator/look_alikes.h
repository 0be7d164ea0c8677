// Code points that are written for others: full-width forms, invisible ones, letters of other scripts.
#pragma once

namespace samehand::indicator {

// "Leave it alone", from the functions below.
inline constexpr char32_t kKeep = 0xffffffff;

// What a code point stands for wherever it stands, where that is something of ASCII: 0 to drop it, else kKeep.
char32_t ascii_form(char32_t c);

// The punctuation of an address that it stands for between the letters of one, else kKeep.
char32_t between_form(char32_t c);

// The letter of "hxxp" or "http" that a Cyrillic or Greek one looks like, else 0.
char scheme_letter(char32_t c);

}  // namespace samehand::indicator
