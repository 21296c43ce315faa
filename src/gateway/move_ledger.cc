#include "gateway/move_ledger.h"

#include <fmt/format.h>

#include <iostream>

#include "gateway/settings_command_line.h"

namespace peerlab::gateway {
namespace {

int complain(const Error& error, int exit_code) {
  std::cerr << "peerlab-gateway: " << error.detail;
  if (!error.cause.empty()) std::cerr << " (" << error.cause << ")";
  std::cerr << "\n";
  return exit_code;
}

Result<LedgerPlace> place_in(const SettingsFile& settings) {
  SettingsReader reader{settings.given};
  LedgerPlace place = read_ledger_place(reader);
  if (reader.error()) return fail(*reader.error());
  return place;
}

Result<void> key_is_there(const LedgerPlace& place) {
  if (std::filesystem::exists(place.seal_key)) return {};
  return fail(ErrorKind::NotFound,
              fmt::format("{} is missing: put the seal key of the exported ledger there first",
                          place.seal_key.string()));
}

// With the key, and the chain link by link.
Result<Chain> proven(const LedgerPlace& place, const LedgerStores& stores) {
  const auto ledger = stores.open(place);
  if (!ledger) return fail(ledger.error());
  return (*ledger)->oversight().verify_chain();
}

}  // namespace

int export_ledger(const SettingsFile& settings, const LedgerStores& stores, std::ostream& out) {
  const Result<LedgerPlace> place = place_in(settings);
  if (!place) return complain(place.error(), kUsage);
  ImageWriter writer{out};
  const Result<void> told = stores.export_rows(*place, [&](const ImageRow& row) {
    writer.put(row);
    return Result<void>{};
  });
  const Result<void> done = told.and_then([&] { return writer.finish(); });
  return done ? kDone : complain(done.error(), kFailed);
}

int import_ledger(const SettingsFile& settings, const LedgerStores& stores, std::istream& in) {
  const Result<LedgerPlace> place = place_in(settings);
  if (!place) return complain(place.error(), kUsage);
  std::uint64_t rows = 0;
  const Result<void> moved = key_is_there(*place).and_then([&] {
    return stores.import_rows(*place, [&](const TakeRow& take) {
      return read_image(in, take).map([&](std::uint64_t count) { rows = count; });
    });
  });
  if (!moved) return complain(moved.error(), kFailed);
  const Result<Chain> chain = proven(*place, stores);
  if (!chain) return complain(chain.error(), kFailed);
  if (chain->first_broken) {
    return complain({ErrorKind::Conflict,
                     fmt::format("imported, but the chain of events is broken at position {}: it "
                                 "was so when it was exported",
                                 *chain->first_broken)},
                    kFailed);
  }
  std::cerr << fmt::format(
      "peerlab-gateway: {} rows imported; the chain of events is whole, its head is {}\n", rows,
      chain->head);
  return kDone;
}

}  // namespace peerlab::gateway
