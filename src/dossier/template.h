// The skeletons of our pages.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace samehand::dossier {

// A page with what stands at the places that it names `{{name}}`. The template is read once from front to back, so that
// a place's name within what was filled in stays text.
std::string fill(std::string_view page, std::span<const std::pair<std::string_view, std::string_view>> places);

// A whole page. `title` and `body` are markup, complete and escaped; `script` is our own code or empty. The page may
// load nothing and run nothing else: its policy names style and script by their hashes.
std::string framed(std::string_view title, std::string_view style, std::string_view body, std::string_view script);

}  // namespace samehand::dossier
