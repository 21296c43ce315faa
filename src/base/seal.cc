#include "base/seal.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/file.h"

namespace peerlab {
namespace {

static_assert(crypto_secretbox_KEYBYTES == 32);

[[maybe_unused]] const int kSodiumStarted = ::sodium_init();

unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Seal Seal::ephemeral() {
  std::array<std::uint8_t, 32> key{};
  randombytes_buf(key.data(), key.size());
  return Seal{key};
}

Result<Seal> Seal::open_or_create(const std::filesystem::path& key_file) {
  const Result<Seal> kept = read(key_file, 0077);
  if (kept || kept.error().kind != ErrorKind::NotFound) return kept;
  const Seal fresh = ephemeral();
  const std::string bytes{fresh.key_.begin(), fresh.key_.end()};
  const Result<void> written = create_file(key_file, bytes, 0600);
  if (written) return fresh;
  // A replica that started in the same moment made the key: that one holds for both.
  return written.error().kind == ErrorKind::Conflict ? open_or_create(key_file)
                                                     : fail(written.error());
}

Result<Seal> Seal::open_kept(const std::filesystem::path& key_file) { return read(key_file, 0007); }

Result<Seal> Seal::read(const std::filesystem::path& key_file, mode_t nobody_else) {
  const Result<std::string> stored = read_file(key_file, 4096);
  if (!stored) return fail(stored.error());
  struct stat status {};
  if (::stat(key_file.c_str(), &status) == 0 && (status.st_mode & nobody_else) != 0) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("{} may be read by others than its owner: chmod 600 it, since it opens "
                            "every member's identity",
                            key_file.string()));
  }
  std::array<std::uint8_t, 32> key{};
  if (stored->size() != key.size()) {
    return fail(ErrorKind::Malformed,
                fmt::format("{} is no seal key: it holds {} bytes, a key has {}", key_file.string(),
                            stored->size(), key.size()));
  }
  std::copy(stored->begin(), stored->end(), key.begin());
  return Seal{key};
}

std::string Seal::close(const Secret& text) const {
  std::string box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.reveal().size(),
                  '\0');
  randombytes_buf(box.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(raw(box) + crypto_secretbox_NONCEBYTES,
                        raw(std::string_view{text.reveal()}), text.reveal().size(), raw(box),
                        key_.data());
  return box;
}

Result<Secret> Seal::open(std::string_view box) const {
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (box.size() >= kOverhead) {
    std::string text(box.size() - kOverhead, '\0');
    const std::string_view sealed = box.substr(crypto_secretbox_NONCEBYTES);
    if (crypto_secretbox_open_easy(raw(text), raw(sealed), sealed.size(), raw(box), key_.data()) ==
        0) {
      return Secret{std::move(text)};
    }
  }
  return fail(ErrorKind::Internal, "a sealed identity cannot be opened",
              "the ledger was written under another seal.key, or it is damaged");
}

}  // namespace peerlab
