// Archives and folders made for tests.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <clocale>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "samehand/container/container.h"

namespace samehand::container {

struct Packed {
  std::string name;
  std::string content;
};

// What sniff() takes for an ELF file, `size` bytes long and different for each `seed`.
inline std::string fake_elf(std::size_t size = 100, unsigned seed = 1) {
  std::string bytes =
      "\x7f"
      "ELF";
  while (bytes.size() < size) {
    seed = seed * 1103515245 + 12345;
    bytes += static_cast<char>(seed >> 16);
  }
  return bytes;
}

// An archive in libarchive's words: format "zip", "7zip", "gnutar", "newc", "iso9660", "arbsd", "raw" …; filter "none",
// "gzip", "xz" …
inline std::string pack(const std::string& format, const std::string& filter, const std::vector<Packed>& files,
                        const std::string& options = "") {
  archive* a = archive_write_new();
  std::string bytes;
  const auto append = [](archive*, void* to, const void* piece, std::size_t size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(piece), size);
    return static_cast<la_ssize_t>(size);
  };
  const std::string locale = std::setlocale(LC_CTYPE, nullptr);
  std::setlocale(LC_CTYPE, "C.UTF-8");
  EXPECT_EQ(archive_write_set_format_by_name(a, format.c_str()), ARCHIVE_OK) << archive_error_string(a);
  if (filter == "none") {
    archive_write_add_filter_none(a);
  } else {
    EXPECT_EQ(archive_write_add_filter_by_name(a, filter.c_str()), ARCHIVE_OK) << archive_error_string(a);
  }
  if (!options.empty()) {
    EXPECT_EQ(archive_write_set_options(a, options.c_str()), ARCHIVE_OK) << archive_error_string(a);
    archive_write_set_passphrase(a, "secret");
  }
  archive_write_set_bytes_in_last_block(a, 1);
  EXPECT_EQ(archive_write_open(a, &bytes, nullptr, append, nullptr), ARCHIVE_OK);
  for (const Packed& file : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, file.name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(file.content.size()));
    EXPECT_EQ(archive_write_header(a, entry), ARCHIVE_OK) << archive_error_string(a);
    archive_write_data(a, file.content.data(), file.content.size());
    archive_entry_free(entry);
  }
  EXPECT_EQ(archive_write_close(a), ARCHIVE_OK) << archive_error_string(a);
  archive_write_free(a);
  std::setlocale(LC_CTYPE, locale.c_str());
  return bytes;
}

// A test with a folder of its own.
class InFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "samehand-container-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }
  // One line per member ("path size") and failure ("path: message"), paths relative to the test's folder.
  std::string show(const Opened& opened) const {
    std::string text;
    const auto relative = [&](const std::string& where) {
      return where.starts_with(folder_ + "/") ? where.substr(folder_.size() + 1) : where;
    };
    for (const Member& m : opened.members) text += relative(m.path) + " " + std::to_string(m.bytes.size()) + "\n";
    for (const Error& e : opened.failures) text += relative(e.where) + ": " + e.message + "\n";
    return text;
  }

  std::string folder_;
};

}  // namespace samehand::container
