// What stands before the first words of an agency's story: "MOSCOW, December 4 (Agency) - ".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "samehand/page/date.h"

namespace samehand::page {

struct Dateline {
  std::string place;   // "MOSCOW"; "WASHINGTON, D.C."
  std::string outlet;  // "Agency"; empty when none is named
  Date date;
  std::uint32_t size = 0;  // bytes up to the story's first word
};

// Of a paragraph; nullopt when it begins otherwise. A place alone is only one when it is in capitals.
std::optional<Dateline> parse_dateline(std::string_view paragraph);

// "Name of a Series (59)" -> its name and 59.
struct CountedName {
  std::string_view name;
  std::uint32_t count = 0;
};
std::optional<CountedName> parse_counted_name(std::string_view line);

}  // namespace samehand::page
