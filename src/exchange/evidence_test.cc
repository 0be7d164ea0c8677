#include "samehand/exchange/evidence.h"

#include <gtest/gtest.h>

#include <random>

namespace samehand::exchange {
namespace {

constexpr std::string_view kWhole = R"({
  "hypotheses": [{"name": "A", "prior": 0.3, "role": "accused", "also": ["Alpha"], "description": "the first"},
                 {"name": "B", "unknown": [1, {"deep": true}]}],
  "items": [{"name": "one", "group": "g", "weights_db": {"B": [-1, 0, 2.5], "A": 4}},
            {"name": "two", "group": null, "statement": "s", "source": "lab", "known": "2014-12-04", "kind": "shared-code",
             "reliability": "b2", "forgeability": "moderate", "against": true, "public_before": false, "points_at": "A"}]})";

Result<Evidence> read(std::string_view text) {
  return import_evidence(ByteView::of_text(text));
}

TEST(ImportEvidence, EveryField) {
  const auto evidence = read(kWhole);
  ASSERT_TRUE(evidence) << evidence.error().message;
  for (const auto& e : {*evidence, *decode(ByteView(encode(*evidence)))}) {
    ASSERT_EQ(e.hypotheses.size(), 2u);
    EXPECT_EQ(e.hypotheses[0].hypothesis.name, "A");
    EXPECT_EQ(e.hypotheses[0].hypothesis.role, evidence::Role::kAccused);
    EXPECT_EQ(e.hypotheses[0].hypothesis.also, std::vector<std::string>{"Alpha"});
    EXPECT_TRUE(e.hypotheses[0].has_prior);
    EXPECT_EQ(e.hypotheses[0].hypothesis.prior, .3);
    EXPECT_FALSE(e.hypotheses[1].has_prior);
    ASSERT_EQ(e.items.size(), 2u);
    EXPECT_EQ(e.items[0].item.group, "g");
    ASSERT_EQ(e.items[0].weights.size(), 2u);
    EXPECT_EQ(e.items[0].weights[0].second, (evidence::Weight{4, 4, 4}));
    EXPECT_EQ(e.items[0].weights[1].second, (evidence::Weight{-1, 0, 2.5}));
    EXPECT_EQ(e.items[0].points_at, -1);
    const evidence::Item& two = e.items[1].item;
    EXPECT_EQ(two.kind, evidence::ItemKind::kSharedCode);
    EXPECT_EQ(to_string(two.reliability), "B2");
    EXPECT_EQ(two.forgeability, evidence::Forgeability::kModerate);
    EXPECT_TRUE(two.against);
    EXPECT_EQ(two.public_before, false);
    EXPECT_EQ(e.items[1].points_at, 0);
    EXPECT_EQ(two.origin, evidence::Origin::kImport);
  }
}

TEST(ImportEvidence, HypothesesOfTheCaseMayBeWeighed) {
  const auto evidence = read(R"({"items": [{"name": "i", "weights_db": {"of the case": [0, 1, 2]}}]})");
  ASSERT_TRUE(evidence);
  EXPECT_TRUE(evidence->hypotheses.empty());
  EXPECT_EQ(evidence->names, std::vector<std::string>{"of the case"});
}

TEST(ImportEvidence, ErrorsNameWhatIsWrong) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"", "not JSON"},
      {"[]", "neither"},
      {"{}", "neither"},
      {R"({"type": "bundle", "objects": []})", "attributes nothing"},
      {R"({"items": 1})", "must be a list"},
      {R"({"items": [1]})", "item 1: must be an object"},
      {R"({"items": [{}]})", "item 1: has no \"name\""},
      {R"({"items": [{"name": 1}]})", "must be a text"},
      {R"({"items": [{"name": "x", "weights_db": [1]}]})", "item \"x\""},
      {R"({"items": [{"name": "x", "weights_db": {"A": [1, 2]}}]})", "[low, mid, high]"},
      {R"({"items": [{"name": "x", "weights_db": {"A": [1, 2, "3"]}}]})", "[low, mid, high]"},
      {R"({"items": [{"name": "x", "weights_db": {"A": [3, 2, 1]}}]})", "ascending"},
      {R"({"items": [{"name": "x", "weights_db": {"A": [0, 0, 1e6]}}]})", "likelihood of 0 or 1"},
      {R"({"items": [{"name": "x", "weights_db": {"A": 1e999}}]})", "not JSON"},
      {R"({"items": [{"name": "x", "kind": "rumour"}]})", "\"rumour\" is no value"},
      {R"({"items": [{"name": "x", "reliability": "G7"}]})", "\"G7\" is no value"},
      {R"({"items": [{"name": "x", "against": "yes"}]})", "true or false"},
      {R"({"hypotheses": [{"name": "A"}, {"name": "A"}]})", "is there twice"},
      {R"({"hypotheses": [{"name": "A", "prior": "high"}]})", "must be a number"},
      {R"({"hypotheses": [{"name": "A", "role": "king"}]})", "\"king\" is no value"},
      {R"({"hypotheses": [{"name": ""}]})", "has no \"name\""},
  };
  for (const auto& [text, says] : cases) {
    const auto evidence = read(text);
    ASSERT_FALSE(evidence) << text;
    EXPECT_NE(evidence.error().message.find(says), std::string::npos) << text << ": " << evidence.error().message;
  }
}

TEST(ImportEvidence, DeepNestingEnds) {
  EXPECT_FALSE(read(std::string(1'000'000, '[')));
  EXPECT_TRUE(read(R"({"items": [], "x": )" + std::string(100'000, '[') + std::string(100'000, ']') + "}"));
}

TEST(ImportEvidence, DamagedMessagesAreRefused) {
  const auto whole = encode(*read(kWhole));
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    auto damaged = whole;
    if (i % 3 == 0) damaged.resize(random() % damaged.size());
    for (unsigned k = 0; !damaged.empty() && k < 1 + random() % 4; ++k)
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    const auto decoded = decode(ByteView(damaged));
    if (!decoded) continue;
    for (const ImportedItem& item : decoded->items) {
      EXPECT_LT(item.points_at, static_cast<std::int32_t>(decoded->names.size()));
      for (const auto& [h, w] : item.weights) EXPECT_LT(h, decoded->names.size());
    }
  }
}

}  // namespace
}  // namespace samehand::exchange
