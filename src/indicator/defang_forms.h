// What stands for what in a defanged address: the brackets, words and schemes that people write for dots, colons,
// slashes and at signs. These are questions about pieces of text; refang.cc goes through a text, asks them, and
// rewrites.
//
// `text` is what follows in the source and should be no longer than a few hundred bytes: each answer costs time linear
// in it. `written` is the refanged text before it.
#pragma once

#include <cstddef>
#include <string_view>

#include "samehand/base/ascii.h"

namespace samehand::indicator {

// Bytes of labels and local parts, any script.
constexpr bool joins_names(char c) {
  return is_alnum(c) || is_high(c) || c == '_' || c == '-';
}

// The bracket that closes `c`, 0 where it opens none. '<' is one of them.
char closing_bracket(char c);
constexpr bool closes(char c) {
  return c == ']' || c == ')' || c == '}';
}

// What stands between brackets, without them: "dot" -> ".", "://" -> "://"; empty where it means nothing.
std::string_view bracketed_form(std::string_view inner);

// http, https and ftp as people deface them: hxxp, h**p, hXXps, htxp, fxp … -> the scheme they stand for, empty where
// it is none.
std::string_view scheme_of(std::string_view word);

// Whether the labels that `text` begins with, joined by `joint`, end in a top-level domain ("evil . example . com") or
// complete an IPv4 address. `skip` bytes of the first joint were read already.
bool spelt_name(std::string_view text, std::string_view joint, std::size_t skip);

// The length of the name of two labels and more that `text` begins with, its dots in any dress, if its last label is
// a top-level domain; else 0. `dressed` is whether one of its dots is defanged.
std::size_t spelt_host(std::string_view text, bool& dressed);

// Whether " at " before `host` stands for an at sign; `end` and `dressed` are what spelt_host says of it, `capitals` is
// whether AT is written so. "hosted at example.com" is what it must not be taken for, so a sign is wanted: the words
// before say that an address comes, AT is in capitals, the local part has a dot, digit or underscore before a defanged
// host, or the whole address stands alone on its line or in quotes.
bool stands_for_at(std::string_view written, std::string_view host, std::size_t end, bool dressed, bool capitals);

// The length of the rest of an IPv4 address with commas, of which `text` begins with the first one, where the words
// before announce an address: lists of numbers are common. 0 where it is none.
std::size_t comma_address(std::string_view written, std::string_view text);

}  // namespace samehand::indicator
