// Members of a JSON object as values of the domain: each reader names the member that is wrong.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/asn.h"
#include "domain/lease.h"

namespace peerlab::wire {

// Unprocessable where the text is JSON but no object.
[[nodiscard]] Result<boost::json::object> parse_object(std::string_view text);

// Unprocessable, naming the member, where it is absent or of another type or grammar.
[[nodiscard]] Result<std::string> text_at(const boost::json::object& object, std::string_view name);
[[nodiscard]] Result<std::uint32_t> number_at(const boost::json::object& object,
                                              std::string_view name);
[[nodiscard]] Result<Asn> asn_at(const boost::json::object& object, std::string_view name);
[[nodiscard]] Result<Prefix48> prefix_at(const boost::json::object& object, std::string_view name);
[[nodiscard]] Result<Instant> time_at(const boost::json::object& object, std::string_view name);
// Of `start_time` and `end_time`.
[[nodiscard]] Result<LeaseWindow> window_of(const boost::json::object& object);

// Adds `start_time` and `end_time`.
void put_window(boost::json::object& object, const LeaseWindow& window);

// What stands at the name; nullptr where it is absent or null.
[[nodiscard]] const boost::json::value* present(const boost::json::object& object,
                                                std::string_view name);

}  // namespace peerlab::wire
