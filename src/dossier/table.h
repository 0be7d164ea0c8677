// Aligned columns for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ink.h"

namespace samehand::dossier {

struct Column {
  std::string title;
  enum class Align { kLeft, kRight } align = Align::kLeft;
  std::size_t min_width = 0;  // may be cut down to this where the line is too narrow; 0: never cut
  bool cut_middle = false;    // leave out the middle, where both ends tell
  Tone tone = Tone::kPlain;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // One cell per column, printable. `below` is wrapped under the row, faint.
  void add(std::vector<std::string> cells, std::string below = {});
  bool empty() const { return rows_.empty(); }
  // Lines of at most `width` columns as far as the minimum widths allow, each ended by a newline, indented by `indent`.
  // The title line is left out where all titles are empty. No trailing spaces.
  std::string render(std::size_t width, std::size_t indent, const Ink& ink) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string below;
  };
  std::vector<std::size_t> widths(std::size_t room) const;
  std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, std::size_t indent,
                   const Ink& ink, bool title) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace samehand::dossier
