// The likeliest partners of a function, found without looking at all of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fit.h"
#include "pool.h"

namespace samehand::match {

struct Candidate {
  std::uint32_t target = 0;      // index into Pool::b's functions
  float shared = 0;              // overlap of their features
  float mass_a = 0, mass_b = 0;  // of the two functions, with what was inlined for this pair
  float score = 0;               // containment at first; strength with neighbours while aligning
  std::uint32_t inlined = 0;     // callees of the two that were taken in for this pair
};

// Feature -> functions of B that hold it, kept apart by machine, because the same feature weighs differently there.
class InvertedIndex {
 public:
  explicit InvertedIndex(const Pool& pool);

  struct Part {
    std::uint8_t machine;
    Likeness like;
    Rows<Term> rows;  // Term::feature is the function that holds it
  };
  std::span<const Part> parts() const { return parts_; }

 private:
  std::vector<Part> parts_;
};

// Best score first, ties by smaller index.
bool better(const Candidate& x, const Candidate& y);

// Working space of one thread; give each its own.
class Retriever {
 public:
  Retriever(const Pool& pool, const InvertedIndex& index, const Parameters& parameters);

  // Up to Parameters::candidates partners in B of function `query` of A, the best of them fitted, best first.
  std::vector<Candidate> operator()(std::uint32_t query);

  const Work& work() const { return work_; }  // since construction

 private:
  std::span<const Term> around(std::span<const Term> holders, std::uint32_t query) const;

  const Pool& pool_;
  const InvertedIndex& index_;
  const Parameters& parameters_;
  Fitter fitter_;
  std::vector<float> shared_;           // per function of B
  std::vector<std::uint32_t> touched_;  // those that are not 0
  std::vector<Candidate> found_;
  Work work_;
};

// The fit of a pair, as a candidate.
Candidate fitted(Fitter& fitter, std::uint32_t a, std::uint32_t b, const Parameters& parameters);

}  // namespace samehand::match
