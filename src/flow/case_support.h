// What several jobs on a case need.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "samehand/base/byte_view.h"
#include "samehand/casefile/case_file.h"
#include "samehand/flow/case.h"

namespace samehand::flow {

Result<casefile::CaseFile> open_case(const std::string& path, casefile::Access access, const CaseWork& work);

// The contents, with what comparisons of programs found said of the items that rest on them. Told as diagnostics:
// findings that are not what was recorded (looked at where all are small), exhibits that nothing was read from.
Result<casefile::Contents> read_contents(casefile::CaseFile& file, const CaseWork& work);

// The same with all recorded readings decoded, and the voices in them. A finding that cannot be decoded is told and
// left out.
Result<dossier::CaseView> view_of(casefile::CaseFile& file, const std::string& path, const CaseWork& work);

// What `compare` found between an exhibit and an earlier tool. The method names the other by its hash.
inline constexpr std::string_view kCompareMethod = "compare 1";
std::string compare_method(const std::string& earlier_sha256);  // "compare 1 SHA256"
std::string_view compared_with(std::string_view method);        // the hash; empty where it is another method
struct CodeFinding {
  double evidence_db = 0, kinship = 0;
  struct Pair {
    std::uint32_t a_sample = 0, b_sample = 0;
    std::uint64_t a_address = 0, b_address = 0;
    double similarity = 0, confidence = 0, worth_db = 0;
  };
  std::vector<Pair> pairs;  // reported and no library code, best worth first
};
// Rounded, so that the same answer comes out where the last digits do not.
std::vector<std::uint8_t> encode_code(const dossier::Comparison& comparison);
Result<CodeFinding> decode_code(ByteView message);
// Compares an exhibit with an earlier tool.
Result<dossier::Comparison> compare_contents(ByteView tool, ByteView earlier, const CaseWork& work);

// The last day that a date of `--as-of` names; empty for an empty one, kInvalidArgument for what is no date.
Result<std::string> day_of(const std::string& as_of);
// What was known since `known` (ISO 8601) as seen on a day; empty: everything is known.
dossier::LeftOut left_out_on(const std::string& known, const std::string& day);
// The verdict from what these contents knew then.
Result<dossier::CaseVerdict> weigh_contents(casefile::Contents contents, const std::string& path,
                                            const std::string& as_of);

// Whether an answer is what its method writes; of methods that this version does not know nothing is asked.
bool readable_finding(std::string_view method, ByteView answer);

// Whether the priors of these hypotheses can be weighed: the error is that of weigh::check.
Result<void> check_priors(std::span<const evidence::Hypothesis> hypotheses, const std::string& path);

// Makes the others' priors add up to `rest`, in their proportions.
void scale_priors(std::vector<evidence::Hypothesis>& hypotheses, std::int64_t but, double rest);

// Bytes as a file without a name, for what reads files: path() leads to it while this exists.
class NamelessFile {
 public:
  static Result<NamelessFile> of(ByteView bytes);
  NamelessFile(NamelessFile&& other) noexcept;
  NamelessFile& operator=(NamelessFile&&) = delete;
  ~NamelessFile();
  std::string path() const;

 private:
  explicit NamelessFile(int fd) : fd_(fd) {}
  int fd_;
};

// What a method says of an exhibit's content, as it is recorded.
Result<std::vector<std::uint8_t>> read_report(const evidence::Exhibit& exhibit, ByteView content,
                                              const std::vector<std::string>& name_lists, const CaseWork& work,
                                              std::vector<Error>& failures);
Result<std::vector<std::uint8_t>> read_traces(const evidence::Exhibit& exhibit, ByteView content, const CaseWork& work,
                                              std::vector<Error>& failures);
Result<dossier::ToolReading> decode_traces(ByteView message);

}  // namespace samehand::flow
