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

}  // namespace samehand::dossier
