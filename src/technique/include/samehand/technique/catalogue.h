// What an ATT&CK bundle says of who uses what: groups, campaigns, software, techniques, and the reports cited for each
// relation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"

namespace samehand::technique {

enum class Kind : std::uint8_t { kTechnique, kMalware, kTool };

// Indices into Catalogue::reports, ascending, each once.
using Citations = std::vector<std::uint32_t>;
bool intersect(const Citations& a, const Citations& b);
bool contains(const Citations& all, const Citations& part);

// A technique or piece of software: what a campaign is compared by.
struct Trait {
  Kind kind = Kind::kTechnique;
  std::string id;    // "T1566.001", "S0154"
  std::string name;  // of a sub-technique with its parent's: "Phishing: Spearphishing Attachment"
  std::vector<std::string> aliases;
  Citations citations;  // of the object itself
};

struct Use {
  std::uint32_t user = 0;   // a group, or a trait that is software
  std::uint32_t trait = 0;  // what it uses
  Citations citations;      // the reports that say so
};

struct Group {
  std::string id, name;
  Citations citations = {};  // of the object itself
};

struct Campaign {
  std::string id, name;
  std::vector<std::uint32_t> groups;  // that it is attributed to; ascending
  Citations citations;                // of the object itself
  std::vector<Use> uses;              // `user` is not set
};

struct Report {
  std::string name;                        // the source's name in ATT&CK: "Novetta Blockbuster"
  int year = 0;                            // of its publication; 0: not said
  std::vector<std::uint32_t> groups = {};  // that its name or title names; ascending
  std::uint32_t document = 0;  // the first report with the same address or title, itself if there is no other: one
                               // text is cited under several names
  std::string publisher = {};  // the domain that it is published under: "example.com"; empty: not said
};

// A text of the catalogue that names a piece of software and a group together: the description of one, or what is said
// of one's doings. Not a relation: that the two are related is only said in words.
struct Mention {
  std::uint32_t software = 0, group = 0;
  Citations citations;  // that the sentence rests on; where it has none of its own, those of all that is said there
};

// A description of a piece of software that names malware: a variant of it, what drops it, what it shares code with.
struct Kinship {
  std::uint32_t software = 0, other = 0;
  Citations citations;  // as above
};

struct Catalogue {
  std::string origin;  // "ATT&CK 18.1"
  std::vector<Trait> traits;
  std::vector<Group> groups;
  std::vector<Campaign> campaigns;
  std::vector<Use> group_uses, software_uses;
  std::vector<Report> reports;  // that are cited for it
  std::vector<Mention> mentions;
  std::vector<Kinship> kinships;

  // The trait with this id, or the software with this name or alias (letters and digits alone count, in either case);
  // the number of traits where there is none.
  std::size_t find(std::string_view id_or_name) const;
};

// Limits on what a bundle may hold; ATT&CK 18.1 has 1,475 traits, 172 groups, 52 campaigns and 17,000 uses.
inline constexpr std::size_t kMaxTraits = 20'000;
inline constexpr std::size_t kMaxGroups = 3'000;
inline constexpr std::size_t kMaxCampaigns = 3'000;
inline constexpr std::size_t kMaxUses = 300'000;
inline constexpr std::size_t kMaxMentions = 300'000;  // and as many kinships; what is beyond them is passed over

// The domain that a URL, or a host alone, is registered under: "example.com" of "https://blog.example.com/x", whatever
// archive it is kept in; in lower case. Empty where there is none.
std::string publisher_of(std::string_view url);

// Reads a STIX 2.0 or 2.1 bundle as ATT&CK publishes them, plain or compressed with gzip; to be called in a sandboxed
// worker. Revoked and deprecated objects are left out, and relations between others. Ids are ATT&CK's, else the
// object's own. Errors: kMalformed, kTooLarge beyond the limits or 1 GB of JSON, kNotSupported for a bundle without
// groups or without techniques. Memory: about ten times the JSON. Nothing is thrown. In the bundle's order.
Result<Catalogue> read_catalogue(ByteView file, std::string_view where = {});

}  // namespace samehand::technique
