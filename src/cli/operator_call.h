// How operators' verbs ask the platform, and how they name members.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/call.h"
#include "domain/user_hash.h"
#include "http/percent.h"

namespace peerlab::cli {

// Who asks: the key in this file, else in PEERLAB_OPERATOR_KEY, else whoever signed in.
struct OperatorCall {
  const Call& call;
  std::string key_file;
};

// As ask_as_member.  Usage where the file cannot be read or holds no key.
[[nodiscard]] Attempt<http::Response> ask_as_operator(const OperatorCall& asking,
                                                      const Question& question);

// Every page of a list; `path` has a query.  What the platform adds meanwhile may be among them.
template <class Page>
[[nodiscard]] Attempt<std::vector<Page>> ask_for_pages(const OperatorCall& asking,
                                                       const std::string& path,
                                                       Result<Page> (*parse)(std::string_view)) {
  std::vector<Page> pages;
  for (std::string after;;) {
    const std::string next = path + (after.empty() ? "" : "&after=" + http::percent_encode(after));
    const Attempt<http::Response> answer = ask_as_operator(asking, {http::Method::Get, next});
    if (!answer) return complain(answer.error());
    Result<Page> page = parse(answer->body);
    if (!page) return complain(unreadable(next, page.error()));
    pages.push_back(*std::move(page));
    const auto& following = pages.back().next;
    if (!following || *following == after) return pages;
    after = *following;
  }
}

// A member by its whole user hash, or the first digits of it, 8 at least, that no other member has.
[[nodiscard]] Attempt<UserHash> member_meant(const OperatorCall& asking, std::string_view text);

}  // namespace peerlab::cli
