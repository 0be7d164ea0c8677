#include "messages.h"

namespace samehand::flow {
namespace {

template <class Enum>
Enum checked_enum(std::uint8_t value, Enum last, Enum otherwise) {
  return value <= static_cast<std::uint8_t>(last) ? static_cast<Enum>(value) : otherwise;
}

std::unexpected<Error> broken(const char* what) {
  return fail(ErrorCode::kMalformed, std::string("the worker sent a damaged ") + what);
}

}  // namespace

std::vector<std::uint8_t> encode_part(const PartMessage& message) {
  ByteWriter out;
  const auto& s = message.summary;
  out.text(message.part);
  out.text(s.sha256);
  out.u8(static_cast<std::uint8_t>(s.format));
  out.u8(static_cast<std::uint8_t>(s.architecture));
  out.varint(s.size_bytes);
  out.varint(s.traces.size());
  for (const auto& trace : s.traces) {
    out.u8(static_cast<std::uint8_t>(trace.kind));
    out.text(trace.key);
    out.text(trace.value);
    out.boolean(trace.valid);
  }
  out.varint(s.remarks.size());
  for (const auto& remark : s.remarks) {
    out.u8(static_cast<std::uint8_t>(remark.kind));
    out.text(remark.text);
  }
  out.varint(s.diagnostics.size());
  for (const auto& line : s.diagnostics) out.text(line);
  return out.take();
}

Result<PartMessage> decode_part(ByteView bytes) {
  ByteReader in(bytes);
  PartMessage message;
  auto& s = message.summary;
  message.part = in.text();
  s.sha256 = in.text();
  s.format = checked_enum(in.u8(), image::Format::kRaw, image::Format::kRaw);
  s.architecture = checked_enum(in.u8(), image::Architecture::kOther, image::Architecture::kUnknown);
  s.size_bytes = in.varint();
  s.traces.resize(in.count(4));
  for (auto& trace : s.traces) {
    trace.kind = checked_enum(in.u8(), image::TraceKind::kResource, image::TraceKind::kResource);
    trace.key = in.text();
    trace.value = in.text();
    trace.valid = in.boolean();
  }
  s.remarks.resize(in.count(2));
  for (auto& remark : s.remarks) {
    remark.kind = checked_enum(in.u8(), image::Remark::Kind::kForeign, image::Remark::Kind::kDamaged);
    remark.text = in.text();
  }
  s.diagnostics.resize(in.count());
  for (auto& line : s.diagnostics) line = in.text();
  if (!in.ok() || !in.at_end()) return broken("summary");
  return message;
}

std::vector<std::uint8_t> encode_functions(const code::Program& program) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(program.architecture));
  out.varint(program.code_bytes);
  out.varint(program.functions.size());
  for (const auto& f : program.functions) {
    out.varint(f.address);
    out.varint(f.size_bytes);
    out.varint(f.blocks);
    out.varint(f.instructions);
    out.varint(f.calls);
    out.varint(f.sources);
    out.u8(static_cast<std::uint8_t>(f.returns | f.thunk << 1 | f.runtime << 2 | f.unresolved_jump << 3));
    out.text(f.name);
  }
  return out.take();
}

Result<code::Program> decode_functions(ByteView bytes) {
  ByteReader in(bytes);
  code::Program program;
  program.architecture = checked_enum(in.u8(), image::Architecture::kOther, image::Architecture::kUnknown);
  program.code_bytes = in.varint();
  program.functions.resize(in.count(8));
  for (auto& f : program.functions) {
    f.address = in.varint();
    f.size_bytes = in.varint();
    f.blocks = static_cast<std::uint32_t>(in.varint());
    f.instructions = static_cast<std::uint32_t>(in.varint());
    f.calls = static_cast<std::uint32_t>(in.varint());
    f.sources = static_cast<std::uint16_t>(in.varint());
    const std::uint8_t flags = in.u8();
    f.returns = flags & 1;
    f.thunk = flags & 2;
    f.runtime = flags & 4;
    f.unresolved_jump = flags & 8;
    f.name = in.text();
  }
  if (!in.ok() || !in.at_end()) return broken("function table");
  return program;
}

std::vector<std::uint8_t> encode_error(const Error& error) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(error.code));
  out.text(error.message);
  out.text(error.where);
  return out.take();
}

Result<Error> decode_error(ByteView bytes) {
  ByteReader in(bytes);
  Error error{checked_enum(in.u8(), ErrorCode::kTimedOut, ErrorCode::kMalformed), {}, {}};
  error.message = in.text();
  error.where = in.text();
  if (!in.ok()) return broken("error message");
  return error;
}

std::vector<std::uint8_t> encode_listing(const code::Listing& listing) {
  ByteWriter out;
  out.varint(listing.address);
  out.text(listing.name);
  out.varint(listing.blocks.size());
  for (const auto& block : listing.blocks) {
    out.varint(block.address);
    out.varint(block.instructions.size());
    for (const auto& instruction : block.instructions) {
      out.varint(instruction.address);
      out.text(instruction.text);
      out.fixed64(instruction.shape);
    }
    out.varint(block.edges.size());
    for (const auto& edge : block.edges) {
      out.varint(edge.block);
      out.u8(static_cast<std::uint8_t>(edge.kind));
    }
  }
  return out.take();
}

Result<code::Listing> decode_listing(ByteView bytes) {
  ByteReader in(bytes);
  code::Listing listing;
  listing.address = in.varint();
  listing.name = in.text();
  listing.blocks.resize(in.count(3));
  for (auto& block : listing.blocks) {
    block.address = in.varint();
    block.instructions.resize(in.count(10));
    for (auto& instruction : block.instructions) {
      instruction.address = in.varint();
      instruction.text = in.text();
      instruction.shape = in.fixed64();
    }
    block.edges.resize(in.count(2));
    for (auto& edge : block.edges) {
      const std::uint64_t target = in.varint();
      if (target >= listing.blocks.size()) return broken("listing");
      edge.block = static_cast<std::uint32_t>(target);
      edge.kind = checked_enum(in.u8(), code::EdgeKind::kSwitch, code::EdgeKind::kJump);
    }
  }
  if (!in.ok() || !in.at_end()) return broken("listing");
  return listing;
}

}  // namespace samehand::flow
