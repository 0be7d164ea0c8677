// Names of actors, malware, tools and techniques in a text: by lists that the user imports, by wording, by id. Figures.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/text_span.h"

namespace samehand::naming {

class NameList;

enum class NameKind : std::uint8_t { kActor, kMalware, kTool, kCampaign, kVictim, kFigure };

std::string_view to_string(NameKind kind);

struct FoundName {
  NameKind kind{};
  std::string value;             // as it stands in the text, white space made single
  std::vector<std::string> ids;  // of the lists' entries that bear it: "G0032"; an alias can mean several: all are kept
  TextSpan where;
  // How it was recognised: it stands in a list; it has a form that only such names have ("APT" and a number); a phrase
  // calls it so ("the X backdoor"); it was recognised elsewhere in this text by one of these.
  enum class How : std::uint8_t { kList, kForm, kPhrase, kRepeated } how = How::kList;
};

struct FoundTechnique {
  std::string id;  // "T1566.001"
  TextSpan where;
  enum class How : std::uint8_t { kId, kName, kWording } how = How::kId;
  float score = 1;  // 0…1: how sure; 1 for ids
};

// What was taken, counted or demanded: "almost 11 terabytes", "47,000 Social Security numbers".
struct Figure {
  TextSpan where;     // with its hedge and what it counts
  double amount = 0;  // 11
  std::string unit;   // "TB", "USD", "records", "people", "files", …: what the amount is measured in
  std::string of;     // what is counted, in the text's words; may be empty
  enum class Hedge : std::uint8_t { kExact, kAbout, kAtLeast, kAtMost, kAlmost } hedge = Hedge::kExact;
  double bytes = 0;  // for volumes of data, powers of 1000; else 0
};
std::string_view to_string(Figure::Hedge hedge);

// Names in order of place, none overlaps another. `list` may be null: then only well-known names, forms and phrases are
// used. Time and memory are linear in the text.
std::vector<FoundName> find_names(std::string_view text, const NameList* list = nullptr);

// ATT&CK techniques in order of place; the same place can be listed for several techniques. By name only
// where `list` was imported from ATT&CK; by wording with the phrases that come with Samehand. Linear.
std::vector<FoundTechnique> find_techniques(std::string_view text, const NameList* list = nullptr);

// Figures in order of place, none overlaps another. Linear.
std::vector<Figure> find_figures(std::string_view text);

}  // namespace samehand::naming
