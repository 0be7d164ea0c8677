// Names of actors, malware, tools and techniques in a text: by lists that the user imports, by wording, by id.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"
#include "samehand/base/text_span.h"

namespace samehand::naming {

enum class NameKind : std::uint8_t { kActor, kMalware, kTool, kCampaign, kVictim, kFigure };

std::string_view to_string(NameKind kind);

struct FoundName {
  NameKind kind{};
  std::string value;             // as it stands in the text
  std::vector<std::string> ids;  // of the lists' entries that bear it: "G0032"; an alias can mean several: all are kept
  TextSpan where;
};

struct FoundTechnique {
  std::string id;  // "T1566.001"
  TextSpan where;
  enum class How : std::uint8_t { kId, kName, kWording } how = How::kId;
  float score = 1;  // 0…1: how sure; 1 for ids
};

}  // namespace samehand::naming
