// One page read through: its story, the claims in it, indicators, names and techniques.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"
#include "samehand/claim/claim.h"
#include "samehand/indicator/indicator.h"
#include "samehand/naming/naming.h"
#include "samehand/page/page.h"

namespace samehand::reading {

struct Reading {
  std::string file;  // as the user named it; given by the caller
  page::Document document;
  bool claims_read = true;  // false: the text is not English, and its claims were left alone
  std::vector<claim::Claim> claims;
  std::vector<indicator::Indicator> indicators;
  std::vector<naming::FoundName> names;
  std::vector<naming::FoundTechnique> techniques;
  std::vector<naming::Figure> figures;
};

struct Options {
  page::Options page;
  const naming::NameList* names = nullptr;        // borrowed; null: well-known names and patterns only
  const indicator::BenignList* benign = nullptr;  // borrowed; null: the list that the program brings
};

// Loads what is otherwise made ready at the first page: call it before workers are started.
void prepare();

// Reads one page or document. Runs inside a sandboxed worker: no files, no processes, no threads. `file_name` helps to
// tell the format and says nothing else. Errors: those of page::read_page. Linear in the input.
Result<Reading> read(ByteView bytes, std::string_view file_name, const Options& options = {});

// The same from an already read document.
Reading read(page::Document document, const Options& options = {});

// A Reading as the message that a worker sends, without `file`. Decoding trusts nothing: spans that leave the text,
// unknown enumerators, parents that do not stand before their children and trailing bytes make it kMalformed.
std::vector<std::uint8_t> encode(const Reading& reading);
Result<Reading> decode(ByteView message);

}  // namespace samehand::reading
