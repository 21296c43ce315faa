#include "confgen/probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <thread>
#include <vector>

#include "base/text.h"
#include "bird/version.h"
#include "domain/asn.h"
#include "domain/prefix48.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;

constexpr int kUnknownSymbol = 9001;  // as any syntax error of `eval`

// `show protocols`: name, type, table, state, since (one word or two), info.
struct Protocols {
  std::set<std::string> configured, established;
};
Protocols shown_in(const bird::Reply& reply) {
  Protocols protocols;
  for (const bird::ReplyLine& line : reply.lines) {
    const std::string_view text = trim(line.text);
    const auto [name, rest] = split_once(text, ' ');
    protocols.configured.emplace(name);
    if (trim(rest).starts_with("BGP ") && rest.ends_with("Established")) {
      protocols.established.emplace(name);
    }
  }
  return protocols;
}

struct Lease {
  Prefix48 prefix;
  Asn asn;
  auto operator<=>(const Lease&) const = default;
};

// The rows of table peerlab_leases: "  route P max 48 as N;".
std::set<Lease> leases_in(std::string_view policy_text) {
  std::set<Lease> leases;
  const auto begin = policy_text.find("protocol static peerlab_lease_rows ");
  policy_text.remove_prefix(std::min(begin, policy_text.size()));
  policy_text = policy_text.substr(0, policy_text.find("\n}"));
  for (const std::string_view line : split(policy_text, '\n')) {
    const std::vector<std::string_view> words = split(trim(line), ' ');
    if (words.size() != 6 || words[0] != "route" || words[4] != "as") continue;
    const auto prefix = Prefix48::parse(words[1]);
    const auto asn = Asn::parse(words[5].substr(0, words[5].find(';')));
    if (prefix && asn) leases.insert({*prefix, *asn});
  }
  return leases;
}

std::set<std::string_view> protocols_in(std::string_view policy_text) {
  constexpr std::string_view kBegin = "protocol bgp ";
  std::set<std::string_view> names;
  for (const std::string_view line : split(policy_text, '\n')) {
    if (!line.starts_with(kBegin)) continue;
    names.insert(split_once(line.substr(kBegin.size()), ' ').first);
  }
  return names;
}

// "peerlab_n7_2" is a session of node 7's protocol.  A policy without that protocol lets it go.
bool is_kept(std::string_view session, const std::set<std::string_view>& protocols) {
  const auto end = session.rfind('_');
  return !session.starts_with("peerlab_n") || protocols.contains(session.substr(0, end));
}

struct Question {
  std::string eval;
  std::string_view answer;
};

std::vector<Question> questions_about(const PolicyTexts& texts) {
  const std::set<Lease> now = leases_in(texts.new_text), old = leases_in(texts.old_text);
  std::vector<Lease> gone;
  std::ranges::set_difference(old, now, std::back_inserter(gone));
  const auto spelled = [](const Prefix48& prefix, std::uint32_t asn) {
    return fmt::format("eval peerlab_lease({}, {})", prefix.text(), asn);
  };
  std::vector<Question> questions;
  if (!now.empty()) {
    questions.push_back({spelled(now.begin()->prefix, now.begin()->asn.number()), "TRUE"});
    questions.push_back({spelled(now.begin()->prefix, 0), "FALSE"});  // AS0 holds nothing
  }
  if (!gone.empty()) {
    questions.push_back({spelled(gone.front().prefix, gone.front().asn.number()), "FALSE"});
  }
  return questions;
}

// Rows of a protocol that has just been added come a moment later than the answer to `configure`.
Result<Findings> ask_until_right(bird::ControlSocket& bird, const Question& question) {
  const auto deadline = std::chrono::steady_clock::now() + 2s;
  for (;;) {
    const Result<bird::Reply> reply = bird.command(question.eval);
    if (!reply) return fail(reply.error());
    if (reply->lines.front().code == kUnknownSymbol) {
      return Findings{
          {}, "this server has no peerlab_lease(): whether leases are in force was not probed"};
    }
    if (trim(reply->text()) == question.answer) return Findings{};
    if (std::chrono::steady_clock::now() > deadline) {
      return Findings{fmt::format("`{}` is not {} but {}", question.eval, question.answer,
                                  printable(reply->text())),
                      {}};
    }
    std::this_thread::sleep_for(20ms);
  }
}

// The policy names no neighbour in the world: whose protocol is gone was taken out by hand.
std::string lost_neighbour(const std::string& session, const Protocols& now) {
  return fmt::format(
      "{} {}; if that is meant, say `birdc configure` yourself, else every run "
      "undoes it",
      session,
      now.configured.contains(session)
          ? "was established and is not any more, perhaps by a change by hand"
          : "was established and is not any more: not the policy but a change by "
            "hand, of bird.conf or what it includes, took it out");
}

std::optional<std::string> lost_sessions(const Before& before, const Protocols& now,
                                         std::string_view policy_text) {
  const std::set<std::string_view> protocols = protocols_in(policy_text);
  std::size_t kept = 0, lost = 0;
  for (const std::string& session : before.established) {
    const bool is_member = session.starts_with("peerlab");
    if (is_member && !is_kept(session, protocols)) continue;
    const bool gone = !now.established.contains(session);
    if (gone && !is_member) return lost_neighbour(session, now);
    kept += is_member ? 1 : 0;
    lost += is_member && gone ? 1 : 0;
  }
  if (lost > 1 && lost * 2 > kept) {
    return fmt::format("{} of {} members' sessions are gone", lost, kept);
  }
  return std::nullopt;
}

}  // namespace

Result<Before> look_before(bird::ControlSocket& bird) {
  const Result<bird::Reply> status = bird.command("show status");
  if (!status) return fail(status.error());
  const auto version = bird::supported_version(status->lines.front().text);
  if (!version) return fail(version.error());
  const Result<bird::Reply> protocols = bird.command("show protocols");
  if (!protocols) return fail(protocols.error());
  return Before{shown_in(*protocols).established};
}

Result<Findings> probe(bird::ControlSocket& bird, const Before& before, const PolicyTexts& texts) {
  Findings findings;
  const Result<bird::Reply> protocols = bird.command("show protocols");
  if (!protocols) return fail(protocols.error());
  findings.failure = lost_sessions(before, shown_in(*protocols), texts.new_text);
  for (const Question& question : questions_about(texts)) {
    if (findings.failure || findings.left_out) break;
    Result<Findings> asked = ask_until_right(bird, question);
    if (!asked) return asked;
    findings = std::move(*asked);
  }
  return findings;
}

}  // namespace peerlab::confgen
