// The jobs behind the command `case`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/dossier/case.h"
#include "samehand/dossier/case_dossier.h"
#include "samehand/evidence/item.h"
#include "samehand/flow/toolkit.h"

namespace samehand::flow {

// Who works on a case, and where to say what happens.
struct CaseWork {
  std::string who;
  unsigned parallel = 0;  // workers at a time; 0: as many as the machine has cores
  std::function<void(std::size_t done, std::size_t total, std::string_view item)> on_progress;
  std::function<void(const std::string& message)> on_diagnostic;  // also that a case was migrated
};

// A new case at `path`. Where somebody is accused, with the hypotheses of evidence::intrusion_template. `also` are
// other names under which reports speak of the accused.
struct NewCase {
  std::string title, accused;
  std::vector<std::string> also;
};
Result<void> case_new(const std::string& path, const NewCase& settings, const CaseWork& work);

// Exhibits in: files, or folders of them. Each is kept whole (or by its hash), read by what fits it, and what was found
// becomes items. An exhibit that is there already is read again only if it never was. Each exhibit is a change of its
// own, so that what was done before an interruption stays done.
struct AddExhibits {
  std::vector<std::string> paths;
  std::optional<evidence::ExhibitKind> kind;  // nothing: told by content
  std::string source, collected;              // where from; ISO 8601
  std::string known_of;  // a hypothesis whose earlier tools these are: what others are compared with
  bool by_reference = false;
  std::vector<std::string> name_lists;  // as for `read`
  bool again = false;                   // also read anew what only an earlier version has read, from what is kept
};
struct AddedExhibit {
  evidence::Exhibit exhibit;
  bool fresh = true;      // false: it was there
  std::size_t items = 0;  // that came of it
};
struct AddedExhibits {
  std::vector<AddedExhibit> exhibits;
  std::size_t regrouped = 0;  // items whose voice is now known to be another's
  std::vector<Error> failures;
  std::vector<std::string> notes;  // what in folders was passed over on purpose, as container::Opened has it
};
Result<AddedExhibits> case_add(const std::string& path, const AddExhibits& settings, const CaseWork& work);

// Hypotheses and items from a file of JSON (docs/format/evidence.md), a STIX bundle (docs/format/stix.md) or MISP
// events (docs/format/misp.md), which is kept as an exhibit. The same file twice changes nothing.
struct ImportedEvidence {
  bool fresh = true;
  std::size_t hypotheses = 0, items = 0;
  std::size_t known = 0;     // items that an earlier import had brought, word for word; not added again
  std::size_t exhibits = 0;  // of which only the hash is known
};
Result<ImportedEvidence> case_import(const std::string& path, const std::string& file, const CaseWork& work);

// One hypothesis added, changed or removed. Others' priors keep their proportions and make room, or take what is freed.
struct EditHypothesis {
  enum class Action : std::uint8_t { kAdd, kSet, kRemove } action = Action::kSet;
  std::string name;
  std::optional<double> prior;
  std::optional<evidence::Role> role;
  std::vector<std::string> also;  // added to those it has
  std::string reason;
};
// How many items point at it or weigh it.
Result<std::size_t> case_hypothesis(const std::string& path, const EditHypothesis& settings, const CaseWork& work);

// An item that a person adds or judges. `fields` are those of casefile::kFields but points-at and weights, which go by
// hypotheses' names.
struct AssessItem {
  std::string item;  // its number ("7" or "i7") or name; the new one's name where `add`
  bool add = false;
  std::string statement;  // of a new one
  std::vector<std::pair<std::string, std::string>> fields;
  std::optional<std::string> points_at;  // empty: nobody
  std::vector<std::pair<std::string, evidence::Weight>> weights;
  bool default_weights = false;  // back to the defaults
  std::string reason;
};
// The item's number.
Result<std::int64_t> case_assess(const std::string& path, const AssessItem& settings, const CaseWork& work);

// The verdict from what was known on `as_of` (ISO 8601; empty: everything).
Result<dossier::CaseVerdict> case_weigh(const std::string& path, const std::string& as_of, const CaseWork& work);

// What is in it, with its pages' claims and their voices.
Result<dossier::CaseView> case_view(const std::string& path, const CaseWork& work);

// All that a report of the case holds, from what was known on `as_of`: pages of a later or unknown date take no part in
// claims and voices. Where there are no hypotheses there is no verdict. With `code_pairs`, tools of the incident are
// compared again with the earlier tools that a weighed item of shared code names, and so many of each two's best pairs
// of functions are listed.
struct ReportOptions {
  std::string as_of;
  std::size_t code_pairs = 0;
};
Result<dossier::Dossier> case_dossier(const std::string& path, const ReportOptions& options, const CaseWork& work);

// The case as others take it, in each of the forms; the same for the same case. Errors also where a recorded finding is
// damaged, or where the case cannot be weighed: what is given away must be whole.
enum class ExportForm : std::uint8_t { kStix, kMisp, kNavigator };
Result<std::vector<std::string>> case_export(const std::string& path, std::span<const ExportForm> forms,
                                             const CaseWork& work);

// Whether everything is as it was recorded, and whether the methods still answer what they answered. Exhibits kept by
// reference are looked for among `elsewhere`, by hash: no path in the case is followed.
Result<dossier::CaseCheck> case_verify(const std::string& path, const std::vector<std::string>& elsewhere,
                                       const CaseWork& work);

}  // namespace samehand::flow
