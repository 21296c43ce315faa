#include "cli/operator_tree.h"

#include <memory>
#include <string>

#include "cli/operator_verbs.h"

namespace peerlab::cli {
namespace {

// As on the command line; kept by every verb, beyond the life of the tree.
struct OperatorWords {
  std::string key_file, user, reason, prefix, quota, head, at;
  bool suspended = false, yes = false;
  std::uint64_t after = 0;
  int limit = 100;
};
using Kept = std::shared_ptr<OperatorWords>;
using OperatorVerb = std::function<Attempt<void>(const OperatorCall&)>;

constexpr const char* kUser = "a user hash, or its first 8 digits or more";
constexpr const char* kPrefix = "2001:db8:1000::/48";

Attempt<Prefix48> prefix48(std::string_view text) {
  const Result<Prefix48> prefix = Prefix48::parse(text);
  if (!prefix) return complain(ExitCode::Usage, prefix.error().detail);
  return *prefix;
}

class Tree {
 public:
  Tree(CLI::App& group, const Kept& words, const std::function<void(PlatformVerb)>& chosen)
      : group_{group}, words_{words}, chosen_{chosen} {}

  CLI::App& add(const std::string& name, const std::string& what, OperatorVerb verb) {
    CLI::App* const app = group_.add_subcommand(name, what);
    app->callback([app, words = words_, chosen = chosen_, verb = std::move(verb)] {
      if (!app->get_subcommands().empty()) return;  // the verb below it was chosen
      chosen([words, verb](const Call& call) { return verb({call, words->key_file}); });
    });
    return *app;
  }
  CLI::App& add_of_member(const std::string& name, const std::string& what, OperatorVerb verb) {
    CLI::App& app = add(name, what, std::move(verb));
    app.add_option("user", words_->user, kUser)->required();
    return app;
  }

 private:
  CLI::App& group_;
  Kept words_;
  std::function<void(PlatformVerb)> chosen_;
};

void add_lists(Tree& tree, const Kept& words) {
  CLI::App& members =
      tree.add("members", "every member, by user hash", [words](const OperatorCall& asking) {
        return operator_members(asking, words->user, words->suspended);
      });
  members.add_option("user", words->user, "only those whose hash begins so");
  members.add_flag("--suspended", words->suspended, "only those who are");
  tree.add("leases", "every lease in force", &operator_leases);
  tree.add("pools", "what is leased, rests and is free", &operator_pools);
}

void add_changes(Tree& tree, const Kept& words) {
  tree.add_of_member("suspend", "take a member off every router",
                     [words](const OperatorCall& asking) {
                       return operator_suspend(asking, words->user, words->reason);
                     })
      .add_option("reason", words->reason, "one line that the member reads; it must name nobody")
      ->required();
  tree.add_of_member("resume", "end its suspension", [words](const OperatorCall& asking) {
    return operator_resume(asking, words->user);
  });
  tree.add("revoke", "end a lease, whoever holds it",
           [words](const OperatorCall& asking) {
             return prefix48(words->prefix).and_then([&](const Prefix48& prefix) {
               return operator_revoke(asking, prefix);
             });
           })
      .add_option("prefix", words->prefix, kPrefix)
      ->required();
  tree.add_of_member("quota", "how many leases it may hold at once",
                     [words](const OperatorCall& asking) {
                       return operator_quota(asking, words->user, words->quota);
                     })
      .add_option("leases", words->quota, "0 to 64, or default")
      ->required();
  tree.add_of_member("forget", "forget the person, and keep the trail",
                     [words](const OperatorCall& asking) {
                       return operator_forget(asking, words->user, words->yes);
                     })
      .add_flag("--yes", words->yes, "without asking");
}

void add_audit(Tree& tree, CLI::App& group, const Kept& words,
               const std::function<void(PlatformVerb)>& chosen) {
  CLI::App& audit = tree.add("audit", "what happened, from the first event on",
                             [words](const OperatorCall& asking) {
                               return operator_audit(asking, words->after, words->limit);
                             });
  audit.add_option("--after", words->after, "only what is behind this position");
  audit.add_option("--limit", words->limit, "how many at most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  Tree below{audit, words, chosen};
  below
      .add("verify", "recompute every link of the trail",
           [words](const OperatorCall& asking) {
             return operator_audit_verify(asking, words->head);
           })
      .add_option("--head", words->head, "a head written down earlier, which must be in the chain");
  CLI::App* const holder =
      group.add_subcommand("holder", "who held a prefix, by number; anybody may ask");
  holder->callback([words, chosen] {
    chosen([words](const Call& call) {
      return prefix48(words->prefix).and_then([&](const Prefix48& prefix) {
        return operator_holder(call, prefix, words->at);
      });
    });
  });
  holder->add_option("prefix", words->prefix, kPrefix)->required();
  holder->add_option("--at", words->at, "when, such as 2026-11-23T14:06:44Z; now without it");
}

}  // namespace

void add_operator(CLI::App& parent, const std::function<void(PlatformVerb)>& chosen) {
  const Kept words = std::make_shared<OperatorWords>();
  CLI::App* const group =
      parent.add_subcommand("operator", "run the platform: members, leases, the audit trail");
  group->require_subcommand(1);
  group->add_option("--operator-key-file", words->key_file,
                    "your key (environment: PEERLAB_OPERATOR_KEY); without one, your sign-in");
  Tree tree{*group, words, chosen};
  add_lists(tree, words);
  add_changes(tree, words);
  add_audit(tree, *group, words, chosen);
}

}  // namespace peerlab::cli
