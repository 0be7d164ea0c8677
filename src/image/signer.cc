#include "signer.h"

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <climits>
#include <memory>

#include "traces.h"

namespace samehand::image {
namespace {

constexpr int kMaxSigners = 8;

struct Pkcs7Deleter {
  void operator()(PKCS7* p) const { PKCS7_free(p); }
};
struct X509StackDeleter {
  void operator()(STACK_OF(X509) * s) const { sk_X509_free(s); }  // borrows its members
};
struct BioDeleter {
  void operator()(BIO* b) const { BIO_free(b); }
};

std::string name_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, BioDeleter> out(BIO_new(BIO_s_mem()));
  if (out == nullptr || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::span<const std::uint8_t> bytes_of(const ASN1_STRING* string) {
  return {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

}  // namespace

ParsedSignature parse_signature(ByteView der) {
  ParsedSignature parsed;
  if (der.size() > INT_MAX) return parsed;
  const unsigned char* at = der.data();
  const std::unique_ptr<PKCS7, Pkcs7Deleter> p7(d2i_PKCS7(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (p7 == nullptr || !PKCS7_type_is_signed(p7.get()) || p7->d.sign == nullptr) return parsed;
  parsed.readable = true;
  const PKCS7* content = p7->d.sign->contents;
  if (content != nullptr && content->d.other != nullptr && OBJ_obj2nid(content->type) != NID_pkcs7_data) {
    const ASN1_TYPE* value = content->d.other;
    if (value->type == V_ASN1_SEQUENCE || value->type == V_ASN1_OCTET_STRING) {
      const auto bytes = bytes_of(value->value.asn1_string);
      parsed.content.assign(bytes.begin(), bytes.end());
    }
  }
  const std::unique_ptr<STACK_OF(X509), X509StackDeleter> signers(PKCS7_get0_signers(p7.get(), nullptr, 0));
  ERR_clear_error();
  for (int i = 0; signers != nullptr && i < std::min(sk_X509_num(signers.get()), kMaxSigners); i++) {
    const X509* signer = sk_X509_value(signers.get(), i);
    parsed.signers.push_back({name_text(X509_get_subject_name(signer)), name_text(X509_get_issuer_name(signer)),
                              hex_text(ByteView(bytes_of(X509_get0_serialNumber(signer))))});
  }
  return parsed;
}

void add_signer(const SignerName& signer, bool valid, Image& image) {
  add_trace(image, TraceKind::kSigner, "subject", signer.subject, valid);
  add_trace(image, TraceKind::kSigner, "issuer", signer.issuer, valid);
  add_trace(image, TraceKind::kSigner, "serial number", signer.serial, valid);
}

}  // namespace samehand::image
