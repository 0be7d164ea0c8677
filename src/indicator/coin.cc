// Addresses of crypto-currencies. A word that looks like one is one only if its checksum agrees.
//
//   base58check  1… 3… (Bitcoin), L M (Litecoin), D (Dogecoin), X (Dash), t1 t3 (Zcash), T (Tron): version, payload
//                and the first four bytes of SHA-256(SHA-256(version and payload)); r… (XRP) with its own alphabet
//   extended     xpub ypub zpub tpub, xprv … (BIP 32), Ltub: base58check of 78 bytes
//   bech32(m)    bc1 tb1 ltc1 (BIP 173, BIP 350), addr1 (Cardano): a BCH code over GF(32)
//   cashaddr     bitcoincash:q…: a BCH code of 40 bits
//   EIP-55       0x and 40 hexadecimal digits whose capitals follow the Keccak-256 of the lower-case form; addresses
//                in one case carry no checksum and are taken
//   Monero       95 or 106 characters in blocks of 11: base58 of 8 bytes each, last four bytes of Keccak-256
//
// Cost: a hash for each word of fitting length and alphabet. No word is longer than 128 bytes here.
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "keccak.h"
#include "samehand/base/hash.h"
#include "scan.h"

namespace samehand::indicator {
namespace {

constexpr std::string_view kBitcoinAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kRippleAlphabet = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

using Bytes = std::vector<std::uint8_t>;

// Base 58 as one big number; leading zeros are written as the alphabet's first character. Empty if malformed.
Bytes base58(std::string_view word, std::string_view alphabet) {
  Bytes bytes;  // little-endian
  for (const char c : word) {
    const std::size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos) return {};
    std::uint32_t carry = static_cast<std::uint32_t>(digit);
    for (std::uint8_t& byte : bytes) {
      carry += 58u * byte;
      byte = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push_back(static_cast<std::uint8_t>(carry));
  }
  for (std::size_t i = 0; i < word.size() && word[i] == alphabet[0]; ++i) bytes.push_back(0);
  std::ranges::reverse(bytes);
  return bytes;
}

Bytes sha256(std::span<const std::uint8_t> bytes) {
  const std::string hex = sha256_hex(ByteView(bytes));
  Bytes out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(hex_value(hex[i]) * 16 + hex_value(hex[i + 1])));
  return out;
}

// Version and payload if the checksum agrees; else empty.
Bytes base58check(std::string_view word, std::string_view alphabet) {
  Bytes bytes = base58(word, alphabet);
  if (bytes.size() < 5) return {};
  const std::span<const std::uint8_t> body(bytes.data(), bytes.size() - 4);
  const Bytes check = sha256(sha256(body));
  if (!std::equal(check.begin(), check.begin() + 4, bytes.end() - 4)) return {};
  bytes.resize(bytes.size() - 4);
  return bytes;
}

std::optional<Kind> base58check_coin(std::string_view word) {
  const char first = word[0];
  if (first == 'r') {
    const Bytes body = base58check(word, kRippleAlphabet);
    return body.size() == 21 && body[0] == 0 ? std::optional(Kind::kOtherCoin) : std::nullopt;
  }
  if (std::string_view("13mn2LMDXtTA9").find(first) == std::string_view::npos) return std::nullopt;
  const Bytes body = base58check(word, kBitcoinAlphabet);
  if (body.size() == 21) {
    switch (body[0]) {
      case 0x00:
      case 0x05:
      case 0x6f:
      case 0xc4:
        return Kind::kBitcoin;
      case 0x30:
      case 0x32:
      case 0x1e:
      case 0x16:
      case 0x4c:
      case 0x10:
      case 0x41:
        return Kind::kOtherCoin;
      default:
        return std::nullopt;
    }
  }
  if (body.size() == 22 && body[0] == 0x1c && (body[1] == 0xb8 || body[1] == 0xbd)) return Kind::kOtherCoin;
  return std::nullopt;
}

// Extended public and private keys of BIP 32: 78 bytes, of which the first four say the network and kind of address.
std::optional<Kind> extended_key(std::string_view word) {
  if (word.size() < 107 || word.size() > 112) return std::nullopt;
  static constexpr std::string_view kHeads[] = {"xpub", "ypub", "zpub", "Ypub", "Zpub", "tpub", "upub", "vpub",
                                                "xprv", "yprv", "zprv", "Yprv", "Zprv", "tprv", "uprv", "vprv",
                                                "Ltub", "Mtub", "Ltpv", "Mtpv", "dgub", "drkp"};
  const auto head = std::ranges::find(kHeads, word.substr(0, 4));
  if (head == std::end(kHeads) || base58check(word, kBitcoinAlphabet).size() != 78) return std::nullopt;
  return head < std::ranges::find(kHeads, "Ltub") ? Kind::kBitcoin : Kind::kOtherCoin;
}

constexpr std::string_view kBech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

std::optional<Kind> bech32_coin(std::string_view word) {
  const bool any_lower = std::ranges::any_of(word, is_lower), any_upper = std::ranges::any_of(word, is_upper);
  if (any_lower && any_upper) return std::nullopt;
  const std::string address = lower(word);
  const std::size_t one = address.rfind('1');
  if (one == std::string::npos || one < 2 || address.size() - one < 8) return std::nullopt;
  const std::string prefix = address.substr(0, one);
  const bool segwit = prefix == "bc" || prefix == "tb" || prefix == "ltc";
  if (!segwit && prefix != "addr" && prefix != "stake") return std::nullopt;
  if (segwit && address.size() > 90) return std::nullopt;
  std::uint32_t sum = 1;
  const auto feed = [&](std::uint32_t value) {
    static constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                                0x2a1462b3};
    const std::uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (int i = 0; i < 5; ++i)
      if (top >> i & 1) sum ^= kGenerator[i];
  };
  for (const char c : prefix) feed(static_cast<unsigned char>(c) >> 5);
  feed(0);
  for (const char c : prefix) feed(static_cast<unsigned char>(c) & 31);
  std::size_t version = 0;
  for (std::size_t i = one + 1; i < address.size(); ++i) {
    const std::size_t value = kBech32.find(address[i]);
    if (value == std::string_view::npos) return std::nullopt;
    if (i == one + 1) version = value;
    feed(static_cast<std::uint32_t>(value));
  }
  const std::uint32_t wanted = segwit && version > 0 ? 0x2bc830a3 : 1;  // BIP 350 for witness version 1 and later
  if (sum != wanted) return std::nullopt;
  return prefix == "bc" || prefix == "tb" ? Kind::kBitcoin : Kind::kOtherCoin;
}

// `word` without its prefix "bitcoincash:".
bool is_cash_address(std::string_view word) {
  if (word.size() != 42 || (word[0] != 'q' && word[0] != 'p')) return false;
  std::uint64_t sum = 1;
  const auto feed = [&](std::uint64_t value) {
    static constexpr std::array<std::uint64_t, 5> kGenerator = {0x98f2bc8e61, 0x79b76d99e2, 0xf33e5fb3c4, 0xae2eabe2a8,
                                                                0x1e4f43e470};
    const std::uint64_t top = sum >> 35;
    sum = (sum & 0x07ffffffff) << 5 ^ value;
    for (int i = 0; i < 5; ++i)
      if (top >> i & 1) sum ^= kGenerator[i];
  };
  for (const char c : std::string_view("bitcoincash")) feed(static_cast<unsigned char>(c) & 31);
  feed(0);
  for (const char c : word) {
    const std::size_t value = kBech32.find(c);
    if (value == std::string_view::npos) return false;
    feed(value);
  }
  return sum == 1;
}

bool is_ethereum(std::string_view word) {
  const std::string_view digits = word.substr(2);
  if (!std::ranges::all_of(digits, is_hex)) return false;
  if (std::ranges::none_of(digits, is_upper) || std::ranges::none_of(digits, is_lower)) {
    return std::ranges::any_of(digits, [&](char c) { return c != digits[0]; });
  }
  const std::string plain = lower(digits);
  const auto hash = keccak256(ByteView::of_text(plain).span());
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (!is_alpha(digits[i])) continue;
    const int nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;
    if (is_upper(digits[i]) != (nibble >= 8)) return false;
  }
  return true;
}

bool is_monero(std::string_view word) {
  static constexpr std::array<std::size_t, 12> kBlockBytes = {0, 0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8};
  Bytes bytes;
  for (std::size_t i = 0; i < word.size(); i += 11) {
    const std::string_view block = word.substr(i, 11);
    unsigned __int128 value = 0;
    for (const char c : block) {
      const std::size_t digit = kBitcoinAlphabet.find(c);
      if (digit == std::string_view::npos) return false;
      value = value * 58 + digit;
    }
    const std::size_t size = kBlockBytes[block.size()];
    if (size == 0 || value >> (8 * size) != 0) return false;
    for (std::size_t b = size; b-- > 0;) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * b)));
  }
  if (bytes.size() < 5) return false;
  const auto hash = keccak256(std::span<const std::uint8_t>(bytes.data(), bytes.size() - 4));
  return std::equal(hash.begin(), hash.begin() + 4, bytes.end() - 4);
}

}  // namespace

std::optional<Find> coin_at(const Text& text, std::size_t begin, std::size_t end) {
  const std::string_view word = text.piece(begin, end);
  const auto find = [&](Kind kind, std::string value) {
    return Find{kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), std::move(value), 0};
  };
  if (word.size() < 25 || word.size() > 128 || !std::ranges::all_of(word, is_alnum)) return std::nullopt;
  if (word.size() == 42 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
    if (is_ethereum(word)) return find(Kind::kEthereum, lower(word));
    return std::nullopt;
  }
  if ((word.size() == 95 || word.size() == 106) && (word[0] == '4' || word[0] == '8')) {
    if (is_monero(word)) return find(Kind::kMonero, std::string(word));
    return std::nullopt;
  }
  if (word.size() == 42 && starts_ignoring_case(text.upto(begin, 12), "bitcoincash:") && is_cash_address(lower(word)))
    return find(Kind::kOtherCoin, "bitcoincash:" + lower(word));
  if (const auto kind = bech32_coin(word)) return find(*kind, lower(word));
  if (const auto kind = extended_key(word)) return find(*kind, std::string(word));
  if (word.size() <= 36) {
    if (const auto kind = base58check_coin(word)) return find(*kind, std::string(word));
  }
  return std::nullopt;
}

}  // namespace samehand::indicator
