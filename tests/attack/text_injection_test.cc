// Row 31 of the attack table (POLICY.md 2): text that a stranger chose, through the real program.
#include <boost/json.hpp>
#include <map>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "tests/attack/exchange.h"

namespace peerlab::attack {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSite = R"(name = "ams01"
asn = 64500
router_id = "192.0.2.1"
overlay_ipv4 = "100.64.0.200"
overlay_ipv6 = "fd7a:115c:a1e0::200"
pool = ["3fff:100::/32", "2a06::/32"]
)";

// What a member chooses, or whoever writes into the gateway's database.
struct Texts {
  std::string email = {}, name = "m1", host = "laptop";
  std::vector<std::string> more_prefixes = {};
};

std::string mappings_with(const Texts& texts) {
  json::array prefixes{"3fff:100:1::/48"};
  for (const std::string& prefix : texts.more_prefixes) prefixes.push_back(json::value(prefix));
  const json::object mapping{{"user_hash", std::string(64, 'a')},
                             {"email", texts.email},
                             {"asn", 65001},
                             {"prefixes", prefixes},
                             {"provider_id", "https://issuer.example/1"}};
  return json::serialize(json::object{{"mappings", json::array{mapping}}});
}

std::string nodes_with(const Texts& texts) {
  const json::object user{{"id", "1"},
                          {"name", texts.name},
                          {"displayName", texts.name},
                          {"email", texts.email},
                          {"providerId", "https://issuer.example/1"}};
  const json::object node{{"id", "1"},
                          {"ipAddresses", json::array{"100.64.0.1", "fd7a:115c:a1e0::1"}},
                          {"name", texts.host},
                          {"givenName", texts.host},
                          {"user", user},
                          {"expiry", nullptr},
                          {"tags", json::array{}}};
  return json::serialize(json::object{{"nodes", json::array{node}}});
}

struct Rendered {
  std::map<std::string, std::string> files;  // all that BIRD reads
  std::string said;
};

class TextInjection : public testing::TestWithParam<bird::Form> {
 protected:
  [[nodiscard]] Rendered render(const Texts& texts) const {
    const testing_support::TemporaryFolder facts;
    EXPECT_TRUE(write_file(facts / "site.toml", kSite));
    EXPECT_TRUE(write_file(facts / "nodes.json", nodes_with(texts)));
    EXPECT_TRUE(write_file(facts / "mappings.json", mappings_with(texts)));
    const auto done = run({{PEERLAB_BINARY_DIR "/bin/peerlab-bird-config", "render", "--site",
                            facts / "site.toml", "--nodes", facts / "nodes.json", "--mappings",
                            facts / "mappings.json", "--out", out_, "--label", "email", "--form",
                            GetParam() == bird::Form::Sessions ? "sessions" : "function"}});
    EXPECT_TRUE(done && done->ok()) << (done ? done->errors : done.error().detail);
    if (!done) return {};
    Rendered rendered{{}, done->output + done->errors};
    for (const auto& entry : std::filesystem::directory_iterator{out_}) {
      rendered.files[entry.path().filename()] = read_file(entry.path()).value_or("unreadable");
    }
    return rendered;
  }

  const testing_support::TemporaryFolder folder_;
  const std::filesystem::path out_ = folder_ / "bird";
};

// `pwned` is looked for, the rest is what opens or closes something in BIRD's language.
const std::vector<std::string> kHostile{
    "pwned@example.org\n}\nprotocol static pwned { ipv6; route ::/0 unreachable; }\n#",
    "pwned@example.org\"; } protocol static pwned { ipv6; route ::/0 unreachable; } #",
    "pwned#@example.org",
    "}pwned@example.org",
    "pwned@example.org\r}",
    "pwned\xc2\x85@example.org",
    std::string("pwned\0@example.org", 18)};

TEST_P(TextInjection, LeavesNoTraceAndChangesNoByteOfThePolicy) {
  const Rendered honest = render({});
  EXPECT_THAT(honest.files.at("peerlab_generated.conf"),
              testing::AllOf(HasSubstr("3fff:100:1::/48"), HasSubstr("65001")));
  for (const std::string& text : kHostile) {
    const Rendered rendered = render({.email = text, .name = text, .host = text});
    EXPECT_EQ(rendered.files, honest.files) << text;
    for (const auto& [name, written] : rendered.files) {
      EXPECT_THAT(written, Not(HasSubstr("pwned"))) << name;
    }
  }
}

TEST_P(TextInjection, InAPrefixCostsThatPrefixOnlyAndIsSaidOnOneLine) {
  const Rendered honest = render({});
  for (const std::string text :
       {"2a06::/48, ::/0+", "2a06::/48{0,128}", "2a06::/48+", "2a06::/48 ]; accept; } #",
        "2a06::/48\npwned", "2a06::/48\n", "2a06::/48;", "::/0"}) {
    const Rendered rendered = render({.more_prefixes = {text}});
    EXPECT_EQ(rendered.files, honest.files) << text;
    for (const std::string_view line : split(rendered.said, '\n')) {
      EXPECT_FALSE(line.starts_with("pwned")) << rendered.said;
    }
    EXPECT_NE(rendered.said, honest.said) << text;
  }
}

TEST_P(TextInjection, LeavesAServerThatBirdAccepts) {
  const std::string& text = kHostile.front();
  EXPECT_FALSE(render({text, text, text, {"2a06::/48, ::/0+"}}).files.empty());
  const auto checked = run({{"bird", "-p", "-c", out_ / "bird.conf"}});
  if (!checked) GTEST_SKIP() << "this machine has no BIRD: apt-get install bird2";
  EXPECT_TRUE(checked->ok()) << checked->errors;
}

PEERLAB_IN_BOTH_FORMS(TextInjection);

}  // namespace
}  // namespace peerlab::attack
