// How much data a statement speaks of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace samehand::reading {

// The first amount of data in a text, in bytes (powers of 1000): "almost 11 terabytes" -> 1.1e13, "100TB" -> 1e14. Only
// figures, no words ("eleven"). nullopt where there is none.
std::optional<double> volume_in(std::string_view text);

// "11 TB", "1.5 GB".
std::string volume_text(double bytes);

}  // namespace samehand::reading
