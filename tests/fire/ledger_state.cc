#include "tests/fire/ledger_state.h"

#include <stdexcept>

#include "base/process.h"
#include "base/text.h"
#include "tests/support/postgres_server.h"

namespace peerlab::fire {
namespace {

constexpr std::string_view kFile = "sqlite:";

// The rows of one query, each a list of fields.
std::vector<std::vector<std::string>> rows_of(const std::string& url, const std::string& sql) {
  std::string said;
  if (url.starts_with(kFile)) {
    const auto done = run({{"sqlite3", "-readonly", url.substr(kFile.size()), sql}});
    if (!done || !done->ok()) throw std::runtime_error{done ? done->errors : done.error().detail};
    said = done->output;
  } else {
    said = testing_support::PostgresServer::psql(url, sql);
  }
  std::vector<std::vector<std::string>> rows;
  for (const std::string_view line : split(trim(said), '\n')) {
    if (line.empty()) continue;
    std::vector<std::string>& row = rows.emplace_back();
    for (const std::string_view field : split(line, '|')) row.emplace_back(field);
  }
  return rows;
}

std::int64_t number_in(const std::string& field) { return std::stoll(field); }
Instant instant_in(const std::string& field) {
  return Instant{std::chrono::seconds{number_in(field)}};
}

}  // namespace

LedgerState read_ledger(const std::string& url) {
  LedgerState state;
  for (const auto& row : rows_of(url, "SELECT holder, asn, since FROM assignments")) {
    state.assignments.push_back({*UserHash::parse(row.at(0)),
                                 *Asn::make(static_cast<std::uint32_t>(number_in(row.at(1)))),
                                 instant_in(row.at(2))});
  }
  for (const auto& row : rows_of(url, "SELECT network, holder, begin_time, end_time FROM leases")) {
    state.leases.push_back(
        {Prefix48::from_network(static_cast<std::uint64_t>(number_in(row.at(0)))),
         *UserHash::parse(row.at(1)), instant_in(row.at(2)), instant_in(row.at(3))});
  }
  return state;
}

}  // namespace peerlab::fire
