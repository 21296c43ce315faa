#include "tests/bird/printed_policy.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/text.h"

namespace peerlab::bird {
namespace {

using policy::LeaseRow;

// Words are what stands between blanks; a line break is a blank.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_{text} {}

  [[nodiscard]] std::string_view peek() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
    return rest_.substr(0, std::min(rest_.find_first_of(" \n"), rest_.size()));
  }
  std::string_view word() {
    const std::string_view word = peek();
    rest_.remove_prefix(word.size());
    return word;
  }
  // These words, whatever the blanks between them.
  void expect(std::string_view words) {
    for (Reader wanted{words}; !wanted.peek().empty();) {
      const std::string_view want = wanted.word(), found = word();
      if (found != want) refuse(found);
    }
  }
  void expect_exactly(std::string_view text) {
    (void)peek();
    if (!rest_.starts_with(text)) refuse("what is written by hand");
    rest_.remove_prefix(text.size());
  }
  // A word without what must stand around it.
  std::string_view between(std::string_view before, std::string_view after) {
    std::string_view found = word();
    if (!found.starts_with(before) || !found.ends_with(after)) refuse(found);
    found.remove_prefix(before.size());
    found.remove_suffix(after.size());
    return found;
  }
  template <class T>
  T value(std::string_view after = "", std::string_view before = "") {
    const std::string_view found = between(before, after);
    const Result<T> value = T::parse(found);
    if (!value) refuse(found);
    return *value;
  }
  [[noreturn]] static void refuse(std::string_view at) {
    throw std::invalid_argument{"at \"" + std::string{at} + "\""};
  }

 private:
  std::string_view rest_;
};

std::vector<LeaseRow> shadow_rows(Reader& file) {
  std::vector<LeaseRow> rows;
  while (file.peek() == "route") {
    file.expect("route");
    const auto prefix = file.value<Prefix48>();
    file.expect("recursive");
    if (file.value<Ipv6>() != prefix.first_address()) Reader::refuse("the shadow's address");
    file.expect("{");
    rows.push_back({prefix, file.value<Asn>(");", "bgp_path.prepend(")});
    file.expect("};");
  }
  file.expect("}");
  if (!file.peek().empty()) Reader::refuse(file.peek());
  return rows;
}

// Each number in a name must be the node's.
PrintedRule session(Reader& file) {
  file.expect("protocol bgp");
  const auto node = file.value<NodeId>("", "peerlab_n");
  file.expect("from peerlab_template { description");
  const std::string name{file.between("\"member=", "\";")};
  file.expect("dynamic name");
  if (file.value<NodeId>("_\";", "\"peerlab_n") != node) Reader::refuse("the session's name");
  file.expect("neighbor range");
  const auto neighbour = file.value<Ipv4>("/32");
  file.expect("as");
  const auto asn = file.value<Asn>(";");
  file.expect("ipv6 {");
  std::optional<Ipv6> own;
  if (file.peek() == "next") {
    file.expect("next hop address");
    own = file.value<Ipv6>(";");
  }
  file.expect("import where");
  if (file.value<Asn>(",", "peerlab_judge(") != asn) Reader::refuse("the judged ASN");
  const auto next_hop = file.value<Ipv6>(");");
  file.expect("}; }");
  return {neighbour, node, asn, name, next_hop, own};
}

std::vector<Prefix48> prefix_set(Reader& file, std::string_view end) {
  std::vector<Prefix48> prefixes;
  file.expect("[");
  while (file.peek() != end) {
    prefixes.push_back(file.value<Prefix48>(file.peek().ends_with(',') ? "," : ""));
  }
  file.expect(end);
  return prefixes;
}

struct PrintedRows {
  std::set<LeaseRow> leases, in_quarantine;
};

PrintedRule arm(Reader& file, PrintedRows& rows) {
  file.expect("# User:");
  const std::string name{file.word()};
  const auto neighbour = file.value<Ipv4>(":");
  constexpr std::string_view kQuarantine = "enforce_user_quarantine(";
  if (file.peek().starts_with(kQuarantine)) {
    const auto asn = file.value<Asn>(",", kQuarantine);
    for (const Prefix48& prefix : prefix_set(file, "]);")) rows.in_quarantine.insert({prefix, asn});
    return {neighbour, std::nullopt, asn, name, Ipv6::from_bytes({}), std::nullopt};
  }
  const auto asn = file.value<Asn>(",", "enforce_user_admit(");
  for (const Prefix48& prefix : prefix_set(file, "],")) rows.leases.insert({prefix, asn});
  return {neighbour, std::nullopt, asn, name, file.value<Ipv6>(");"), std::nullopt};
}

std::vector<LeaseRow> roa_rows(Reader& file) {
  std::vector<LeaseRow> rows;
  while (file.peek() == "route") {
    file.expect("route");
    const auto prefix = file.value<Prefix48>();
    file.expect("max 48 as");
    rows.push_back({prefix, file.value<Asn>(";")});
  }
  return rows;
}

PrintedPolicy sessions(Reader file) {
  PrintedPolicy policy;
  file.expect("# peerlab policy v1, generated: do not edit; policy sha256");
  policy.digest = file.word();
  while (file.peek() == "protocol") {
    Reader ahead = file;
    ahead.expect("protocol");
    if (ahead.peek() != "bgp") break;
    policy.rules.push_back(session(file));
  }
  file.expect("protocol static peerlab_lease_rows { roa6 { table peerlab_leases; };");
  policy.leases = roa_rows(file);
  file.expect("} protocol static peerlab_quarantine_rows { roa6 { table peerlab_quarantine; };");
  policy.in_quarantine = roa_rows(file);
  file.expect("} protocol static peerlab_shadow { ipv6; igp table peerlab_live;");
  policy.shadows = shadow_rows(file);
  return policy;
}

PrintedPolicy function(Reader file, std::string_view by_hand) {
  PrintedPolicy policy;
  file.expect("# peerlab policy v1, function form, generated: do not edit; policy sha256");
  policy.digest = file.word();
  file.expect("define ENFORCE_USER_AS =");
  (void)file.between("", ";");
  file.expect("define ENFORCE_USER_POOL = [");
  while (file.peek() != "];") (void)file.word();
  file.expect("];");
  file.expect_exactly(by_hand);
  file.expect("function enforce_user_policy(ip remote_ip) { case remote_ip {");
  PrintedRows rows;
  while (true) {
    Reader ahead = file;
    ahead.expect("#");
    if (ahead.peek() != "User:") break;
    policy.rules.push_back(arm(file, rows));
  }
  file.expect("# Unknown user else: enforce_user_refuse(102); } }");
  policy.leases = {rows.leases.begin(), rows.leases.end()};
  policy.in_quarantine = {rows.in_quarantine.begin(), rows.in_quarantine.end()};
  file.expect(
      "ipv6 table enforce_user_live; ipv6 table enforce_user_shadow; protocol static "
      "peerlab_shadow { ipv6 { table enforce_user_shadow; }; igp table enforce_user_live;");
  policy.shadows = shadow_rows(file);
  return policy;
}

}  // namespace

Result<PrintedPolicy> read_sessions(std::string_view text) {
  try {
    return sessions(Reader{text});
  } catch (const std::invalid_argument& error) {
    return fail(ErrorKind::Malformed, error.what());
  }
}

Result<PrintedPolicy> read_function(std::string_view text, std::string_view by_hand) {
  try {
    return function(Reader{text}, by_hand);
  } catch (const std::invalid_argument& error) {
    return fail(ErrorKind::Malformed, error.what());
  }
}

}  // namespace peerlab::bird
