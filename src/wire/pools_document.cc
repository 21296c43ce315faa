#include "wire/pools_document.h"

#include <boost/json.hpp>

#include "wire/fields.h"
#include "wire/rows.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

json::object encoded(const PoolState& pool) {
  json::object object{{"name", pool.name},       {"size", pool.size}, {"leased", pool.leased},
                      {"resting", pool.resting}, {"free", pool.free}, {"next_frees_at", nullptr},
                      {"waiting", pool.waiting}};
  if (pool.next_frees_at) object["next_frees_at"] = rfc3339(*pool.next_frees_at);
  return object;
}

// The number of this name, into its place.
Result<void> read(const json::object& object, std::string_view name, std::uint64_t& number) {
  const Result<std::uint64_t> said = position_at(object, name);
  if (!said) return fail(said.error());
  number = *said;
  return {};
}

Result<PoolState> pool_of(const json::object& object) {
  Result<std::string> name = text_at(object, "name");
  if (!name) return fail(name.error());
  PoolState pool{*std::move(name)};
  const Result<void> counted = read(object, "size", pool.size)
                                   .and_then([&] { return read(object, "leased", pool.leased); })
                                   .and_then([&] { return read(object, "resting", pool.resting); })
                                   .and_then([&] { return read(object, "free", pool.free); });
  if (!counted) return fail(counted.error());
  // Not of an older gateway.
  if (present(object, "waiting") != nullptr) {
    const Result<void> waiting = read(object, "waiting", pool.waiting);
    if (!waiting) return fail(waiting.error());
  }
  if (present(object, "next_frees_at") != nullptr) {
    const Result<Instant> at = time_at(object, "next_frees_at");
    if (!at) return fail(at.error());
    pool.next_frees_at = *at;
  }
  return pool;
}

}  // namespace

std::string encode(const Pools& pools) {
  json::array rows;
  for (const PoolState& pool : pools.pools) rows.push_back(encoded(pool));
  return json::serialize(
      json::object{{"asns", json::object{{"size", pools.asns}, {"assigned", pools.asns_assigned}}},
                   {"pools", std::move(rows)}});
}

Result<Pools> parse_pools(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const json::value* const asns = present(*object, "asns");
  if (asns == nullptr || !asns->is_object()) {
    return fail(ErrorKind::Unprocessable, "'asns' must be an object");
  }
  Pools pools;
  const Result<void> done =
      read(asns->get_object(), "size", pools.asns)
          .and_then([&] { return read(asns->get_object(), "assigned", pools.asns_assigned); })
          .and_then([&] { return parse_rows(*object, "pools", &pool_of, pools.pools); });
  return done ? Result<Pools>{std::move(pools)} : fail(done.error());
}

}  // namespace peerlab::wire
