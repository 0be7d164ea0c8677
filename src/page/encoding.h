// Bytes of a page in whatever encoding -> UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "samehand/base/byte_view.h"

namespace samehand::page {

struct Decoded {
  std::string_view utf8;  // valid UTF-8; views `storage` or, where nothing had to change, the input
  std::string storage;
  std::string encoding;   // as converted from, in IANA's words
  bool guessed = false;   // nothing stated it
  bool replaced = false;  // some bytes were no characters of it and became U+FFFD
};

// In order of trust: a byte order mark; valid UTF-8, whatever is stated; what the page states (<meta charset>, XML
// declaration, `stated`); a guess from the bytes. Opens no files. Linear.
// The result's view may point into `bytes` or into its own storage: keep both, and do not copy the result.
void decode(ByteView bytes, std::string_view stated, Decoded& out);

// The encoding that the first kilobytes of a page state; empty when they state none.
std::string stated_encoding(std::string_view head);

// Whether text is UTF-8 without errors.
bool is_utf8(std::string_view text);

// Bytes that no text contains: a share of control characters that says that this is some binary format.
bool looks_binary(ByteView bytes);

}  // namespace samehand::page
