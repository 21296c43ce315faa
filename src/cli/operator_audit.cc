#include <fmt/format.h>

#include "cli/operator_verbs.h"
#include "wire/audit_documents.h"
#include "wire/holder_document.h"

namespace peerlab::cli {
namespace {

std::vector<Cell> row_of(const wire::AuditRow& row) {
  const wire::MemberEvent& event = row.event.event;
  const std::string object = event.prefix ? event.prefix->text()
                             : event.asn  ? "AS" + event.asn->text()
                                          : "";
  const auto number = [](std::uint64_t value) {
    return Cell{static_cast<std::int64_t>(value), std::to_string(value)};
  };
  return {number(row.position),     {rfc3339(event.at), shown_time(event.at)},
          {event.kind, event.kind}, number(row.member),
          {object, object},         {row.event.actor, row.event.actor},
          {event.note, event.note}};
}

// What was downloaded, judged; `length` of it is what the platform must at least agree on.
struct Downloaded {
  Chain chain;
  bool head_is_there = false;
};

Attempt<Downloaded> download(const OperatorCall& asking, const std::string& head) {
  Downloaded all;
  all.head_is_there = head.empty() || head == all.chain.head;
  const auto pages = ask_for_pages(asking, "/operator/audit?limit=1000", &wire::parse_audit_page);
  if (!pages) return complain(pages.error());
  for (const wire::AuditPage& page : *pages) {
    for (const wire::AuditRow& row : page.rows) {
      all.chain.follow(row.position, row.link, row.line);
      all.head_is_there = all.head_is_there || row.link == head;
    }
  }
  return all;
}

Complaint broken(std::string says) {
  return {ExitCode::Failed, std::move(says),
          "somebody changed the audit trail: compare with a backup of the ledger"};
}

}  // namespace

Attempt<void> operator_audit(const OperatorCall& asking, std::uint64_t after, int limit) {
  const std::string path = fmt::format("/operator/audit?after={}&limit={}", after, limit);
  const auto answer = ask_as_operator(asking, {http::Method::Get, path});
  if (!answer) return complain(answer.error());
  const auto page = wire::parse_audit_page(answer->body);
  if (!page) return complain(unreadable(path, page.error()));
  Table table{{"position", "at", "kind", "member", "of", "by", "note"}, {}};
  for (const wire::AuditRow& row : page->rows) table.rows.push_back(row_of(row));
  return print(asking.call, spelled_list(table, asking.call.style));
}

Attempt<void> operator_audit_verify(const OperatorCall& asking, const std::string& head) {
  const std::string path = "/operator/audit/verify";
  const auto answer = ask_as_operator(asking, {http::Method::Get, path});
  if (!answer) return complain(answer.error());
  const auto said = wire::parse_chain(answer->body);
  if (!said) return complain(unreadable(path, said.error()));
  // Downloaded afterwards: it may be longer by now, and must not be shorter.
  const Attempt<Downloaded> all = download(asking, head);
  if (!all) return complain(all.error());
  const Chain& found = all->chain;
  if (found.first_broken) {
    return complain(broken(fmt::format("position {} is not what was sealed", *found.first_broken)));
  }
  if (said->first_broken) {
    return complain(broken(fmt::format("the platform says that position {} is not what was sealed",
                                       *said->first_broken)));
  }
  if (found.length < said->length) {
    return complain(broken(
        fmt::format("the platform says {} events and sends {}", said->length, found.length)));
  }
  if (!all->head_is_there) {
    return complain(broken("the head you gave is no link of the chain: it was cut, or rewritten"));
  }
  note(asking.call, "every link is right; write the head down elsewhere");
  return print(
      asking.call,
      spelled_record({{"length", "head"},
                      {{{static_cast<std::int64_t>(found.length), std::to_string(found.length)},
                        {found.head, found.head}}}},
                     asking.call.style));
}

Attempt<void> operator_holder(const Call& call, const Prefix48& prefix, const std::string& at) {
  std::string path = fmt::format("/api/prefixes/{}/holder", http::percent_encode(prefix.text()));
  if (!at.empty()) path += "?at=" + http::percent_encode(at);
  const auto answer = ask_as_anybody(call, {http::Method::Get, path});
  if (!answer) return complain(answer.error());
  const auto holder = wire::parse_holder(answer->body);
  if (!holder) return complain(unreadable(path, holder.error()));
  if (call.style.format == Format::Json) {
    return print(call, spelled_document(answer->body, call.style));
  }
  if (!holder->held) {
    return complain(ExitCode::NotFound,
                    fmt::format("nobody held {} at {}", prefix.text(), rfc3339(holder->at)));
  }
  const auto& [member, asn, window] = *holder->held;
  const std::string number = std::to_string(member), as = asn.text();
  return print(call, spelled_record({{"member", "asn", "start_time", "end_time"},
                                     {{{number, number},
                                       {as, "AS" + as},
                                       {rfc3339(window.begin()), shown_time(window.begin())},
                                       {rfc3339(window.end()), shown_time(window.end())}}}},
                                    call.style));
}

}  // namespace peerlab::cli
