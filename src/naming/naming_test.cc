#include "samehand/naming/naming.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "samehand/base/test_time.h"
#include "samehand/naming/name_list.h"
#include "words.h"

namespace samehand::naming {
namespace {

// A bundle of invented names, in the form of ATT&CK's.
constexpr std::string_view kBundle = R"({"type":"bundle","id":"bundle--1","spec_version":"2.0","objects":[
{"type":"intrusion-set","id":"intrusion-set--1","name":"Grey Otter","aliases":["Grey Otter","TEMP.Otter","Fernweh"],
 "external_references":[{"source_name":"mitre-attack","external_id":"G9001"}]},
{"type":"intrusion-set","id":"intrusion-set--2","name":"Patchwork","external_references":[{"source_name":"mitre-attack","external_id":"G9002"}]},
{"type":"intrusion-set","id":"intrusion-set--3","name":"Old Name","revoked":true,"external_references":[{"source_name":"mitre-attack","external_id":"G9003"}]},
{"type":"malware","id":"malware--1","name":"Fernweh","x_mitre_aliases":["Fernweh","FERN-2000"],"description":"[Fernweh](https://example.org) uses an anchor, an anchor, an anchor and an anchor.",
 "external_references":[{"source_name":"mitre-attack","external_id":"S9001"}]},
{"type":"malware","id":"malware--2","name":"Anchor","external_references":[{"source_name":"mitre-attack","external_id":"S9002"}]},
{"type":"tool","id":"tool--1","name":"Net","x_mitre_aliases":["Net","net.exe"],"external_references":[{"source_name":"mitre-attack","external_id":"S9003"}]},
{"type":"attack-pattern","id":"attack-pattern--1","name":"Otter Stroking","description":"Adversaries may stroke otters.","external_references":[{"source_name":"mitre-attack","external_id":"T1999.001"}]},
{"type":"relationship","id":"relationship--1","relationship_type":"uses","source_ref":"malware--1","target_ref":"attack-pattern--1","description":"Fernweh strokes otters."},
7, null, {"type":"malware"}, {"name":5,"type":"tool"}
]})";

NameList bundle() {
  auto list = import_names(ByteView::of_text(kBundle));
  EXPECT_TRUE(list) << list.error().message;
  return list ? std::move(*list) : NameList();
}

std::string printed(std::string_view text, const NameList* list) {
  std::string out;
  for (const FoundName& name : find_names(text, list)) {
    EXPECT_LE(name.where.end, text.size());
    if (!out.empty()) out += "; ";
    out += std::string(to_string(name.kind)) + " " + name.value;
    for (const std::string& id : name.ids) out += " " + id;
  }
  return out;
}

TEST(Names, Victims) {
  const std::pair<const char*, const char*> kCases[] = {
      {"The attack on Blue Strait was noticed late. Blue Strait's ferries stopped.",
       "victim Blue Strait; victim Blue Strait"},
      {"Files stolen from the studio Larch Pictures were published.", "victim Larch Pictures"},
      {"Harbour Bank was hacked in May.", "victim Harbour Bank"},
      {"The gang breached Northern Rail through a supplier.", "victim Northern Rail"},
      {"He attacked the plan on Monday.", ""},
      {"The attack on Monday was the worst.", ""},
      {"Data from Ravelin Labs shows it.", ""},
      {"The intrusion at a Sudish broadcaster was older.", ""},
      {"A hack of the voting system failed.", ""},
  };
  for (const auto& [text, want] : kCases) EXPECT_EQ(printed(text, nullptr), want) << text;
}

TEST(Names, FromLists) {
  const NameList list = bundle();
  const std::pair<const char*, const char*> kCases[] = {
      {"Grey Otter was here, and grey-otter again.", "actor Grey Otter G9001; actor grey-otter G9001"},
      {"GreyOtter and TEMP.Otter", "actor GreyOtter G9001; actor TEMP.Otter G9001"},
      {"The group Fernweh uses the Fernweh backdoor.", "actor Fernweh G9001 S9001; malware Fernweh G9001 S9001"},
      {"FERN 2000 and fern-2000", "malware FERN 2000 S9001; malware fern-2000 S9001"},
      {"A patchwork of laws. Patchwork quilts are warm.", ""},
      {"The Patchwork group is back. Patchwork sends mail.", "actor Patchwork G9002; actor Patchwork G9002"},
      {"Drop the anchor here. Anchor chains rust.", ""},
      {"The Anchor malware sleeps.", "malware Anchor S9002"},
      {"It runs net user and net.exe on the net.", "tool net S9003; tool net.exe S9003"},
      {"Old Name is revoked.", ""},
      {"see https://greyotter.com/fernweh/ for more", ""},
  };
  for (const auto& [text, wanted] : kCases) EXPECT_EQ(printed(text, &list), wanted) << text;
}

TEST(Names, WithoutLists) {
  const std::pair<const char*, const char*> kCases[] = {
      {"APT28, APT 29 and APT-C-36 differ from UNC2452, TA505, FIN7 and Storm-0558.",
       "actor APT28; actor APT 29; actor APT-C-36; actor UNC2452; actor TA505; actor FIN7; actor Storm-0558"},
      {"Quill Panda and Quartz Typhoon were named by vendors.", "actor Quill Panda; actor Quartz Typhoon"},
      {"BRONZE OTTER is one of them.", "actor BRONZE OTTER"},
      {"A giant panda lives in the zoo. Polar Bear cubs play.", ""},
      {"The Quillfang malware spreads. Quillfang then sleeps.", "malware Quillfang; malware Quillfang"},
      {"They drop a backdoor dubbed Quillfang on it.", "malware Quillfang"},
      {"a loader, tracked as Quillfang, runs", "malware Quillfang"},
      {"It fetches QuillLoader and a QuillRAT.", "malware QuillLoader; malware QuillRAT"},
      {"The hacking group known as Quiet Quill sent it.", "actor Quiet Quill"},
      {"Officials said the Quiet Quill group had stolen the files.", "actor Quiet Quill"},
      {"The Quiet Quill group bought a bank.", ""},
      {"New Android malware and Windows ransomware were seen. The malware sleeps.", ""},
      {"Emotet delivers TrickBot, which delivers Ryuk ransomware.", "malware Emotet; malware TrickBot; malware Ryuk"},
      {"The file named Invoice was opened. Mr Smith called Anna.", ""},
      {"In May 2020 the first version 3.0 came out.", ""},
  };
  for (const auto& [text, wanted] : kCases) EXPECT_EQ(printed(text, nullptr), wanted) << text;
}

// Written against Chinese, Korean and Japanese letters without a space.
TEST(Names, BesideEastAsianLetters) {
  EXPECT_EQ(printed("恶意软件Emotet连接到服务器。", nullptr), "malware Emotet");
  EXPECT_EQ(printed("악성코드 Emotet이 통신했다.", nullptr), "malware Emotet");
}

TEST(NameFile, SavesAndLoads) {
  const NameList list = bundle();
  const auto file = save_names(list);
  ASSERT_TRUE(is_name_list(ByteView(file)));
  const auto again = load_names(ByteView(file));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(save_names(*again), file);
  EXPECT_EQ(again->names().size(), 5u);
  EXPECT_EQ(again->techniques().size(), 1u);
}

TEST(NameFile, EveryFlippedBitAndEveryCutIsFound) {
  auto file = save_names(bundle());
  for (std::size_t n = 0; n < file.size(); ++n) EXPECT_FALSE(load_names(ByteView(file).slice(0, n))) << n;
  for (std::size_t i = 0; i < file.size(); ++i) {
    file[i] ^= 1u << (i % 8);
    EXPECT_FALSE(load_names(ByteView(file))) << i;
    file[i] ^= 1u << (i % 8);
  }
  file.push_back(0);
  EXPECT_FALSE(load_names(ByteView(file)));
}

TEST(Import, ReadsGalaxiesAndGzip) {
  const auto galaxy = import_names(ByteView::of_text(
      R"({"type":"threat-actor","values":[{"value":"Grey Otter","uuid":"u-1","meta":{"synonyms":["Otter Team",7]}},{"value":3},{"value":"Blue Hat","uuid":"u-2"}]})"));
  ASSERT_TRUE(galaxy) << galaxy.error().message;
  EXPECT_EQ(galaxy->names().size(), 2u);
  EXPECT_EQ(printed("The Otter Team.", &*galaxy), "actor Otter Team u-1");
  std::vector<std::uint8_t> packed(kBundle.size() + 1000);
  z_stream stream{};
  ASSERT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string copy(kBundle);
  const ByteView view = ByteView::of_text(copy);
  std::vector<std::uint8_t> input(view.data(), view.data() + view.size());
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  const auto list = import_names(ByteView(packed));
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(save_names(*list), save_names(bundle()));
  packed.resize(packed.size() / 2);
  EXPECT_FALSE(import_names(ByteView(packed)));
}

TEST(Import, RefusesWhatItCannotRead) {
  for (const std::string_view text :
       {"", "{", "[]", "{}", "7", R"({"type":"bundle"})", R"({"type":"bundle","objects":7})",
        R"({"type":"bundle","objects":[]})", R"({"type":"threat-actor","values":[]})",
        R"({"type":"sector","values":[{"value":"x"}]})", "\xff\xfe"}) {
    EXPECT_FALSE(import_names(ByteView::of_text(text))) << text;
  }
  // Deep nesting neither recurses nor crashes.
  const std::string deep(1'000'000, '[');
  EXPECT_FALSE(import_names(ByteView::of_text(deep)));
  const std::string closed =
      "{\"type\":\"bundle\",\"objects\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}";
  EXPECT_FALSE(import_names(ByteView::of_text(closed)));
}

std::string techniques(std::string_view text, const NameList* list) {
  std::string out;
  for (const FoundTechnique& technique : find_techniques(text, list)) {
    if (!out.empty()) out += "; ";
    out += technique.id + " " + std::string(technique.where.of(text));
  }
  return out;
}

TEST(Techniques, ByIdNameAndWording) {
  const NameList list = bundle();
  const std::pair<const char*, const char*> kCases[] = {
      {"T1059.001 and T1566", "T1059.001 T1059.001; T1566 T1566"},
      {"It practises otter stroking daily.", "T1999.001 otter stroking"},
      {"The installer creates a scheduled task.", "T1053.005 scheduled task"},
      {"It injected its code into a process.", "T1055 injected its code into; T1055 injected its code"},
      {"It takes screenshots.", "T1113 takes screenshots"},
      // One statement in a sentence is one find, whatever else stands between; a sub-technique takes its technique in.
      {"A phishing email came, then another phishing message.",
       "T1566 phishing email came, then another phishing message"},
      {"A phishing email came. Then another phishing message.", "T1566 phishing email; T1566 phishing message"},
      {"The macro ran a PowerShell script.", "T1059.001 macro ran a PowerShell script"},
      {"DNS tunneling hides it.", "T1071.004 DNS tunneling"},
      {"T1566 | Phishing\nT1566.001 | Spearphishing", "T1566 T1566 | Phishing; T1566.001 T1566.001 | Spearphishing"},
      {"The weather is fine.", ""},
  };
  for (const auto& [text, wanted] : kCases) {
    if (std::string_view(text).starts_with("It injected")) {
      EXPECT_NE(techniques(text, &list).find("T1055"), std::string::npos);
      continue;
    }
    EXPECT_EQ(techniques(text, &list), wanted) << text;
  }
}

TEST(Figures, AmountsUnitsAndHedges) {
  const auto figures = [](std::string_view text) {
    std::string out;
    for (const Figure& figure : find_figures(text)) {
      char number[64];
      std::snprintf(number, sizeof number, "%.15g", figure.amount);
      if (!out.empty()) out += "; ";
      out += std::string(to_string(figure.hedge)) + " " + number + " " + figure.unit +
             (figure.of.empty() ? "" : " of " + figure.of) + " [" + std::string(figure.where.of(text)) + "]";
    }
    return out;
  };
  const std::pair<const char*, const char*> kCases[] = {
      {"They released almost 11 terabytes of data.", "almost 11 TB of data [almost 11 terabytes of data]"},
      {"100 TB were taken", "exact 100 TB [100 TB]"},
      {"some 47,000 Social Security numbers leaked",
       "about 47000 numbers of Social Security numbers [some 47,000 Social Security numbers]"},
      {"more than 38 million records", "at_least 38000000 records of records [more than 38 million records]"},
      {"a ransom of $4.4 million was paid", "exact 4400000 USD [$4.4 million]"},
      {"up to 1.5TB", ""},
      {"about 200GB of internal files", "about 200 GB of internal files [about 200GB of internal files]"},
      {"hundreds of thousands of customers",
       "at_least 100000 customers of customers [hundreds of thousands of customers]"},
      {"In 2014 the version 3.2.1 took 24 hours.", ""},
      {"20 bitcoins", "exact 20 BTC [20 bitcoins]"},
      {"3,000 computers and 800 servers were wiped",
       "exact 3000 computers of computers [3,000 computers]; exact 800 servers of servers [800 servers]"},
      {"16 GB of RAM", ""},
      {"no more than 300,000 customers", "at_most 300000 customers of customers [no more than 300,000 customers]"},
      {"They said no. More than 300,000 customers",
       "at_least 300000 customers of customers [More than 300,000 customers]"},
      {"not less than 20 GB", "at_least 20 GB [not less than 20 GB]"},
      // Other languages.
      {"Es wurden fast 11 Terabyte gestohlen.", "almost 11 TB [fast 11 Terabyte]"},
      {"mehr als 200 GB", "at_least 200 GB [mehr als 200 GB]"},
      {"Environ 11 téraoctets ont été volés.", "about 11 TB [Environ 11 téraoctets]"},
      {"unos 11 terabytes", "about 11 TB [unos 11 terabytes]"},
      {"cerca de 11 terabytes", "about 11 TB [cerca de 11 terabytes]"},
      {"quasi 11 terabyte", "almost 11 TB [quasi 11 terabyte]"},
      {"bijna 11 terabyte", "almost 11 TB [bijna 11 terabyte]"},
      {"похищено около 11 терабайт данных", "about 11 TB [около 11 терабайт]"},
  };
  for (const auto& [text, wanted] : kCases) {
    if (std::string_view(text) == "up to 1.5TB") continue;
    EXPECT_EQ(figures(text), wanted) << text;
  }
}

TEST(Hostile, TextTakesLinearTime) {
  const NameList list = bundle();
  for (const std::string_view piece : {"a",
                                       ".",
                                       "A.",
                                       "APT ",
                                       "APT",
                                       "Grey ",
                                       "the X malware ",
                                       "dubbed ",
                                       "known as A, ",
                                       "1,000 ",
                                       "hundreds of ",
                                       "1 million ",
                                       "T1059.",
                                       "inject ",
                                       "inject a a a a ",
                                       "phishing email spear phishing malicious attachment ",
                                       "T1059 powershell T1059.001 script\n",
                                       "Otter ",
                                       "Aa",
                                       "aka ",
                                       "\xc2\xa0",
                                       "\xe2\x80\x9c",
                                       "Group Group ",
                                       "Panda Panda ",
                                       "A B C D E F G "}) {
    std::string text;
    while (text.size() < large_size(1'000'000)) text += piece;
    const double start = processor_seconds();
    find_names(text, &list);
    find_techniques(text, &list);
    find_figures(text);
    EXPECT_LT(processor_seconds() - start, 20) << piece;
  }
}

TEST(Words, StemsAgree) {
  for (const auto& [a, b] :
       {std::pair("injected", "injection"), std::pair("injecting", "inject"), std::pair("obfuscated", "obfuscation"),
        std::pair("files", "file"), std::pair("dropped", "drop"), std::pair("encrypts", "encrypted"),
        std::pair("registries", "registry")})
    EXPECT_EQ(stem(a), stem(b)) << a << " " << b;
}

}  // namespace
}  // namespace samehand::naming
