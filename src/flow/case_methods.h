// The methods that read exhibits, and what is recorded of their answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/dossier/case.h"
#include "samehand/evidence/item.h"
#include "samehand/flow/case.h"

namespace samehand::flow {

// The number is raised when a method's answers change: read 2, what claims take for one; read 3, conditions accuse
// nobody, and more forms of indicators.
inline constexpr const char* kReadMethod = "read 3";
inline constexpr const char* kTracesMethod = "traces 1";
// Pages that were read with lists of names: the method names them by their hashes, "read 3 with SHA256 SHA256".
Result<std::string> read_method(const std::vector<std::string>& name_lists);
bool is_reading(std::string_view method);                    // of this or an earlier version
std::vector<std::string> lists_of(std::string_view method);  // the hashes

// What a method says of an exhibit's content, as it is recorded.
Result<std::vector<std::uint8_t>> read_report(const evidence::Exhibit& exhibit, ByteView content,
                                              const std::vector<std::string>& name_lists, const CaseWork& work,
                                              std::vector<Error>& failures);
Result<std::vector<std::uint8_t>> read_traces(const evidence::Exhibit& exhibit, ByteView content, const CaseWork& work,
                                              std::vector<Error>& failures);
Result<dossier::ToolReading> decode_traces(ByteView message);

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
// The answer as it is recorded. An error where no executable could be read in one of the two; what else could not be
// read goes to `failures`, in words without places.
Result<std::vector<std::uint8_t>> compare_code(ByteView tool, ByteView earlier, const CaseWork& work,
                                               std::vector<Error>& failures);
Result<CodeFinding> decode_code(ByteView message);

// Whether this version cannot run a method again because it has a later one ("read 1").
bool is_outdated(std::string_view method);

// Whether an answer is what its method writes; of methods that this version does not know nothing is asked.
bool readable_finding(std::string_view method, ByteView answer);

}  // namespace samehand::flow
