#include "samehand/match/match.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "synthetic.h"

namespace samehand::match {
namespace {

using feature::SampleFeatures;
using Toolkit = std::vector<const SampleFeatures*>;

std::vector<std::uint64_t> strands(std::uint64_t first, int count) {
  std::vector<std::uint64_t> result;
  for (int i = 0; i < count; ++i) result.push_back(first + static_cast<std::uint64_t>(i));
  return result;
}

Matches matched(const Toolkit& a, const Toolkit& b, const Options& options = {}) {
  auto result = match(a, b, options);
  EXPECT_TRUE(result.has_value());
  return result.value_or(Matches{});
}

// "0-1 2-0": function 0 of A with 1 of B, 2 with 0; ascending in A.
std::string printed(const Matches& m) {
  std::map<std::uint32_t, std::string> lines;
  for (const Pair& p : m.pairs) {
    lines[p.a.function] = std::to_string(p.a.function) + "-" + std::to_string(p.b.function);
  }
  std::string text;
  for (const auto& [a, line] : lines) text += (text.empty() ? "" : " ") + line;
  return text;
}

TEST(Match, PairsFunctionsByWhatTheyHold) {
  const auto a = sample_of({{strands(100, 20)}, {strands(200, 20)}, {strands(300, 20)}});
  const auto b = sample_of({{strands(302, 20)}, {strands(100, 18)}, {strands(900, 20)}});
  EXPECT_EQ(printed(matched({&a}, {&b})), "0-1 2-0");
}

TEST(Match, EmptyInput) {
  const auto empty = sample_of({});
  const auto some = sample_of({{strands(1, 20)}});
  EXPECT_TRUE(matched({}, {}).pairs.empty());
  EXPECT_TRUE(matched({&empty}, {&some}).pairs.empty());
  EXPECT_TRUE(matched({&some}, {&empty}).pairs.empty());
  EXPECT_EQ(matched({}, {&some}).evidence_db, 0);
}

TEST(Match, RefusesOtherVersions) {
  auto a = sample_of({{strands(1, 20)}});
  const auto b = a;
  a.version = feature::kFeatureVersion + 1;
  const auto result = match(Toolkit{&a}, Toolkit{&b}, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
}

TEST(Match, RefusesIndicesOutOfRange) {
  auto a = sample_of({{strands(1, 20), {0}}});
  const auto b = a;
  a.callees[0] = 7;
  const auto result = match(Toolkit{&a}, Toolkit{&b}, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kMalformed);
}

TEST(Match, OneToOneWhenAligned) {
  const auto a = sample_of({{strands(100, 20)}, {strands(101, 20)}, {strands(102, 20)}});
  const auto b = sample_of({{strands(101, 20)}});
  EXPECT_EQ(printed(matched({&a}, {&b})), "1-0");
}

TEST(Match, AloneGivesEveryFunctionItsPartners) {
  const auto a = sample_of({{strands(100, 20)}, {strands(102, 20)}});
  const auto b = sample_of({{strands(101, 20)}, {strands(108, 20)}});
  const Matches m = matched({&a}, {&b}, {.align = false, .max_ranks = 2});
  ASSERT_EQ(m.pairs.size(), 4u);
  EXPECT_EQ(m.pairs[0].a.function, 0u);
  EXPECT_EQ(m.pairs[0].b.function, 0u);
  EXPECT_EQ(m.pairs[1].b.function, 1u);
  EXPECT_GE(m.pairs[0].similarity, m.pairs[1].similarity);
}

// Two equal leaves are told apart by who calls them.
TEST(Match, NeighboursDecideBetweenTwins) {
  const auto a = sample_of({{strands(100, 30), {2}}, {strands(200, 30), {3}}, {strands(1, 20)}, {strands(1, 20)}});
  const auto b = sample_of({{strands(1, 20)}, {strands(200, 30), {0}}, {strands(1, 20)}, {strands(100, 30), {2}}});
  EXPECT_EQ(printed(matched({&a}, {&b})), "0-3 1-1 2-2 3-0");
}

// Two equal leaves are called through small functions in B, which A has inlined into their callers.
TEST(Match, NeighboursAreSeenThroughWhatMayBeInlined) {
  const SyntheticFunction leaf{strands(1, 20)};
  const auto a = sample_of({leaf,
                            {strands(300, 20)},
                            {strands(400, 20)},
                            leaf,
                            {strands(500, 20)},
                            {strands(600, 20)},
                            {strands(100, 30), {3}},
                            {strands(700, 20)},
                            {strands(800, 20)},
                            {strands(200, 30), {0}}});
  const auto b = sample_of({{strands(100, 30), {6}},
                            {strands(310, 20)},
                            {strands(410, 20)},
                            {strands(200, 30), {9}},
                            {strands(510, 20)},
                            {strands(610, 20)},
                            {{}, {12}, 6},
                            {strands(710, 20)},
                            {strands(810, 20)},
                            {{}, {15}, 6},
                            {strands(910, 20)},
                            {strands(920, 20)},
                            leaf,
                            {strands(930, 20)},
                            {strands(940, 20)},
                            leaf});
  const std::string pairs = printed(matched({&a}, {&b}));
  EXPECT_NE(pairs.find("0-15"), std::string::npos) << pairs;
  EXPECT_NE(pairs.find("3-12"), std::string::npos) << pairs;
}

// B has swallowed a callee whose code looks different where it is inlined; A's function is known with it laid out.
TEST(Match, EitherViewOfAFunctionWillDo) {
  SyntheticFunction calls{strands(100, 8)}, swallowed{strands(100, 8)};
  calls.inside = strands(500, 30);
  for (std::uint64_t x : calls.inside) swallowed.strands.push_back(x);
  const SyntheticFunction rival{strands(100, 9)};  // as like as A's function is without its callee, and smaller
  const auto a = sample_of({calls}), b = sample_of({rival, swallowed});
  const auto alone = [](const auto& x, const auto& y) { return matched({&x}, {&y}, {.align = false}); };
  EXPECT_EQ(printed(alone(a, b)), "0-1");
  EXPECT_EQ(printed(matched({&a}, {&b})), "0-1");
  ASSERT_FALSE(alone(a, b).pairs.empty());
  EXPECT_GT(alone(a, b).pairs[0].similarity, .7f);
  const auto other_way = sample_of({swallowed}), calls_and_rival = sample_of({rival, calls});
  EXPECT_EQ(printed(alone(other_way, calls_and_rival)), "0-1");
  calls.inside.clear();
  EXPECT_EQ(printed(alone(sample_of({calls}), b)), "0-0");
}

TEST(Match, RefusesChangesOutOfRange) {
  SyntheticFunction f{strands(1, 20)};
  f.inside = strands(50, 3);
  auto a = sample_of({f});
  const auto b = a;
  a.functions[0].changes = 4;
  const auto result = match(Toolkit{&a}, Toolkit{&b}, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kMalformed);
}

// Without alignment, too, twins are told apart by what stands around them; where nothing is known of it nothing is
// lost.
TEST(Match, AloneTwinsAreToldApartByTheirCallers) {
  const auto calling = [](std::uint64_t first, std::uint32_t callee) {
    SyntheticFunction f{strands(first, 12), {callee}};
    f.strings = strands(first + 5000, 2);
    return f;
  };
  const SyntheticFunction twin{strands(1, 20)};
  const auto a = sample_of({calling(100, 1), twin}), b = sample_of({twin, calling(200, 0), twin, calling(100, 2)});
  const Options alone{.align = false};
  EXPECT_EQ(printed(matched({&a}, {&b}, alone)), "0-3 1-2");
  const auto moved = sample_of({twin}), other = sample_of({{strands(3, 20)}, twin, calling(200, 1)});
  EXPECT_EQ(printed(matched({&moved}, {&other}, alone)), "0-1");
  EXPECT_NEAR(matched({&moved}, {&other}, alone).pairs.at(0).similarity, 1, .01);
}

TEST(Match, SampleOrderDoesNotMatter) {
  const auto x = sample_of(random_functions(60, 1)), y = sample_of(random_functions(60, 2));
  const auto x2 = sample_of(disturbed(random_functions(60, 1), 5, 9));
  const auto y2 = sample_of(disturbed(random_functions(60, 2), 5, 8));
  const Matches one = matched({&x, &y}, {&x2, &y2}), other = matched({&y, &x}, {&y2, &x2});
  ASSERT_EQ(one.pairs.size(), other.pairs.size());
  std::set<std::string> pairs, swapped;
  for (std::size_t i = 0; i < one.pairs.size(); ++i) {
    const auto text = [](std::uint32_t sample_a, const Pair& p, std::uint32_t sample_b) {
      return std::to_string(sample_a) + ":" + std::to_string(p.a.function) + "-" + std::to_string(sample_b) + ":" +
             std::to_string(p.b.function) + " " + std::to_string(p.confidence);
    };
    pairs.insert(text(one.pairs[i].a.sample, one.pairs[i], one.pairs[i].b.sample));
    swapped.insert(text(1 - other.pairs[i].a.sample, other.pairs[i], 1 - other.pairs[i].b.sample));
  }
  EXPECT_EQ(pairs, swapped);
}

TEST(Match, TheSameWithAnyParallelFor) {
  const auto a = sample_of(random_functions(900, 1)), b = sample_of(disturbed(random_functions(900, 1), 4, 3));
  Options backwards;
  backwards.parallel_for = [](std::size_t n, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = n; i-- > 0;) work(i);
  };
  const Matches one = matched({&a}, {&b}), other = matched({&a}, {&b}, backwards);
  ASSERT_EQ(one.pairs.size(), other.pairs.size());
  for (std::size_t i = 0; i < one.pairs.size(); ++i) {
    EXPECT_EQ(one.pairs[i].b, other.pairs[i].b);
    EXPECT_EQ(one.pairs[i].confidence, other.pairs[i].confidence);
  }
}

TEST(Match, FindsDisturbedFunctions) {
  const auto a = sample_of(random_functions(500, 1)), b = sample_of(disturbed(random_functions(500, 1), 3, 3));
  const Matches m = matched({&a}, {&b});
  std::size_t right = 0;
  for (const Pair& p : m.pairs) right += p.a.function == p.b.function;
  EXPECT_GE(right, 495u);
  EXPECT_GT(m.kinship, .9);
}

TEST(Match, OneFunctionAgainstThousands) {
  const auto many = random_functions(5000, 1);
  const auto a = sample_of({{disturbed({many[1234]}, 4, 7)[0].strands}});
  const auto b = sample_of(many);
  const Matches m = matched({&a}, {&b}, {.align = false, .max_ranks = 3});
  ASSERT_FALSE(m.pairs.empty());
  EXPECT_EQ(m.pairs[0].b.function, 1234u);
}

TEST(Match, CopiesOnOneSideAreOneFunction) {
  auto once = sample_of(random_functions(60, 1));
  for (std::uint32_t i = 0; i < once.functions.size(); ++i) once.functions[i].exact_hash = mix64(i + 1);
  auto again = once;
  again.functions[7].exact_hash = 1;  // another build of the program, which differs there
  const auto other = sample_of(random_functions(60, 1));
  const Matches plain = matched({&once}, {&other});
  for (const Matches& m : {matched({&once, &again}, {&other}), matched({&other}, {&once, &again})}) {
    EXPECT_NEAR(m.evidence_db, plain.evidence_db, .05 * plain.evidence_db);
    EXPECT_LE(std::max(m.pairable_a, m.pairable_b), plain.pairable_a + 1);
  }
  const Matches alone = matched({&once, &again}, {&other}, {.align = false});
  EXPECT_EQ(alone.pairs.size(), 120u);  // asked about by itself, a copy has its partner
}

TEST(Match, UnrelatedToolkitsAreNoKin) {
  const auto a = sample_of(random_functions(500, 1)), b = sample_of(random_functions(500, 2));
  const Matches m = matched({&a}, {&b});
  std::size_t reported = 0;
  for (const Pair& p : m.pairs) reported += p.reported;
  EXPECT_LE(reported, 2u);
  EXPECT_LT(m.kinship, .05);
}

TEST(Match, RuntimeCodeIsListedApartAndWorthNothing) {
  auto a = sample_of({{strands(100, 90)}, {strands(200, 90)}}), b = a;
  a.functions[0].runtime = true;
  const Matches m = matched({&a}, {&b});
  ASSERT_EQ(m.pairs.size(), 2u);
  for (const Pair& p : m.pairs) {
    EXPECT_EQ(p.library, p.a.function == 0);
    EXPECT_EQ(p.worth_db > 0, p.a.function == 1);
  }
}

}  // namespace
}  // namespace samehand::match
