#include "table.h"

#include <algorithm>

#include "samehand/dossier/printable.h"

namespace samehand::dossier {
namespace {
constexpr std::size_t kGap = 2;
}

void Table::add(std::vector<std::string> cells, std::string below) {
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), std::move(below)});
}

// Every column as wide as its widest cell; where that is more than `room`, the widest of the columns that may be cut
// give way first, one column of text at a time.
std::vector<std::size_t> Table::widths(std::size_t room) const {
  std::vector<std::size_t> widths;
  std::size_t total = kGap * (columns_.size() - 1);
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t widest = display_width(columns_[c].title);
    // No cell is shown wider than the line, so none is measured further.
    for (const Row& row : rows_) {
      widest = std::max(widest, std::min(row.cells[c].size(), display_width(row.cells[c])));
    }
    widths.push_back(columns_[c].min_width > 0 ? std::min(widest, room) : widest);
    total += widths.back();
  }
  while (total > room) {
    std::size_t widest = columns_.size();
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const bool may_shrink = columns_[c].min_width > 0 && widths[c] > columns_[c].min_width;
      if (may_shrink && (widest == columns_.size() || widths[c] > widths[widest])) widest = c;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
    --total;
  }
  return widths;
}

std::string Table::line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                        std::size_t indent, const Ink& ink, bool title) const {
  std::string out(indent, ' ');
  std::size_t owed = 0;  // spaces due before the next visible text, so that none trail
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Column& column = columns_[c];
    const std::string text = column.cut_middle ? shorten_middle(cells[c], widths[c]) : shorten(cells[c], widths[c]);
    const std::size_t pad = widths[c] - std::min(widths[c], display_width(text));
    const bool right = column.align == Column::Align::kRight;
    if (right) owed += pad;
    if (!text.empty()) {
      out.append(owed, ' ');
      out += ink(title ? Tone::kFaint : column.tone, text);
      owed = 0;
    }
    owed += kGap + (right ? 0 : pad);
  }
  return out + "\n";
}

std::string Table::render(std::size_t width, std::size_t indent, const Ink& ink) const {
  if (columns_.empty()) return {};
  const std::vector<std::size_t> chosen = widths(width > indent ? width - indent : 1);
  std::string out;
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  if (!std::ranges::all_of(titles, &std::string::empty)) out += line(titles, chosen, indent, ink, true);
  for (const Row& row : rows_) {
    out += line(row.cells, chosen, indent, ink, false);
    if (row.below.empty()) continue;
    // The first column is a figure: what is said about the row stands under the second.
    const std::size_t under = indent + chosen[0] + kGap;
    out +=
        std::string(under, ' ') + ink(Tone::kFaint, wrap(row.below, std::min<std::size_t>(width, 110), under)) + "\n";
  }
  return out;
}

}  // namespace samehand::dossier
