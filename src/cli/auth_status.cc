#include <fmt/format.h>

#include "cli/member_record.h"
#include "cli/sign_in.h"
#include "cli/verbs.h"

namespace peerlab::cli {

Attempt<void> auth_status(const Call& call) {
  // The platform is asked first: a token may be renewed by it, and is shown as it is then.
  const Attempt<wire::MemberRecord> record = member_record(call);
  if (!record) return complain(record.error());
  const std::string platform = call.settings.api_url, user = record->user.text();
  Table table{{"platform", "account", "user_hash", "token_expires"},
              {{{platform, platform}, {"", ""}, {user, user}, {std::monostate{}, "unknown"}}}};
  std::vector<Cell>& row = table.rows.front();
  if (!call.settings.token.empty()) {
    row[1] = {std::string{"PEERLAB_TOKEN"}, "whose token PEERLAB_TOKEN holds"};
    return print(call, spelled_record(table, call.style));
  }
  const Result<Credentials> stored =
      CredentialStore{call.settings.state_directory}.find(call.settings.api_url);
  if (!stored) return complain(complaint_of(stored.error()));
  const Instant end = stored->expires_at;
  row[1] = {stored->account, stored->account};
  row[3] = {rfc3339(end),
            fmt::format("{} ({}{})", shown_time(end), remaining(end, call.around.clock.now()),
                        stored->refresh_token.empty() ? "" : ", renewed by itself")};
  return print(call, spelled_record(table, call.style));
}

}  // namespace peerlab::cli
