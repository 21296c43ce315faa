#include <fmt/format.h>

#include <istream>
#include <ostream>

#include "base/text.h"
#include "cli/operator_verbs.h"
#include "wire/operator_documents.h"

namespace peerlab::cli {
namespace {

std::string path_of(const UserHash& user, std::string_view verb) {
  return fmt::format("/operator/members/{}{}", user.text(), verb);
}

// Asks for the change of the member that is meant, and says what was done to it; JSON is the
// platform's document.
Attempt<void> change(const OperatorCall& asking, const std::string& user, http::Method method,
                     std::string_view verb, const std::string& body, std::string_view done) {
  const Attempt<UserHash> member = member_meant(asking, user);
  if (!member) return complain(member.error());
  const auto answer = ask_as_operator(asking, {method, path_of(*member, verb), body});
  if (!answer) return complain(answer.error());
  note(asking.call, fmt::format("{} {}", member->short_text(), done));
  if (answer->body.empty() || asking.call.style.format != Format::Json) return {};
  return print(asking.call, spelled_document(answer->body, asking.call.style));
}

Attempt<void> person_agrees(const Call& call, const UserHash& member) {
  if (call.around.in == nullptr) {
    return complain(ExitCode::Usage, "forgetting cannot be undone, and nobody is here to ask",
                    "say --yes");
  }
  call.around.err << fmt::format(
                         "{} will be forgotten: its leases end, and it comes back as a new member. "
                         "Type yes: ",
                         member.short_text())
                  << std::flush;
  std::string said;
  std::getline(*call.around.in, said);
  if (trim(said) == "yes") return {};
  return complain(ExitCode::Failed, "nobody was forgotten");
}

}  // namespace

Attempt<void> operator_suspend(const OperatorCall& asking, const std::string& user,
                               const std::string& reason) {
  return change(asking, user, http::Method::Post, "/suspend",
                wire::encode_suspension_request(reason), "is suspended: no router announces it");
}

Attempt<void> operator_resume(const OperatorCall& asking, const std::string& user) {
  return change(asking, user, http::Method::Post, "/resume", "", "is not suspended any more");
}

Attempt<void> operator_quota(const OperatorCall& asking, const std::string& user,
                             const std::string& most) {
  std::optional<std::uint32_t> leases_max;
  if (most != "default") {
    leases_max = parse_decimal<std::uint32_t>(most);
    if (!leases_max || *leases_max > wire::kQuotaMost) {
      return complain(ExitCode::Usage, fmt::format("'{}' is no quota", printable(most)),
                      fmt::format("0 to {}, or default", wire::kQuotaMost));
    }
  }
  return change(
      asking, user, http::Method::Put, "/quota", wire::encode_quota_request(leases_max),
      leases_max ? fmt::format("may hold {} at once", *leases_max) : "may hold what everybody may");
}

Attempt<void> operator_forget(const OperatorCall& asking, const std::string& user, bool yes) {
  const Attempt<UserHash> member = member_meant(asking, user);
  if (!member) return complain(member.error());
  if (!yes) {
    const Attempt<void> agreed = person_agrees(asking.call, *member);
    if (!agreed) return agreed;
  }
  return change(asking, member->text(), http::Method::Delete, "", "", "is forgotten");
}

Attempt<void> operator_revoke(const OperatorCall& asking, const Prefix48& prefix) {
  const auto answer = ask_as_operator(
      asking, {http::Method::Delete, "/operator/leases/" + http::percent_encode(prefix.text())});
  if (!answer) return complain(answer.error());
  note(asking.call, fmt::format("the lease of {} has ended", prefix.text()));
  return {};
}

}  // namespace peerlab::cli
