// Groups ranked by shared techniques and software: an ATT&CK bundle in, rankings out. The bundle is untrusted, and what
// it makes the ranking cost is its author's choice: so reading and ranking both happen in the worker.
#include "samehand/flow/techniques.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "messages.h"
#include "samehand/base/file.h"
#include "samehand/base/worker.h"
#include "samehand/reading/compared.h"

namespace samehand::flow {
namespace {

constexpr std::uint8_t kRankingFrame = 67;  // behind the frames of messages.h, read.cc and case_import.cc
constexpr std::size_t kMaxRankings = technique::kMaxCampaigns;
constexpr std::size_t kMaxPublishers = 10'000, kMaxNotUsed = 1'000;

using Job = std::function<void(const technique::Catalogue&, const std::function<void(const technique::Ranking&)>&)>;

Result<std::vector<technique::Ranking>> in_worker(const std::string& bundle, const TechniqueOptions& options,
                                                  const Job& rank) {
  const auto file = read_file(bundle);
  if (!file) return std::unexpected(file.error());
  std::vector<technique::Ranking> out;
  std::optional<Error> failure;
  WorkerJob job;
  job.run = [&](const FrameSink& sink) {
    const auto catalogue = technique::read_catalogue(file->view(), bundle);
    if (!catalogue) {
      sink.send(kErrorFrame, ByteView(encode_error(catalogue.error())));
      return;
    }
    rank(*catalogue,
         [&](const technique::Ranking& ranking) { sink.send(kRankingFrame, ByteView(technique::encode(ranking))); });
  };
  job.on_frame = [&](std::uint8_t type, ByteView frame) {
    if (failure) return;
    if (type == kErrorFrame) {
      auto error = decode_error(frame);
      failure = error ? *error : error.error();
    } else if (type == kRankingFrame && out.size() < kMaxRankings) {
      auto ranking = technique::decode_ranking(frame);
      if (ranking)
        out.push_back(std::move(*ranking));
      else
        failure = ranking.error();
    }
  };
  job.limits = WorkerLimits::for_input(16 * file->size());  // bundles are often compressed
  WorkerOptions workers;
  workers.on_diagnostic = options.on_diagnostic;
  const auto ends = run_workers(std::span(&job, 1), workers);
  if (!ends.front().finished()) return std::unexpected(to_error(ends.front(), bundle));
  if (failure) {
    if (failure->where.empty()) failure->where = bundle;
    return std::unexpected(*failure);
  }
  return out;
}

}  // namespace

Result<technique::Question> question_of_case(const std::string& path, const CaseWork& work) {
  const auto view = case_view(path, work);
  if (!view) return std::unexpected(view.error());
  technique::Question question;
  std::set<std::string> traits;
  std::map<std::string, reading::SoftwareRole> passed_over;  // by name
  std::set<std::string> used;
  for (const reading::Reading& reading : view->readings) {
    for (const naming::FoundTechnique& found : reading.techniques) traits.insert(found.id);
    const auto roles = reading::roles_of_software(reading);
    for (std::size_t i = 0; i < roles.size(); ++i) {
      const naming::FoundName& found = reading.names[i];
      if (found.kind != naming::NameKind::kMalware && found.kind != naming::NameKind::kTool) continue;
      if (roles[i] != reading::SoftwareRole::kUsed) {
        passed_over.emplace(found.value, roles[i]);
        continue;
      }
      used.insert(found.value);
      if (found.ids.empty())
        traits.insert(found.value);
      else
        traits.insert(found.ids.begin(), found.ids.end());
    }
    question.year = std::max<int>(question.year, reading.document.metadata.published.year);
    if (question.publishers.size() < kMaxPublishers && !reading.document.metadata.url.empty())
      question.publishers.push_back(reading.document.metadata.url);
  }
  for (const auto& [name, role] : passed_over) {
    if (used.contains(name) || question.not_used.size() >= kMaxNotUsed) continue;
    question.not_used.push_back(
        name + (role == reading::SoftwareRole::kCompared ? " (compared with)" : " (in saying who was behind it)"));
  }
  question.traits.assign(traits.begin(), traits.end());
  return question;
}

Result<technique::Ranking> rank_groups(const std::string& bundle, const technique::Question& question,
                                       const TechniqueOptions& options) {
  auto rankings = in_worker(bundle, options, [&](const technique::Catalogue& catalogue, const auto& send) {
    send(technique::answer(catalogue, question, options.explained));
  });
  if (!rankings) return std::unexpected(rankings.error());
  if (rankings->size() != 1) return fail(ErrorCode::kMalformed, "no ranking came out of it", bundle);
  if (rankings->front().traits.empty())
    return fail(ErrorCode::kInvalidArgument, "none of the techniques and software asked for is in it", bundle);
  return std::move(rankings->front());
}

Result<std::vector<technique::Ranking>> rank_attributed(const std::string& bundle, const TechniqueOptions& options) {
  return in_worker(bundle, options, [&](const technique::Catalogue& catalogue, const auto& send) {
    for (const std::uint32_t campaign : technique::attributed_campaigns(catalogue))
      send(technique::answer(catalogue, campaign, options.explained));
  });
}

}  // namespace samehand::flow
