// Somebody else's case: whatever the bytes are, opening, reading and verifying end, and damage to a good case is
// refused, reported or without effect. If the first byte is 'R', the rest is the file; else it is damage to a small
// good case: records of an offset (3 bytes, little-endian), a length (1 byte) and that many bytes to be put there.
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "check.h"
#include "samehand/base/hash.h"
#include "samehand/casefile/case_file.h"

namespace {

using namespace samehand;
namespace fs = std::filesystem;

using samehand::fuzz::require;

// A folder of this process, gone with it.
struct Folder {
  std::string path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "samehand-fuzz-XXXXXX").string();
    require(mkdtemp(name.data()) != nullptr, "there is room for a folder");
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
};

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void fill(const std::string& path) {
  require(casefile::CaseFile::create(path, "The ferry", "ana").has_value(), "a case is made");
  auto file = casefile::CaseFile::open(path, casefile::Access::kWrite);
  require(file.has_value(), "what was made can be opened");
  auto change = file->begin("ana", "add", "all");
  require(change.has_value(), "a case can be changed");
  const std::string content = "content of a tool";
  evidence::Exhibit exhibit;
  exhibit.sha256 = sha256_hex(ByteView::of_text(content));
  exhibit.name = "tool.exe";
  exhibit.size_bytes = content.size();
  exhibit.collected = "2014-11-25";
  evidence::Item item;
  item.name = "code";
  item.statement = "it says so";
  item.weights = {{1, {1, 2, 3}}};
  item.loci = {{.exhibit = 1, .member = "a!b", .unit = evidence::Locus::Unit::kBytes, .begin = 4, .end = 9}};
  const bool added = change->set_hypothesis({.name = "A", .role = evidence::Role::kAccused, .prior = 1}).has_value() &&
                     change->add_exhibit(exhibit, ByteView::of_text(content)).has_value() &&
                     change->add_finding(1, "functions 1", ByteView::of_text("found")).has_value() &&
                     change->add_item(item).has_value() && change->judge(1, "group", "one voice", "").has_value() &&
                     change->commit().has_value();
  require(added, "one of everything can be added");
}

// What a reader acts on, in short.
std::string told_by(const casefile::Contents& contents) {
  std::string told = contents.title + '\n' + contents.created + '\n' + contents.head + '\n';
  for (const auto& x : contents.hypotheses) told += x.name + ' ' + std::to_string(x.prior) + '\n';
  for (const auto& x : contents.exhibits) told += x.sha256 + x.name + std::to_string(x.size_bytes) + x.collected + '\n';
  for (const auto& x : contents.findings) told += std::to_string(x.exhibit) + x.method + x.sha256 + '\n';
  for (const auto& x : contents.items) {
    told += x.name + x.statement + x.group + casefile::weights_text(x.weights) + '\n';
    for (const auto& l : x.loci) told += l.member + std::to_string(l.begin) + '-' + std::to_string(l.end) + '\n';
  }
  return told;
}

struct Example {
  std::string bytes, told;
};

Example make_example(const Folder& folder) {
  const std::string path = folder.path + "/example.case";
  fill(path);
  Example example;
  auto file = casefile::CaseFile::open(path, casefile::Access::kRead);
  require(file.has_value(), "a good case can be opened");
  const auto contents = file->read();
  const auto differences = file->verify();
  require(contents.has_value() && differences.has_value() && differences->empty(), "a good case is verified");
  example.told = told_by(*contents);
  example.bytes = bytes_of(path);
  return example;
}

std::string damaged(std::string bytes, ByteView records) {
  while (records.size() > 4) {
    const std::size_t at = (records[0] | records[1] << 8 | records[2] << 16) % bytes.size();
    const ByteView put = records.clamp(4, records[3]);
    for (std::size_t i = 0; i < put.size() && at + i < bytes.size(); ++i) bytes[at + i] = static_cast<char>(put[i]);
    records = records.clamp(4 + put.size());
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  static const Example example = make_example(folder);
  const ByteView input(std::span(data, size));
  const bool raw = size > 0 && data[0] == 'R';
  const std::string path = folder.path + "/a.case";
  for (const char* beside : {"", "-wal", "-shm", "-journal"}) fs::remove(path + beside);
  std::ofstream(path, std::ios::binary) << (raw ? std::string(input.clamp(1).text()) : damaged(example.bytes, input));

  auto file = casefile::CaseFile::open(path, casefile::Access::kRead);
  if (!file) {
    require(!file.error().message.empty(), "a refusal has a message");
    return 0;
  }
  const auto contents = file->read();
  const auto history = file->history();
  const auto differences = file->verify();
  if (!contents || !differences) return 0;
  for (const auto& exhibit : contents->exhibits) (void)file->exhibit_bytes(exhibit);
  for (const auto& finding : contents->findings) (void)file->finding_bytes(finding);
  if (!raw && differences->empty()) require(told_by(*contents) == example.told, "damage is not silent");
  return 0;
}
