// HTML to main text, stage by stage, beside bare gumbo in the same run.
//
//   page_bench [--benchmark_…] FILE…      pages in HTML; without files: an invented page of 200 kB
//
// Counters: MB of HTML per second of processor time. All are single-threaded.
#include <benchmark/benchmark.h>
#include <gumbo.h>

#include <cstdio>
#include <string>
#include <vector>

#include "html_tree.h"
#include "passages.h"
#include "samehand/base/file.h"
#include "samehand/page/page.h"

namespace {

using namespace samehand;

std::vector<std::string> pages;

void count_bytes(benchmark::State& state) {
  std::size_t bytes = 0;
  for (const std::string& page : pages) bytes += page.size();
  state.counters["MB/s"] =
      benchmark::Counter(static_cast<double>(bytes) / 1e6, benchmark::Counter::kIsIterationInvariantRate);
}

void bare_gumbo(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& page : pages) {
      GumboOutput* output = gumbo_parse_with_options(&kGumboDefaultOptions, page.data(), page.size());
      gumbo_destroy_output(&kGumboDefaultOptions, output);
    }
  }
  count_bytes(state);
}

void parse(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& page : pages) benchmark::DoNotOptimize(page::parse_html(page).nodes.size());
  }
  count_bytes(state);
}

void passages(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& page : pages)
      benchmark::DoNotOptimize(page::find_passages(page::parse_html(page)).list.size());
  }
  count_bytes(state);
}

void whole(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& page : pages)
      benchmark::DoNotOptimize(page::read_page(ByteView::of_text(page), "page.html").has_value());
  }
  count_bytes(state);
}

std::string invented_page() {
  std::string page = "<!doctype html><html lang=en><head><title>A page</title></head><body><nav>";
  for (int i = 0; i < 200; ++i)
    page += "<li class=\"menu-item item-" + std::to_string(i) + "\"><a href=\"/section/" + std::to_string(i) +
            "\">Section</a></li>";
  page += "</nav><div class=\"article-body\">";
  while (page.size() < 200'000)
    page +=
        "<p>The operator said on Monday that its network was down, &amp; gave no <a href=\"/x\">reason</a> for "
        "it.</p>\n<script>var a = 1;</script>";
  return page + "</div></body></html>";
}

}  // namespace

BENCHMARK(bare_gumbo)->Unit(benchmark::kMillisecond);
BENCHMARK(parse)->Unit(benchmark::kMillisecond);
BENCHMARK(passages)->Unit(benchmark::kMillisecond);
BENCHMARK(whole)->Unit(benchmark::kMillisecond);

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const auto bytes = read_file(argv[i]);
    if (!bytes) {
      std::fprintf(stderr, "%s: %s\n", argv[i], bytes.error().message.c_str());
      return 2;
    }
    pages.emplace_back(bytes->view().text());
  }
  if (pages.empty()) pages.push_back(invented_page());
  benchmark::RunSpecifiedBenchmarks();
}
