// Words that reports write in capitals without naming an actor or malware: products, vendors, countries, months.
#include "hashed_words.h"
#include "name_index.h"

namespace samehand::naming {
namespace {

// Written with capitals, naming no actor and no malware.
// clang-format off
constexpr auto kNeverNames = hashed({
    "android", "windows", "linux", "macos", "mac", "ios", "unix", "solaris", "java", "javascript", "python",
    "powershell", "visual", "basic", "net", "golang", "go", "rust", "delphi", "perl", "php", "ruby", "lua",
    "autoit", "autohotkey", "nsis", "vbs", "vba", "vbscript", "jscript", "microsoft", "google", "apple", "adobe",
    "office", "excel", "word", "outlook", "powerpoint", "onenote", "flash", "acrobat", "chrome", "firefox", "edge",
    "internet", "explorer", "teams", "onedrive", "sharepoint", "exchange", "azure", "aws", "amazon", "dropbox",
    "telegram", "discord", "slack", "github", "pastebin", "twitter", "facebook", "linkedin", "youtube", "whatsapp",
    "gmail", "yahoo", "zoom", "citrix", "vmware", "cisco", "fortinet", "oracle", "sap", "kaseya", "solarwinds",
    "atlassian", "confluence", "jira", "wordpress", "magento", "drupal", "apache", "nginx", "tomcat", "docker",
    "kubernetes", "kaspersky", "symantec", "mcafee", "eset", "sophos", "fireeye", "mandiant", "crowdstrike",
    "proofpoint", "zscaler", "trend", "micro", "bitdefender", "avast", "avg", "malwarebytes", "talos", "checkpoint",
    "clearsky", "sentinelone", "secureworks", "unit", "recorded", "intel471", "intel", "lab52", "dragos",
    "volexity", "anomali", "threatlabz", "virustotal", "defender", "american", "chinese", "russian", "iranian",
    "korean", "indian", "israeli", "ukrainian", "turkish", "vietnamese", "pakistani", "brazilian", "japanese",
    "german", "french", "italian", "spanish", "polish", "british", "english", "arabic", "european", "asian",
    "latin", "middle", "eastern", "western", "north", "south", "east", "west", "northern", "southern", "portuguese",
    "nigerian", "lebanese", "syrian", "saudi", "dutch", "mexican", "colombian", "belarusian", "kazakh", "us", "usa",
    "uk", "u", "eu", "uae", "un", "nato", "fbi", "cia", "nsa", "cisa", "cert", "doj", "dhs", "gchq", "january",
    "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday", "sunday", "i", "ii", "iii", "iv", "c2", "c", "cnc", "http",
    "https", "dns", "tcp", "udp", "ip", "url", "urls", "ftp", "smtp", "ssl", "tls", "tor", "vpn", "rdp", "smb",
    "ssh", "rat", "rats", "apt", "apts", "dll", "exe", "pe", "elf", "pdf", "doc", "docx", "xls", "xlsm", "rtf",
    "html", "hta", "lnk", "zip", "rar", "iso", "vhd", "ioc", "iocs", "ttp", "ttps", "yara", "sigma", "mitre", "att",
    "ck", "cve", "api", "com", "wmi", "uac", "amsi", "etw", "edr", "av", "siem", "soc", "iot", "ot", "ics", "scada",
    "pos", "atm", "maas", "raas", "saas", "xor", "aes", "rsa", "rc4", "base64", "json", "xml", "sql", "usb", "cpu",
    "gpu", "bios", "uefi", "mbr", "vm", "vms", "os", "pc", "qr", "pii", "gdpr", "hipaa", "covid", "covid19",
    "coronavirus", "bitcoin", "monero", "ethereum", "figure", "table", "appendix", "note", "stage", "step", "part",
    "section", "chapter", "md5", "sha1", "sha256", "win32", "win64", "x64", "x86", "64", "32", "ransomware",
    "malware", "trojan", "backdoor", "botnet", "worm", "spyware", "loader", "downloader", "dropper", "stealer",
    "keylogger", "banker", "infostealer", "rootkit", "wiper", "miner", "group", "team", "campaign", "operation",
    "actor", "actors", "threat", "threats", "hackers", "hacker", "espionage", "cyber", "cybercrime",
    "cybercriminal", "cybercriminals", "criminal", "criminals", "advanced", "persistent", "financially", "state",
    "sponsored", "nation", "remote", "access", "banking", "mobile", "open", "source", "post", "exploitation",
    "phishing", "spearphishing", "spam", "email", "emails", "initial", "the", "this", "these", "those", "a", "an",
    "our", "their", "its", "his", "her", "your", "my", "all", "both", "each", "every", "some", "any", "other",
    "another", "such", "same", "many", "most", "several", "various", "different", "new", "old", "first", "second",
    "third", "fourth", "final", "last", "next", "previous", "recent", "latest", "known", "unknown", "popular",
    "notorious", "infamous", "malicious", "custom", "commodity", "multiple", "single", "additional", "similar",
    "modular", "fileless", "in", "on", "at", "by", "for", "from", "with", "as", "if", "when", "while", "after",
    "before", "during", "since", "although", "however", "also", "and", "or", "but", "not", "no", "it", "we", "they",
    "he", "she", "you", "who", "which", "what", "where", "how", "why", "is", "are", "was", "were", "has", "have",
    "had", "to", "of", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "analysis",
    "analyzing", "inside", "overview", "summary", "conclusion", "introduction", "background", "technical",
    "details", "indicators", "compromise", "detection", "detecting", "protection", "mitigation", "recommendations",
    "references", "related", "research", "researchers", "security", "blog", "report", "labs", "lab", "intelligence",
    "cybersecurity", "alert", "update", "targeting", "targeted", "using", "used", "uses", "via", "attack",
    "attacks", "attackers", "attacker", "hacking", "hacktool", "packed", "encrypted", "signed", "digital",
    "mac-based", "based", "shellcode", "offline", "online", "mentioned", "delivering", "browser", "send", "anti",
    "once", "imagine", "fud", "et", "etpro", "ddos", "extortion", "development", "claims", "government", "ministry",
    "department", "bank", "university", "company", "corp", "inc", "ltd", "llc"});
// clang-format on

}  // namespace

bool may_be_name(const Page& page, std::size_t i) {
  const Word& word = page.words[i];
  if (!word.is(Word::kCapital | Word::kMixed)) {
    // "njrat2" has a digit; plain numbers and small words are no names.
    return false;
  }
  const std::size_t size = word.end - word.begin;
  if (size < 3 || size > 30) return false;
  if (word.is(Word::kGlued) && page.char_before(i) == '-') return false;  // "e-Crime", "pre-Petya"
  if (page.char_before(i) == '\'' || (i > 0 && page.text.substr(page.words[i - 1].end, 2) == "'s"))
    return false;  // "Joker's Stash"
  if (is_in(page.hashes[i], kNeverNames)) return false;
  const char before = page.char_before(i), after = page.char_after(i);
  if (before == '/' || before == '\\' || before == '@' || before == '_' || before == '.' || after == '/' ||
      after == '\\' || after == '@' || after == '_' || after == '(')
    return false;
  if (after == '.' && word.end + 1 < page.text.size() && is_word_byte(page.text[word.end + 1])) return false;
  // One ordinary word with a capital is a heading or a sentence's beginning.
  if (!word.is(Word::kMixed | Word::kAllCapitals | Word::kHasDigit) && is_ordinary_word(page.key(i, 1)) &&
      page.used_in_lower_case(i))
    return false;
  return true;
}

}  // namespace samehand::naming
