// Paths, file names, registry keys, pipes and named objects.
//
// A path may contain spaces ("C:\Program Files\x\y.exe"), and nothing marks its end. What is done: inside quotes it
// goes to the closing quote. Elsewhere a space belongs to it only if a few words later, on the same line, a backslash
// follows that belongs to no new path ("Program Files\"), or the words are known folders. The last component ends at a
// space, and after a known extension.
//
// A name with a dot is a file or a domain. Its last label decides where only one of both is possible (".exe", ".org").
// Some are both: a defanged one is a domain, and so is what is followed by a path or port; else kFileFirst lists the
// labels that reports mean as files (install.sh, setup.py), the rest are domains.
#include <algorithm>
#include <array>
#include <unordered_set>

#include "public_suffix.h"
#include "samehand/base/one_of.h"
#include "scan.h"

namespace samehand::indicator {
namespace {

constexpr std::size_t kMaxPath = 1024;

const std::unordered_set<std::string_view>& extensions() {
  static const std::unordered_set<std::string_view> known = {
      "exe",        "dll",       "sys",         "scr",     "ocx",       "cpl",        "drv",
      "com",        "bat",       "cmd",         "ps1",     "psm1",      "psd1",       "vbs",
      "vbe",        "js",        "jse",         "wsf",     "wsh",       "hta",        "lnk",
      "msi",        "msp",       "mst",         "msu",     "inf",       "ini",        "cfg",
      "conf",       "config",    "reg",         "dat",     "bin",       "tmp",        "temp",
      "log",        "txt",       "doc",         "docx",    "docm",      "dot",        "dotm",
      "dotx",       "xls",       "xlsx",        "xlsm",    "xlsb",      "xlt",        "xltm",
      "xlam",       "xll",       "ppt",         "pptx",    "pptm",      "ppam",       "pps",
      "ppsx",       "rtf",       "pdf",         "csv",     "xml",       "html",       "htm",
      "mht",        "mhtml",     "php",         "php3",    "php5",      "phtml",      "asp",
      "aspx",       "ashx",      "asmx",        "asax",    "jsp",       "jspx",       "jspa",
      "cfm",        "cgi",       "json",        "yml",     "yaml",      "toml",       "zip",
      "rar",        "7z",        "gz",          "tgz",     "tar",       "bz2",        "xz",
      "zst",        "ace",       "arj",         "lzh",     "cab",       "iso",        "img",
      "vhd",        "vhdx",      "vmdk",        "dmg",     "pkg",       "deb",        "rpm",
      "apk",        "ipa",       "jar",         "war",     "ear",       "class",      "py",
      "pyc",        "pyd",       "pyw",         "pl",      "pm",        "rb",         "sh",
      "bash",       "zsh",       "elf",         "so",      "dylib",     "ko",         "lib",
      "obj",        "pdb",       "map",         "db",      "db3",       "sqlite",     "sqlite3",
      "mdb",        "accdb",     "pst",         "ost",     "eml",       "msg",        "chm",
      "hlp",        "url",       "website",     "webloc",  "swf",       "fla",        "png",
      "jpg",        "jpeg",      "gif",         "bmp",     "ico",       "svg",        "tif",
      "tiff",       "webp",      "wav",         "mp3",     "mp4",       "avi",        "mov",
      "mkv",        "wmv",       "crt",         "cer",     "pem",       "key",        "pfx",
      "p12",        "p7b",       "der",         "csr",     "pub",       "gpg",        "asc",
      "kdbx",       "rdp",       "vnc",         "ovpn",    "bak",       "old",        "orig",
      "swp",        "dmp",       "mdmp",        "etl",     "evtx",      "evt",        "pcap",
      "pcapng",     "sct",       "xsl",         "xslt",    "manifest",  "nls",        "mui",
      "tlb",        "idx",       "pak",         "sfx",     "vb",        "vba",        "bas",
      "cls",        "frm",       "cs",          "cpp",     "cc",        "cxx",        "hpp",
      "rs",         "go",        "java",        "kt",      "swift",     "ts",         "tsx",
      "jsx",        "lua",       "au3",         "a3x",     "ahk",       "md",         "locker",
      "locked",     "encrypted", "enc",         "onepkg",  "one",       "search-ms",  "settingcontent-ms",
      "library-ms", "appref-ms", "application", "appx",    "msix",      "appxbundle", "msixbundle",
      "ps",         "app",       "plist",       "scpt",    "command",   "action",     "workflow",
      "service",    "timer",     "socket",      "desktop", "cron",      "dex",        "oat",
      "vmem",       "vmx",       "ova",         "ovf",     "wim",       "swm",        "job",
      "pif",        "gadget",    "tar.gz",      "dll32",   "dll64",     "x64",        "x86",
      "nsi",        "nsh",       "ax",          "acm",     "efi",       "rom",        "fw",
      "hex",        "s",         "asm",         "inc",     "sql",       "bson",       "dump",
      "har",        "yar",       "yara",        "rules",   "sig",       "ioc",        "stix",
      "xpi",        "crx",       "oxt",         "odt",     "ods",       "odp",        "odf",
      "wps",        "hwp",       "hwpx",        "jtd",     "epub",      "ttf",        "otf",
      "woff",       "cur",       "ani",         "theme",   "themepack", "diagcab",    "diagpkg",
      "grp",        "mof",       "wll",         "ppa",     "xla",       "slk",        "iqy",
      "oqy",        "dqy",       "rqy",         "pub",     "xps",       "oxps",       "vsd",
      "vsdx",       "mpp",       "accde",       "mde",     "ade",       "adp",        "mdw",
      "mda",        "sha1",      "sha256",      "md5",     "torrent",   "part",       "crdownload",
      "download"};
  return known;
}

// Labels that are extensions and top-level domains, and that reports mean as files unless something says otherwise.
bool is_file_first(std::string_view extension) {
  static constexpr std::string_view kFileFirst[] = {
      "sh",  "py",  "so",       "zip",   "mov", "md",     "rs",  "ps",  "pm",  "vb",
      "cab", "app", "java",     "go",    "ts",  "pub",    "one", "dot", "bin", "command",
      "inc", "map", "download", "swift", "cfg", "config", "js",  "rip", "cs",  "download"};
  return one_of(extension, kFileFirst);
}

bool is_extension(std::string_view label) {
  if (label.size() > 16) return false;
  const std::string small = lower(label);
  return extensions().contains(small);
}

// Characters that no component of a Windows path may have, or that end one in a text.
bool ends_component(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '"' || c == '|' || c == '?' || c == '*' ||
         c == ':' || c == '/' || c == ';' || c == '`' || c == 0x7f;
}

// Words that go on with a sentence behind a registry key.
constexpr std::string_view kSentence[] = {"and", "or",  "is",  "was", "on",  "in",   "to",   "with", "under", "from",
                                          "as",  "for", "key", "by",  "the", "then", "were", "are",  "which", "that"};

char quote_around(const Text& text, std::size_t begin) {
  const char c = text.before(begin);
  return c == '"' || c == '\'' || c == '`' ? c : '\0';
}

// The end of a backslash path whose first component begins at `at`. `key` is whether it is a registry key, whose parts
// have spaces and small letters as they please.
std::size_t backslash_end(const Text& text, std::size_t begin, std::size_t at, bool key = false) {
  const std::size_t limit = std::min(text.size(), begin + kMaxPath);
  if (const char quote = quote_around(text, begin); quote != 0) {
    // To the closing quote, if one comes before anything that no path holds.
    std::size_t end = at;
    while (end < limit && text[end] != quote && !ends_component(text[end])) ++end;
    if (text[end] == quote && end > at) return end;
  }
  std::size_t end = at;
  while (end < limit) {
    const char c = text[end];
    if (ends_component(c)) break;
    if (c == ',' && !is_alnum(text[end + 1])) break;
    if (c == '\'' && !is_alnum(text[end + 1])) break;
    if (c == ')' && text.piece(begin, end).find('(') == std::string_view::npos) break;
    if (c == ']' && text.piece(begin, end).find('[') == std::string_view::npos) break;
    if (c == '}' && text.piece(begin, end).find('{') == std::string_view::npos) break;
    if (is_high(c)) {
      const CodePoint point = decode_utf8(text.from(end, 4), 0);
      if ((point.value >= 0x2010 && point.value <= 0x206f) || (point.value >= 0x3000 && point.value <= 0x303f) ||
          point.value >= 0xff00)
        break;
      end += point.bytes;
      continue;
    }
    if (c == ' ') {
      // Does the component go on to another backslash?
      std::size_t next = end + 1;
      int words = 1;
      while (next < end + 48 && !ends_component(text[next]) && text[next] != '\\' && words <= 4) {
        if (text[next] == ' ') ++words;
        if (text[next] == ',' || (text[next] == '.' && text[next + 1] == ' ')) break;
        ++next;
      }
      if (text[next] != '\\' || words > 4) break;
      // "C:\Windows and HKLM\Software": the word before that backslash begins something new.
      std::size_t word = next;
      while (word > end && text[word - 1] != ' ') --word;
      const std::string_view opener = text.piece(word, next);
      if (opener.empty() || opener.back() == ':' || opener.front() == '%' || starts_ignoring_case(opener, "hk") ||
          equals_ignoring_case(opener, "global") || equals_ignoring_case(opener, "local"))
        break;
      // A component that already has an extension is finished: "x.exe and System32\y.dll".
      const std::string_view so_far = text.piece(begin, end);
      const std::size_t slash = so_far.rfind('\\');
      const std::string_view component = so_far.substr(slash == std::string_view::npos ? 0 : slash + 1);
      const std::size_t dot = component.rfind('.');
      if (component.empty() || (dot != std::string_view::npos && is_extension(component.substr(dot + 1)))) break;
      // The words between are part of a folder's name, not of a sentence: they begin with capitals or digits, or are
      // small joining words between such ("Documents and Settings").
      const std::string_view between = text.piece(end + 1, next);
      bool name_like = is_upper(between[0]) || is_digit(between[0]) || between[0] == '(' ||
                       starts_ignoring_case(between, "and settings") || starts_ignoring_case(between, "files");
      if (key && !name_like)
        name_like = std::ranges::none_of(kSentence, [&](std::string_view one) {
          return starts_ignoring_case(between, one) && (between.size() == one.size() || between[one.size()] == ' ');
        });
      if (!name_like) break;
      end = next;
      continue;
    }
    ++end;
  }
  while (end > at) {
    const char c = text.before(end);
    if (c != '.' && c != ',' && c != ' ' && c != '!' && c != '\'' && c != '-') break;
    --end;
  }
  return end;
}

std::string single_backslashes(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    out.push_back(path[i]);
    if (path[i] == '\\' && i > 0)
      while (i + 1 < path.size() && path[i + 1] == '\\') ++i;
  }
  return out;
}

struct Hive {
  std::string_view written;
};
constexpr std::string_view kHives[] = {"hkey_local_machine",
                                       "hkey_current_user",
                                       "hkey_classes_root",
                                       "hkey_users",
                                       "hkey_current_config",
                                       "hkey_performance_data",
                                       "hkey_dyn_data",
                                       "hklm",
                                       "hkcu",
                                       "hkcr",
                                       "hku",
                                       "hkcc",
                                       "hkpd",
                                       "hkdd"};

bool is_hive(std::string_view word) {
  return std::ranges::any_of(kHives, [&](std::string_view hive) { return equals_ignoring_case(word, hive); });
}

Find find(Kind kind, std::size_t begin, std::size_t end, std::string value) {
  return {kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), std::move(value), 0};
}

std::optional<Find> drive_path(const Text& text, std::size_t begin) {
  // C:\… or C:/…, X:\\… with escaped backslashes
  std::size_t first = begin + 2;
  while (text[first] == '\\') ++first;
  if (text[begin + 2] == '/') {
    std::size_t end = begin + 3;
    while (end < begin + kMaxPath && (!ends_component(text[end]) || text[end] == '/') && text[end] != ' ' &&
           text[end] != ',' && text[end] != ')')
      ++end;
    while (end > begin && (text.before(end) == '.' || text.before(end) == '\'')) --end;
    if (end - begin < 6) return std::nullopt;
    return find(Kind::kFilePath, begin, end, std::string(text.piece(begin, end)));
  }
  const std::size_t end = backslash_end(text, begin, first);
  if (end <= first && text[begin + 2] != '\\') return std::nullopt;
  const std::size_t last = std::max(end, begin + 3);
  const std::string value = single_backslashes(text.piece(begin, last));
  const bool pdb = value.size() > 7 && equals_ignoring_case(std::string_view(value).substr(value.size() - 4), ".pdb");
  if (value.size() <= 3) return std::nullopt;  // "C:\" alone says nothing
  return find(pdb ? Kind::kPdbPath : Kind::kFilePath, begin, last, value);
}

}  // namespace

std::optional<Find> backslash_path_at(const Text& text, std::size_t begin) {
  const char c = text[begin];
  const char previous = text.before(begin);
  if (is_alpha(c) && text[begin + 1] == ':' && (text[begin + 2] == '\\' || text[begin + 2] == '/')) {
    if (is_alnum(previous) || is_high(previous)) return std::nullopt;
    if (text[begin + 2] == '/' && text[begin + 3] == '/') return std::nullopt;
    return drive_path(text, begin);
  }
  if (c == '%') {  // %APPDATA%\x, %TEMP%/x
    std::size_t name = begin + 1;
    while (name < begin + 40 && (is_alnum(text[name]) || text[name] == '_' || text[name] == '(' || text[name] == ')'))
      ++name;
    if (name == begin + 1 || text[name] != '%' || (text[name + 1] != '\\' && text[name + 1] != '/'))
      return std::nullopt;
    std::size_t first = name + 1;
    while (text[first] == '\\' || text[first] == '/') ++first;
    std::size_t end = backslash_end(text, begin, first);
    if (text[name + 1] == '/') {
      end = first;
      while (end < begin + kMaxPath && (!ends_component(text[end]) || text[end] == '/') && text[end] != ' ' &&
             text[end] != ',')
        ++end;
      while (end > first && text.before(end) == '.') --end;
    }
    if (end <= first) return std::nullopt;
    return find(Kind::kFilePath, begin, end, single_backslashes(text.piece(begin, end)));
  }
  if (c == '\\') {
    if (is_alnum(previous) || is_high(previous) || previous == '\\' || previous == '.' || previous == '%')
      return std::nullopt;
    std::size_t first = begin;
    while (text[first] == '\\' && first < begin + 4) ++first;
    const std::string_view after = text.from(first, 16);
    if (after.starts_with(".\\") || after.starts_with("?\\") || after.starts_with("??\\")) {  // \\.\pipe\x, \\?\C:\x
      std::size_t device = first + (after.starts_with("??") ? 2 : 1);
      while (text[device] == '\\') ++device;
      if (is_alpha(text[device]) && text[device + 1] == ':' && text[device + 2] == '\\') {
        const auto inner = drive_path(text, device);
        if (!inner) return std::nullopt;
        return find(inner->kind, begin, inner->end, single_backslashes(text.piece(begin, inner->end)));
      }
      const bool pipe = starts_ignoring_case(text.from(device, 8), "pipe\\");
      const std::size_t end = backslash_end(text, begin, device);
      if (end <= device) return std::nullopt;
      return find(pipe ? Kind::kPipe : Kind::kFilePath, begin, end, single_backslashes(text.piece(begin, end)));
    }
    if (starts_ignoring_case(after, "pipe\\") || starts_ignoring_case(text.from(first, 32), "device\\namedpipe\\")) {
      const std::size_t end = backslash_end(text, begin, first);
      if (end <= first + 5) return std::nullopt;
      return find(Kind::kPipe, begin, end, single_backslashes(text.piece(begin, end)));
    }
    const std::size_t slashes = first - begin;
    if (slashes >= 2 && (is_alnum(text[first]) || text[first] == '%' || text[first] == '<')) {  // \\server\share\x
      const std::size_t end = backslash_end(text, begin, first);
      const std::string value = single_backslashes(text.piece(begin, end));
      const std::size_t share = value.find('\\', 2);
      if (share == std::string::npos || share + 1 >= value.size()) return std::nullopt;
      if (starts_ignoring_case(std::string_view(value).substr(share), "\\pipe\\"))
        return find(Kind::kPipe, begin, end, value);
      return find(Kind::kFilePath, begin, end, value);
    }
    static constexpr std::string_view kRoots[] = {
        "windows\\",  "users\\", "program files", "programdata\\", "device\\",   "systemroot\\",      "appdata\\",
        "system32\\", "temp\\",  "microsoft\\",   "inetpub\\",     "registry\\", "basenamedobjects\\"};
    for (const std::string_view root : kRoots) {
      if (slashes != 1 || !starts_ignoring_case(text.from(first, 24), root)) continue;
      const std::size_t end = backslash_end(text, begin, first);
      const Kind kind = root == "registry\\"           ? Kind::kRegistryKey
                        : root == "basenamedobjects\\" ? Kind::kMutex
                                                       : Kind::kFilePath;
      return end > first + root.size()
                 ? std::optional(find(kind, begin, end, single_backslashes(text.piece(begin, end))))
                 : std::nullopt;
    }
    return std::nullopt;
  }
  // A word before the first backslash.
  std::size_t word = begin;
  while (word < begin + 64 &&
         (is_alnum(text[word]) || text[word] == '_' || text[word] == '.' || text[word] == '-' || text[word] == '$'))
    ++word;
  const std::string_view head = text.piece(begin, word);
  std::size_t slash = word;
  if (is_hive(head)) {
    const bool pointed = text.before(begin) == '<' && text[slash] == '>';  // <HKLM>\Software
    if (pointed) ++slash;
    if (text[slash] == ':' && text[slash + 1] == '\\') ++slash;  // HKLM:\ of PowerShell
    if (text[slash] != '\\' && !(text[slash] == '/' && is_alpha(text[slash + 1]))) return std::nullopt;
    std::size_t first = slash;
    while (text[first] == '\\' || text[first] == '/') ++first;
    // A placeholder as a component: HKEY_USERS\<SID>\Software
    std::size_t at = first;
    if (text[at] == '<') {
      const std::size_t limit = at + 32;
      while (at < limit && text[at] != '>' && text[at] != '\n' && text[at] != '\\' && text[at] != '\0') ++at;
      if (text[at] != '>' || text[at + 1] != '\\') return std::nullopt;
      ++at;
    }
    std::size_t end = backslash_end(text, begin, at, true);
    if (text[slash] == '/') {
      end = first;
      while (end < begin + kMaxPath &&
             (is_alnum(text[end]) || text[end] == '/' || text[end] == '_' || text[end] == '-'))
        ++end;
    }
    if (end <= first) return std::nullopt;
    return find(Kind::kRegistryKey, pointed ? begin - 1 : begin, end,
                upper(head) + "\\" + single_backslashes(text.piece(first, end)));
  }
  if (text[slash] != '\\') return std::nullopt;
  std::size_t first = slash;
  while (text[first] == '\\') ++first;
  if ((equals_ignoring_case(head, "software") || equals_ignoring_case(head, "system") ||
       equals_ignoring_case(head, "sam") || equals_ignoring_case(head, "security")) &&
      is_alpha(text[first])) {
    static constexpr std::string_view kBranches[] = {"microsoft", "currentcontrolset", "controlset", "policies",
                                                     "classes",   "wow6432node",       "sam"};
    const std::string_view branch = text.from(first, 20);
    if (std::ranges::any_of(kBranches, [&](std::string_view b) { return starts_ignoring_case(branch, b); }) ||
        equals_ignoring_case(head, "software")) {
      const std::size_t end = backslash_end(text, begin, first);
      if (end > first) return find(Kind::kRegistryKey, begin, end, single_backslashes(text.piece(begin, end)));
    }
  }
  if (equals_ignoring_case(head, "global") ||
      (equals_ignoring_case(head, "local") && text.mentions_before(begin, 64, "mutex"))) {
    std::size_t end = first;
    while (end < first + 128 && (is_alnum(text[end]) || text[end] == '_' || text[end] == '-' || text[end] == '{' ||
                                 text[end] == '}' || text[end] == '.' || text[end] == '%' || text[end] == '$' ||
                                 text[end] == '!' || text[end] == '#' || text[end] == '@'))
      ++end;
    while (end > first && text.before(end) == '.') --end;
    if (end > first + 1) return find(Kind::kMutex, begin, end, single_backslashes(text.piece(begin, end)));
    return std::nullopt;
  }
  if (equals_ignoring_case(head, "pipe") && is_alnum(text[first])) {
    const std::size_t end = backslash_end(text, begin, first);
    return find(Kind::kPipe, begin, end, single_backslashes(text.piece(begin, end)));
  }
  // A relative path counts if it ends in a known extension: system32\drivers\x.sys
  if (text.before(begin) == '\\' || text.before(begin) == '$') return std::nullopt;
  const std::size_t end = backslash_end(text, begin, first);
  const std::string value = single_backslashes(text.piece(begin, end));
  const std::size_t dot = value.rfind('.');
  if (dot == std::string::npos || dot < value.rfind('\\') || !is_extension(std::string_view(value).substr(dot + 1)))
    return std::nullopt;
  const bool pdb = equals_ignoring_case(std::string_view(value).substr(dot), ".pdb");
  return find(pdb ? Kind::kPdbPath : Kind::kFilePath, begin, end, value);
}

std::optional<Find> slash_path_at(const Text& text, std::size_t begin) {
  static constexpr std::string_view kRoots[] = {
      "bin",     "boot",    "dev",     "etc",     "home",     "lib",       "lib32",  "lib64",
      "media",   "mnt",     "opt",     "proc",    "root",     "run",       "sbin",   "srv",
      "sys",     "tmp",     "usr",     "var",     "Users",    "Library",   "System", "Applications",
      "Volumes", "private", "data",    "sdcard",  "system",   "storage",   "vendor", "cores",
      "Network", "jffs",    "overlay", "volume1", "nsconfig", "netscaler", "flash"};
  const char previous = text.before(begin);
  if (is_alnum(previous) || is_high(previous) || previous == '/' || previous == '.' || previous == '_' ||
      previous == '-' || previous == '\\' || previous == '%' || previous == '}' || previous == ')' || previous == ']' ||
      previous == '*')
    return std::nullopt;
  const bool home = text[begin] == '~';
  const std::size_t first = begin + (home ? 2 : 1);
  if (home && text[begin + 1] != '/') return std::nullopt;
  std::size_t end = first;
  std::size_t components = 0, component = first;
  std::string_view root;
  const std::size_t limit = begin + kMaxPath;
  while (end < limit) {
    const char c = text[end];
    if (!is_alnum(c) && c != '.' && c != '_' && c != '-' && c != '+' && c != '/' && c != '%' && c != '@' && c != '#' &&
        c != '~' && c != '=' && c != '$' && c != '{' && c != '}' && c != '*' && c != ':' && c != ',')
      break;
    if (c == ',' && !is_alnum(text[end + 1])) break;
    if (c == ':' && !is_digit(text[end + 1])) break;
    if (c == '/') {
      if (end == component && !(components == 0)) break;  // "//"
      if (components == 0) root = text.piece(first, end);
      ++components;
      component = end + 1;
    }
    ++end;
  }
  if (text.from(end, 9) == " Support/") {  // ~/Library/Application Support/
    std::size_t more = end + 9;
    while (more < limit &&
           (is_alnum(text[more]) || text[more] == '.' || text[more] == '_' || text[more] == '-' || text[more] == '/'))
      ++more;
    end = more;
    component = text.piece(begin, end).rfind('/') + begin + 1;
    ++components;
  }
  while (end > first && (text.before(end) == '.' || text.before(end) == ',' || text.before(end) == ':' ||
                         text.before(end) == '-' || text.before(end) == '=' || text.before(end) == '*'))
    --end;
  if (end <= first) return std::nullopt;
  const bool known = home || (components >= 1 && one_of(root, kRoots));
  if (!known || (end == component && components < 2)) {
    return std::nullopt;
  }
  return find(Kind::kFilePath, begin, end, std::string(text.piece(begin, end)));
}

std::optional<Find> file_name_at(const Text& text, std::size_t begin, std::size_t end) {
  while (end > begin && (text.before(end) == '.' || text.before(end) == '-')) --end;
  const std::string_view name = text.piece(begin, end);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.size() > 255) return std::nullopt;
  const std::string extension = lower(name.substr(dot + 1));
  if (!is_extension(extension)) return std::nullopt;
  const std::string_view stem = name.substr(0, dot);
  if (stem.empty() || std::ranges::none_of(stem, [](char c) { return is_alnum(c) || is_high(c); })) return std::nullopt;
  const auto value = [&] { return find(Kind::kFileName, begin, end, std::string(name)); };
  if (!is_top_level_domain(extension)) {
    // "1.s", "a.c": one letter on both sides is an abbreviation.
    if (extension.size() == 1 && stem.size() < 3) return std::nullopt;
    return value();
  }
  if (text.defanged(begin, end)) return std::nullopt;
  const char next = text[end];
  if ((next == '/' || (next == ':' && is_digit(text[end + 1]))) && !normal_domain(name).empty()) return std::nullopt;
  if (extension == "com") {
    static constexpr std::string_view kPrograms[] = {
        "command.com",  "cmd.com",      "more.com", "mode.com", "tree.com",     "format.com",   "chcp.com",
        "diskcomp.com", "diskcopy.com", "edit.com", "win.com",  "loadhigh.com", "graftabl.com", "kb16.com"};
    if (one_of(lower(name), kPrograms)) return value();
    return std::nullopt;
  }
  if (!is_file_first(extension)) return std::nullopt;
  // "It was done.So they left": a full stop without its space; "i.e.so": an abbreviation.
  const std::string_view written = name.substr(dot + 1);
  if ((written == "So" || written == "Go" || written == "One") && is_lower(stem.back())) return std::nullopt;
  if (equals_ignoring_case(stem, "i.e") || equals_ignoring_case(stem, "e.g")) return std::nullopt;
  // The sentence may say that it is a domain.
  for (const std::string_view word : {"domain", "hostname", "c2 ", "c&c", "resolv", "subdomain", "website", "dns"})
    if (text.mentions_before(begin, 40, word)) return std::nullopt;
  if (starts_ignoring_case(name, "www.")) return std::nullopt;
  return value();
}

}  // namespace samehand::indicator
