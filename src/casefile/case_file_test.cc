// A case that grows, is killed, is shared, is damaged, is forged.
#include "samehand/casefile/case_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "samehand/base/hash.h"
#include "schema.h"

namespace samehand::casefile {
namespace {

namespace fs = std::filesystem;

class CaseFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "samehand-case-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = name + "/a.case";
  }
  void TearDown() override { fs::remove_all(folder_); }

  CaseFile opened(Access access = Access::kWrite) {
    auto file = CaseFile::open(path_, access);
    EXPECT_TRUE(file) << (file ? "" : file.error().message);
    return std::move(*file);
  }
  void make() {
    const auto made = CaseFile::create(path_, "The ferry", "ana");
    ASSERT_TRUE(made) << made.error().message;
  }
  // Whatever SQL somebody else may run on the file.
  void tamper(const std::string& sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << sql << ": " << (message ? message : "");
    sqlite3_close(handle);
  }
  std::string refusal() {
    const auto file = CaseFile::open(path_, Access::kRead);
    return file ? "" : file.error().message;
  }
  std::vector<Difference> differences() {
    auto file = opened(Access::kRead);
    auto found = file.verify();
    EXPECT_TRUE(found);
    return found ? *found : std::vector<Difference>{};
  }

  std::string folder_, path_;
};

evidence::Exhibit exhibit_of(const std::string& name, const std::string& content) {
  return {.sha256 = sha256_hex(ByteView::of_text(content)),
          .name = name,
          .kind = evidence::ExhibitKind::kTool,
          .size_bytes = content.size(),
          .source = "the victim",
          .collected = "2014-11-25"};
}

evidence::Item item_of(const std::string& name) {
  evidence::Item item;
  item.name = name;
  item.statement = "it says so";
  item.kind = evidence::ItemKind::kSharedCode;
  item.reliability = {'B', '2'};
  item.forgeability = evidence::Forgeability::kHard;
  item.known = "2014-12-04";
  item.weights = {{1, {1, 2, 3}}, {2, {-1, 0, .5}}};
  item.loci = {
      {.exhibit = 1, .member = "a!b", .unit = evidence::Locus::Unit::kAddress, .begin = 0x401000, .end = 0x401010}};
  return item;
}

// Fills a case with one of everything; the content is large enough for several pieces.
void fill(CaseFile& file, const std::string& content) {
  auto change = file.begin("ana", "add", "all");
  ASSERT_TRUE(change);
  ASSERT_TRUE(
      change->set_hypothesis({.name = "A", .role = evidence::Role::kAccused, .prior = .4, .also = {"Aa", "Ab"}}));
  ASSERT_TRUE(change->set_hypothesis({.name = "B", .role = evidence::Role::kNone, .prior = .6}));
  ASSERT_TRUE(change->add_exhibit(exhibit_of("tool.exe", content), ByteView::of_text(content)));
  ASSERT_TRUE(change->add_finding(1, "functions 1", ByteView::of_text("found")));
  ASSERT_TRUE(change->add_item(item_of("code")));
  ASSERT_TRUE(change->judge(1, "group", "one voice", "the same lab"));
  ASSERT_TRUE(change->commit());
}

TEST_F(CaseFileTest, WhatWasAddedIsThere) {
  make();
  std::string content;
  for (int i = 0; i < 300000; ++i) content += fmt::format("{} ", i);
  {
    auto file = opened();
    fill(file, content);
  }
  EXPECT_FALSE(fs::exists(path_ + "-wal"));  // one file, once nobody has it open
  auto file = opened(Access::kRead);
  const auto now = file.read();
  ASSERT_TRUE(now) << now.error().message;
  EXPECT_EQ(now->title, "The ferry");
  ASSERT_EQ(now->hypotheses.size(), 2u);
  EXPECT_EQ(now->hypotheses[0].also, (std::vector<std::string>{"Aa", "Ab"}));
  EXPECT_EQ(now->hypotheses[1].prior, .6);
  ASSERT_EQ(now->exhibits.size(), 1u);
  EXPECT_EQ(now->exhibits[0].added_by, "ana");
  EXPECT_EQ(now->exhibits[0].collected, "2014-11-25");
  const auto bytes = file.exhibit_bytes(now->exhibits[0]);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(ByteView(*bytes).text(), content);
  ASSERT_EQ(now->items.size(), 1u);
  const evidence::Item &item = now->items[0], expected = item_of("code");
  EXPECT_EQ(item.kind, expected.kind);
  EXPECT_EQ(item.weights, expected.weights);
  EXPECT_EQ(item.reliability, expected.reliability);
  EXPECT_EQ(item.group, "one voice");
  ASSERT_EQ(item.loci.size(), 1u);
  EXPECT_EQ(item.loci[0].begin, 0x401000u);
  EXPECT_EQ(item.loci[0].member, "a!b");
  ASSERT_EQ(now->judgements.size(), 1u);
  EXPECT_EQ(now->judgements[0].reason, "the same lab");
  EXPECT_EQ(now->events, 2);
  EXPECT_EQ(file.history()->back().hash, now->head);
  EXPECT_TRUE(differences().empty());
}

TEST_F(CaseFileTest, NothingIsOverwritten) {
  make();
  const auto again = CaseFile::create(path_, "another", "ana");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(opened().read()->title, "The ferry");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);  // nothing is left lying about
}

TEST_F(CaseFileTest, AnExhibitIsThereOnce) {
  make();
  auto file = opened();
  fill(file, "content");
  auto change = file.begin("ana", "add", "");
  const auto twice = change->add_exhibit(exhibit_of("other name", "content"), ByteView::of_text("content"));
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(CaseFileTest, ByReferenceKeepsTheHashAlone) {
  make();
  auto file = opened();
  auto change = file.begin("ana", "add", "");
  evidence::Exhibit exhibit = exhibit_of("/etc/passwd", "content");
  exhibit.by_reference = true;
  ASSERT_TRUE(change->add_exhibit(exhibit, {}));
  ASSERT_TRUE(change->commit());
  const auto now = file.read();
  EXPECT_TRUE(now->exhibits[0].by_reference);
  EXPECT_EQ(file.exhibit_bytes(now->exhibits[0]).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(differences().empty());
}

TEST_F(CaseFileTest, WhatWasNotCommittedIsNotThere) {
  make();
  auto file = opened();
  {
    auto change = file.begin("ana", "add", "");
    ASSERT_TRUE(change->add_item(item_of("lost")));
  }
  EXPECT_TRUE(file.read()->items.empty());
  EXPECT_EQ(file.read()->events, 1);
  EXPECT_TRUE(differences().empty());
}

TEST_F(CaseFileTest, RemovedHypothesesAreNotListedAndMayComeBack) {
  make();
  auto file = opened();
  fill(file, "content");
  auto change = file.begin("ana", "hypothesis", "");
  evidence::Hypothesis a = file.read()->hypotheses[0];
  ASSERT_TRUE(change->set_hypothesis(a, true));
  ASSERT_TRUE(change->commit());
  EXPECT_EQ(file.read()->hypotheses.size(), 1u);
  EXPECT_EQ(file.read()->hypothesis("A"), nullptr);
  auto back = file.begin("ana", "hypothesis", "");
  ASSERT_TRUE(back->set_hypothesis(a));
  ASSERT_TRUE(back->commit());
  EXPECT_EQ(file.read()->hypotheses[0].number, 1);
  EXPECT_TRUE(differences().empty());
}

TEST_F(CaseFileTest, LongTextsAreRefused) {
  make();
  auto file = opened();
  auto change = file.begin("ana", "add", "");
  evidence::Item item = item_of(std::string(2000, 'x'));
  EXPECT_EQ(change->add_item(item).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(change->judge(1, "colour", "red", "").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(change->judge(1, "reliability", "Z9", "").error().code, ErrorCode::kInvalidArgument);
}

// Killed at any moment: every change that was acknowledged is there, and the history is whole.
TEST_F(CaseFileTest, KillNineLosesNothingAcknowledged) {
  make();
  std::int64_t acknowledged = 0;
  for (int round = 0; round < 6; ++round) {
    int pipes[2];
    ASSERT_EQ(pipe(pipes), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(pipes[0]);
      auto file = CaseFile::open(path_, Access::kWrite);
      for (int i = 0; file && i < 10000; ++i) {
        auto change = file->begin("child", "add", "");
        if (!change || !change->add_item(item_of(fmt::format("{} {}", round, i))) || !change->commit()) break;
        if (write(pipes[1], "x", 1) != 1) break;
      }
      _exit(0);
    }
    close(pipes[1]);
    char byte = 0;
    for (int i = 0; i < 3 + 5 * round && read(pipes[0], &byte, 1) == 1; ++i) ++acknowledged;
    kill(child, SIGKILL);
    while (read(pipes[0], &byte, 1) == 1) ++acknowledged;
    close(pipes[0]);
    waitpid(child, nullptr, 0);
    EXPECT_GE(static_cast<std::int64_t>(opened().read()->items.size()), acknowledged);
    EXPECT_TRUE(differences().empty());
  }
  EXPECT_GT(acknowledged, 10);
}

TEST_F(CaseFileTest, TwoProcessesAtOnce) {
  make();
  std::vector<pid_t> children;
  for (int c = 0; c < 3; ++c) {
    const pid_t child = fork();
    if (child == 0) {
      int failed = 0;
      auto file = CaseFile::open(path_, Access::kWrite);
      for (int i = 0; i < 30; ++i) {
        auto change = file->begin(fmt::format("child {}", c), "add", "");
        failed += !change || !change->add_item(item_of(fmt::format("{} {}", c, i))) || !change->commit();
      }
      _exit(failed);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(opened().read()->items.size(), 90u);
  EXPECT_TRUE(differences().empty());
}

// A limit on the size of files stands in for a full disk: write() fails in the same places.
TEST_F(CaseFileTest, AFullDiskLosesNothing) {
  make();
  const std::string content(6 << 20, 'x');
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{3 << 20, 3 << 20};
    setrlimit(RLIMIT_FSIZE, &limit);
    auto file = CaseFile::open(path_, Access::kWrite);
    auto small = file->begin("ana", "add", "small");
    if (!small->add_item(item_of("small")) || !small->commit()) _exit(1);
    auto change = file->begin("ana", "add", "large");
    auto added = change->add_exhibit(exhibit_of("large", content), ByteView::of_text(content));
    const auto committed = added ? change->commit() : Result<void>(std::unexpected(added.error()));
    if (committed) _exit(2);
    _exit(committed.error().code == ErrorCode::kUnreadable ? 0 : 3);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  auto file = opened();
  EXPECT_EQ(file.read()->items.size(), 1u);
  EXPECT_TRUE(file.read()->exhibits.empty());
  EXPECT_TRUE(differences().empty());
  fill(file, content);  // room again
  EXPECT_TRUE(differences().empty());
}

struct Tampering {
  const char* sql;
  const char* seen_in;
};

TEST_F(CaseFileTest, EveryEditIsSeen) {
  const std::vector<Tampering> cases = {
      {"UPDATE item SET reliability='A1'", "event 2"},
      {"UPDATE item SET weights=NULL", "event 2"},
      {"DELETE FROM judgement", "event 2"},
      {"INSERT INTO judgement(event, item, field, value, reason) VALUES(2, 1, 'excluded', 'yes', '')", "event 2"},
      {"INSERT INTO judgement(event, item, field, value, reason) VALUES(9, 1, 'excluded', 'yes', '')", "judgement 2"},
      {"UPDATE hypothesis SET prior=.5 WHERE name='A'", "event 2"},
      {"UPDATE info SET value='Another'", "event 1"},
      {"UPDATE event SET who='bob' WHERE id=2", "event 2"},
      {"UPDATE event SET time='2014-01-01T00:00:00Z' WHERE id=1", "event 1"},
      {"UPDATE exhibit SET name='nothing.txt'", "event 2"},
      {"UPDATE exhibit_chunk SET bytes=x'00'", "exhibit 1"},
      {"DELETE FROM exhibit_chunk", "exhibit 1"},
      {"UPDATE finding_chunk SET bytes=x'0011223344'", "finding 1"},
      {"UPDATE locus SET first=0", "event 2"},
  };
  for (const Tampering& c : cases) {
    fs::remove(path_);
    make();
    {
      auto file = opened();
      fill(file, "content");
    }
    ASSERT_TRUE(differences().empty());
    tamper(c.sql);
    const auto found = differences();
    EXPECT_TRUE(std::ranges::any_of(found, [&](const Difference& d) { return d.what.starts_with(c.seen_in); }))
        << c.sql;
  }
}

TEST_F(CaseFileTest, ForeignSchemasAreRefused) {
  const std::vector<Tampering> cases = {
      {"CREATE TRIGGER t AFTER INSERT ON item BEGIN DELETE FROM exhibit; END", "tables are not"},
      {"CREATE VIEW v AS SELECT * FROM item", "tables are not"},
      {"CREATE TABLE mine(x)", "tables are not"},
      {"CREATE INDEX i ON item(name)", "tables are not"},
      {"CREATE VIRTUAL TABLE f USING fts5(x)", "tables are not"},
      {"ALTER TABLE item ADD COLUMN x INTEGER", "tables are not"},
      {"DROP TABLE locus", "tables are not"},
      {"ALTER TABLE item RENAME TO item2; CREATE VIEW item AS SELECT * FROM item2", "tables are not"},
      {"PRAGMA application_id=7", "no case file"},
      {"PRAGMA user_version=99", "newer Samehand"},
      {"PRAGMA user_version=0", "no complete case file"},
  };
  for (const Tampering& c : cases) {
    fs::remove(path_);
    make();
    tamper(c.sql);
    EXPECT_NE(refusal().find(c.seen_in), std::string::npos) << c.sql << ": " << refusal();
  }
}

TEST_F(CaseFileTest, ForeignValuesAreErrors) {
  for (const char* sql :
       {"UPDATE item SET kind='rumour'", "UPDATE item SET reliability='Q'", "UPDATE item SET weights=x'ffffff'",
        "UPDATE item SET weights=x'01010000000000000000000000000000f07f0000000000000000'",
        "UPDATE hypothesis SET role='king'", "UPDATE exhibit SET kind='song'", "UPDATE exhibit SET size=-1",
        "UPDATE judgement SET item=77", "UPDATE judgement SET value='', field='kind'", "UPDATE locus SET item=77"}) {
    fs::remove(path_);
    make();
    {
      auto file = opened();
      fill(file, "content");
    }
    tamper(sql);
    auto file = opened(Access::kRead);
    EXPECT_FALSE(file.read()) << sql;
  }
}

TEST_F(CaseFileTest, OtherFilesAreRefused) {
  for (const std::string& content : {std::string(), std::string("text"), std::string(5000, '\0'),
                                     std::string("SQLite format 3\0", 16) + std::string(5000, 'x')}) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
    EXPECT_NE(refusal(), "");
  }
  fs::remove(path_);
  EXPECT_EQ(CaseFile::open(path_, Access::kRead).error().code, ErrorCode::kNotFound);
  fs::create_directory(path_);
  EXPECT_EQ(CaseFile::open(path_, Access::kRead).error().code, ErrorCode::kInvalidArgument);
  fs::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(CaseFile::open(path_, Access::kRead).error().code, ErrorCode::kInvalidArgument);
}

// Thousands of damaged files: whatever comes, it ends with an answer.
TEST_F(CaseFileTest, DamagedFilesEndWithAnAnswer) {
  make();
  {
    auto file = opened();
    fill(file, std::string(5000, 'c'));
  }
  std::ifstream in(path_, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  std::mt19937 random(5);
  int refused = 0, seen = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string damaged = whole;
    if (i % 10 == 0) damaged.resize(random() % damaged.size());
    for (unsigned k = 0; !damaged.empty() && k < 1 + random() % 20; ++k)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(path_ + suffix);
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << damaged;
    auto file = CaseFile::open(path_, Access::kRead);
    if (!file) {
      ++refused;
      continue;
    }
    const auto now = file->read();
    const auto found = file->verify();
    seen += !now || !found || !found->empty();
  }
  EXPECT_GT(refused, 200);
  EXPECT_GT(refused + seen, 450);  // the rest hit free space
}

TEST_F(CaseFileTest, ReadOnlyFolder) {
  make();
  fs::permissions(path_, fs::perms::owner_read);
  fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
  {
    auto file = opened(Access::kRead);
    EXPECT_EQ(file.read()->title, "The ferry");
  }
  fs::permissions(folder_, fs::perms::owner_all);
}

// An older version is brought forward, and kept beside.
TEST_F(CaseFileTest, Migration) {
  make();
  {
    auto file = opened();
    fill(file, "content");
  }
  Schema newer = current_schema();
  newer.push_back({"ALTER TABLE item ADD COLUMN colour TEXT",
                   "CREATE TABLE extra(id INTEGER PRIMARY KEY, event INTEGER NOT NULL) STRICT"});
  auto database = Database::open(path_, Database::Mode::kWrite);
  ASSERT_TRUE(database);
  ASSERT_TRUE(check_schema(*database, newer, 1));
  const auto copy = migrate(*database, newer, 1);
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_TRUE(check_schema(*database, newer, 2));
  EXPECT_FALSE(check_schema(*database, newer, 1));
  EXPECT_EQ(*database->integer("PRAGMA user_version"), 2);
  EXPECT_EQ(*database->integer("SELECT count(*) FROM item"), 1);
  // The copy is the old case, whole.
  auto old = CaseFile::open(*copy, Access::kRead);
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_TRUE(old->verify()->empty());
  EXPECT_EQ(old->read()->items.size(), 1u);
  // Hashes of old rows stay, although there is a column more.
  ASSERT_TRUE(database->run("PRAGMA user_version=1"));
}

TEST_F(CaseFileTest, AMigrationThatFailsChangesNothing) {
  make();
  Schema newer = current_schema();
  newer.push_back({"CREATE TABLE extra(id INTEGER PRIMARY KEY) STRICT", "CREATE TABLE item(id)"});
  auto database = Database::open(path_, Database::Mode::kWrite);
  ASSERT_TRUE(database);
  EXPECT_FALSE(migrate(*database, newer, 1));
  EXPECT_TRUE(check_schema(*database, newer, 1));
  EXPECT_EQ(*database->integer("PRAGMA user_version"), 1);
}

TEST_F(CaseFileTest, ManyItems) {
  make();
  auto file = opened();
  auto change = file.begin("ana", "import", "");
  for (int i = 0; i < 20000; ++i) ASSERT_TRUE(change->add_item(item_of(fmt::format("{}", i))));
  ASSERT_TRUE(change->commit());
  EXPECT_EQ(file.read()->items.size(), 20000u);
  EXPECT_TRUE(differences().empty());
}

}  // namespace
}  // namespace samehand::casefile
