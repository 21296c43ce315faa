// Holds what a gateway answers to api/openapi.yaml: every answer that a test receives is one of
// those that the contract documents, member by member.
#pragma once

#include <string_view>

#include "http/method.h"
#include "http/response.h"

namespace peerlab::testing_support {

// A test failure where the contract knows the path and the method but not this status, content type
// or body, or where a refusal of any other request is no problem document.  Members that the
// contract does not name are a failure too: readers ignore them, and we do not send them unsaid.
void expect_as_documented(http::Method method, std::string_view target,
                          const http::Response& response);

}  // namespace peerlab::testing_support
