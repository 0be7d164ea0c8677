// What the generated tables of src/match are made from.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace samehand::match {

// One line per function: file, address, instructions, blocks, exact hash, digest (src/match/library.h), whether it is
// recognised as runtime code (1) and its name. False where a file could not be read.
bool print_functions(const std::vector<std::string>& paths, std::ostream& out);

// One line per feature that occurs in functions of at least four groups, ascending id: id, number of functions that
// hold it, number of groups; the first line gives the number of functions looked at. A group is files of one origin (a
// package), separated by commas. Looked at are functions of ten instructions and more that are not runtime code, exact
// copies within a group once, at most 1,500 of a group, evenly spread, lest the large ones speak for all. False where a
// file could not be read.
bool print_common(const std::vector<std::string>& groups, std::ostream& out);

}  // namespace samehand::match
