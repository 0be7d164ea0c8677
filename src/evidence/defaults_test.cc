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
    const Chance& share = all_kind_defaults()[k].shared;
    EXPECT_TRUE(0 <= share.low && share.low <= share.mid && share.mid <= share.high && share.high <= 1);
    // Who does not know its exact value says so.
    EXPECT_EQ(share.low == share.high, share.mid == 0 || share.mid == 1) << to_string(all_kind_defaults()[k].kind);
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

TEST(Defaults, WhatMovesByItselfIsThePartOfTheRangeThatTheAccusedDoesNotShare) {
  const auto hs = hypotheses();
  for (const bool against : {false, true}) {
    Item of = item(ItemKind::kSimilarity, "C3");
    of.against = against;
    const auto w = default_weights(of, hs);
    const double L = std::pow(10, .5), e = 1 - .85 * .75, nothing = (1 - e) / L + e;
    const auto at = [&](double p) { return 10 * std::log10(((1 - e) * (p + (1 - p) / L) + e) / nothing); };
    OwnRange expected{at(.8) - at(.5), at(.95) - at(.8)};
    if (against) std::swap(expected.down_db, expected.up_db);
    const OwnRange shared = shared_range(of, hs), plant = planted_range(of, hs);
    EXPECT_NEAR(shared.down_db, expected.down_db, 1e-12);
    EXPECT_NEAR(shared.up_db, expected.up_db, 1e-12);
    EXPECT_LE(shared.down_db, w[kProxy].mid_db - w[kProxy].low_db);
    EXPECT_LE(shared.up_db, w[kProxy].high_db - w[kProxy].mid_db);
    EXPECT_NEAR(plant.up_db, against ? 0 : at(.4) - at(.2), 1e-12);
  }
  EXPECT_EQ(shared_range(item(ItemKind::kDenial, "A1"), hs).down_db, 0);
  EXPECT_EQ(shared_range(item(ItemKind::kAccess, "B2", 4), hs).up_db, 0) << "an insider has no proxies";
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
