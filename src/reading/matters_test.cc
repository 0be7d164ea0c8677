#include "matters.h"

#include <gtest/gtest.h>

#include "antecedents.h"

namespace samehand::reading {
namespace {

using claim::About;
using claim::SpeakerKind;
using claim::Stance;

struct Said {
  std::string speaker, words;
  Stance stance = Stance::kAsserts;
  About about = About::kOther;
  std::vector<std::string> subjects = {};
  bool direct = false;
  SpeakerKind kind = SpeakerKind::kUnknown;
  int parent = -1;
};

// A page whose paragraphs are what is said.
Reading page(std::vector<Said> said) {
  Reading reading;
  reading.file = "page";
  std::string& text = reading.document.text;
  for (Said& s : said) {
    const auto begin = static_cast<std::uint32_t>(text.size());
    text += s.words;
    claim::Claim c;
    c.content = {{begin, static_cast<std::uint32_t>(text.size())}};
    c.speaker = s.speaker;
    c.stance = s.stance;
    c.about = s.about;
    c.subjects = s.subjects;
    c.direct = s.direct;
    c.speaker_kind = s.kind;
    c.parent = s.parent;
    reading.claims.push_back(std::move(c));
    text += "\n\n";
  }
  return reading;
}

const Said kAccusation{
    "Northlight", "Velm is behind the attack on Harbour Line", Stance::kAsserts, About::kResponsibility, {"Velm"}};

// What one more claim is about, on a page that accuses Velm.
Matter after_accusation(Said said) {
  const std::vector<Reading> pages = {page({kAccusation, std::move(said)})};
  return find_matters(pages, resolve_speakers(pages)).front().back();
}

TEST(Matters, WhoDidItIsToldByTheAffair) {
  struct Row {
    Said said;
    Side side;
    std::string suspect;
  };
  const Row rows[] = {
      {{"the minister", "the order was given in Velm"}, Side::kAffirms, "velm"},
      {{"Velm's embassy", "to connect Velm with it is a fairy tale"}, Side::kDenies, "velm"},
      {{"a Velmish diplomat", "my country has nothing to do with this", Stance::kDenies}, Side::kDenies, "velm"},
      {{"Mara Quill", "a former employee opened the door"}, Side::kAffirms, "insider"},
      {{"the Tidal Crew", "we erased them, and we did it alone"}, Side::kAffirms, ""},
      {{"Velm's mission", "it would not rule out that Velm had a hand in it"}, Side::kDeclines, "velm"},
      {{"Velm", "the attack on Harbour Line", Stance::kDenies}, Side::kDenies, "velm"},
      {{"a Velmish envoy", "Velm had no part in the theft of the plans", Stance::kAsserts, About::kLossKind},
       Side::kDenies,
       "velm"},
  };
  for (const Row& row : rows) {
    const Matter m = after_accusation(row.said);
    EXPECT_EQ(m.about, About::kResponsibility) << row.said.words;
    EXPECT_EQ(m.side, row.side) << row.said.words;
    EXPECT_EQ(m.suspect, row.suspect) << row.said.words;
    EXPECT_TRUE(m.counts);
  }
}

TEST(Matters, OtherMattersStayOther) {
  for (const char* words : {"the terminals will open again on Monday", "there is no trace of the ambassador",
                            "customers should change their passwords", "Harbour Line has restored its bookings"}) {
    EXPECT_EQ(after_accusation({"the minister", words}).about, About::kOther) << words;
  }
  // Nobody is accused on this page.
  const std::vector<Reading> pages = {page({{"the minister", "the order was given in Velm"}})};
  EXPECT_EQ(find_matters(pages, resolve_speakers(pages))[0][0].about, About::kOther);
}

TEST(Matters, AQuotationGoesOnFromWhatItsSpeakerSaid) {
  const std::vector<Reading> pages = {
      page({kAccusation,
            {"Mara Quill", "it was not Velm", Stance::kDenies, About::kResponsibility, {"Velm"}},
            {.speaker = "Mara Quill", .words = "wake up", .direct = true},
            {.speaker = "Tom Hale", .words = "come on", .direct = true}})};
  const auto matters = find_matters(pages, resolve_speakers(pages));
  EXPECT_EQ(matters[0][2].about, About::kResponsibility);
  EXPECT_EQ(matters[0][2].side, Side::kDenies);
  EXPECT_EQ(matters[0][3].about, About::kOther);
}

TEST(Matters, WhatIsDeniedIsSaidByNobodyAndARelayIsNoVoice) {
  const std::vector<Reading> pages = {
      page({kAccusation,
            {"Velm's embassy", "charges that Velm attacked Harbour Line", Stance::kDenies},
            {.speaker = "", .words = "Velm attacked Harbour Line", .parent = 1},
            {"the Courier",
             "Northlight holds that Velm was responsible",
             Stance::kAsserts,
             About::kResponsibility,
             {"Velm"}},
            {.speaker = "Northlight",
             .words = "Velm was responsible",
             .about = About::kResponsibility,
             .subjects = {"Velm"},
             .parent = 3}})};
  const auto matters = find_matters(pages, resolve_speakers(pages));
  std::vector<bool> counts;
  for (const Matter& m : matters[0]) counts.push_back(m.counts);
  EXPECT_EQ(counts, (std::vector<bool>{true, true, false, false, true}));
}

TEST(Antecedents, AGroupACompanyAndAMessageAreThoseThatThePageNames) {
  const std::vector<Reading> pages = {page(
      {{.speaker = "the hacker group Tidal Crew", .words = "Harbour Line will burn", .kind = SpeakerKind::kAttacker},
       {"The message", "that more will follow"},
       {"the security firm Northlight Labs", "Tidal Crew is new"},
       {"the firm", "it has seen Northlight Labs"},
       {"Velm's interior minister, Mara Quill", "we know"},
       {"the minister", "nobody is safe"},
       {"she", "and nothing"}})};
  const auto speakers = resolve_speakers(pages).front();
  EXPECT_EQ(speakers[1], "the hacker group Tidal Crew");
  EXPECT_EQ(speakers[3], "Northlight Labs");
  EXPECT_EQ(speakers[5], "Velm's interior minister, Mara Quill");
  EXPECT_EQ(speakers[6], "Velm's interior minister, Mara Quill");
}

}  // namespace
}  // namespace samehand::reading
