// The functions of one file, in the three formats of `samehand functions`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "samehand/code/program.h"
#include "samehand/dossier/text.h"
#include "samehand/image/image.h"

namespace samehand::dossier {

// One executable image whose functions are listed. `path` as given, `container!member` for what lay inside.
struct FunctionsOf {
  std::string_view path;
  image::Format format;
  const code::Program& program;
  std::span<const image::Remark> remarks = {};
};

// Tab-separated, ascending address: address size blocks instructions name, then sources runtime thunk. `sources` says
// why the address is believed to start a function, joined by commas. `header` off for the second and later images.
std::string functions_tsv(const FunctionsOf& functions, bool header = true);
// One object: {"file", "format", "architecture", "remarks", "functions": [{"address", "size", …}]};
// docs/format/functions.md.
std::string functions_json(const FunctionsOf& functions);
// A summary line, the remarks, then the table; options.top 0 for all.
std::string functions_text(const FunctionsOf& functions, const TextOptions& options);

}  // namespace samehand::dossier
