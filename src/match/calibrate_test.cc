#include "calibrate.h"

#include <gtest/gtest.h>

#include <cmath>

namespace samehand::match {
namespace {

constexpr FunctionSize kMiddling{60, 9};

// A pair as they are among builds of one program.
Evidence good() {
  Evidence e;
  e.margin_a = e.margin_b = .6f;
  e.body_margin_a = e.body_margin_b = .5f;
  e.information = 120;
  e.cover_a = e.cover_b = .8f;
  e.neighbours = .9f;
  e.neighbour_information = 90;
  e.kinship = .7f;
  e.typical = .8f;
  return e;
}

float aligned(const Evidence& e) {
  return confidence(e, kMiddling, kMiddling, true);
}

TEST(Calibrate, AGoodPairIsSureAndAnAccidentIsNot) {
  EXPECT_GT(aligned(good()), .97f);
  EXPECT_TRUE(sure(aligned(good()), .8f, true));
  Evidence accident = good();
  accident.kinship = .005f;
  accident.typical = 0;
  accident.cover_a = accident.cover_b = .2f;
  accident.neighbours = accident.neighbour_information = 0;
  accident.margin_a = accident.margin_b = .2f;
  EXPECT_LT(aligned(accident), .1f);
  EXPECT_FALSE(sure(aligned(accident), .2f, true));
}

TEST(Calibrate, ALostLeadCosts) {
  Evidence e = good();
  float before = aligned(e);
  for (const float margin : {.4f, .3f, .2f, .1f}) {
    e.margin_a = e.body_margin_a = margin;
    EXPECT_LT(aligned(e), before) << margin;
    before = aligned(e);
  }
}

TEST(Calibrate, AlwaysAProbability) {
  for (const float extreme : {-1e9f, -1.f, 0.f, 1.f, 1e9f}) {
    Evidence e = good();
    e.margin_a = e.body_margin_b = extreme;
    e.information = e.neighbour_information = std::abs(extreme);
    e.kinship = e.typical = extreme;
    for (const bool with_neighbours : {true, false}) {
      const float c = confidence(e, {0, 0}, {4'000'000'000u, 9}, with_neighbours);
      EXPECT_GE(c, 0);
      EXPECT_LE(c, 1);
    }
  }
}

TEST(Calibrate, WhatSharesNextToNothingIsNeverReported) {
  EXPECT_TRUE(sure(1, .5f, true));
  EXPECT_FALSE(sure(1, kReportedSimilarity / 2, true));
}

TEST(Calibrate, JudgedBySizeOrShape) {
  EXPECT_TRUE(judged({20, 1}));
  EXPECT_TRUE(judged({10, 5}));
  EXPECT_FALSE(judged({19, 4}));
}

}  // namespace
}  // namespace samehand::match
