// For the tests of this module: inputs compiled on the spot, images printed as text.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "samehand/image/image.h"

namespace samehand::image {

using Bytes = std::vector<std::uint8_t>;

// A folder that goes away with the test.
class Workspace {
 public:
  Workspace() {
    std::string pattern = (std::filesystem::temp_directory_path() / "samehand-image-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Workspace() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  void write(const std::string& name, std::string_view text) const { std::ofstream(path_ / name) << text; }

  // Runs a command line in the folder; a failure (also: the tool is missing) fails the test with its output.
  bool run(const std::string& command) const {
    const std::string line = "cd '" + path_.string() + "' && (" + command + ") >log 2>&1";
    const bool ok = std::system(line.c_str()) == 0;  // NOLINT: one thread, fixed commands
    if (!ok) {
      std::ifstream log(path_ / "log");
      ADD_FAILURE() << "needed for this test: " << command << "\n" << log.rdbuf();
    }
    return ok;
  }

  // What the command printed.
  std::string output(const std::string& command) const {
    run(command);
    std::ifstream log(path_ / "log");
    return {std::istreambuf_iterator<char>(log), {}};
  }

  Bytes read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The only image of `bytes`; fails the test where there is none.
inline Image load_one(const Bytes& bytes) {
  auto parts = load(ByteView(bytes));
  if (!parts) {
    ADD_FAILURE() << parts.error().message;
    return {};
  }
  if (parts->size() != 1) {
    ADD_FAILURE() << parts->size() << " parts";
    return {};
  }
  return std::move(parts->front().image);
}

inline const Symbol* find_symbol(const Image& image, std::string_view name) {
  for (const Symbol& s : image.symbols) {
    if (s.name == name) return &s;
  }
  return nullptr;
}

inline const Import* find_import(const Image& image, std::string_view name) {
  for (const Import& i : image.imports) {
    if (i.name == name) return &i;
  }
  return nullptr;
}

inline const Section* find_section(const Image& image, std::string_view name) {
  for (const Section& s : image.sections) {
    if (s.name == name) return &s;
  }
  return nullptr;
}

inline std::vector<std::string> trace_values(const Image& image, TraceKind kind, std::string_view key = {}) {
  std::vector<std::string> values;
  for (const Trace& t : image.traces) {
    if (t.kind == kind && (key.empty() || t.key == key)) values.push_back(t.value);
  }
  return values;
}

// Everything of an image but its symbols' and relocations' multitude, one fact per line.
inline std::string print(const Image& image) {
  std::ostringstream out;
  out << std::hex;
  out << to_string(image.format) << " " << to_string(image.architecture) << " base " << image.base << " entry "
      << image.entry.value_or(0) << " got " << image.got << "\n";
  for (const Section& s : image.sections) {
    out << "section " << s.name << " " << s.address << "+" << s.size << " @" << s.file_offset << "+" << s.file_size
        << (s.executable ? " x" : "") << (s.writable ? " w" : "") << (s.stubs ? " stubs" : "") << "\n";
  }
  for (const Import& i : image.imports) {
    out << "import " << i.slot << " " << i.name << (i.library.empty() ? "" : " from " + i.library)
        << (i.delayed ? " delayed" : "") << "\n";
  }
  for (const std::uint64_t i : image.initializers) out << "initializer " << i << "\n";
  for (const UnwindTable& t : image.unwind_tables) {
    out << "unwind " << static_cast<int>(t.kind) << " " << t.address << " @" << t.file_offset << "+" << t.size << "\n";
  }
  out << std::dec << image.symbols.size() << " symbols, " << image.relocations.size() << " relocations\n";
  for (const Trace& t : image.traces) {
    out << "trace " << to_string(t.kind) << " " << t.key << " = " << t.value << (t.valid ? "" : " INVALID") << "\n";
  }
  for (const Remark& r : image.remarks) out << "remark " << static_cast<int>(r.kind) << " " << r.text << "\n";
  for (const std::string& d : image.diagnostics) out << "diagnostic " << d << "\n";
  return out.str();
}

// What Image promises to its readers, whatever the input; empty where all of it holds, else the first broken promise.
inline std::string broken_promise(const Image& image) {
  std::uint64_t end = 0;
  for (const Section& s : image.sections) {
    if (s.size == 0) return "empty section " + s.name;
    if (s.address < end) return "section " + s.name + " overlaps or is out of order";
    if (s.size > ~0ull - s.address) return "section " + s.name + " wraps around";
    end = s.address + s.size;
    if (s.file_size > s.size) return "section " + s.name + " has more bytes than room";
    if (!image.bytes.contains(s.file_offset, s.file_size)) return "section " + s.name + " leaves the file";
  }
  for (std::size_t i = 1; i < image.imports.size(); i++) {
    if (image.imports[i - 1].slot >= image.imports[i].slot) return "imports out of order";
  }
  for (std::size_t i = 0; i < image.relocations.size(); i++) {
    if (i > 0 && image.relocations[i - 1].slot >= image.relocations[i].slot) return "relocations out of order";
    if (image.section_at(image.relocations[i].target) == nullptr) return "relocation leads outside";
  }
  for (std::size_t i = 1; i < image.symbols.size(); i++) {
    if (image.symbols[i - 1].address > image.symbols[i].address) return "symbols out of order";
  }
  for (const UnwindTable& t : image.unwind_tables) {
    if (!image.bytes.contains(t.file_offset, t.size)) return "unwind table leaves the file";
  }
  for (const std::uint64_t i : image.initializers) {
    if (image.section_at(i) == nullptr) return "initializer leads outside";
  }
  if (image.entry && image.section_at(*image.entry) == nullptr) return "entry leads outside";
  return {};
}

}  // namespace samehand::image
