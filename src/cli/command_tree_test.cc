#include "cli/command_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/completions.h"

namespace peerlab::cli {
namespace {

using ::testing::HasSubstr;

Chosen chosen(std::vector<std::string> words) { return choose(std::move(words), "1.2.3"); }

bool is_platform_verb(const Chosen& choice) {
  return std::holds_alternative<PlatformVerb>(choice.verb);
}

std::string printed(const std::vector<std::string>& words) {
  const Chosen choice = chosen(words);
  std::ostringstream out;
  const auto* const verb = std::get_if<LocalVerb>(&choice.verb);
  return verb != nullptr && (*verb)(out) == 0 ? out.str() : "(no words that print)";
}

std::string refusal(const std::vector<std::string>& words) {
  const Chosen choice = chosen(words);
  const auto* const complaint = std::get_if<Complaint>(&choice.verb);
  return complaint == nullptr ? "(none)" : complaint->says;
}

TEST(CommandTree, TakesEveryVerbAndThoseOfPeeringAsNxthdrHasThem) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"auth", "login"},
           {"auth", "login", "--qr"},
           {"auth", "status"},
           {"auth", "logout"},
           {"asn", "request"},
           {"asn", "get"},
           {"prefix", "list"},
           {"prefix", "request", "4"},
           {"prefix", "revoke", "2001:db8::/48"},
           {"prefix", "rpki", "enable", "2001:db8::/48"},
           {"peering", "asn", "get"},
           {"peering", "prefix", "list"},
           {"peering", "prefix", "request", "4h"},
           {"peering", "prefix", "revoke", "2001:db8::/48"},
           {"peering", "prefix", "rpki", "disable", "2001:db8::/48"},
           {"peering", "peerlab", "env"},
           {"operator", "members"},
           {"operator", "members", "aaaaaaaa", "--suspended"},
           {"operator", "leases"},
           {"operator", "pools"},
           {"operator", "suspend", "aaaaaaaa", "leaks"},
           {"operator", "resume", "aaaaaaaa"},
           {"operator", "revoke", "2001:db8::/48"},
           {"operator", "quota", "aaaaaaaa", "2"},
           {"operator", "forget", "aaaaaaaa", "--yes"},
           {"operator", "audit", "--limit", "5"},
           {"operator", "audit", "verify"},
           {"operator", "holder", "2001:db8::/48"},
           {"api", "GET", "/api/user/info"}}) {
    EXPECT_TRUE(is_platform_verb(chosen(words))) << words[0] << ' ' << words[1];
  }
}

TEST(CommandTree, AWordThatMustBeOneOfAFewIsAnsweredByThese) {
  EXPECT_EQ(refusal({"-o", "yaml", "prefix", "list"}),
            "--output: 'yaml' is none of text, json, csv");
  EXPECT_EQ(refusal({"-o", "1", "prefix", "list"}), "--output: '1' is none of text, json, csv");
  EXPECT_EQ(refusal({"lab", "up", "--table", "tiny"}), "--table: 'tiny' is none of real, small");
  EXPECT_EQ(refusal({"completions", "tcsh"}), "shell: 'tcsh' is none of bash, zsh, fish");
  EXPECT_EQ(refusal({"help", "me"}), "topic: 'me' is none of exit-codes");
}

TEST(CommandTree, TakesGlobalFlagsBeforeAndBehindTheVerb) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"-o", "csv", "-q", "-v", "--api-url", "https://a", "prefix", "list"},
           {"prefix", "-q", "list", "--output", "csv", "-v", "--api-url=https://a"}}) {
    const Chosen choice = chosen(words);
    EXPECT_TRUE(is_platform_verb(choice));
    EXPECT_EQ(choice.style.format, Format::Csv);
    EXPECT_EQ(choice.api_url, "https://a");
    EXPECT_TRUE(choice.quiet && choice.verbose);
  }
}

TEST(CommandTree, PickingFieldsMeansJson) {
  const Chosen choice = chosen({"prefix", "list", "--json", "prefix, rpki"});
  EXPECT_EQ(choice.style.format, Format::Json);
  EXPECT_EQ(choice.style.fields, (std::vector<std::string>{"prefix", "rpki"}));
}

TEST(CommandTree, RefusesWhatIsNoVerb) {
  EXPECT_THAT(refusal({}), HasSubstr("subcommand is required"));
  EXPECT_THAT(refusal({"fly"}), HasSubstr("fly"));
  EXPECT_THAT(refusal({"prefix"}), HasSubstr("subcommand is required"));
  EXPECT_THAT(refusal({"prefix", "request"}), HasSubstr("hours"));
  EXPECT_THAT(refusal({"-o", "xml", "prefix", "list"}), HasSubstr("xml"));
  EXPECT_THAT(refusal({"lab", "up", "--members", "51"}), HasSubstr("51"));
  EXPECT_THAT(refusal({"lab", "up", "--table", "huge"}), HasSubstr("huge"));
  EXPECT_EQ(refusal({"lab", "run", "--store", "oracle"}),
            "--store: 'oracle' is none of sqlite, postgres");
}

TEST(CommandTree, ARefusalKnowsInWhichFormItIsWanted) {
  EXPECT_EQ(chosen({"-o", "json", "prefix", "request"}).style.format, Format::Json);
}

TEST(CommandTree, PrintsVersionHelpAndExitCodes) {
  EXPECT_EQ(printed({"--version"}), "peerlab 1.2.3\n");
  EXPECT_THAT(printed({"--help"}), HasSubstr("Usage: peerlab"));
  EXPECT_EQ(printed({"help"}), printed({"--help"}));
  EXPECT_THAT(printed({"prefix", "request", "--help"}), HasSubstr("1 to 24, as 4 or 4h"));
  EXPECT_EQ(printed({"help", "exit-codes"}), exit_codes_explained());
}

TEST(Completions, KnowTheTreeItself) {
  EXPECT_THAT(printed({"completions", "bash"}),
              HasSubstr("'prefix rpki') mapfile -t COMPREPLY < <(compgen -W 'enable disable'"));
  EXPECT_THAT(printed({"completions", "zsh"}),
              HasSubstr("'peering prefix') compadd -- list request renew revoke rpki ;;"));
  EXPECT_THAT(printed({"completions", "bash"}),
              HasSubstr("'operator audit') mapfile -t COMPREPLY < <(compgen -W 'verify'"));
  EXPECT_THAT(printed({"completions", "fish"}),
              HasSubstr("= \"lab\"' -a 'up check down run shell'"));
  EXPECT_THAT(refusal({"completions", "csh"}), HasSubstr("csh"));
}

}  // namespace
}  // namespace peerlab::cli
