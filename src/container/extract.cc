// Problem: an archive is a program for its reader: it may nest, swell a million times, lie about sizes, be damaged in
// the middle or encrypted, and most of what it holds does not interest us.
// Example: tool.deb -> debian-binary (other), control.tar.xz -> scripts (others), data.tar.xz -> usr/bin/tool, an ELF:
//   one member "tool.deb!data.tar.xz!usr/bin/tool".
// Method: libarchive streams the entries. The first 32 kB of each say what it is (sniff.h): executables are sent on,
// containers are read whole and opened in turn, the rest is passed over. A budget in proportion to the outermost
// archive's size bounds all that is unpacked, and what entries merely claim to hold counts too, so that a bomb is named
// before it goes off. Depth, entries and failures are counted.
// Cost: decompression; memory for one nested container at each depth.
// Known failures: encrypted members are named but not read; a self-extracting archive counts as an executable; xar is
// left out because libarchive 3.6 gives the second and later members zeros that are not theirs.
#include "extract.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <clocale>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "samehand/base/codec.h"

namespace samehand::container {
namespace {

constexpr std::size_t kPiece = 256 << 10;  // data is sent on in pieces of this size
constexpr int kFailuresPerArchive = 50;
constexpr std::size_t kLongestName = 1024;
constexpr int kRetries = 100;  // libarchive's "try again" for one entry

using Archive = std::unique_ptr<archive, int (*)(archive*)>;

// Only formats and filters that libarchive reads itself: none that starts a program (lrzip, uudecode pipes) or that
// names other files (mtree).
Archive reader(Kind kind) {
  Archive a(archive_read_new(), archive_read_free);
  if (a == nullptr) throw std::bad_alloc();
  archive_read_support_filter_gzip(a.get());
  archive_read_support_filter_bzip2(a.get());
  archive_read_support_filter_compress(a.get());
  archive_read_support_filter_lz4(a.get());
  archive_read_support_filter_lzip(a.get());
  archive_read_support_filter_lzma(a.get());
  archive_read_support_filter_xz(a.get());
  archive_read_support_filter_zstd(a.get());
  archive_read_support_filter_rpm(a.get());
  archive_read_support_format_tar(a.get());
  archive_read_support_format_cpio(a.get());
  if (kind == Kind::kCompressed) {
    archive_read_support_format_raw(a.get());
  } else {
    archive_read_support_format_7zip(a.get());
    archive_read_support_format_ar(a.get());
    archive_read_support_format_cab(a.get());
    archive_read_support_format_iso9660(a.get());
    archive_read_support_format_rar(a.get());
    archive_read_support_format_rar5(a.get());
    archive_read_support_format_zip(a.get());
  }
  return a;
}

// Names are the attacker's: no control characters, no exclamation mark that would look like our own, no bloat.
std::string clean(std::string_view name) {
  while (name.starts_with("./")) name.remove_prefix(2);
  std::string text;
  for (const char c : name.substr(0, kLongestName)) {
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '!' ? '?' : c;
  }
  return text;
}

// The name of what a single compressed stream holds: the stream's own without its last suffix.
std::string name_within(std::string_view path) {
  const std::size_t slash = path.find_last_of("/!");
  const std::string_view name = path.substr(slash == path.npos ? 0 : slash + 1);
  const std::size_t dot = name.rfind('.');
  return dot == name.npos || dot == 0 ? "data" : std::string(name.substr(0, dot));
}

// Files, and entries that do not say what they are, such as those of a Debian package made by `ar rcD`.
bool is_file(archive_entry* entry) {
  const auto type = archive_entry_filetype(entry);
  return (type == AE_IFREG || type == 0) && archive_entry_hardlink(entry) == nullptr;
}

class Extractor {
 public:
  Extractor(std::uint64_t outer_size, const Limits& limits, const FrameSink& sink)
      : limits_(limits),
        sink_(sink),
        budget_(limits.free_bytes + limits.ratio * std::min<std::uint64_t>(outer_size, 1ull << 40)) {}

  void open(ByteView bytes, Kind kind, const std::string& path, std::uint32_t depth) {
    if (depth >= limits_.depth) {
      fail(ErrorCode::kTooLarge, fmt::format("more than {} archives inside each other; not opened", limits_.depth),
           path);
      return;
    }
    const Archive a = reader(kind);
    if (archive_read_open_memory(a.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
      fail_as_libarchive_says(a.get(), path);
      return;
    }
    std::uint64_t encrypted = 0;
    std::uint64_t filtered_before = 0;
    for (int retries = 0; !exhausted_;) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(a.get(), &entry);
      if (status == ARCHIVE_EOF) break;
      if (status == ARCHIVE_RETRY && retries++ < kRetries) continue;
      if (status < ARCHIVE_WARN) {
        fail_as_libarchive_says(a.get(), path);
        break;
      }
      if (++entries_ > limits_.entries) {
        exhaust(fmt::format("holds more than {} files", limits_.entries), path);
      } else if (is_file(entry)) {
        if (archive_entry_is_encrypted(entry) != 0) {
          encrypted++;
        } else {
          take(a.get(), entry, name_of(a.get(), entry, path), depth);
        }
      }
      // Compressed streams are unpacked even where entries are passed over.
      const auto filtered = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_filter_bytes(a.get(), 0), 0));
      filtered_ += filtered - std::min(filtered, std::exchange(filtered_before, filtered));
      if (archive_filter_count(a.get()) > 1 && filtered_ > budget_) exhaust_budget(path);
    }
    if (encrypted > 0) {
      fail(ErrorCode::kEncrypted,
           fmt::format("{} of its files are encrypted; unpack it with its password and give the folder", encrypted),
           path);
    }
  }

  void send_others() {
    ByteWriter writer;
    writer.varint(std::exchange(others_, 0));
    sink_.send(kOthers, ByteView(writer.bytes()));
  }

 private:
  static std::string name_of(archive* a, archive_entry* entry, const std::string& path) {
    if (archive_format(a) == ARCHIVE_FORMAT_RAW) return path + "!" + clean(name_within(path));
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    return path + "!" + (name == nullptr ? "?" : clean(name));
  }

  // One entry: looked at, and sent on, opened or passed over.
  void take(archive* a, archive_entry* entry, const std::string& path, std::uint32_t depth) {
    if (archive_entry_size_is_set(entry)) {
      claimed_ += static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0));
      if (claimed_ > budget_) return exhaust_budget(path);
    }
    std::vector<std::uint8_t> bytes(kSniffBytes);
    bool more = fill(a, bytes, path);
    const Kind kind = sniff(ByteView(bytes));
    switch (kind) {
      case Kind::kOther:
        if (++others_ % 1000 == 0) send_others();
        return;
      case Kind::kExecutable:
      case Kind::kStaticArchive:
        return send(a, std::move(bytes), more, path);
      case Kind::kArchive:
      case Kind::kCompressed:
        break;
    }
    while (more && !exhausted_) {
      std::vector<std::uint8_t> piece(kPiece);
      more = fill(a, piece, path);
      bytes.insert(bytes.end(), piece.begin(), piece.end());
    }
    if (!exhausted_) open(ByteView(bytes), kind, path, depth + 1);
  }

  void send(archive* a, std::vector<std::uint8_t> piece, bool more, const std::string& path) {
    ByteWriter name;
    name.text(path);
    sink_.send(kMemberBegins, ByteView(name.bytes()));
    std::uint64_t size = 0;
    for (;;) {
      sink_.send(kMemberData, ByteView(piece));
      size += piece.size();
      if (size > limits_.file_bytes) {
        fail(ErrorCode::kTooLarge, fmt::format("has more than {}; cut there", size_text(limits_.file_bytes)), path);
        break;
      }
      if (!more || exhausted_) break;
      piece.resize(kPiece);
      more = fill(a, piece, path);
    }
    sink_.send(kMemberEnds, {});
  }

  // Fills `piece` from the entry; at the entry's end (false) or where it is damaged (false, failure sent) it is
  // shortened to what there was.
  bool fill(archive* a, std::vector<std::uint8_t>& piece, const std::string& path) {
    std::size_t have = 0;
    int retries = 0;
    bool more = true;
    while (have < piece.size()) {
      const la_ssize_t count = archive_read_data(a, piece.data() + have, piece.size() - have);
      if (count == ARCHIVE_RETRY && retries++ < kRetries) continue;
      if (count < 0) fail_as_libarchive_says(a, path);
      if (count <= 0) {
        more = false;
        break;
      }
      have += static_cast<std::size_t>(count);
      unpacked_ += static_cast<std::uint64_t>(count);
    }
    piece.resize(have);
    if (unpacked_ > budget_) exhaust_budget(path);
    return more;
  }

  void exhaust_budget(const std::string& path) {
    exhaust(fmt::format("unpacks to more than {}, which is over {} times the archive's size; looks like a bomb",
                        size_text(budget_), limits_.ratio),
            path);
  }

  // Ends this archive and all around it.
  void exhaust(const std::string& message, const std::string& path) {
    if (!exhausted_) fail(ErrorCode::kTooLarge, message + "; the rest is left out", path);
    exhausted_ = true;
  }

  void fail_as_libarchive_says(archive* a, const std::string& path) {
    const char* text = archive_error_string(a);
    const std::string message = clean(text == nullptr ? "unknown format" : text);
    const auto says = [&](std::string_view word) { return message.find(word) != message.npos; };
    // Before it has settled on a format, libarchive 3.6 follows a wild pointer to answer this.
    const bool knows_encrypted = archive_format(a) != 0 && archive_read_has_encrypted_entries(a) > 0;
    if (says("ncrypt") || says("assphrase") || knows_encrypted) {
      fail(ErrorCode::kEncrypted, "is encrypted; unpack it with its password and give the folder", path);
    } else if (says("runcated") || says("nexpected end") || says("nput data")) {
      fail(ErrorCode::kTruncated, fmt::format("the archive is cut short: {}", message), path);
    } else if (says("allocate memory")) {
      fail(ErrorCode::kTooLarge, "unpacking it takes too much memory", path);
    } else {
      fail(ErrorCode::kMalformed, fmt::format("the archive is damaged: {}", message), path);
    }
  }

  void fail(ErrorCode code, const std::string& message, const std::string& path) {
    if (failures_++ >= kFailuresPerArchive) return;
    ByteWriter writer;
    writer.u8(static_cast<std::uint8_t>(code));
    writer.text(message);
    writer.text(path);
    sink_.send(kFailed, ByteView(writer.bytes()));
  }

  const Limits& limits_;
  const FrameSink& sink_;
  std::uint64_t budget_;
  // Bytes at all depths: read out of entries, come out of decompression, claimed by entries to be theirs.
  std::uint64_t unpacked_ = 0, filtered_ = 0, claimed_ = 0;
  std::uint64_t entries_ = 0, others_ = 0;
  int failures_ = 0;
  bool exhausted_ = false;
};

}  // namespace

void extract(ByteView bytes, Kind kind, const std::string& path, const Limits& limits, const FrameSink& sink) {
  std::setlocale(LC_CTYPE, "C.UTF-8");  // of this worker: member names in UTF-8 are otherwise refused
  Extractor extractor(bytes.size(), limits, sink);
  extractor.open(bytes, kind, path, 0);
  extractor.send_others();
}

}  // namespace samehand::container
