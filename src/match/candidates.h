// The likeliest partners of a function, found without looking at all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "pool.h"

namespace samehand::match {

struct Candidate {
  std::uint32_t target = 0;      // index into Pool::b's functions
  float shared = 0;              // overlap of their features
  float mass_a = 0, mass_b = 0;  // of the two functions, with what was inlined for this pair
  float score = 0;               // containment at first; strength with neighbours while aligning
};

struct Posting {
  std::uint32_t function;
  float amount;
};

// Feature -> functions of one side that hold it.
class InvertedIndex {
 public:
  InvertedIndex(const Side& side, std::size_t features);
  std::span<const Posting> operator[](std::uint32_t feature) const { return rows_[feature]; }

 private:
  Rows<Posting> rows_;
};

// Best score first, ties by smaller index.
bool better(const Candidate& x, const Candidate& y);

// Working space of one thread; give each its own.
class Retriever {
 public:
  Retriever(const Pool& pool, const InvertedIndex& index, const Parameters& parameters);

  // Up to Parameters::candidates partners in B of function `query` of A, exactly scored, best first.
  std::vector<Candidate> operator()(std::uint32_t query);

  std::uint64_t postings_read() const { return postings_read_; }  // since construction, for scaling tests

 private:
  const Pool& pool_;
  const InvertedIndex& index_;
  const Parameters& parameters_;
  std::vector<float> shared_;           // per function of B
  std::vector<std::uint32_t> touched_;  // those that are not 0
  std::vector<Term> rarest_first_;
  std::uint64_t postings_read_ = 0;
};

}  // namespace samehand::match
