// Tables: a text -> its claims, printed one a line: "depth source <cue> {content} stance, about, kind: chain".

#include "samehand/claim/claim.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>

#include "finder.h"
#include "lexicon.h"

namespace samehand::claim {
namespace {

std::string_view name(Stance stance) {
  constexpr std::string_view kNames[] = {"asserts", "denies",         "declines",  "suggests",
                                         "doubts",  "reports denial", "threatens", "apologises"};
  return kNames[static_cast<std::size_t>(stance)];
}
std::string_view name(About about) {
  constexpr std::string_view kNames[] = {"other",       "responsibility", "similarity", "motive",
                                         "loss volume", "loss kind",      "origin",     "technique"};
  return kNames[static_cast<std::size_t>(about)];
}

std::string_view name(SpeakerKind kind) {
  constexpr std::string_view kNames[] = {"unknown",    "accused", "victim",    "government", "vendor",
                                         "researcher", "press",   "anonymous", "attacker",   "outlet"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string content_of(const Claim& claim, std::string_view text) {
  std::string words;
  for (const TextSpan piece : claim.content) words += (words.empty() ? "" : " // ") + std::string(piece.of(text));
  return words;
}

// "source <cue> {content}" for each claim; nested ones begin with "+".
std::string spans(std::string_view text) {
  std::string out;
  for (const Claim& claim : find_claims(text, {}, "")) {
    if (!out.empty()) out += "\n";
    out += std::string(claim.parent >= 0 ? "+" : "") + std::string(claim.source.of(text)) + " <" +
           std::string(claim.cue.of(text)) + "> {" + content_of(claim, text) + "}";
  }
  return out;
}

// "speaker: stance, about" for each claim.
std::string meaning(std::string_view text) {
  std::string out;
  for (const Claim& claim : find_claims(text, {}, "")) {
    if (!out.empty()) out += "\n";
    out += claim.speaker + ": " + std::string(name(claim.stance)) + ", " + std::string(name(claim.about)) +
           (claim.hedge.empty() ? "" : ", hedged \"" + claim.hedge + "\"");
  }
  return out;
}

std::string chains(std::string_view text) {
  std::string out;
  for (const Claim& claim : find_claims(text, {}, "The Page")) {
    if (!out.empty()) out += "\n";
    for (std::size_t i = 0; i < claim.chain.size(); ++i) out += (i > 0 ? " < " : "") + claim.chain[i];
  }
  return out;
}

TEST(Claims, Spans) {
  const std::pair<const char*, const char*> table[] = {
      {"Smith said that the network had failed.", "Smith <said> {that the network had failed}"},
      {"Smith said the network had failed.", "Smith <said> {the network had failed}"},
      {"Smith said that a man called Orun had failed.", "Smith <said> {that a man called Orun had failed}"},
      {"The paper reported on Monday that it had failed.", "The paper <reported> {that it had failed}"},
      {"\"It failed,\" Smith said.", "Smith <said> {\"It failed,\"}"},
      {"\"It failed,\" said Ann Smith, a lawyer.", "Ann Smith, a lawyer <said> {\"It failed,\"}"},
      {"“It failed,” Smith said. “We lost everything.”", "Smith <said> {“It failed,” // “We lost everything.”}"},
      {"The network, he said, had failed.", "he <said> {The network // had failed}"},
      {"According to the firm, nothing was stolen.", "the firm <According to> {nothing was stolen}"},
      {"Nothing was stolen, according to the firm.", "the firm <according to> {Nothing was stolen}"},
      {"Smith, the chairman of the board, denied it.", "Smith, the chairman of the board, <denied> {it}"},
      {"Smith told reporters that the network had failed.", "Smith <told> {that the network had failed}"},
      {"The firm has called for an investigation.", "The firm <has called for> {an investigation}"},
      {"The firm refused to pay.", "The firm <refused> {to pay}"},
      {"The gang is believed to have left.", " <is believed> {The gang // to have left}"},
      {"The firm praised its engineers and said the attack was over.",
       "The firm <praised> {its engineers}\nThe firm <said> {the attack was over}"},
      {"Smith said it failed, adding that he was sorry.",
       "Smith <said> {it failed}\nSmith <adding> {that he was sorry}"},
      {"The agency said that its source denied the report.",
       "The agency <said> {that its source denied the report}\n+its source <denied> {the report}"},
      {"The table is green.", ""},
  };
  for (const auto& [text, want] : table) EXPECT_EQ(spans(text), want) << text;
}

TEST(Claims, Meaning) {
  const std::pair<const char*, const char*> table[] = {
      {"The minister did not deny that files were lost.", "The minister: asserts, loss kind"},
      {"The minister has not said who was behind the attack.", "The minister: declines, responsibility"},
      {"The ministry denied that it was behind the attack.", "The ministry: denies, responsibility"},
      {"\"Linking us to it is another fabrication,\" the envoy said.", "the envoy: denies, responsibility"},
      {"Experts said the attack could have come from abroad.", "Experts: suggests, origin, hedged \"could\""},
      {"The firm said that almost 11 terabytes were stolen.", "The firm: asserts, loss volume, hedged \"almost\""},
      {"The group threatened to publish the files.", "The group: threatens, other"},
      {"The firm apologised for the outage.", "The firm: apologises, other"},
      {"Analysts doubt that the group acted alone.", "Analysts: doubts, other"},
  };
  for (const auto& [text, want] : table) EXPECT_EQ(meaning(text), want) << text;
}

TEST(Claims, Chains) {
  const std::pair<const char*, const char*> table[] = {
      {"\"No,\" claimed an unnamed diplomat as quoted by the Guardian.",
       "The Page < the Guardian < an unnamed diplomat"},
      {"The agency said that its source denied the report.",
       "The Page < The agency\nThe Page < The agency < its source"},
      {"Her lawyer told the Morning Post that the files were gone.", "The Page < the Morning Post < Her lawyer"},
      {"Hackers have released almost 11 terabytes of data.", "The Page"},
  };
  for (const auto& [text, want] : table) EXPECT_EQ(chains(text), want) << text;
}

// What a page about an intrusion must give, each in words of our own.
std::string told(std::string_view text) {
  const auto stance = [](const Claim& claim) { return std::string(name(claim.stance)); };
  std::string out;
  for (const Claim& claim : find_claims(text, {}, "The Page", {.year = 2021, .month = 3, .day = 4})) {
    if (!out.empty()) out += "\n";
    for (std::size_t i = 0; i < claim.chain.size(); ++i) out += (i > 0 ? " < " : "") + claim.chain[i];
    out += ": " + stance(claim) + ", " + std::string(name(claim.about)) + ", " + std::string(name(claim.speaker_kind));
    if (claim.said.known()) out += ", on " + page::to_iso(claim.said);
  }
  return out;
}

TEST(Claims, AnIntrusionsStory) {
  const std::pair<const char*, const char*> table[] = {
      // An unnamed diplomat denies through a paper, and promises in the same breath.
      {"\"Tying Norland to the theft is a lie. My country declared that it would respect the treaty,\" claimed an "
       "unnamed "
       "Norland diplomat as quoted by the Guardian.",
       "The Page < the Guardian < an unnamed Norland diplomat: denies, responsibility, accused\n"
       "The Page < the Guardian < an unnamed Norland diplomat: asserts, other, accused"},
      // A spokesman will not rule it out; "this week" is no part of his name.
      {"The outlet added that earlier this week Norland's UN envoy \"refused to rule out Norland's involvement\". "
       "\"Just wait "
       "and see\" who did it, he said.",
       "The Page < The outlet: asserts, responsibility, press\n"
       "The Page < The outlet < Norland's UN envoy: declines, responsibility, accused\n"
       "The Page < Norland's UN envoy: declines, other, accused"},
      // Researchers, through a broadcaster.
      {"\"Independent researchers said there were clear signs that the raid had originated abroad,\" the BBC reports.",
       "The Page < the BBC: asserts, origin, press\n"
       "The Page < the BBC < Independent researchers: asserts, origin, researcher"},
      {"Experts pointed to similarities between the raid and an intrusion at a broadcaster in Sudland, dubbed \"Grey "
       "Dawn\".",
       "The Page < Experts: asserts, similarity, researcher"},
      {"Business Insider notes that hackers have released almost 11 terabytes of data.",
       "The Page < Business Insider: asserts, loss volume, press"},
      {"The files taken from the studio included salaries, reviews and unreleased films.",
       "The Page: asserts, loss kind, outlet"},
      {"Experts suggest that Norland could use hackers based in Sudland in retaliation for the film.",
       "The Page < Experts: suggests, motive, researcher"},
      {"Norland denied the theft. Norland has called the film an act of war in a letter to the council.",
       "The Page < Norland: denies, other, accused\nThe Page < a letter < Norland: asserts, motive, accused"},
      // Dates of saying.
      {"The firm said on Tuesday that it was safe.", "The Page < The firm: asserts, other, victim, on 2021-03-02"},
      {"The minister told reporters yesterday that it was over.",
       "The Page < The minister: asserts, other, government, on 2021-03-03"},
      {"On 3 December, Keel Labs said the code was old.",
       "The Page < Keel Labs: asserts, other, vendor, on 2020-12-03"},
      {"The agency said the man arrested on Monday was innocent.", "The Page < The agency: asserts, other, government"},
      {"“It was not us,” the Norland embassy said of the attack.",
       "The Page < the Norland embassy: denies, other, accused"},
      {"Norland says no more than 300 computers are affected.", "The Page < Norland: asserts, other, unknown"},
      {"“If the ransom is not paid by Friday, we will publish everything,” the hackers wrote.",
       "The Page < the hackers: threatens, other, attacker"},
      // Whom a paper cites speaks through it.
      {"According to the Harbour Times, which cited two people briefed on the inquiry, 1.2 million records were "
       "copied.",
       "The Page < the Harbour Times < two people briefed on the inquiry: asserts, loss volume, anonymous"},
      // Who knows of nobody else denies nothing of his own.
      {"The police denied that anybody else was responsible for the attack.",
       "The Page < The police: denies, responsibility, government"},
  };
  for (const auto& [text, want] : table) EXPECT_EQ(told(text), want) << text;
}

TEST(Claims, WhoSpeaksInHardPlaces) {
  const std::pair<const char*, const char*> table[] = {
      // What tells when is nobody.
      {"Norland has for the first time denied any part in the theft.",
       "Norland <has for the first time denied> {any part in the theft}"},
      {"Norland for the first time denied the theft.", "Norland <denied> {the theft}"},
      {"The ministry has in recent days accused Norland.", "The ministry <has in recent days accused> {Norland}"},
      // Deeds and authors of programs are no speech.
      {"Norland ordered the attack.", ""},
      {"The program was written by people who work abroad.", ""},
      {"It was like the Norland attack of 2013 and like another.", ""},
      {"The letter was written by two senators.", "two senators <was written> {The letter}"},
      // Through papers.
      {"\"It was Norland,\" he was quoted as saying by the Mail.", "he <was quoted as saying> {\"It was Norland,\"}"},
      {"The minister was quoted by the Mail as saying that it was over.", "The minister <saying> {that it was over}"},
      {"The Herald quotes an unnamed diplomat.", ""},
      {"Experts say, however, that it is over.", "Experts <say> {that it is over}"},
      {"The firm issued a report, according to which it was over.", "which <according to> {it was over}"},
      {"The envoy would not rule it out.", "The envoy <would not rule> {it}"},
      {"He told reporters to \"wait and see\".", "He <told> {to \"wait and see\"}"},
      {"It had nothing to do with it, one of its envoys told the Mail on Saturday.",
       "one of its envoys <told> {It had nothing to do with it}"},
      // Datelines are nobody's words.
      {"PORT SARN, March 6 (Northern Wire) -- The data is gone, the firm said.", "the firm <said> {The data is gone}"},
      {"SARN (NW) — The data is gone, the firm said.", "the firm <said> {The data is gone}"},
  };
  for (const auto& [text, want] : table) EXPECT_EQ(spans(text), want) << text;
}

TEST(Claims, SpeakersBehindPronouns) {
  const std::pair<const char*, const char*> table[] = {
      {"A man said it was over. Keel Labs stands by its finding that Norland was responsible.",
       "A man: asserts, other\nKeel Labs: asserts, responsibility\nKeel Labs: asserts, responsibility"},
      {"The Herald quotes the Mail, which quotes an unnamed diplomat: Norland, he says, was not involved.",
       "an unnamed diplomat: asserts, responsibility"},
      {"\"My country declared that it was over,\" the envoy said.",
       "the envoy: asserts, other\nthe envoy: asserts, other"},
      {"We asked the firm whether it was over.", "this page: asserts, other"},
  };
  for (const auto& [text, want] : table) EXPECT_EQ(meaning(text), want) << text;
  EXPECT_EQ(chains("The Herald quotes the Mail, which quotes an unnamed diplomat: Norland, he says, was not involved."),
            "The Page < The Herald < the Mail < an unnamed diplomat");
}

TEST(Claims, SubjectsAreNames) {
  const auto subjects = [](std::string_view text) {
    std::string out;
    for (const Claim& claim : find_claims(text, {}, "")) {
      for (const std::string& subject : claim.subjects) out += subject + ";";
    }
    return out;
  };
  EXPECT_EQ(subjects("The police said nobody knows who was behind the attack."), "");
  EXPECT_EQ(subjects("Norland denied that it was behind the attack."), "Norland;");
  EXPECT_EQ(subjects("The minister said that Norland was behind the attack."), "Norland;");
  // A condition or an open question accuses nobody.
  for (const char* text : {
           "If Norland were behind it, said the minister, it would be a first.",
           "The minister said it would be a first if Norland was behind the attack.",
           "The minister said that even if Norland was behind the attack, the plant is safe.",
           "Should Norland be behind the attack, said the minister, it will answer.",
           "The minister wondered if the attack was the work of Norland.",
       })
    EXPECT_EQ(subjects(text), "") << text;
  EXPECT_EQ(meaning("If Norland were behind it, said the minister, it would be a first."),
            "the minister: asserts, other");
  EXPECT_EQ(subjects("The minister declined to say whether Norland was behind the attack."), "Norland;");
  EXPECT_EQ(subjects("The minister said that, if he is right, Norland was behind the attack."), "Norland;");
}

TEST(Claims, WhatKindOneIsHoldsForTheShortName) {
  const auto claims = find_claims(
      "Ada Lind, an analyst, said it was over. The minister denied it. Lind said that nobody knew.", {}, "");
  ASSERT_EQ(claims.size(), 3U);
  EXPECT_EQ(claims[2].speaker, "Ada Lind");
  EXPECT_EQ(claims[2].speaker_kind, SpeakerKind::kResearcher);
}

TEST(Claims, HeadlinesAreNotRead) {
  const std::string text = "Norland denies theft of plans\n\nThe minister said that it was over.";
  const page::Block blocks[] = {{page::BlockKind::kTitle, {0, 29}}, {page::BlockKind::kParagraph, {31, 66}}};
  const auto claims = find_claims(text, blocks, "");
  ASSERT_EQ(claims.size(), 1U);
  EXPECT_EQ(claims[0].speaker, "The minister");
  const page::Block plain[] = {{page::BlockKind::kParagraph, {0, 29}}, {page::BlockKind::kParagraph, {31, 66}}};
  EXPECT_EQ(find_claims(text, plain, "").size(), 1U) << "a first line without a full stop";
}

TEST(Claims, ADateWithoutAYearStaysWithoutOne) {
  const auto claims = find_claims("The firm said on 3 December that it was safe. The bank said on Monday it was not.",
                                  {}, "", {.month = 12, .day = 4});
  ASSERT_EQ(claims.size(), 2U);
  EXPECT_EQ(page::to_iso(claims[0].said), "XXXX-12-03");
  EXPECT_FALSE(claims[1].said.known());
  // Nobody knows which day Monday is: one of the last seven.
  EXPECT_EQ(page::to_iso(claims[1].said_from), "XXXX-11-28");
  EXPECT_EQ(page::to_iso(claims[1].said_until), "XXXX-12-04");
}

TEST(Claims, ASpanOfDays) {
  const auto said = [](std::string_view text, const page::Date& published) {
    std::string out;
    for (const Claim& claim : find_claims(text, {}, "The Page", published)) {
      out += claim.speaker + " " + page::to_iso(claim.said);
      if (claim.said_from.known()) out += page::to_iso(claim.said_from) + ".." + page::to_iso(claim.said_until);
      out += ";";
    }
    return out;
  };
  const page::Date thursday{.year = 2014, .month = 12, .day = 4}, no_year{.month = 12, .day = 4};
  EXPECT_EQ(said("The envoy said this week that it was safe.", thursday), "The envoy 2014-12-01..2014-12-04;");
  EXPECT_EQ(said("The envoy said this week that it was safe.", no_year), "The envoy XXXX-11-28..XXXX-12-04;");
  EXPECT_EQ(said("Last week the envoy denied the report.", thursday), "the envoy 2014-11-24..2014-11-30;");
  EXPECT_EQ(said("The envoy denied the report last month.", thursday), "The envoy 2014-11;");
  EXPECT_EQ(said("The envoy denied the report three days ago.", thursday), "The envoy 2014-12-01;");
  EXPECT_EQ(said("The envoy said this week was a bad one.", thursday), "The envoy ;");
  EXPECT_EQ(
      said("The paper says that earlier this week the envoy \"refused to confirm it.\" \"Wait and see,\" he said.",
           no_year),
      "The paper ;the envoy XXXX-11-28..XXXX-12-04;the envoy ;the envoy XXXX-11-28..XXXX-12-04;");
}

TEST(Claims, ReportsOfDenialsAndChargesOfNobody) {
  const std::string_view text =
      "The paper says it is the first time that the ministry denied its involvement. Norland dismissed allegations "
      "that "
      "Norland was behind the attack. The king called the play an act of war in an official letter to the council.";
  const auto claims = find_claims(text, {}, "The Page");
  ASSERT_EQ(claims.size(), 4u);
  EXPECT_EQ(claims[0].stance, Stance::kReportsDenial);
  EXPECT_EQ(claims[2].speaker, "Norland");
  EXPECT_EQ(claims[3].speaker, "The king");
  EXPECT_EQ(claims[3].content.back().of(text), "the play an act of war");
}

TEST(Claims, WhoAndWhatIsMeantByShortWords) {
  const std::string_view text =
      "Tavria's foreign ministry denied that its services were behind the break-in at Meridian Lines.\n\n"
      "“We had nothing to do with it,” spokeswoman Ilse Marn told reporters. Two officials said there was evidence "
      "that "
      "the Grey Heron group, which they described as an arm of Tavria, had stolen the files.\n\n"
      "The attackers took the data in May, according to the security firm Halden Labs. The firm said the malware "
      "shared "
      "code with a wiper used in Sudland last year, dubbed \"Grey Dawn\". It attributes the theft to Grey Heron with "
      "moderate confidence. “We are sorry for the delay,” the firm said in a memo to customers. The stolen files "
      "included staff salaries, contracts and unreleased films.";
  std::string got;
  for (const Claim& claim : find_claims(text, {}, "The Page")) {
    got += std::string(name(claim.stance)) + " " + std::string(name(claim.about)) + " " +
           std::string(name(claim.speaker_kind)) + ": ";
    for (std::size_t i = 1; i < claim.chain.size(); ++i) got += (i > 1 ? " < " : "") + claim.chain[i];
    for (const std::string& subject : claim.subjects) got += " | " + subject;
    got += "\n";
  }
  EXPECT_EQ(got,
            "denies responsibility accused: Tavria's foreign ministry | Tavria\n"
            "denies other accused: spokeswoman Ilse Marn\n"
            "asserts responsibility government: Two officials | the Grey Heron group\n"
            "asserts loss kind vendor: the security firm Halden Labs\n"
            "asserts similarity vendor: the security firm Halden Labs | a wiper\n"
            "asserts responsibility vendor: the security firm Halden Labs | Grey Heron\n"
            "apologises other vendor: a memo < the security firm Halden Labs\n"
            "apologises other vendor: a memo < the security firm Halden Labs\n"
            "asserts loss kind outlet:  | staff salaries | contracts | unreleased films\n");
}

TEST(Claims, SeldomSaidThingsNeedASpeaker) {
  const std::pair<const char*, const char*> table[] = {
      {"Smith values the plan.", "Smith <values> {the plan}"},
      {"It would value parts.", ""},
      {"The firm tried to win.", ""},
      {"which critics said", ""},
      {"They lost a bill that critics said was unfair.", "critics <said> {that // was unfair}"},
      {"As Smith said, the plan failed.", "Smith <said> {the plan failed}"},
      {"As reported by the Mail, the plan failed.", "the Mail <reported> {the plan failed}"},
      {"In his view, the plan failed.", "his <view> {the plan failed}"},
      {"Asked about the plan, Smith said it failed.", " <Asked> {about the plan}\nSmith <said> {it failed}"},
      {"It is unclear who broke in.", " <It is unclear> {who broke in}"},
      {"Smith continued to criticize the plan.", "Smith <continued to criticize> {the plan}"},
      {"Smith stated there was a plan and denied the rest.",
       "Smith <stated> {there was a plan}\nSmith <denied> {the rest}"},
      {"Only a quarter of voters said it failed.", "Only a quarter of voters <said> {it failed}"},
      {"Polls in Norland show the plan is popular.", "Polls in Norland <show> {the plan is popular}"},
  };
  for (const auto& [text, want] : table) EXPECT_EQ(spans(text), want) << text;
}

TEST(Claims, NamesAndPronounsAreResolved) {
  const std::string text =
      "The governor, Tomas Arel, said the bank was safe. He added that no money was lost. Arel denied the report.";
  const auto claims = find_claims(text, {}, "");
  ASSERT_EQ(claims.size(), 3U);
  EXPECT_EQ(claims[1].speaker, claims[0].speaker);
  EXPECT_EQ(claims[2].speaker, "Tomas Arel");
}

TEST(Claims, ParentsStandBeforeChildren) {
  const std::string text =
      "Smith said that Jones believes that Brown denied having met the man who claimed to know it. Jones, Smith said, "
      "agreed.";
  const auto claims = find_claims(text, {}, "");
  for (std::size_t i = 0; i < claims.size(); ++i) EXPECT_LT(claims[i].parent, static_cast<std::int32_t>(i));
}

TEST(Lexicon, InflectsAndFinds) {
  const Lexicon& lexicon = Lexicon::get();
  for (const char* form : {"say", "says", "said", "saying", "denied", "denies", "planning", "admitted", "wrote",
                           "written", "threatening"}) {
    EXPECT_GE(lexicon.find(form).verb, 0) << form;
    EXPECT_NE(lexicon.find(form).forms, 0) << form;
  }
  EXPECT_EQ(lexicon.find("zzyzx").verb, -1);
}

// Four times the text costs about four times as much: hostile shapes that tempt a quadratic scan, which costs sixteen
// times. Costs are compared with each other, never with a clock: sanitizers and busy machines slow both.
double cost(const std::string& text) {  // processor time of this thread
  timespec before{}, after{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  find_claims(text, {}, "");
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  return static_cast<double>(after.tv_sec - before.tv_sec) + 1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
}

std::string repeated(std::string_view unit, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  return text;
}

TEST(Claims, HostileTextsTakeLinearTime) {
  const char* shapes[] = {"he said that ", "\" ", "“ ", "said ", "x, ",  "of the ",  "(",  "that who said and ",
                          "“a” said ",     "a: ", "' ", "word ", "and ", "\xff\xfe", "A. "};
  for (const char* shape : shapes) {
    const std::string small = repeated(shape, 60'000), large = repeated(shape, 240'000);
    // What disturbs a measurement makes it larger: the least of a few says what the text costs. A quadratic scan is
    // found by every one of them.
    double least_small = cost(small), least_large = cost(large);
    for (int attempt = 0; attempt < 6 && least_large > 10 * least_small; ++attempt) {
      least_large = std::min(least_large, cost(large));
      if (attempt % 2 == 1) least_small = std::min(least_small, cost(small));
    }
    EXPECT_LT(least_large, 10 * least_small) << shape;
  }
}

}  // namespace
}  // namespace samehand::claim
