// What a worker that read a page may send, and what the parent makes of it: any bytes as a message are refused or are a
// reading whose places lie in its text, and every report can be made of it. If the first byte is 'P', the rest are
// pages, with \x1e between them, read through: their messages arrive as they were sent, and voices are found among
// them.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"
#include "samehand/dossier/reading.h"
#include "samehand/reading/reading.h"
#include "samehand/reading/voices.h"

namespace {

using namespace samehand;

constexpr std::size_t kPages = 6;

using samehand::fuzz::is_plain;
using samehand::fuzz::require;

void check_voices(const reading::Voices& voices, std::span<const reading::Reading> readings) {
  for (const reading::Voice& voice : voices.voices) {
    require(!voice.claims.empty() && !voice.pages.empty(), "a voice says something somewhere");
    for (const reading::ClaimRef ref : voice.claims)
      require(ref.page < readings.size() && ref.claim < readings[ref.page].claims.size(), "a voice's claims exist");
    for (const std::uint32_t page : voice.pages) require(page < readings.size(), "a voice's pages exist");
  }
  for (const auto& group : voices.copies) {
    require(group.size() > 1, "copies are several");
    for (const std::uint32_t page : group) require(page < readings.size(), "copies are pages");
  }
  for (const reading::Contradiction& contradiction : voices.contradictions)
    for (const auto& side : contradiction.sides)
      for (const std::uint32_t voice : side.voices) require(voice < voices.voices.size(), "sides are voices");
}

void check_reports(std::span<const reading::Reading> readings) {
  const reading::Voices voices = reading::find_voices(readings);
  check_voices(voices, readings);
  const dossier::TextOptions options;
  for (const reading::Reading& reading : readings) {
    require(nlohmann::json::accept(dossier::reading_json(reading)), "a reading is JSON");
    require(is_plain(dossier::reading_text(reading, options)), "outside text is escaped");
    require(is_plain(dossier::main_text(reading)), "the main text is escaped");
  }
  require(nlohmann::json::accept(dossier::voices_json(voices, readings)), "voices are JSON");
  require(is_plain(dossier::voices_text(voices, readings, options)), "outside text of voices is escaped");
  require(!dossier::readings_html(readings, voices).empty(), "there is a page");
}

void check_message(ByteView message) {
  const auto reading = reading::decode(message);
  if (!reading) return;
  const auto again = reading::encode(*reading);
  const auto back = reading::decode(ByteView(again));
  require(back.has_value() && reading::encode(*back) == again, "what was decoded can be sent on");
  const reading::Reading twice[] = {*reading, *back};
  check_reports(twice);
}

void check_pages(std::string_view bytes) {
  std::vector<reading::Reading> readings;
  while (!bytes.empty() && readings.size() < kPages) {
    const std::string_view page = bytes.substr(0, bytes.find('\x1e'));
    bytes.remove_prefix(std::min(bytes.size(), page.size() + 1));
    auto reading = reading::read(ByteView::of_text(page), "page");
    if (!reading) continue;
    const auto message = reading::encode(*reading);
    auto arrived = reading::decode(ByteView(message));
    require(arrived.has_value(), "what is sent is not refused");
    require(reading::encode(*arrived) == message, "what is sent arrives");
    readings.push_back(std::move(*arrived));
  }
  if (!readings.empty()) check_reports(readings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(std::span(data, size));
  if (size > 0 && data[0] == 'P') {
    check_pages(bytes.clamp(1).text());
  } else {
    check_message(bytes.clamp(size > 0 ? 1 : 0));
  }
  return 0;
}
