// Evidence as it is weighed: exhibits, places in them, and items.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "samehand/evidence/forgeability.h"
#include "samehand/evidence/hypothesis.h"
#include "samehand/evidence/reliability.h"
#include "samehand/evidence/weight.h"

namespace samehand::evidence {

std::optional<Forgeability> parse_forgeability(std::string_view text);

enum class ExhibitKind : std::uint8_t { kTool, kReport, kTrace, kLoot, kImport };
std::string_view to_string(ExhibitKind kind);
std::optional<ExhibitKind> parse_exhibit_kind(std::string_view text);

// One collected thing, immutable, named by what it is.
struct Exhibit {
  std::int64_t number = 0;
  std::string sha256;
  std::string name;  // as it was given, without its folder; never used as a path
  ExhibitKind kind = ExhibitKind::kTool;
  std::uint64_t size_bytes = 0;
  bool by_reference = false;  // only the hash is kept
  std::string source;         // where it was got from
  std::string collected;      // ISO 8601
  std::int64_t known_of = 0;  // number of a hypothesis whose earlier tool it is; 0: it is of this incident
  std::string added, added_by;
};

// A place in an exhibit.
struct Locus {
  std::int64_t exhibit = 0;
  std::string member;  // path through containers within it; empty: the exhibit itself
  enum class Unit : std::uint8_t { kWhole, kCharacters, kBytes, kAddress } unit = Unit::kWhole;
  std::uint64_t begin = 0, end = 0;  // characters of the main text as `read` gives it
};

std::string_view to_string(Locus::Unit unit);  // "whole", "characters", …
std::optional<Locus::Unit> parse_unit(std::string_view text);

// What kind of thing an item says. The defaults know what each is worth, who can fake it, and why.
enum class ItemKind : std::uint8_t {
  kOther,
  kSharedCode,
  kSameBuild,
  kPrivateKey,
  kInfrastructure,
  kAddress,
  kTechnique,
  kSoftware,
  kBuildTime,
  kToolchain,
  kLanguage,
  kBuildPath,
  kText,
  kWritingStyle,
  kSimilarity,
  kAttribution,
  kDenial,
  kNoComment,
  kBoast,
  kThreat,
  kMotive,
  kAccess,
  kContradiction,
};
inline constexpr std::size_t kItemKinds = static_cast<std::size_t>(ItemKind::kContradiction) + 1;
std::string_view to_string(ItemKind kind);  // "shared-code", …
std::optional<ItemKind> parse_item_kind(std::string_view text);

enum class Origin : std::uint8_t { kHand, kImport, kReport, kTool };
std::string_view to_string(Origin origin);
std::optional<Origin> parse_origin(std::string_view text);

// By hypothesis number, ascending.
using Weights = std::vector<std::pair<std::int64_t, Weight>>;

struct Item {
  std::int64_t number = 0;
  std::string name;       // short: what it is called in tables
  std::string statement;  // what it says, in full
  ItemKind kind = ItemKind::kOther;
  Origin origin = Origin::kHand;
  std::string method;  // that found it, with its version; empty: a person
  std::string source;  // who says so, or what it was found in
  Admiralty reliability;
  Forgeability forgeability = Forgeability::kEasy;
  std::optional<bool> public_before;  // could it be copied from what was public before the incident?
  std::int64_t points_at = 0;         // number of a hypothesis; 0: of none, or not yet judged
  bool against = false;               // it tells against the one that it points at
  std::string group;                  // dependence group; empty: on its own
  std::string known;                  // ISO 8601: since when it could be known
  bool excluded = false;              // kept, not weighed
  Weights weights;                    // as given; empty: the defaults
  // Of code that was compared here and whose reliability nobody has judged otherwise: evidence that it is of one
  // source, which says how probable it is that this is wrong (code_error()).
  std::optional<double> code_evidence_db;
  std::vector<Locus> loci;
};

}  // namespace samehand::evidence
