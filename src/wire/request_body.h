// What every parser of a request's JSON body shares.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "wire/problem.h"

namespace peerlab::wire {

template <class T>
using Asked = tl::expected<T, Problem>;

// RFC 6901: the pointer to a member of the document itself.
[[nodiscard]] std::string pointer_to(std::string_view name);

// 422, with the pointer to what is wrong.
[[nodiscard]] tl::unexpected<Problem> wrong_shape(std::string pointer, std::string detail);

// The body, which must be a JSON object: 400 where it is no JSON, 422 where it is another.
[[nodiscard]] Asked<boost::json::object> request_object(std::string_view body);

}  // namespace peerlab::wire
