// Problem: name the signer, and tell a signature that belongs to the file from one that was pasted onto it.
// Example: certificate directory {offset, size} -> WIN_CERTIFICATE type 2 -> PKCS#7 SignedData -> signer "CN=...,
// O=..."; its content (SpcIndirectDataContent) holds the digest of the file; computed anew it must be the same. Method:
// "Windows Authenticode Portable Executable Signature Format" (Microsoft, 2008); PKCS#7 read by OpenSSL. The digest
// leaves out the checksum, the entry of the certificate directory, and the certificates themselves. Cost: one hash over
// the file for each signature, at most kMaxSignatures. Known failures: chains, revocation and time stamps are not
// looked at; nested signatures are not unpacked.
#include "pe_signature.h"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <optional>

#include "signer.h"
#include "traces.h"

namespace samehand::image {

using namespace pe;

namespace {

constexpr int kMaxSignatures = 4;

struct ContextDeleter {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
};

// One element of DER: its content and what follows it.
struct Der {
  unsigned tag = 0;
  ByteView content, rest;
};

std::optional<Der> der_at(ByteView bytes) {
  if (bytes.size() < 2) return std::nullopt;
  std::uint64_t length = bytes[1], at = 2;
  if ((length & 0x80) != 0) {
    const unsigned count = length & 0x7f;
    if (count == 0 || count > 4) return std::nullopt;
    length = 0;
    for (unsigned i = 0; i < count; i++) length = length << 8 | bytes[at++];
  }
  if (!bytes.contains(at, length)) return std::nullopt;
  return Der{bytes[0], bytes.slice(at, length), bytes.clamp(at + length)};
}

constexpr unsigned kSequence = 0x30, kOctets = 0x04;

// The digest in SpcIndirectDataContent: {{type, value}, {{algorithm}, digest}}. `content` starts at the outer sequence,
// or within it, or in a string of octets around it, as the writer's library left it.
ByteView signed_digest(ByteView content) {
  std::optional<Der> element = der_at(content);
  if (element && element->tag == kOctets) element = der_at(element->content);
  if (!element || element->tag != kSequence) return {};
  std::optional<Der> first = der_at(element->content);
  std::optional<Der> second = first ? der_at(first->rest) : std::nullopt;
  if (!second || second->tag != kSequence) return {};
  const std::optional<Der> algorithm = der_at(second->content);
  const std::optional<Der> digest = algorithm ? der_at(algorithm->rest) : std::nullopt;
  return digest && digest->tag == kOctets ? digest->content : ByteView();
}

std::string file_digest(const PeFile& file, std::size_t digest_size) {
  const EVP_MD* md = digest_size == 16   ? EVP_md5()
                     : digest_size == 20 ? EVP_sha1()
                     : digest_size == 32 ? EVP_sha256()
                     : digest_size == 48 ? EVP_sha384()
                     : digest_size == 64 ? EVP_sha512()
                                         : nullptr;
  const std::unique_ptr<EVP_MD_CTX, ContextDeleter> context(EVP_MD_CTX_new());
  if (md == nullptr || context == nullptr || EVP_DigestInit_ex(context.get(), md, nullptr) != 1) return {};
  const std::uint64_t checksum = file.optional_header + 64;
  const std::uint64_t directory = file.optional_header + (file.wide ? 112 : 96) + 8 * kCertificates;
  const std::uint64_t certificates = file.directories[kCertificates].address;
  if (certificates < directory + 8) return {};
  const auto add = [&](std::uint64_t from, std::uint64_t to) {
    const ByteView part = file.bytes.clamp(from, to - from);
    EVP_DigestUpdate(context.get(), part.data(), part.size());
  };
  add(0, checksum);
  add(checksum + 4, directory);
  add(directory + 8, certificates);
  const std::uint64_t end = certificates + file.directories[kCertificates].size;
  if (end < file.bytes.size()) add(end, file.bytes.size());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  return hex_text(ByteView(std::span<const std::uint8_t>(digest.data(), size)));
}

void read_one(const PeFile& file, ByteView der, Image& image) {
  const ParsedSignature signature = parse_signature(der);
  if (!signature.readable) {
    image.diagnostics.push_back("a signature that is no PKCS#7");
    return;
  }
  const ByteView digest = signed_digest(ByteView(signature.content));
  const std::string actual = digest.empty() ? std::string() : file_digest(file, digest.size());
  const bool fits = actual.empty() || actual == hex_text(digest);
  if (!fits) {
    add_remark(image, Remark::Kind::kContradiction,
               "the signature was made for another content: the file was changed after it was signed, or the signature "
               "was copied from another file");
  }
  for (const SignerName& signer : signature.signers) add_signer(signer, fits, image);
}

}  // namespace

void read_signature(const PeFile& file, Image& image) {
  const ByteView table = file.directory(kCertificates);
  std::uint64_t at = 0;
  for (int i = 0; i < kMaxSignatures && table.contains(at, 8); i++) {
    const std::uint64_t length = table.read_or_zero<std::uint32_t>(at);
    constexpr unsigned kSignedData = 2;
    if (length < 8) break;
    if (table.read_or_zero<std::uint16_t>(at + 6) == kSignedData)
      read_one(file, table.clamp(at + 8, length - 8), image);
    at += (length + 7) & ~7ull;
  }
}

}  // namespace samehand::image
