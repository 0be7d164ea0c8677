// The lists of names and techniques that a user imports: ATT&CK bundles, MISP galaxies; and their compact form on disk.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"
#include "samehand/naming/naming.h"

namespace samehand::naming {

struct NameEntry {
  NameKind kind{};  // actor, malware, tool or campaign
  std::string id;   // "G0032"; a MISP cluster's UUID
  std::string name;
  std::vector<std::string> aliases;  // without `name`
};

struct TechniqueEntry {
  std::string id;  // "T1566.001"
  std::string name;
};

// Names and techniques, ready to be looked for. Immutable once built; may be shared by threads.
class NameList {
 public:
  NameList();
  ~NameList();
  NameList(NameList&&) noexcept;
  NameList& operator=(NameList&&) noexcept;

  // `origin` says where the entries come from ("ATT&CK 18.1"). Entries with the same kind and id are joined.
  void add(std::vector<NameEntry> names, std::vector<TechniqueEntry> techniques, std::string origin,
           std::vector<std::string> ordinary_words = {});
  void add(const NameList& other);

  const std::vector<NameEntry>& names() const;
  const std::vector<TechniqueEntry>& techniques() const;
  const std::vector<std::string>& origins() const;
  // Words that occur in the lists' own prose in lower case: an alias that is one of them needs a context. Ascending.
  const std::vector<std::string>& ordinary_words() const;

  struct Index;  // name_index.h
  const Index& index() const;

 private:
  struct State;
  friend const NameList& known_names();
  std::unique_ptr<State> state_;
};

// Well-known families and groups that come with Samehand, without ids; always looked for.
const NameList& known_names();

// A STIX 2.0 or 2.1 bundle (intrusion sets, malware, tools, campaigns, attack patterns; revoked and deprecated ones are
// left out), a MISP galaxy's clusters, or either compressed with gzip. Errors: kMalformed, kTooLarge (beyond 1 GB when
// decompressed), kNotSupported for JSON that is neither. Memory: about ten times the JSON. Nothing is thrown.
Result<NameList> import_names(ByteView file, std::string_view where = {});

// The compact form, docs/format/names.md. load_names accepts nothing that save_names would not write: every count is
// checked, and a changed bit anywhere is found.
std::vector<std::uint8_t> save_names(const NameList& list);
Result<NameList> load_names(ByteView file, std::string_view where = {});

// Whether the file begins as save_names' do; else it is for import_names.
bool is_name_list(ByteView file);

}  // namespace samehand::naming
