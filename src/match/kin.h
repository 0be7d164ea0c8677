// Whether a caller or callee competes for the same partner.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "candidates.h"
#include "pool.h"

namespace samehand::match {

// The best scores that pairs have in which a pair's own function gives way to one that it calls or is called by.
struct KinScores {
  float callee_of_a = 0, caller_of_a = 0;  // with the pair's function of B
  float callee_of_b = 0, caller_of_b = 0;  // with the pair's function of A
};

class Kin {
 public:
  // Both must outlive this.
  Kin(const Pool& pool, std::span<const std::vector<Candidate>> candidates);

  // Of the pairs of `a` with its first `count` candidates, in their order; valid until the next call.
  std::span<const KinScores> operator()(std::uint32_t a, std::size_t count);

 private:
  const Pool& pool_;
  std::span<const std::vector<Candidate>> candidates_;
  std::vector<std::uint32_t>
      place_;                 // by function of B: where it stands among the candidates of `a`, from 1; 0: nowhere
  std::vector<float> score_;  // by function of B: with `a`
  std::vector<KinScores> scores_;
};

}  // namespace samehand::match
