#include "bird/client_configuration.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/support/facts/facts.h"
#include "tests/support/golden/golden.h"

namespace peerlab::bird {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::filesystem::path in_source(const char* path) {
  return std::filesystem::path{PEERLAB_SOURCE_DIR} / path;
}

ClientFacts facts_with(std::vector<Prefix48> prefixes) {
  return {*Asn::make(65000),
          std::move(prefixes),
          *Asn::make(64500),
          testing_support::overlay_ipv4(17),
          testing_support::overlay_ipv6(17),
          {{*policy::Label::parse("ixpfra01"), testing_support::overlay_ipv4(1),
            testing_support::overlay_ipv6(1)},
           {*policy::Label::parse("ixpams01"), testing_support::overlay_ipv4(2),
            testing_support::overlay_ipv6(2)}}};
}

std::string rendered(std::string_view text, std::vector<Prefix48> prefixes = {}) {
  return *render_client(text, facts_with(std::move(prefixes)));
}

TEST(ClientConfiguration, OfTheShippedTemplateIsTheReviewedText) {
  const Prefix48 one = *Prefix48::parse("3fff:100:1::/48"),
                 two = *Prefix48::parse("3fff:100:2::/48");
  const std::vector<std::pair<const char*, std::vector<Prefix48>>> table{
      {"receive_only", {}}, {"one_prefix", {one}}, {"several_prefixes", {one, two}}};
  for (const auto& [name, prefixes] : table) {
    const std::string text = rendered(shipped_client_template(), prefixes);
    EXPECT_EQ(text, testing_support::golden("client/" + std::string{name} + ".conf", text));
  }
}

TEST(ClientConfiguration, ShipsTheTemplateOfDeploy) {
  EXPECT_EQ(shipped_client_template(),
            *read_file(in_source("deploy/client/templates/bird.conf.mustache")));
}

TEST(ClientConfiguration, OfAMembersOwnTemplateHasEveryValueThere) {
  EXPECT_EQ(
      rendered("{{user_asn}} {{platform_asn}} {{router_id}} {{overlay_ipv4}} "
               "{{overlay_ipv6}}{{#sites}} {{name}}={{address}}|{{{address_ipv6}}}{{/sites}}"),
      "65000 64500 100.64.0.17 100.64.0.17 fd7a:115c:a1e0::11 "
      "ixpfra01=100.64.0.1|fd7a:115c:a1e0::1 ixpams01=100.64.0.2|fd7a:115c:a1e0::2");
  constexpr std::string_view kPrefixes =
      "{{^has_prefixes}}none{{/has_prefixes}}{{#prefixes}}<{{prefix}}>{{/prefixes}}";
  EXPECT_EQ(rendered(kPrefixes), "none");
  EXPECT_EQ(rendered(kPrefixes, {*Prefix48::parse("3fff:100:1::/48")}), "<3fff:100:1::/48>");
}

TEST(ClientConfiguration, CommentsOfATemplateMayHoldAnything) {
  EXPECT_EQ(rendered("a{{! {{nonsense}}b{{!\n\n}}c"), "abc");
}

TEST(ClientConfiguration, NamesTheLineOfATemplatesError) {
  const std::vector<std::pair<const char*, const char*>> table{
      {"{{asn}}", "line 1: there is no value named 'asn'; there are router_id, user_asn"},
      {"\n\n{{#prefixs}}{{/prefixs}}", "line 3: there is no value named 'prefixs'"},
      {"{{user_asn}}\n{{ > partial }}", "line 2: there is no value named '> partial'"},
      {"{{=<% %>=}}", "line 1: there is no value named '=<% %>='"},
      {"{{}}", "line 1: there is no value named ''"},
      {"{{! two\nlines }}{{x}}", "line 2: there is no value named 'x'"},
      {"\n{{user_asn", "line 2: '{{' is never closed by '}}'"},
      {"\n{{prefix}}", "line 2: 'prefix' has a value between {{#prefixes}} and {{/prefixes}} only"},
      {"{{#prefixes}}{{/prefixes}}{{prefix}}", "line 1: 'prefix' has a value between"},
      {"{{^prefixes}}{{prefix}}{{/prefixes}}", "line 1: 'prefix' has a value between"},
      {"{{#prefixes}}{{name}}{{/prefixes}}", "line 1: 'name' has a value between {{#sites}}"},
      {"\n\n{{#sites}}", "line 3: Unclosed section \"sites\""},
      {"\n{{/sites}}", "line 2: Unopened section \"sites\""}};
  for (const auto& [text, complaint] : table) {
    const auto result = render_client(text, facts_with({}));
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().kind, ErrorKind::Malformed);
    EXPECT_THAT(result.error().detail, StartsWith("the template's " + std::string{complaint}));
  }
}

}  // namespace
}  // namespace peerlab::bird
