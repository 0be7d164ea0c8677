// Which language a text is in.
#pragma once

#include <string>
#include <string_view>

namespace samehand::page {

// A primary tag ("en", "de", "ru", "zh"); empty when the text is too short or unlike every language known here.
std::string recognise_language(std::string_view utf8);

// "en_US", "EN-us; charset" -> "en-US"; empty when it is no tag.
std::string language_tag(std::string_view stated);

}  // namespace samehand::page
