#include "samehand/evidence/defaults.h"

#include <gtest/gtest.h>

#include <cmath>

namespace samehand::evidence {
namespace {

std::vector<Hypothesis> hypotheses() {
  auto out = intrusion_template("X");
  for (std::size_t h = 0; h < out.size(); ++h) out[h].number = static_cast<std::int64_t>(h) + 1;
  return out;
}

Item item(ItemKind kind, const char* grade, std::int64_t points_at = 1) {
  Item out;
  out.kind = kind;
  out.reliability = *parse_admiralty(grade);
  out.forgeability = default_of(kind).forgeability;
  out.points_at = points_at;
  return out;
}

enum Index { kAccused, kProxy, kUnrelated, kInsider, kFalseFlag, kNone };

TEST(Defaults, TemplatesPriorsAddUpToOne) {
  double sum = 0;
  for (const Hypothesis& h : hypotheses()) sum += h.prior;
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(Defaults, EveryKindHasItsRow) {
  for (std::size_t k = 0; k < kItemKinds; ++k) {
    EXPECT_EQ(static_cast<std::size_t>(all_kind_defaults()[k].kind), k);
    EXPECT_EQ(parse_item_kind(to_string(static_cast<ItemKind>(k))), static_cast<ItemKind>(k));
    const Weight& s = all_kind_defaults()[k].strength;
    EXPECT_TRUE(s.low_db <= s.mid_db && s.mid_db <= s.high_db && s.low_db >= 0);
  }
}

TEST(Defaults, WhatIsEasilyForgedCannotTellGuiltFromAFalseFlag) {
  const auto hs = hypotheses();
  for (const KindDefault& kind : all_kind_defaults()) {
    const auto w = default_weights(item(kind.kind, "A1"), hs);
    const double difference = w[kAccused].mid_db - w[kFalseFlag].mid_db;
    if (kind.forgeability == Forgeability::kTrivial) {
      EXPECT_EQ(w[kAccused], w[kFalseFlag]) << to_string(kind.kind);
    }
    if (kind.forgeability == Forgeability::kEasy) {
      EXPECT_LE(difference, 1) << to_string(kind.kind);
    }
    if (kind.forgeability == Forgeability::kHard) {
      EXPECT_GT(difference, 8) << to_string(kind.kind);
    }
  }
  // What was public before can be copied.
  Item code = item(ItemKind::kSharedCode, "A1");
  code.public_before = true;
  const auto w = default_weights(code, hs);
  EXPECT_LT(w[kAccused].mid_db - w[kFalseFlag].mid_db, 1);
}

TEST(Defaults, DenialsRefusalsAndBoastsWeighNothing) {
  for (const ItemKind kind : {ItemKind::kDenial, ItemKind::kNoComment, ItemKind::kBoast}) {
    for (const Weight& w : default_weights(item(kind, "A1"), hypotheses())) EXPECT_EQ(w, Weight{});
  }
}

TEST(Defaults, NothingWeighsMoreThanItsSourceMayErr) {
  const auto hs = hypotheses();
  double last = 1000;
  for (const char* grade : {"A1", "B2", "C3", "D4", "E5"}) {
    const auto w = default_weights(item(ItemKind::kSharedCode, grade), hs);
    EXPECT_LT(w[kAccused].mid_db, last) << grade;
    EXPECT_LE(w[kAccused].mid_db, -10 * std::log10(error_rate(*parse_admiralty(grade)).mid)) << grade;
    EXPECT_LE(w[kAccused].low_db, w[kAccused].mid_db);
    EXPECT_LE(w[kAccused].mid_db, w[kAccused].high_db);
    last = w[kAccused].mid_db;
  }
  EXPECT_LT(last, 1);  // who is always wrong says nothing
}

TEST(Defaults, TheFormulaByHand) {
  // similarity, C3: L 5 dB, e = 1 - .85 * .75, shared .8
  const double L = std::pow(10, .5), e = 1 - .85 * .75, nothing = (1 - e) / L + e;
  const auto w = default_weights(item(ItemKind::kSimilarity, "C3"), hypotheses());
  EXPECT_NEAR(w[kAccused].mid_db, 10 * std::log10(1 / nothing), 1e-12);
  EXPECT_NEAR(w[kProxy].mid_db, 10 * std::log10(((1 - e) * (.8 + .2 / L) + e) / nothing), 1e-12);
  EXPECT_NEAR(w[kFalseFlag].mid_db, 10 * std::log10(((1 - e) * (.2 + .8 / L) + e) / nothing), 1e-12);
  EXPECT_NEAR(w[kUnrelated].mid_db, 0, 1e-12);
  EXPECT_NEAR(w[kNone].high_db, 0, 1e-12);
}

TEST(Defaults, ComparedCodeErrsAsOftenAsWasMeasured) {
  EXPECT_EQ(code_error(29.4), nullptr) << "where no kinship is claimed, nothing was measured";
  const CodeError* kin = code_error(29.5);
  const CodeError* sure = code_error(50);
  ASSERT_TRUE(kin != nullptr && sure != nullptr);
  EXPECT_EQ(code_error(49.9), kin);
  EXPECT_NE(sure, kin);
  for (const CodeError* row : {kin, sure}) {
    EXPECT_NEAR(row->error.mid, (row->wrong + .5) / (row->of + 1), 2e-4);
    EXPECT_LT(row->error.low, row->error.mid);
    EXPECT_LT(row->error.mid, row->error.high);
  }
  Item item;
  item.reliability = {'A', '2'};
  item.code_evidence_db = 60;
  EXPECT_EQ(error_of(item).mid, sure->error.mid) << "measured, whatever the grade";
  item.code_evidence_db = 10;
  EXPECT_EQ(error_of(item).mid, error_rate({'F', '6'}).mid);
  item.code_evidence_db.reset();
  EXPECT_EQ(error_of(item).mid, error_rate({'A', '2'}).mid);
}

TEST(Defaults, WhomItPointsAt) {
  const auto hs = hypotheses();
  const auto insider = default_weights(item(ItemKind::kAccess, "B2", 4), hs);
  EXPECT_GT(insider[kInsider].mid_db, 3);
  EXPECT_NEAR(insider[kAccused].mid_db, 0, 1e-12);
  EXPECT_NEAR(insider[kFalseFlag].mid_db, 0, 1e-12);
  Item against = item(ItemKind::kLanguage, "B2");
  against.against = true;
  const auto w = default_weights(against, hs);
  EXPECT_LT(w[kAccused].mid_db, -1);
  EXPECT_LT(w[kProxy].mid_db, 0);
  EXPECT_EQ(w[kFalseFlag].mid_db, 0);
  for (const Weight& none : default_weights(item(ItemKind::kSharedCode, "A1", 0), hs)) EXPECT_EQ(none, Weight{});
  for (const Weight& none : default_weights(item(ItemKind::kSharedCode, "A1", 99), hs)) EXPECT_EQ(none, Weight{});
}

TEST(Admiralty, IsParsedStrictly) {
  EXPECT_EQ(to_string(*parse_admiralty("b2")), "B2");
  for (const char* wrong : {"", "A", "G1", "A0", "A7", "A12", "1A"}) EXPECT_FALSE(parse_admiralty(wrong)) << wrong;
}

}  // namespace
}  // namespace samehand::evidence
