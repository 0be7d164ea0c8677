// Who is meant where a page says only "the group", "we", "the message" or "the company".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "samehand/reading/reading.h"

namespace samehand::reading {

// For each page and claim the fullest words for its speaker, without what the page tells of it. Empty where nobody
// speaks: claims inside a denial that only repeat what is denied, and "everybody". An outlet without a name is its
// file. Linear in the pages' words.
std::vector<std::vector<std::string>> resolve_speakers(std::span<const Reading> readings);

}  // namespace samehand::reading
