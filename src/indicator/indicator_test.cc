// The cases of testdata/, and what holds for every text.
#include "samehand/indicator/indicator.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "keccak.h"
#include "punycode.h"
#include "refang.h"
#include "samehand/base/byte_view.h"
#include "samehand/base/test_time.h"

namespace samehand::indicator {
namespace {

std::string with_line_breaks(std::string_view text) {
  std::string out;
  constexpr std::string_view kMark = "⏎";
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with(kMark)) {
      out.push_back('\n');
      i += kMark.size();
    } else {
      out.push_back(text[i++]);
    }
  }
  return out;
}

struct Case {
  std::string text;
  std::multiset<std::string> wanted;
};

std::vector<Case> cases(const std::string& name) {
  std::ifstream in(std::string(SAMEHAND_INDICATOR_DIR) + "/testdata/" + name);
  std::vector<Case> out;
  constexpr std::string_view kBetween = " ¦ ";
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) {
      ADD_FAILURE() << "a case without a tab: " << line;
      continue;
    }
    Case one{with_line_breaks(std::string_view(line).substr(0, tab)), {}};
    std::string_view rest = std::string_view(line).substr(tab + 1);
    while (rest != "-" && !rest.empty()) {
      const std::size_t cut = rest.find(kBetween);
      one.wanted.insert(with_line_breaks(rest.substr(0, cut)));
      if (cut == std::string_view::npos) break;
      rest.remove_prefix(cut + kBetween.size());
    }
    out.push_back(std::move(one));
  }
  return out;
}

struct Score {
  int right = 0, extra = 0, missed = 0;
  double precision() const { return static_cast<double>(right) / (right + extra); }
  double recall() const { return static_cast<double>(right) / (right + missed); }
};

Score score(const std::string& name, bool show) {
  Score total;
  for (Case& one : cases(name)) {
    std::string wrong;
    for (const Indicator& found : find_indicators(one.text)) {
      const std::string key = std::string(to_string(found.kind)) + "=" + found.value;
      if (const auto wanted = one.wanted.find(key); wanted != one.wanted.end()) {
        one.wanted.erase(wanted);
        ++total.right;
      } else {
        ++total.extra;
        wrong += "\n  extra  " + key;
      }
    }
    for (const std::string& key : one.wanted) {
      ++total.missed;
      wrong += "\n  missed " + key;
    }
    if (show && !wrong.empty()) std::printf("%s%s\n", one.text.c_str(), wrong.c_str());
  }
  std::printf("%s: %d wanted, precision %.4f, recall %.4f\n", name.c_str(), total.right + total.missed,
              total.precision(), total.recall());
  return total;
}

TEST(Indicators, CasesToWorkWith) {
  EXPECT_GE(cases("work.tsv").size(), 300u);
  const Score work = score("work.tsv", true);
  EXPECT_GE(work.precision(), 0.99);
  EXPECT_GE(work.recall(), 0.99);
}

TEST(Indicators, CasesHeldBack) {
  EXPECT_GE(cases("held.tsv").size(), 150u);
  const Score held = score("held.tsv", false);
  EXPECT_GE(held.precision(), 0.97);
  EXPECT_GE(held.recall(), 0.97);
}

TEST(Indicators, EveryKindHasACaseAndAName) {
  std::set<std::string> seen;
  for (const char* file : {"work.tsv", "held.tsv"})
    for (const Case& one : cases(file))
      for (const std::string& wanted : one.wanted) seen.insert(wanted.substr(0, wanted.find('=')));
  for (std::size_t k = 0; k < kKinds; ++k) {
    const auto kind = static_cast<Kind>(k);
    EXPECT_TRUE(seen.contains(std::string(to_string(kind)))) << to_string(kind);
    EXPECT_EQ(kind_of(to_string(kind)), kind);
  }
  EXPECT_FALSE(kind_of("nothing"));
}

TEST(Indicators, PlacesAreThoseOfTheTextAsItStands) {
  const std::string text =
      "före hxxps[:]//a[.]example(dot)com/x efter 192[.]0.2[.]1:81, u [at] b[.]example, CVE‑2014‑1234";
  std::vector<std::string> pieces;
  for (const Indicator& found : find_indicators(text)) pieces.emplace_back(found.where.of(text));
  EXPECT_EQ(pieces, (std::vector<std::string>{"hxxps[:]//a[.]example(dot)com/x", "192[.]0.2[.]1:81",
                                              "u [at] b[.]example", "CVE‑2014‑1234"}));
  const auto found = find_indicators(text);
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[1].port, 81);
  EXPECT_TRUE(found[0].defanged);
  EXPECT_FALSE(found[3].defanged);
}

// Whatever the text, and wherever it is cut.
void check_invariants(std::string_view text) {
  std::vector<std::uint32_t> ends(kKinds, 0);
  std::uint32_t last = 0;
  for (const Indicator& found : find_indicators(text)) {
    ASSERT_LT(found.where.begin, found.where.end) << text;
    ASSERT_LE(found.where.end, text.size());
    ASSERT_GE(found.where.begin, last) << "in order of place: " << text;
    ASSERT_GE(found.where.begin, ends[static_cast<std::size_t>(found.kind)]) << "none overlaps its kind: " << text;
    ASSERT_FALSE(found.value.empty());
    last = found.where.begin;
    ends[static_cast<std::size_t>(found.kind)] = found.where.end;
  }
}

TEST(Indicators, InvariantsHoldForEveryCaseAndEveryPrefix) {
  for (const char* file : {"work.tsv", "held.tsv"}) {
    for (const Case& one : cases(file)) {
      for (std::size_t n = 0; n <= one.text.size(); n += one.text.size() < 80 ? 1 : 7)
        check_invariants(std::string_view(one.text).substr(0, n));
    }
  }
}

TEST(Indicators, SurroundingsDoNotMatter) {
  // What is found in a text is found in the same text among other lines.
  for (const Case& one : cases("work.tsv")) {
    const std::string text = "First line.\n" + one.text + "\nLast line.";
    std::multiset<std::string> found;
    for (const Indicator& indicator : find_indicators(text))
      found.insert(std::string(to_string(indicator.kind)) + "=" + indicator.value);
    EXPECT_EQ(found, one.wanted) << one.text;
  }
}

TEST(Indicators, HostileTextTakesLinearTime) {
  const auto repeated = [](std::string_view piece, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += piece;
    return out;
  };
  const std::size_t bytes = large_size(4'000'000);
  for (const std::string_view piece : {"a",
                                       ".",
                                       "@",
                                       "a.",
                                       "a@",
                                       "a .",
                                       "a . ",
                                       " dot ",
                                       "[.]",
                                       "[",
                                       "(",
                                       "1.",
                                       "1.1.1.1-",
                                       "::",
                                       "a:",
                                       "\\",
                                       "C:\\a ",
                                       "C:\\ a\\",
                                       "%a",
                                       "rule a {",
                                       "rule a{/*",
                                       "http://",
                                       "hxxp[://]",
                                       "http://a@",
                                       "0x",
                                       "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                                       "mutex ",
                                       "Mozilla/5.0 (",
                                       "User-Agent: ",
                                       "3:aaa:",
                                       "xn--a.",
                                       "ü.",
                                       "&#46;",
                                       "__",
                                       "%3A",
                                       "\xe2\x80\x8b",
                                       "HKLM\\a ",
                                       "/etc/",
                                       "+1 2",
                                       "(a(",
                                       "-dot-",
                                       "a at b dot ",
                                       "\xff",
                                       "http://\xd1\x85",
                                       "68747470"}) {
    const std::string text = repeated(piece, bytes);
    const double start = processor_seconds();
    const auto found = find_indicators(text);
    const double seconds = processor_seconds() - start;
    // 4 MB; a quadratic scan would take hours. The bound leaves room for slow machines.
    EXPECT_LT(seconds, 20) << piece << ": " << found.size() << " found";
  }
}

TEST(Benign, SetsAside) {
  const auto benign = [](std::string_view text) {
    const auto found = find_indicators(text);
    return found.size() == 1 && found[0].benign;
  };
  EXPECT_TRUE(benign("192.168.1.1"));
  EXPECT_TRUE(benign("http://10.0.0.1:8080/x"));
  EXPECT_TRUE(benign("172.31.255.255"));
  EXPECT_FALSE(benign("172.32.0.0"));
  EXPECT_TRUE(benign("10.1.0.0/16"));
  EXPECT_TRUE(benign("fe80::1"));
  EXPECT_TRUE(benign("a.b.example.com"));
  EXPECT_TRUE(benign("user@example.org"));
  EXPECT_TRUE(benign("https://attack.mitre.org/groups/G0032"));
  EXPECT_FALSE(benign("notexample.com"));
  EXPECT_FALSE(benign("example.com.invented.net"));
  EXPECT_TRUE(benign("d41d8cd98f00b204e9800998ecf8427e"));
}

TEST(Benign, ReadsTheUsersList) {
  const auto list = BenignList::parse(
      "# mine\n domain invented.net  # ours\nurl https://invented.org/a*\nmd5 170B869CA1A1293D9BEB642642A7C19D\ncidr "
      "198.51.100.128/25\nany evil.exe\n");
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->size(), 5u);
  const auto why = [&](std::string_view text) {
    const auto found = find_indicators(text, &*list);
    return found.empty() ? std::string("nothing") : found[0].benign ? found[0].why_benign : std::string("kept");
  };
  EXPECT_EQ(why("x.invented.net"), "ours");
  EXPECT_EQ(why("https://invented.org/abc"), "on the list");
  EXPECT_EQ(why("https://invented.org/b"), "kept");
  EXPECT_EQ(why("170b869ca1a1293d9beb642642a7c19d"), "on the list");
  EXPECT_EQ(why("198.51.100.200"), "on the list");
  EXPECT_EQ(why("198.51.100.20"), "kept");
  EXPECT_EQ(why("evil.exe"), "on the list");
  EXPECT_EQ(why("192.168.0.1"), "kept") << "the user's list stands alone unless the standard one is added";
  BenignList both = *list;
  both.add(BenignList::standard());
  EXPECT_TRUE(find_indicators("192.168.0.1", &both)[0].benign);
}

TEST(Benign, SaysWhichLineIsWrong) {
  for (const char* text : {"domain a.example\nnonsense b\n", "ok\n", "cidr 1.2.3.4/33\n", "cidr 1.2.3.4\n",
                           "ip_range 2.0.0.0-1.0.0.0", "cidr x/8"}) {
    const auto list = BenignList::parse(text, "my.txt");
    ASSERT_FALSE(list) << text;
    EXPECT_NE(list.error().message.find("line"), std::string::npos);
    EXPECT_EQ(list.error().where, "my.txt");
  }
  EXPECT_GT(BenignList::standard().size(), 40u) << "the list that comes with the program can be read";
}

TEST(Keccak, KnownAnswers) {
  const auto hex = [](std::string_view text) {
    std::string out;
    for (const std::uint8_t byte : keccak256(ByteView::of_text(text).span())) {
      out.push_back("0123456789abcdef"[byte >> 4]);
      out.push_back("0123456789abcdef"[byte & 15]);
    }
    return out;
  };
  EXPECT_EQ(hex(""), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(hex("abc"), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

TEST(Punycode, BothWays) {
  EXPECT_EQ(to_punycode("bücher"), "xn--bcher-kva");
  EXPECT_EQ(to_punycode("РФ"), "xn--p1ai");
  EXPECT_EQ(from_punycode("xn--p1ai"), "рф");
  EXPECT_EQ(from_punycode("xn--bcher-kva"), "bücher");
  EXPECT_EQ(from_punycode("xn--\x7f\x7f"), "");
  EXPECT_EQ(to_punycode("\xff"), "");
}

TEST(Refang, LeavesOrdinaryTextAlone) {
  for (const std::string_view text :
       {"An ordinary sentence. And (another) one [1], with http://example.com/a(b) in it: fine.",
        "f(x) = a[i] - b[.5]; C:\\dir\\.hidden", "He works at home. The dot is red . Then it ends.",
        "a -- b __init__ c"}) {
    EXPECT_EQ(Refanged(text).text(), text);
  }
}

}  // namespace
}  // namespace samehand::indicator
