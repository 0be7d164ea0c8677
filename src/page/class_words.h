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

// Of a class attribute, id, role or data-testid as written. Words are told apart by blanks, -, _, : and capitals.
Hint hint_of(std::string_view written);

}  // namespace samehand::page
