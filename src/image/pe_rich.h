// The Rich header: which of Microsoft's tools made the object files of a PE image, and how many each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pe_file.h"

namespace samehand::image {

struct RichEntry {
  std::uint16_t product = 0;
  std::uint16_t build = 0;
  std::uint32_t count = 0;
};

struct RichHeader {
  std::vector<RichEntry> entries;
  std::string clear;           // the decoded bytes from "DanS" to before "Rich": what the usual hash is taken of
  bool checksum_fits = false;  // the key is the sum that it should be
  // The version of the Microsoft linker that it names, as major * 100 + minor (1400); 0 where none or unknown.
  int linker_version() const;
  // "C++ 19.00 build 24215 x 5; linker 14.00 build 24215 x 1"
  std::string text() const;
};

std::optional<RichHeader> read_rich_header(const PeFile& file);

}  // namespace samehand::image
