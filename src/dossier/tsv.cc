#include "samehand/dossier/tsv.h"

#include <fmt/format.h>

#include <iterator>

#include "figures.h"
#include "samehand/dossier/printable.h"

namespace samehand::dossier {

std::string matches_tsv(const Comparison& c) {
  std::string out =
      "a_file\ta_address\tb_file\tb_address\tsimilarity\tconfidence\treported\trelation\tworth_db\tlibrary\ta_name\t"
      "b_name\n";
  std::vector<std::string> a_paths, b_paths;  // escaped once, not once per pair
  for (const SampleSummary& sample : c.a_samples) a_paths.push_back(escape_field(sample.path));
  for (const SampleSummary& sample : c.b_samples) b_paths.push_back(escape_field(sample.path));
  const auto path = [](const std::vector<std::string>& paths, std::uint32_t i) {
    return i < paths.size() ? std::string_view(paths[i]) : std::string_view();
  };
  for (const PairSummary& p : c.pairs) {
    fmt::format_to(std::back_inserter(out), "{}\t0x{:x}\t{}\t0x{:x}\t{:.4f}\t{:.4f}\t{:d}\t{}\t{:.2f}\t{:d}\t{}\t{}\n",
                   path(a_paths, p.pair.a.sample), p.a.address, path(b_paths, p.pair.b.sample), p.b.address,
                   p.pair.similarity, p.pair.confidence, p.pair.reported, word(p.pair.relation), p.pair.worth_db,
                   p.pair.library, escape_field(p.a.name), escape_field(p.b.name));
  }
  return out;
}

}  // namespace samehand::dossier
