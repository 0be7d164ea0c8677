#include "claim_tint.h"

#include <fmt/format.h>

#include "reading_words.h"

namespace samehand::dossier {

std::string_view tint(claim::Stance stance) {
  switch (stance) {
    case claim::Stance::kDenies:
    case claim::Stance::kDoubts:
    case claim::Stance::kReportsDenial:
      return "denies";
    case claim::Stance::kDeclines:
    case claim::Stance::kSuggests:
      return "hedged";
    default:
      return "affirms";
  }
}

std::string stance_tag(claim::Stance stance) {
  return fmt::format("<span class=\"stance {}\">{}</span>", tint(stance), stance_text(stance));
}

}  // namespace samehand::dossier
