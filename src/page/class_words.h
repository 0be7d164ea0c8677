// What the words of an element's class, id and role say about its content.
#pragma once

#include <cstdint>
#include <string_view>

namespace samehand::page {

enum class Hint : std::uint8_t {
  kNone,
  kBody,     // "article-body", "entry-content": the story itself
  kLikely,   // "content", "main", "post"
  kAside,    // "related", "share", "newsletter", "comments": beside the story
  kCaption,  // "caption", "credit": belongs to a picture
  kByline,   // "byline", "timestamp", "author"
  kHidden,   // "visually-hidden", "sr-only"
};

// A hint with the word that gave it (in static storage): what a page calls all its paragraphs tells nothing of any.
struct HintWord {
  Hint hint = Hint::kNone;
  std::string_view word;
};

// Of a class attribute, id, role or data-testid as written. Words are told apart by blanks, -, _, : and capitals.
HintWord hint_of(std::string_view written);

// Whether a word of kind kAside is hardly ever used for anything else ("comments", "related"): it is believed even of a
// large part of the page, as long as a story is left.
bool is_firm(std::string_view word);

}  // namespace samehand::page
