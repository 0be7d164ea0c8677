// Indicators of compromise in a text, defanged or not.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/base/text_span.h"

namespace samehand::indicator {

enum class Kind : std::uint8_t {
  kMd5,
  kSha1,
  kSha224,
  kSha256,
  kSha384,
  kSha512,
  kSsdeep,
  kTlsh,
  kImphash,
  kAuthentihash,
  kIpv4,
  kIpv6,
  kCidr,
  kIpRange,
  kDomain,
  kUrl,
  kEmail,
  kXmpp,
  kFilePath,
  kFileName,
  kRegistryKey,
  kMutex,
  kPipe,
  kPdbPath,
  kCve,
  kAsn,
  kMac,
  kUserAgent,
  kPhone,
  kTrackingId,
  kBitcoin,
  kEthereum,
  kMonero,
  kOtherCoin,
  kAttackId,
  kYaraRule,
  kTlp,
};
inline constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::kTlp) + 1;

// "md5", "file_path", …: the names in JSON and in lists of benign ones.
std::string_view to_string(Kind kind);
std::optional<Kind> kind_of(std::string_view name);

struct Indicator {
  Kind kind{};
  std::string value;       // normal form: fanged, lower case where case means nothing, punycode for other scripts
  TextSpan where;          // as it stands in the text, defanged or not; an address with its port
  std::uint16_t port = 0;  // of an IPv4, IPv6 or domain that has one
  bool defanged = false;   // its author had made it unclickable
  bool benign = false;     // set aside: an example domain, a private range, the user's list
  std::string why_benign;
};

// What is set aside. One pattern a line, such as `domain example.com` or `cidr 10.0.0.0/8`; docs/format/benign.md.
// Immutable once built; may be shared by threads.
class BenignList {
 public:
  // The list that comes with Samehand: example and documentation names, private ranges, reference sites, empty files.
  static const BenignList& standard();
  // Reads the text format. A line that cannot be understood is an error that names the line: a typing mistake must not
  // let a pattern vanish in silence.
  static Result<BenignList> parse(std::string_view text, std::string_view where = {});
  // Both lists' patterns.
  void add(const BenignList& other);
  // A domain with all its subdomains, and what lies on it: the outlet's own links.
  void add_domain(std::string_view domain, std::string_view why);

  // Why it is set aside; nullopt where no pattern fits. Cost: a few look-ups for each label of a name.
  std::optional<std::string> why(const Indicator& indicator) const;
  std::size_t size() const;

 private:
  struct Range {
    int family;               // 4 or 6
    std::string first, last;  // address bytes, in network order
    std::string why;
  };
  std::map<std::string, std::string, std::less<>> domains_;   // name -> why
  std::map<std::string, std::string, std::less<>> exact_;     // "kind value" -> why; "any value" for every kind
  std::map<std::string, std::string, std::less<>> prefixes_;  // "kind prefix" -> why
  std::vector<Range> ranges_;
};

// All indicators in order of place; none overlaps another of its kind, a URL's own domain is not listed again. A YARA
// rule is one indicator; of what stands inside it only hashes are listed as well. Time and memory are linear in the
// text; texts of 4 GB and more are cut there. Without a list, the standard one is used.
std::vector<Indicator> find_indicators(std::string_view text, const BenignList* benign = nullptr);

// Loads what is otherwise made ready at the first call: the public suffix list, the standard benign list.
void prepare();

}  // namespace samehand::indicator
