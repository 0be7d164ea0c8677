#include "arguments.h"

#include <charconv>
#include <map>

#include "output.h"

namespace samehand::cli {

std::optional<std::uint64_t> parse_address(const std::string& text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const char* begin = text.data() + (hexadecimal ? 2 : 0);
  const char* end = text.data() + text.size();
  std::uint64_t value = 0;
  const auto [stopped, error] = std::from_chars(begin, end, value, hexadecimal ? 16 : 10);
  if (error != std::errc() || stopped != end || begin == end) return std::nullopt;
  return value;
}

void InputArguments::add_to(CLI::App& command) {
  const auto address = CLI::Validator(
      [](const std::string& text) {
        return parse_address(text) ? std::string() : "'" + text + "' is no address: give it as 0x401000 or 4198400";
      },
      "ADDRESS");
  auto* raw_flag =
      command.add_flag("--raw", raw, "Take each file as bare code, such as a memory dump, whatever it looks like");
  command.add_option("--base", base, "Address of the first byte, with --raw")
      ->check(address)
      ->needs(raw_flag)
      ->capture_default_str();
  command.add_option("--arch", architecture, "Instruction set, with --raw")
      ->check(CLI::IsMember({"x86", "x64", "arm64"}))
      ->needs(raw_flag)
      ->capture_default_str();
  command.add_flag("--no-symbols", no_symbols, "Find functions as if the file were stripped");
  command.add_flag("--no-unwind-tables", no_unwind_tables, "Find functions without .eh_frame, .pdata and the like");
  command.add_option("-j,--jobs", jobs, "Worker processes at a time; 0 for one per core")->capture_default_str();
}

flow::AnalyseOptions InputArguments::options() const {
  static const std::map<std::string, image::Architecture> kArchitectures = {
      {"x86", image::Architecture::kX86}, {"x64", image::Architecture::kX64}, {"arm64", image::Architecture::kArm64}};
  flow::AnalyseOptions options;
  options.load.raw = raw;
  options.load.raw_base = parse_address(base).value_or(0);
  options.load.raw_architecture = kArchitectures.at(architecture);
  options.recover.use_symbols = !no_symbols;
  options.recover.use_unwind_tables = !no_unwind_tables;
  options.parallel = jobs;
  options.on_progress = progress_line("reading");
  options.on_diagnostic = [](const std::string& message) { complain({ErrorCode::kNotSupported, message, {}}); };
  return options;
}

CLI::Option* add_output(CLI::App& command, const std::string& name, std::string& file, const std::string& says) {
  const auto is_name = [](const std::string& text) {
    return text.empty() || text == "-" ? std::string("give the name of a file to write") : std::string();
  };
  return command.add_option(name, file, says)->check(CLI::Validator(is_name, ""))->option_text("FILE");
}

CLI::Validator name_given() {
  return {[](std::string& text) {
            CLI::detail::trim(text);
            return text.empty() ? std::string("a name of nothing but spaces") : std::string();
          },
          ""};
}

void add_format(CLI::App& command, OutputFormat& format, bool with_tsv) {
  std::map<std::string, OutputFormat> names = {{"text", OutputFormat::kText}, {"json", OutputFormat::kJson}};
  if (with_tsv) names["tsv"] = OutputFormat::kTsv;
  const std::string known = with_tsv ? "text, json or tsv" : "text or json";
  const auto to_number = [names, known](std::string& text) {  // CLI11's own transformer takes the numbers as well
    const auto named = names.find(CLI::detail::to_lower(text));
    if (named == names.end()) return "there is no format '" + text + "'; give " + known;
    text = std::to_string(static_cast<int>(named->second));
    return std::string();
  };
  command.add_option("--format", format, known)
      ->transform(CLI::Validator(to_number, ""))
      ->option_text(with_tsv ? "text|json|tsv" : "text|json");
}

}  // namespace samehand::cli
