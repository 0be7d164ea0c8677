// The engine on the bench: many comparisons in one process, with the figures that confidence rests on, and with parts
// of the matching switched off.
//
//   match_lab rows [--alone] [--without PART]… [--set NAME=NUMBER]… [--rows FILE] [--together FILE]
//                  [--candidates FILE] [--network FILE] < JOBS
//   match_lab parts                  what --without knows
//   match_lab functions FILE…        every function: file, address, instructions, blocks, exact hash, digest, name
//   match_lab common FILE,FILE…  …   the features that several groups of files hold, and in how many functions
//
// JOBS has one comparison a line: a name, then the files of A and those of B, separated by commas; tab-separated.
// --rows gets one line per pair of functions, --together one per comparison; both begin with the comparison's name.
// --candidates gets what ranking sees: a line with the names of its figures, then a binary record for each candidate:
// the number of the job and those of the two files on their sides (32 bits each), both addresses (64 bits), the figures
// (32-bit floats); in the byte order of the machine. --network has the numbers of a network (rank.h) for aligned
// comparisons, 32-bit floats, in place of the built-in one.
// Files are read once each, in this process (they are ours), and their features kept: some MB per file.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>
#include <ranges>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "calibrate.h"
#include "engine.h"
#include "feature_tables.h"
#include "parts.h"
#include "rank.h"
#include "samehand/base/parallel.h"
#include "samples.h"

namespace {

using namespace samehand;
using match::Samples;

constexpr int kWrongUsage = 2, kSomeFailed = 3;

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  for (const auto part : text | std::views::split(by)) parts.emplace_back(part.begin(), part.end());
  return parts;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

struct Job {
  std::string name;
  std::vector<std::string> a, b;
};

struct Side {
  std::vector<const feature::SampleFeatures*> features;
  std::vector<std::string_view> files;

  Side(const Samples& samples, const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      for (const feature::SampleFeatures& sample : samples.of(path)) {
        features.push_back(&sample);
        files.push_back(base_name(path));
      }
    }
  }
  const feature::FunctionFeatures& function(match::FunctionRef f) const {
    return features[f.sample]->functions[f.function];
  }
};

std::string row_header() {
  std::string header =
      "job\ta_file\ta_address\tb_file\tb_address\tsimilarity\tconfidence\treported\tlibrary\trelation\tworth_db\t"
      "a_instructions\ta_blocks\tb_instructions\tb_blocks\tmargin_a\tmargin_b\tbody_margin_a\tbody_margin_b\t"
      "rivals_a\trivals_b\tinformation\tcover_a\tcover_b\tneighbours\tneighbour_information\tkinship\ttypical\t"
      "same_machine\texact";
  for (const std::string_view name : match::input_names()) header += fmt::format("\t{}", name);
  return header + '\n';
}

void append_row(std::string_view job, const Side& a, const Side& b, const match::Pair& p, std::string& out) {
  const auto& f = a.function(p.a);
  const auto& g = b.function(p.b);
  const match::Evidence& e = p.evidence;
  fmt::format_to(
      std::back_inserter(out),
      "{}\t{}\t{:x}\t{}\t{:x}\t{:.4f}\t{:.4f}\t{:d}\t{:d}\t{}\t{:.2f}\t{}\t{}\t{}\t{}\t{:.4f}\t{:.4f}\t{:.4f}\t"
      "{:.4f}\t{}\t{}\t{:.2f}\t{:.4f}\t{:.4f}\t{:.4f}\t{:.2f}\t{:.5f}\t{:.4f}\t{:d}\t{:d}",
      job, a.files[p.a.sample], f.address, b.files[p.b.sample], g.address, p.similarity, p.confidence, p.reported,
      p.library, static_cast<int>(p.relation), p.worth_db, f.instructions, f.blocks, g.instructions, g.blocks,
      e.margin_a, e.margin_b, e.body_margin_a, e.body_margin_b, e.rivals_a, e.rivals_b, e.information, e.cover_a,
      e.cover_b, e.neighbours, e.neighbour_information, e.kinship, e.typical, e.same_machine, e.exact);
  const match::FunctionSize x{f.instructions, f.blocks}, y{g.instructions, g.blocks};
  for (const float input : match::inputs(e, x, y)) fmt::format_to(std::back_inserter(out), "\t{:.5g}", input);
  out += '\n';
}

constexpr std::string_view kTogetherHeader = "job\tkinship\tevidence_db\tpairable_a\tpairable_b\tpairs\treported\n";

struct RowsArguments {
  match::Options options;
  match::Parameters parameters;
  std::string rows, together, candidates;
  std::vector<float> network;
};

std::string candidates_header() {
  std::string header = "job\ta_file\tb_file\ta_address\tb_address";
  for (const std::string_view name : match::rank_input_names()) header += fmt::format("\t{}", name);
  return header + '\n';
}

void append_candidate(std::uint32_t job, const Side& a, const Side& b, match::FunctionRef f, match::FunctionRef g,
                      std::span<const float> inputs, std::string& out) {
  const auto put = [&](const void* bytes, std::size_t size) { out.append(static_cast<const char*>(bytes), size); };
  const std::array<std::uint32_t, 3> numbers = {job, f.sample, g.sample};
  const std::array<std::uint64_t, 2> addresses = {a.function(f).address, b.function(g).address};
  put(numbers.data(), sizeof numbers);
  put(addresses.data(), sizeof addresses);
  put(inputs.data(), inputs.size_bytes());
}

int run_rows(const RowsArguments& arguments) {
  std::vector<Job> jobs;
  std::vector<std::string> paths;
  for (std::string line; std::getline(std::cin, line);) {
    const auto columns = split(line, '\t');
    if (columns.size() != 3) {
      std::cerr << "a job is a name, the files of A and those of B: " << line << '\n';
      return kWrongUsage;
    }
    jobs.push_back({columns[0], split(columns[1], ','), split(columns[2], ',')});
    paths.insert(paths.end(), jobs.back().a.begin(), jobs.back().a.end());
    paths.insert(paths.end(), jobs.back().b.begin(), jobs.back().b.end());
  }
  Samples samples;
  const bool all_read = samples.read(paths);

  std::vector<std::string> rows(jobs.size()), together(jobs.size()), candidates(jobs.size());
  std::atomic<bool> all_matched = true;
  parallel_for(jobs.size(), usable_processors(), [&](std::size_t i) {
    const Side a(samples, jobs[i].a), b(samples, jobs[i].b);
    match::RankingProbe probe{{}, arguments.network};
    if (!arguments.candidates.empty()) {
      probe.observe = [&](match::FunctionRef f, match::FunctionRef g, std::span<const float> inputs) {
        append_candidate(static_cast<std::uint32_t>(i), a, b, f, g, inputs, candidates[i]);
      };
    }
    const auto matches = match::match_with(a.features, b.features, arguments.options, arguments.parameters, probe);
    if (!matches) {
      all_matched = false;
      return;
    }
    std::size_t reported = 0;
    for (const match::Pair& p : matches->pairs) {
      reported += p.reported;
      if (!arguments.rows.empty()) append_row(jobs[i].name, a, b, p, rows[i]);
    }
    together[i] =
        fmt::format("{}\t{:.6f}\t{:.2f}\t{}\t{}\t{}\t{}\n", jobs[i].name, matches->kinship, matches->evidence_db,
                    matches->pairable_a, matches->pairable_b, matches->pairs.size(), reported);
  });
  const auto write = [](const std::string& path, std::string_view header, const std::vector<std::string>& parts) {
    if (path.empty()) return true;
    std::ofstream file(path, std::ios::binary);
    file << header;
    for (const std::string& part : parts) file << part;
    file.close();
    if (!file) std::cerr << path << ": cannot be written\n";
    return static_cast<bool>(file);
  };
  const bool written = write(arguments.rows, row_header(), rows) &&
                       write(arguments.together, kTogetherHeader, together) &&
                       write(arguments.candidates, candidates_header(), candidates);
  return all_read && all_matched && written ? 0 : kSomeFailed;
}

std::vector<float> read_numbers(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<float> numbers;
  for (float number; file.read(reinterpret_cast<char*>(&number), sizeof number);) numbers.push_back(number);
  return numbers;
}

int show_parts() {
  for (const match::Part& part : match::parts()) std::cout << part.name << '\t' << part.what << '\n';
  return 0;
}

int usage() {
  std::cerr << "match_lab rows [--alone] [--without PART]… [--set NAME=NUMBER]… [--rows FILE] [--together FILE]\n"
               "               [--candidates FILE] [--network FILE] < JOBS\n"
               "match_lab parts\n"
               "match_lab functions FILE…\n"
               "match_lab common FILE,FILE… …\n";
  return kWrongUsage;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) return usage();
  if (arguments[0] == "parts") return show_parts();
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "functions") return match::print_functions(rest, std::cout) ? 0 : kSomeFailed;
  if (arguments[0] == "common") return match::print_common(rest, std::cout) ? 0 : kSomeFailed;
  if (arguments[0] != "rows") return usage();
  RowsArguments rows;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--alone") {
      rows.options.align = false;
      continue;
    }
    if (i + 1 == arguments.size()) return usage();
    const std::string& value = arguments[++i];
    if (word == "--rows") {
      rows.rows = value;
    } else if (word == "--together") {
      rows.together = value;
    } else if (word == "--candidates") {
      rows.candidates = value;
    } else if (word == "--network") {
      rows.network = read_numbers(value);
      if (rows.network.size() != match::kAlignedNetworkNumbers) {
        std::cerr << value << ": holds no network of this version\n";
        return kSomeFailed;
      }
    } else if (word == "--set") {
      if (!match::set_parameter(value, rows.parameters)) {
        std::cerr << value << ": not NAME=NUMBER with a name of weights.h\n";
        return kWrongUsage;
      }
    } else if (word != "--without") {
      return usage();
    } else if (!match::remove_part(value, rows.parameters)) {
      std::cerr << "no part is called " << value << "; match_lab parts lists them\n";
      return kWrongUsage;
    }
  }
  return run_rows(rows);
}
