// A case as every face shows it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "samehand/casefile/case_file.h"
#include "samehand/dossier/comparison.h"
#include "samehand/dossier/text.h"
#include "samehand/reading/reading.h"
#include "samehand/reading/voices.h"
#include "samehand/weigh/ach.h"
#include "samehand/weigh/weigh.h"
#include "samehand/weigh/words.h"

namespace samehand::dossier {

// What a method said of a tool.
struct ToolReading {
  std::int64_t exhibit = 0;
  std::vector<SampleSummary> samples;  // paths within the exhibit
};

// A page of the case, read through.
struct CaseView {
  std::string file;
  casefile::Contents contents;
  std::vector<reading::Reading> readings;     // of the reports, in the exhibits' order
  std::vector<std::int64_t> reading_exhibit;  // the exhibit of each
  reading::Voices voices;
  std::vector<ToolReading> tools;
  std::vector<casefile::Event> history;
};

// Why an item takes no part in a verdict.
enum class LeftOut : std::uint8_t {
  kNo,        // it is weighed
  kLater,     // known only after `as_of`
  kUndated,   // it is not known since when
  kExcluded,  // by an analyst
};
std::string_view word(LeftOut why);  // "", "later", "undated", "excluded"

struct CaseVerdict {
  std::string file, as_of;
  casefile::Contents contents;
  weigh::Options options;
  weigh::Problem problem;
  std::vector<std::size_t> items;  // of each weighed item, its index in `contents.items`
  std::vector<LeftOut> left_out;   // for each of `contents.items`
  weigh::Outcome outcome;
  weigh::Founded founded;
  weigh::AchMatrix matrix;
  std::vector<weigh::Candidate> candidates;
  std::vector<weigh::Prospect> prospects;
  std::size_t excluded = 0;  // by an analyst
  std::size_t later = 0;     // known only after `as_of`
  std::size_t undated = 0;   // of which it is not known since when
};

struct CaseCheck {
  std::string file;
  std::size_t events = 0, exhibits = 0, findings = 0, recomputed = 0;
  bool readable = true;  // false: exhibits and findings were not counted, rows are damaged
  std::string head;
  std::vector<casefile::Difference> differences;  // what is not as it was recorded
  std::vector<casefile::Difference> changed;      // findings that the method would make otherwise today
  std::vector<casefile::Difference> outdated;     // findings of an earlier version of a method, and the method of today
  std::vector<std::string> unseen;                // exhibits kept by reference that were not found
  std::vector<std::string> other_content;         // those of them of whose name a file with other content was found
};

std::string verdict_text(const CaseVerdict& verdict, const TextOptions& options);
std::string verdict_json(const CaseVerdict& verdict);  // docs/format/weigh.md

std::string hypotheses_text(const CaseView& view, const TextOptions& options);
std::string hypotheses_json(const CaseView& view);
std::string findings_text(const CaseView& view, const TextOptions& options);
std::string findings_json(const CaseView& view);
std::string claims_text(const CaseView& view, const TextOptions& options);
std::string claims_json(const CaseView& view);
std::string log_text(const CaseView& view, const TextOptions& options);
std::string log_json(const CaseView& view);
std::string check_text(const CaseCheck& check, const TextOptions& options);
std::string check_json(const CaseCheck& check);

}  // namespace samehand::dossier
