// Pages made by hand: who speaks on them is given, so that only the counting of voices is tested.
#include "samehand/reading/voices.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace samehand::reading {
namespace {

using claim::About;
using claim::SpeakerKind;
using claim::Stance;

// A page of one outlet and day; each paragraph may carry a claim, which is its whole text.
class PageMaker {
 public:
  PageMaker(std::string outlet, int day) {
    reading_.file = outlet + ".html";
    reading_.document.metadata.outlet = std::move(outlet);
    reading_.document.metadata.published = {.year = 2020, .month = 5, .day = static_cast<std::int8_t>(day)};
  }
  PageMaker& paragraph(const std::string& text) {
    std::string& all = reading_.document.text;
    if (!all.empty()) all += "\n\n";
    const auto begin = static_cast<std::uint32_t>(all.size());
    all += text;
    reading_.document.blocks.push_back({page::BlockKind::kParagraph, {begin, static_cast<std::uint32_t>(all.size())}});
    return *this;
  }
  PageMaker& claim(std::string speaker, Stance stance, About about, const std::string& text,
                   std::vector<std::string> subjects = {}, SpeakerKind kind = SpeakerKind::kUnknown) {
    paragraph(text);
    claim::Claim c;
    c.content = {reading_.document.blocks.back().where};
    c.speaker = std::move(speaker);
    c.stance = stance;
    c.about = about;
    c.speaker_kind = kind;
    c.subjects = std::move(subjects);
    reading_.figures = naming::find_figures(reading_.document.text);
    reading_.claims.push_back(std::move(c));
    return *this;
  }
  operator Reading() const { return reading_; }  // NOLINT: reads well in a list

 private:
  Reading reading_;
};

const Voice* voice_of(const Voices& voices, std::string_view source, About about) {
  const auto at =
      std::ranges::find_if(voices.voices, [&](const Voice& v) { return v.source == source && v.about == about; });
  return at == voices.voices.end() ? nullptr : &*at;
}

constexpr auto kDenial =
    "The port authority of Velm had nothing to do with the theft of the harbour plans, which is an invention";

TEST(Voices, OneDiplomatInThreePapersIsOneVoice) {
  const std::vector<Reading> pages = {
      PageMaker("Courier", 3).claim("an unnamed Velmish diplomat", Stance::kDenies, About::kResponsibility, kDenial),
      PageMaker("Herald", 4)
          .claim("a diplomat who asked not to be named", Stance::kDenies, About::kResponsibility, kDenial),
      PageMaker("Mirror", 5)
          .claim("the diplomat", Stance::kDenies, About::kResponsibility, std::string(kDenial) + ", he added")};
  const Voices voices = find_voices(pages);
  ASSERT_EQ(voices.voices.size(), 1u);
  EXPECT_EQ(voices.voices[0].pages, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(voices.on_responsibility, 1u);
  EXPECT_TRUE(voices.contradictions.empty());
}

TEST(Voices, WhoSpeaksForOneSideIsOneVoice) {
  const auto denies = [](std::string speaker, int day, SpeakerKind kind = SpeakerKind::kAccused) {
    return PageMaker("Page " + std::to_string(day), day)
        .claim(std::move(speaker), Stance::kDenies, About::kResponsibility,
               "statement number " + std::to_string(day) + " that Velm was not behind it", {"Velm"}, kind);
  };
  const auto voices_of = [](std::vector<Reading> pages) { return find_voices(pages).on_responsibility; };
  EXPECT_EQ(voices_of({denies("the embassy", 1), denies("the ministry's spokesman, Arvo Tamm", 2),
                       denies("Velm's foreign ministry", 3)}),
            1u);
  // Another state's ministry denies for itself.
  EXPECT_EQ(voices_of({denies("Velm's foreign ministry", 1), denies("Kestria's interior ministry", 2)}), 2u);
  // One of several is no further one.
  const auto says = [](std::string speaker, const std::string& text) {
    return PageMaker("Courier", 1)
        .claim("two officials", Stance::kAsserts, About::kResponsibility, "An employee was behind it", {"an employee"})
        .claim(std::move(speaker), Stance::kAsserts, About::kResponsibility, text, {"an employee"});
  };
  EXPECT_EQ(voices_of({says("one of the officials", "Somebody with a badge did it, and nobody else could have")}), 1u);
}

// "Halden Labs said that these likenesses do not prove that the same crew was behind both attacks."
TEST(Voices, AThingIsNoSource) {
  Reading laboratory = PageMaker("A", 1)
                           .claim("Halden Labs", Stance::kAsserts, About::kResponsibility,
                                  "that these likenesses do not prove that the same crew was behind both attacks",
                                  {"the same crew"}, SpeakerKind::kVendor)
                           .claim("these likenesses", Stance::kDoubts, About::kResponsibility,
                                  "that the same crew was behind both attacks", {"the same crew"});
  laboratory.claims[1].parent = 0;
  const Reading others = PageMaker("B", 2)
                             .claim("The Harbour Bureau", Stance::kAsserts, About::kResponsibility,
                                    "that Velm was behind the attack on the port", {"Velm"}, SpeakerKind::kGovernment)
                             .claim("The Harbour Bureau", Stance::kDenies, About::kResponsibility,
                                    "that there was no evidence that anybody else was responsible", {"anybody else"},
                                    SpeakerKind::kGovernment);
  const Voices voices = find_voices(std::vector<Reading>{laboratory, others});
  ASSERT_EQ(voices.voices.size(), 3u);
  const Voice* doubts = voice_of(voices, "Halden Labs", About::kResponsibility);
  ASSERT_NE(doubts, nullptr);
  EXPECT_EQ(doubts->stance, Stance::kDoubts) << "who says that nothing proves it does not say it";
  EXPECT_EQ(doubts->kind, SpeakerKind::kVendor);
  EXPECT_EQ(doubts->pages, (std::vector<std::uint32_t>{0}));
}

TEST(Voices, AnOfficeAndItsPeopleAreOneVoice) {
  const std::vector<Reading> pages = {
      PageMaker("A", 1).claim("the National Harbour Bureau", Stance::kAsserts, About::kResponsibility,
                              "Velm is behind the theft of the plans"),
      PageMaker("B", 2).claim("NHB Director Mara Quill", Stance::kAsserts, About::kResponsibility,
                              "we are certain that it was Velm's service"),
      PageMaker("C", 3).claim("Quill", Stance::kAsserts, About::kResponsibility,
                              "only that service used these addresses for years")};
  EXPECT_EQ(find_voices(pages).on_responsibility, 1u);
}

TEST(Voices, TwoLaboratoriesAreTwo) {
  const std::vector<Reading> pages = {
      PageMaker("A", 1).claim("Northlight researchers", Stance::kAsserts, About::kSimilarity,
                              "the wiper resembles the one of last year"),
      PageMaker("B", 2).claim("researchers at Eastgate", Stance::kAsserts, About::kSimilarity,
                              "the wiper resembles the one of last year")};
  EXPECT_EQ(find_voices(pages).voices.size(), 2u);
}

TEST(Voices, UnnamedExpertsCannotBeToldApart) {
  const std::vector<Reading> pages = {PageMaker("A", 1).claim("experts", Stance::kSuggests, About::kOrigin,
                                                              "the attack could have come from the coast"),
                                      PageMaker("B", 2).claim("several experts", Stance::kSuggests, About::kOrigin,
                                                              "a group on the coast is a likely place to look")};
  EXPECT_EQ(find_voices(pages).voices.size(), 1u);
}

TEST(Voices, OutletsThatPrintACopyAddNoVoice) {
  const std::string story =
      "The intruders took the plans of forty harbours, the payrolls of two shipping lines and a decade of letters "
      "between their captains";
  const auto lost = [&](std::string outlet, int day, const std::string& text) {
    return PageMaker(outlet, day).claim(outlet, Stance::kAsserts, About::kLossKind, text, {}, SpeakerKind::kOutlet);
  };
  const std::vector<Reading> pages = {
      lost("Mirror", 9, story + "."), lost("Courier", 2, story + ", insurers fear."),
      lost("Herald", 5, "Payrolls and maps are gone, and nobody at the ministry will say how many there were.")};
  const Voices voices = find_voices(pages);
  EXPECT_EQ(voices.voices.size(), 2u);
  ASSERT_EQ(voices.copies.size(), 1u);
  EXPECT_EQ(voices.copies[0], (std::vector<std::uint32_t>{1, 0})) << "oldest first";
  const Voice* copied = voice_of(voices, "Courier", About::kLossKind);
  if (copied == nullptr) copied = voice_of(voices, "Mirror", About::kLossKind);
  ASSERT_NE(copied, nullptr);
  EXPECT_EQ(copied->pages.front(), 1u) << "the older page is the one to read";
}

TEST(Voices, DenialsAndAmountsAreSetSideBySide) {
  const std::vector<Reading> pages = {
      PageMaker("A", 1)
          .claim("the Harbour Bureau", Stance::kAsserts, About::kResponsibility, "Velm ordered the theft of the plans",
                 {"Velm"})
          .claim("Northlight", Stance::kAsserts, About::kLossVolume, "almost 11 terabytes of plans were taken"),
      PageMaker("B", 2)
          .claim("Velm's embassy", Stance::kDenies, About::kResponsibility, "it had any part in this affair at all",
                 {"Velm"})
          .claim("the intruders", Stance::kAsserts, About::kLossVolume, "we hold 100 TB of your secrets"),
      PageMaker("C", 3).claim("Eastgate", Stance::kAsserts, About::kLossVolume,
                              "some 11.2 TB left the network in four nights")};
  const Voices voices = find_voices(pages);
  ASSERT_EQ(voices.contradictions.size(), 2u);
  EXPECT_EQ(voices.contradictions[0].matter, "responsibility of Velm");
  const auto& amounts = voices.contradictions[1];
  EXPECT_EQ(amounts.about, About::kLossVolume);
  ASSERT_EQ(amounts.sides.size(), 2u);
  EXPECT_EQ(amounts.sides[0].says, "11.0 TB");
  EXPECT_EQ(amounts.sides[0].voices.size(), 2u);
  EXPECT_EQ(amounts.sides[1].says, "100.0 TB");
}

TEST(Voices, ExpertsWithoutANameAddNothingToALaboratoryThatSaysTheSame) {
  const std::vector<Reading> pages = {
      PageMaker("A", 1).claim("Northlight Labs", Stance::kAsserts, About::kResponsibility, "Velm is behind the theft",
                              {"Velm"}, SpeakerKind::kVendor),
      PageMaker("B", 2).claim("Security experts", Stance::kAsserts, About::kOrigin, "the clues lead to Velm's coast",
                              {"Velm"}, SpeakerKind::kResearcher),
      PageMaker("C", 3).claim("experts", Stance::kAsserts, About::kResponsibility, "a crew from Sarn was responsible",
                              {"Sarn"}, SpeakerKind::kResearcher)};
  EXPECT_EQ(find_voices(pages).on_responsibility, 2u);
}

TEST(Voices, APaperThatOnlyRelaysIsNoVoice) {
  const auto accuses = [](std::string outlet, int day, std::string speaker, SpeakerKind kind, const std::string& text) {
    return PageMaker(std::move(outlet), day)
        .claim(std::move(speaker), Stance::kAsserts, About::kResponsibility, text, {"Velm"}, kind);
  };
  const std::vector<Reading> pages = {
      accuses("Wire", 1, "Northlight Labs", SpeakerKind::kVendor, "Velm is behind the theft of the plans"),
      accuses("Mirror", 2, "the Courier", SpeakerKind::kPress, "agents of Velm were responsible"),
      accuses("Herald", 3, "Herald", SpeakerKind::kOutlet, "the spies of Velm carried the thing out")};
  EXPECT_EQ(find_voices(pages).on_responsibility, 1u);
  // Nobody else says so: then the papers are one voice, since they may have it from one.
  EXPECT_EQ(find_voices(std::span(pages).subspan(1)).on_responsibility, 1u);
  // One paper that relays two voices does not make them one.
  const std::vector<Reading> two = {
      pages[0],
      accuses("Echo", 2, "the harbour minister of Sarn", SpeakerKind::kGovernment, "the order was given by Velm"),
      PageMaker("Mirror", 3)
          .claim("the Courier", Stance::kAsserts, About::kResponsibility, "agents of Velm were responsible", {"Velm"},
                 SpeakerKind::kPress)
          .claim("Ann Hale", Stance::kAsserts, About::kResponsibility, "it was Sarn, and Velm had no part", {"Sarn"})
          .claim("the Courier", Stance::kAsserts, About::kResponsibility, "agents of Sarn were responsible", {"Sarn"},
                 SpeakerKind::kPress)};
  EXPECT_EQ(find_voices(two).on_responsibility, 3u);
}

TEST(Voices, UnnamedOnesThroughOnePaperWithinADayAreOne) {
  const auto told = [](int day, std::string speaker, std::string paper, const std::string& text) {
    PageMaker page("Mirror", day);
    page.claim(std::move(speaker), Stance::kAsserts, About::kResponsibility, text, {"Velm"}, SpeakerKind::kAnonymous);
    Reading reading = page;
    reading.claims.back().chain = {"Mirror", std::move(paper), reading.claims.back().speaker};
    return reading;
  };
  const Reading official = told(3, "an official", "the Courier", "Velm is behind the theft of the plans");
  const Reading person = told(4, "a person familiar with the matter", "the Daily Courier", "the hand of Velm is in it");
  const Reading later = told(9, "a person familiar with the matter", "the Courier", "the hand of Velm is in it");
  const Reading elsewhere = told(4, "a person familiar with the matter", "the Herald", "spies of Velm were at work");
  const auto count = [](std::vector<Reading> pages) { return find_voices(pages).on_responsibility; };
  EXPECT_EQ(count({official, person}), 1u);
  EXPECT_EQ(count({official, later}), 2u);
  EXPECT_EQ(count({official, elsewhere}), 2u);
}

TEST(Voices, AQuestionIsNoVoice) {
  const std::vector<Reading> pages = {
      PageMaker("A", 1)
          .claim("Northlight", Stance::kAsserts, About::kResponsibility, "Velm is behind the theft", {"Velm"})
          .claim("a reporter", Stance::kAsserts, About::kResponsibility, "whether Velm was behind the theft",
                 {"Velm"})};
  EXPECT_EQ(find_voices(pages).on_responsibility, 1u);
}

TEST(Voices, DenialsOfAKindOfLossMeetWhoClaimsIt) {
  const std::vector<Reading> pages = {
      PageMaker("A", 1).claim("the Tidal Crew", Stance::kAsserts, About::kLossKind,
                              "we hold the medical files of 4,000 sailors"),
      PageMaker("B", 2).claim("Harbour Line", Stance::kDenies, About::kLossKind,
                              "there is no medical file among the papers"),
      PageMaker("C", 3).claim("the union", Stance::kAsserts, About::kLossKind, "the payrolls of the crews are gone")};
  const Voices voices = find_voices(pages);
  ASSERT_EQ(voices.contradictions.size(), 1u);
  EXPECT_EQ(voices.contradictions[0].sides[0].voices.size(), 1u);
}

TEST(Voices, TheOrderOfThePagesDoesNotMatter) {
  std::vector<Reading> pages = {
      PageMaker("A", 3).claim("an official", Stance::kDenies, About::kResponsibility, kDenial),
      PageMaker("B", 1).claim("Eastgate", Stance::kAsserts, About::kResponsibility, "Velm is behind it"),
      PageMaker("C", 2).claim("a Velmish official", Stance::kDenies, About::kResponsibility, kDenial)};
  const auto summary = [](const std::vector<Reading>& readings) {
    std::vector<std::string> out;
    for (const Voice& v : find_voices(readings).voices) {
      std::string line = v.source;
      for (const std::uint32_t p : v.pages) line += " " + readings[p].file;
      out.push_back(line);
    }
    return out;
  };
  const auto expected = summary(pages);
  std::ranges::reverse(pages);
  EXPECT_EQ(summary(pages), expected);
  std::swap(pages[0], pages[1]);
  EXPECT_EQ(summary(pages), expected);
}

TEST(Voices, AnOfficerSpeaksForTheOrganisationAndKeepsTheName) {
  const std::vector<Reading> pages = {
      PageMaker("A", 1).claim("The FBI", Stance::kAsserts, About::kResponsibility, "Velm is behind the attack",
                              {"Velm"}),
      PageMaker("B", 2).claim("James Comey, the director of the FBI", Stance::kAsserts, About::kResponsibility,
                              "Velm is behind the attack, he is sure of that", {"Velm"}),
      PageMaker("C", 3)
          .claim("James Comey, the director of the FBI", Stance::kAsserts, About::kResponsibility,
                 "nobody but Velm is behind the attack", {"Velm"})
          .claim("FBI", Stance::kAsserts, About::kResponsibility, "Velm attacked the studio", {"Velm"})};
  const Voices voices = find_voices(pages);
  ASSERT_EQ(voices.voices.size(), 1u);
  EXPECT_EQ(voices.voices[0].source, "The FBI");
  EXPECT_EQ(voices.voices[0].also, std::vector<std::string>{"James Comey, the director of the FBI"});
}

// Who says that the suspect has hired others stands against who denies that anybody else took part, and does not swell
// the ranks of those who accuse the suspect itself.
TEST(Voices, HiredHandsAreOthers) {
  std::vector<Reading> pages = {PageMaker("A", 1).claim("The FBI", Stance::kAsserts, About::kResponsibility,
                                                        "Velm is behind the attack", {"Velm"}),
                                PageMaker("B", 2).claim("Eastgate", Stance::kDoubts, About::kResponsibility,
                                                        "Velm is behind the attack", {"Velm"}),
                                PageMaker("C", 3)
                                    .claim("an unnamed official", Stance::kSuggests, About::kResponsibility,
                                           "Velm may have hired hackers abroad for the attack", {"Velm"})
                                    .claim("The FBI", Stance::kDenies, About::kResponsibility,
                                           "there was no credible evidence that anybody else was responsible")};
  const auto names = [](const Voices& voices, const Contradiction::Side& side) {
    std::vector<std::string> out;
    for (const std::uint32_t v : side.voices) out.push_back(voices.voices[v].source);
    return out;
  };
  Voices voices = find_voices(pages);
  ASSERT_EQ(voices.contradictions.size(), 2u);
  EXPECT_EQ(names(voices, voices.contradictions[0].sides[0]), std::vector<std::string>{"The FBI"});
  EXPECT_EQ(names(voices, voices.contradictions[0].sides[1]), std::vector<std::string>{"Eastgate"});
  EXPECT_EQ(voices.contradictions[1].matter, "a part of others than Velm");
  EXPECT_EQ(names(voices, voices.contradictions[1].sides[0]), std::vector<std::string>{"an unnamed official"});
  EXPECT_EQ(names(voices, voices.contradictions[1].sides[1]), std::vector<std::string>{"The FBI"});
  // Nobody else is what the denial must be about, and it must not be of somebody in particular.
  for (const auto& [said, whom] : {std::pair("there was no credible evidence of it", ""),
                                   std::pair("neither Ruth nor anybody else was responsible", "Ruth")}) {
    std::vector<Reading> other = pages;
    std::vector<std::string> subjects;
    if (*whom != 0) subjects.emplace_back(whom);
    other[2] = PageMaker("C", 3)
                   .claim("an unnamed official", Stance::kSuggests, About::kResponsibility,
                          "Velm may have hired hackers abroad for the attack", {"Velm"})
                   .claim("The FBI", Stance::kDenies, About::kResponsibility, said, subjects);
    for (const Contradiction& contradiction : find_voices(other).contradictions)
      EXPECT_FALSE(contradiction.matter.starts_with("a part of others")) << said;
  }
  // Where nobody denies it, it accuses the suspect.
  pages[2].claims.pop_back();
  voices = find_voices(pages);
  ASSERT_EQ(voices.contradictions.size(), 1u);
  EXPECT_EQ(voices.contradictions[0].sides[0].voices.size(), 2u);
}

TEST(Voices, NothingGivesNothing) {
  EXPECT_TRUE(find_voices({}).voices.empty());
  EXPECT_EQ(find_voices(std::vector<Reading>(3)).on_responsibility, 0u);
}

}  // namespace
}  // namespace samehand::reading
