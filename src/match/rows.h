// Many short lists in one array: list i is items[start[i]] … items[start[i + 1]].
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace samehand::match {

template <class T>
class Rows {
 public:
  Rows() = default;
  // `start` ascending from 0 to the number of items.
  Rows(std::vector<std::size_t> start, std::vector<T> items) : start_(std::move(start)), items_(std::move(items)) {}

  std::size_t size() const { return start_.size() - 1; }
  std::size_t total() const { return items_.size(); }
  std::span<const T> items() const { return items_; }  // row after row
  std::span<const T> operator[](std::size_t i) const {
    return std::span(items_).subspan(start_[i], start_[i + 1] - start_[i]);
  }
  std::span<T> operator[](std::size_t i) { return std::span(items_).subspan(start_[i], start_[i + 1] - start_[i]); }

  void reserve(std::size_t rows, std::size_t items) {
    start_.reserve(rows + 1);
    items_.reserve(items);
  }
  void push(const T& item) { items_.push_back(item); }  // to the row that end_row() will close
  void end_row() { start_.push_back(items_.size()); }

 private:
  std::vector<std::size_t> start_ = {0};
  std::vector<T> items_;
};

// Row `first` receives `second` for every edge, in the order of the edges.
template <class T>
Rows<T> rows_of(std::size_t rows, std::span<const std::pair<std::uint32_t, T>> edges) {
  std::vector<std::size_t> next(rows + 1);
  for (const auto& [row, item] : edges) ++next[row + 1];
  for (std::size_t i = 0; i < rows; ++i) next[i + 1] += next[i];
  std::vector<T> items(edges.size());
  std::vector<std::size_t> at = next;
  for (const auto& [row, item] : edges) items[at[row]++] = item;
  return {std::move(next), std::move(items)};
}

}  // namespace samehand::match
