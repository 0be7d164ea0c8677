// Scores a pair of functions with the inlining that suits it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "pool.h"

namespace samehand::match {

struct Fit {
  float shared = 0;                            // mass that both hold
  float mass_a = 0, mass_b = 0;                // shared / mass is the share of a function's features that the other has
  std::uint32_t inlined_a = 0, inlined_b = 0;  // callees of either function that were taken in

  float cover_a() const { return mass_a > 0 ? shared / mass_a : 0; }
  float cover_b() const { return mass_b > 0 ? shared / mass_b : 0; }
};

// Working space of one thread; give each its own. Fastest when one function of A is fitted to many of B in a row.
class Fitter {
 public:
  Fitter(const Pool& pool, const Parameters& parameters);

  Fit operator()(std::uint32_t a, std::uint32_t b);

  // Overlap with virtual inlining at half weight, and the score that it gives.
  float inlined_overlap(std::uint32_t a, std::uint32_t b);

  // Cells that each new Fitter has to prepare, for scaling tests.
  std::size_t working_space() const { return fits_a_.size() + fits_b_.size() + 4 * own_b_.size(); }

 private:
  using Masses = std::vector<float>;  // by feature, 0 where absent

  // A function that may take callees in.
  struct Growing {
    const Side* side;
    const View* view;
    Masses* masses;
    float mass;
    std::uint32_t taken;
    std::vector<std::uint32_t> open, seen;
    std::vector<std::pair<std::uint32_t, float>> undo;
  };

  // In one of their views each (rows of View::own), with the inlining that suits them.
  Fit fit(std::uint32_t a, std::uint32_t row_a, Masses& own_a, std::uint32_t b, std::uint32_t row_b, std::size_t like,
          float half);
  void load(std::uint32_t a, std::size_t like);
  void begin(Growing& g, std::uint32_t function, std::uint32_t row, std::size_t like);
  void consider_callees(Growing& g, std::uint32_t function);
  void grow(Growing& g, const Masses& other, float& shared, float room, float power);

  const Pool& pool_;
  const Parameters& parameters_;
  std::vector<std::uint8_t> fits_a_, fits_b_;  // whether a function is small enough to be taken in
  Masses own_a_, other_a_, inlined_a_;         // of the loaded function of A; other_a_ only if it has another view
  Masses own_b_;
  std::uint32_t loaded_ = ~0u;
  std::size_t loaded_like_ = 0;
  Growing x_, y_;
};

}  // namespace samehand::match
