#include "shared_traces.h"

#include <gtest/gtest.h>

namespace samehand::flow {
namespace {

using evidence::Forgeability;
using image::TraceKind;

dossier::SampleSummary sample(std::string path, std::vector<image::Trace> traces) {
  dossier::SampleSummary s;
  s.path = std::move(path);
  s.traces = std::move(traces);
  return s;
}

TEST(SharedTraces, OnlyEqualValuesOfOneKindAndKeyAreShared) {
  const std::vector a = {sample("a.exe", {{TraceKind::kImphash, "", "11", true},
                                          {TraceKind::kVersionResource, "CompanyName", "Acme", true},
                                          {TraceKind::kBuildTime, "", "2014-11-24", true}})};
  const std::vector b = {sample("b.exe", {{TraceKind::kImphash, "", "11", true},
                                          {TraceKind::kVersionResource, "ProductName", "Acme", true},
                                          {TraceKind::kBuildTime, "", "2014-11-25", true}})};
  const auto shared = shared_traces(a, b);
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].kind, TraceKind::kImphash);
  EXPECT_EQ(shared[0].a_files, std::vector<std::string>{"a.exe"});
  EXPECT_EQ(shared[0].b_files, std::vector<std::string>{"b.exe"});
}

TEST(SharedTraces, HardestToForgeComesFirst) {
  const std::vector<image::Trace> traces = {{TraceKind::kBuildTime, "", "2014", true},
                                            {TraceKind::kPdbPath, "", "d:\\work\\x.pdb", true},
                                            {TraceKind::kSigner, "", "CN=Someone", true}};
  const auto shared = shared_traces(std::vector{sample("a", traces)}, std::vector{sample("b", traces)});
  ASSERT_EQ(shared.size(), 3u);
  EXPECT_EQ(shared[0].forgeability, Forgeability::kHard);
  EXPECT_EQ(shared[1].forgeability, Forgeability::kEasy);
  EXPECT_EQ(shared[2].forgeability, Forgeability::kTrivial);
}

TEST(SharedTraces, ABuildersFolderIsSharedUnderAnotherFileName) {
  const auto shared =
      shared_traces(std::vector{sample("a", {{TraceKind::kPdbPath, "", "d:\\dev\\wiper\\one.pdb", true}})},
                    std::vector{sample("b", {{TraceKind::kPdbPath, "", "d:\\dev\\wiper\\two.pdb", true}})});
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].a, "d:\\dev\\wiper\\one.pdb");
  EXPECT_EQ(shared[0].b, "d:\\dev\\wiper\\two.pdb");
}

TEST(SharedTraces, WhatEveryProgramNeedsSaysNothing) {
  const std::vector<image::Trace> traces = {{TraceKind::kNeededLibrary, "", "libc.so.6", true},
                                            {TraceKind::kNeededLibrary, "", "KERNEL32.dll", true},
                                            {TraceKind::kNeededLibrary, "", "libodd.so.3", true}};
  const auto shared = shared_traces(std::vector{sample("a", traces)}, std::vector{sample("b", traces)});
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].a, "libodd.so.3");
}

TEST(SharedTraces, AllCarriersAreNamedOnce) {
  const std::vector<image::Trace> traces = {{TraceKind::kPdbPath, "", "x.pdb", true}};
  const auto shared =
      shared_traces(std::vector{sample("a1", traces), sample("a2", traces)}, std::vector{sample("b", traces)});
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].a_files, (std::vector<std::string>{"a1", "a2"}));
}

TEST(Contradictions, ComeFromRemarksAndInvalidTraces) {
  auto s = sample("a.exe", {{TraceKind::kRichHeader, "", "checksum wrong", false}});
  s.remarks = {{image::Remark::Kind::kContradiction, "the Rich header names another linker"},
               {image::Remark::Kind::kGo, "a Go program"}};
  const auto lines = contradictions(std::vector{s});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find("another linker"), std::string::npos);
}

}  // namespace
}  // namespace samehand::flow
