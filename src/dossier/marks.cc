#include "marks.h"

#include <algorithm>

#include "markup.h"
#include "samehand/base/sort_unique.h"
#include "samehand/dossier/printable.h"

namespace samehand::dossier {
namespace {

// Escaped for a page; line feeds stay, everything else that could drive a reader's eye is made visible.
std::string shown(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += escape_markup(printable(text.substr(0, end)));
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

std::string marked_up(std::string_view text, TextSpan part, const std::vector<Mark>& marks) {
  // A text full of marks in marks would make each piece's list of kinds long; a reader sees no more than a few.
  constexpr std::size_t kKindsShown = 8;
  std::vector<std::uint32_t> ends = {part.begin, part.end};
  std::vector<const Mark*> inside;
  for (const Mark& mark : marks) {
    if (!mark.where.overlaps(part)) continue;
    inside.push_back(&mark);
    ends.push_back(std::clamp(mark.where.begin, part.begin, part.end));
    ends.push_back(std::clamp(mark.where.end, part.begin, part.end));
  }
  sort_unique(ends);

  std::string out;
  std::vector<const Mark*> open;
  auto next = inside.begin();
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    const TextSpan piece{ends[i], ends[i + 1]};
    std::erase_if(open, [&](const Mark* mark) { return mark->where.end <= piece.begin; });
    for (; next != inside.end() && (*next)->where.begin <= piece.begin; ++next) {
      if ((*next)->where.end > piece.begin) open.push_back(*next);
    }
    if (open.empty()) {
      out += shown(piece.of(text));
      continue;
    }
    std::string kinds, labels;
    for (std::size_t k = 0; k < std::min(open.size(), kKindsShown); ++k) {
      const Mark& mark = *open[open.size() - 1 - k];
      kinds += (kinds.empty() ? "" : " ") + mark.kind;
      if (!mark.label.empty()) labels += (labels.empty() ? "" : "\n") + mark.label;
    }
    // Several marks may begin here: each has an anchor of its own, before the piece.
    for (const Mark* mark : open) {
      if (!mark->id.empty() && std::max(mark->where.begin, part.begin) == piece.begin)
        out += "<i id=\"" + mark->id + "\"></i>";
    }
    out += "<mark class=\"" + kinds + "\"";
    if (!labels.empty()) out += " title=\"" + shown(labels) + "\"";
    out += ">" + shown(piece.of(text)) + "</mark>";
  }
  return out;
}

}  // namespace samehand::dossier
