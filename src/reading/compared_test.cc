#include "samehand/reading/compared.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace samehand::reading {
namespace {

std::map<std::string, SoftwareRole> roles(std::string text) {
  page::Document document;
  document.text = std::move(text);
  const Reading reading = read(std::move(document));
  const auto of = roles_of_software(reading);
  std::map<std::string, SoftwareRole> out;
  for (std::size_t i = 0; i < of.size(); ++i) out[reading.names[i].value] = of[i];
  return out;
}

TEST(Compared, WhatSomethingIsLikeWasNotUsed) {
  for (const char* text :
       {"Researchers said that the wiper used against the studio was similar to Shamoon. It ran in November.",
        "The wiper resembles Shamoon, down to the picture that it leaves.",
        "Experts compared the attack with Shamoon. Both the wiper and Shamoon carry a commercial driver."})
    EXPECT_EQ(roles(text).at("Shamoon"), SoftwareRole::kCompared) << text;
}

TEST(Compared, WhatAReportSaysWasUsedWas) {
  const auto of = roles(
      "The attackers used Mimikatz to dump credentials. They then installed Shamoon on every computer. "
      "The agency said that the wiper was similar to Stuxnet.");
  EXPECT_EQ(of.at("Mimikatz"), SoftwareRole::kUsed);
  EXPECT_EQ(of.at("Shamoon"), SoftwareRole::kUsed);
  EXPECT_EQ(of.at("Stuxnet"), SoftwareRole::kCompared);
  EXPECT_EQ(roles("They moved on with tools like Mimikatz.").at("Mimikatz"), SoftwareRole::kUsed);
}

TEST(Compared, WhoIsSaidToBeBehindSomethingNeedNotHaveUsedItHere) {
  const std::string said = "The ministry said that Ruritania was behind the attack on the studio and WannaCry. ";
  EXPECT_EQ(roles(said).at("WannaCry"), SoftwareRole::kDeed);
  EXPECT_EQ(roles(said + "The attackers installed WannaCry on every computer of the studio.").at("WannaCry"),
            SoftwareRole::kUsed);
  EXPECT_EQ(roles("The attackers installed WannaCry on every computer of the studio. " + said).at("WannaCry"),
            SoftwareRole::kUsed);
}

TEST(Compared, AClaimOfLikenessNeedsNoWordForIt) {
  EXPECT_EQ(roles("The ministry said that there were overlaps between the attack and Shamoon.").at("Shamoon"),
            SoftwareRole::kCompared);
}

}  // namespace
}  // namespace samehand::reading
