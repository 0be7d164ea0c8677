#include "samehand/dossier/diff.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "align_instructions.h"
#include "golden.h"
#include "samehand/base/hash.h"
#include "samehand/base/test_time.h"
#include "samehand/dossier/printable.h"
#include "words.h"

namespace samehand::dossier {
namespace {

// A listing from text: "name:" opens a block, "-> x, y" gives its edges, every other line is an instruction. Its shape
// is the mnemonic with the kinds of its operands.
code::Listing listing_of(std::string_view text, std::uint64_t address) {
  code::Listing listing;
  listing.address = address;
  std::vector<std::string> names;
  std::vector<std::pair<std::size_t, std::string>> edges;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    line.erase(0, line.find_first_not_of(' '));
    if (line.empty()) continue;
    if (line.ends_with(':')) {
      names.push_back(line.substr(0, line.size() - 1));
      listing.blocks.push_back({address, {}, {}});
    } else if (line.starts_with("->")) {
      std::istringstream list(line.substr(2));
      for (std::string name; list >> name;) edges.emplace_back(names.size() - 1, name);
    } else {
      std::uint64_t shape = 1;
      bool first = true;
      for (const Token& token : tokens_of(line)) {
        shape = combine64(shape, first ? hash64(token.text) : token.number ? 2 : token.text.size() > 1 ? 3 : 4);
        first = false;
      }
      listing.blocks.back().instructions.push_back({address, line, shape});
      address += 4;
    }
  }
  for (const auto& [from, name] : edges) {
    const auto to = static_cast<std::uint32_t>(std::ranges::find(names, name) - names.begin());
    listing.blocks[from].edges.push_back({to, code::EdgeKind::kJump});
  }
  return listing;
}

// "0-0 1-2 -1" …, then the kinds of rows per block: = equal, @ address, ~ operands, | replaced, < >.
std::string shown(const FunctionDiff& diff) {
  std::string out;
  for (const BlockDiff& block : diff.blocks) {
    out += out.empty() ? "" : " ";
    out += (block.a < 0 ? "" : std::to_string(block.a)) + "-" + (block.b < 0 ? "" : std::to_string(block.b)) + ":";
    for (const DiffRow& row : block.rows) out += "=@~|<>"[static_cast<int>(row.kind)];
  }
  return out;
}

TEST(Diff, AlignsAsTheTableSays) {
  const struct {
    const char *name, *a, *b, *expected;
  } table[] = {
      {"the same", "e:\n push rbx\n ret\n", "e:\n push rbx\n ret\n", "0-0:=="},
      {"nothing on one side", "e:\n ret\n", "", "0-:<"},
      {"nothing at all", "", "", ""},
      {"moved registers", "e:\n mov eax, ebx\n ret\n", "e:\n mov ecx, edx\n ret\n", "0-0:~="},
      {"an insertion", "e:\n push rbx\n call open\n ret\n", "e:\n push rbx\n xor eax, eax\n call open\n ret\n",
       "0-0:=>=="},
      {"a replacement", "e:\n push rbx\n cdq\n ret\n", "e:\n push rbx\n nop\n ret\n", "0-0:=|="},
      {"addresses differ", "e:\n call 0x401300\n lea rdi, [0x402000]\n ret\n",
       "e:\n call 0x401900\n lea rdi, [0x402100]\n ret\n", "0-0:@@="},
      {"a constant is no address", "e:\n mov edi, 0x401300\n ret\n", "e:\n mov edi, 0x401900\n ret\n", "0-0:~="},
      {"two architectures meet at names and constants", "e:\n push rbx\n mov edi, 5000\n call alarm\n ret\n",
       "e:\n stp x29, x30\n mov w0, #5000\n bl alarm\n ldp x29, x30\n ret\n", "0-0:||~>="},
      {"blocks in another order",
       "e:\n test edi, edi\n je f\n -> t f\n t:\n call open\n mov eax, 1234\n ret\n f:\n call close\n ret\n",
       "e:\n test edi, edi\n jne t\n -> f t\n f:\n call close\n ret\n t:\n call open\n mov eax, 1234\n ret\n",
       "0-0:=| 1-2:=== 2-1:=="},
      {"a block by its neighbours alone", "e:\n call setup\n -> m\n m:\n inc rax\n -> x\n x:\n call finish\n ret\n",
       "e:\n call setup\n -> m\n m:\n neg rcx\n -> x\n x:\n call finish\n ret\n", "0-0:= 1-1:| 2-2:=="},
      {"a block of B's own comes after the one it follows", "e:\n call setup\n -> x\n x:\n call finish\n ret\n",
       "e:\n call setup\n -> m x\n m:\n call extra\n div rcx\n div rdx\n -> x\n x:\n call finish\n ret\n",
       "0-0:= -1:>>> 1-2:=="},
  };
  for (const auto& row : table) {
    EXPECT_EQ(shown(diff(listing_of(row.a, 0x401000), listing_of(row.b, 0x401800))), row.expected) << row.name;
  }
}

code::Listing random_listing(std::mt19937& random, std::size_t blocks, std::size_t most_instructions) {
  static const char* const kTexts[] = {"mov eax, ebx",  "add rax, 16", "call malloc",
                                       "cmp edi, 1000", "nop",         "xor eax, eax"};
  code::Listing listing;
  listing.address = 0x401000;
  for (std::size_t i = 0; i < blocks; ++i) {
    code::ListedBlock& block = listing.blocks.emplace_back();
    for (std::size_t k = random() % (most_instructions + 1); k > 0; --k) {
      const char* text = kTexts[random() % 6];
      block.instructions.push_back({0x401000 + k, text, hash64(std::string_view(text).substr(0, 3))});
    }
    // Out of range too: a listing's edges are not to be trusted.
    for (std::size_t k = random() % 3; k > 0; --k) {
      block.edges.push_back({static_cast<std::uint32_t>(random() % (blocks + 1)), code::EdgeKind::kJump});
    }
  }
  return listing;
}

void expect_complete(const code::Listing& a, const code::Listing& b, const FunctionDiff& d) {
  std::vector<int> a_blocks(a.blocks.size()), b_blocks(b.blocks.size());
  for (const BlockDiff& block : d.blocks) {
    std::int32_t next_a = 0, next_b = 0;
    if (block.a >= 0) ++a_blocks[block.a];
    if (block.b >= 0) ++b_blocks[block.b];
    for (const DiffRow& row : block.rows) {
      if (row.a >= 0) {
        EXPECT_EQ(row.a, next_a++);
      }
      if (row.b >= 0) {
        EXPECT_EQ(row.b, next_b++);
      }
      EXPECT_EQ(row.kind == RowKind::kOnlyA, row.b < 0);
      EXPECT_EQ(row.kind == RowKind::kOnlyB, row.a < 0);
    }
    EXPECT_EQ(next_a, block.a < 0 ? 0 : static_cast<std::int32_t>(a.blocks[block.a].instructions.size()));
    EXPECT_EQ(next_b, block.b < 0 ? 0 : static_cast<std::int32_t>(b.blocks[block.b].instructions.size()));
  }
  EXPECT_TRUE(std::ranges::all_of(a_blocks, [](int n) { return n == 1; }));
  EXPECT_TRUE(std::ranges::all_of(b_blocks, [](int n) { return n == 1; }));
}

TEST(Diff, CoversEveryBlockAndInstructionOnce) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    const code::Listing a = random_listing(random, random() % 12, 9), b = random_listing(random, random() % 12, 9);
    expect_complete(a, b, diff(a, b));
    const FunctionDiff self = diff(a, a);
    EXPECT_EQ(self.operands + self.replaced + self.only_a + self.only_b, 0u);
  }
}

// The longest common subsequence by the plain recursion, to hold the table with its band and trimming against.
std::size_t plain_lcs(std::span<const InstructionWords> a, std::span<const InstructionWords> b) {
  std::vector<std::vector<std::size_t>> best(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      best[i][j] = a[i].text == b[j].text ? best[i + 1][j + 1] + 1 : std::max(best[i + 1][j], best[i][j + 1]);
    }
  }
  return best[0][0];
}

TEST(Diff, FindsTheLongestCommonSubsequenceWhereOnlyEqualityCounts) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    code::Listing a = random_listing(random, 1, 30), b = random_listing(random, 1, 30);
    // Texts without mnemonic, word or shape in common unless equal.
    for (code::Listing* listing : {&a, &b}) {
      for (auto& i : listing->blocks[0].instructions) {
        i.text = std::string(1, static_cast<char>('a' + random() % 5));
        i.shape = hash64(i.text);
      }
    }
    Vocabulary vocabulary;
    const ListingWords x = vocabulary.read(a), y = vocabulary.read(b);
    const std::vector<std::uint8_t> rare(vocabulary.size());
    std::size_t equal = 0;
    for (const DiffRow& row : align_instructions(x, x.blocks[0], y, y.blocks[0], rare))
      equal += row.kind == RowKind::kEqual;
    EXPECT_EQ(equal, plain_lcs(x.of(x.blocks[0]), y.of(y.blocks[0])));
  }
}

TEST(Diff, StaysQuickOnHostileListings) {
  std::mt19937 random(3);
  const double start = processor_seconds();
  const code::Listing one_a = random_listing(random, 1, 20000), one_b = random_listing(random, 1, 20000);
  expect_complete(one_a, one_b, diff(one_a, one_b));
  const code::Listing many_a = random_listing(random, 10000, 2), many_b = random_listing(random, 10000, 2);
  expect_complete(many_a, many_b, diff(many_a, many_b));
  code::Listing star = many_a;  // one switch that reaches everything
  star.blocks[0].edges.clear();
  for (std::uint32_t i = 0; i < star.blocks.size(); ++i) star.blocks[0].edges.push_back({i, code::EdgeKind::kSwitch});
  expect_complete(star, star, diff(star, star));
  // Generous, for sanitizers; an accident of quadratic cost takes minutes.
  EXPECT_LT(processor_seconds() - start, 30);
}

TEST(Diff, PrintsSideBySide) {
  code::Listing a = listing_of(
      "e:\n push rbx\n mov edi, 5000\n call alarm\n test eax, eax\n je 0x401040\n -> t f\n"
      "t:\n mov rdi, [rbx+0x10]\n call free\n -> f\n"
      "f:\n pop rbx\n ret\n",
      0x401000);
  code::Listing b = listing_of(
      "e:\n push rbp\n mov edi, 5000\n call alarm\n cmp eax, 0\n je 0x401940\n -> t f\n"
      "t:\n mov rdi, [rbp+0x18]\n nop\n call free\n -> f\n"
      "f:\n pop rbp\n ret\n"
      "x:\n call evil\x1b[2J\xe2\x80\xae\n",
      0x401900);
  a.name = "wait_for_it";
  b.name = "\x1b]0;title\x07";
  const FunctionDiff d = diff(a, b);
  const DiffSide left{"old/tool", a}, right{"new/tool\n", b};
  expect_golden("diff_100.txt", diff_text(left, right, d));
  expect_golden("diff_colour.txt", diff_text(left, right, d, {.width = 80, .colour = true}));
  std::istringstream lines(diff_text(left, right, d, {.width = 60}));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(printable(line), line);
    EXPECT_LE(display_width(line), 60u) << line;
  }
  EXPECT_EQ(nlohmann::json::parse(diff_json(left, right, d))["alignment"].size(), d.blocks.size());
}

}  // namespace
}  // namespace samehand::dossier
