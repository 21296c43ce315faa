#include "gateway/settings_key.h"

#include <algorithm>
#include <array>

namespace peerlab::gateway {
namespace {

constexpr std::array kKeys{
    SettingKey{.name = "address",
               .preset = "0.0.0.0:8080",
               .help = "where to listen, host:port; [::]:8080 is both families"},
    SettingKey{
        .name = "metrics-address",
        .help = "where Prometheus reads /metrics, such as 127.0.0.1:9464; without it, nowhere"},
    SettingKey{.name = "connections-max",
               .shape = Shape::Number,
               .preset = "4096",
               .help = "connections at once; a newcomer takes the place of the longest idle"},
    SettingKey{.name = "rate-per-address",
               .preset = "6000/60s",
               .help = "requests of one client address (IPv6: /64) in a time, or off"},
    SettingKey{.name = "rate-per-member",
               .preset = "120/10s",
               .help = "requests of one member in a time, or off"},
    SettingKey{.name = "trusted-proxy",
               .shape = Shape::List,
               .help = "an address or block of proxies whose word on the client is taken"},
    SettingKey{.name = "proxy-field",
               .preset = "X-Forwarded-For",
               .help = "the field in which they give it, this or Forwarded"},
    SettingKey{
        .name = "allowed-origin",
        .shape = Shape::List,
        .help = "the portal's origin, such as https://portal.example.org: its pages may ask"},
    SettingKey{.name = "issuer",
               .also_flag = "--auth0-issuer",
               .help = "the identity provider's issuer, as its tokens spell it"},
    SettingKey{.name = "jwks-uri",
               .also_flag = "--auth0-jwks-uri",
               .help = "its key set; without it, the issuer's discovery document is asked"},
    SettingKey{.name = "insecure-issuer",
               .shape = Shape::Switch,
               .help = "allow an issuer over plain HTTP that is not on this machine"},
    SettingKey{.name = "audience",
               .shape = Shape::List,
               .help = "an audience that tokens may have; again for more"},
    SettingKey{.name = "any-audience",
               .shape = Shape::Switch,
               .help = "accept tokens that the issuer made for anybody"},
    SettingKey{.name = "accepted-algorithms",
               .shape = Shape::List,
               .preset = "RS256,ES256",
               .help = "signature algorithms of tokens"},
    SettingKey{.name = "roles-claim",
               .help = "the tokens' claim that names roles, such as permissions; without it, "
                       "nobody has any"},
    SettingKey{.name = "pool",
               .shape = Shape::List,
               .help = "a block of /48s to lease, such as 3fff:100::/40; again for more"},
    SettingKey{.name = "prefix-pool-file",
               .help = "a file of such blocks, one a line, instead of --pool"},
    SettingKey{.name = "infrastructure",
               .shape = Shape::List,
               .help = "the platform's own prefixes, which are never leased"},
    SettingKey{.name = "asn-pool-start",
               .shape = Shape::Number,
               .preset = "65000",
               .help = "the first ASN to assign"},
    SettingKey{.name = "asn-pool-end",
               .shape = Shape::Number,
               .preset = "65999",
               .help = "the last ASN to assign"},
    SettingKey{.name = "leases-per-member",
               .shape = Shape::Number,
               .preset = "1",
               .help = "how many leases a member may hold at once, 1 to 8"},
    SettingKey{.name = "cool-down",
               .preset = "60m",
               .help = "how long an ended lease's /48 rests, 5m at least"},
    SettingKey{.name = "lab-hour",
               .preset = "1h",
               .help = "how long one leased hour lasts; shorter only in a lab, such as 10s"},
    SettingKey{.name = "state-directory",
               .preset = ".",
               .also_environment = "STATE_DIRECTORY",
               .help = "where peerlab.db is, unless --database-url says otherwise"},
    SettingKey{.name = "database-url",
               .secret = true,
               .help = "sqlite:PATH, seal.key is kept beside it; or postgresql://USER@HOST/NAME, "
                       "seal.key is kept in the state directory"},
    SettingKey{.name = "database-url-file",
               .help = "a file that holds this URL, for one with a password"},
    SettingKey{.name = "seal-key-file",
               .help = "the seal.key that all gateways of one ledger share; it must be there"},
    SettingKey{.name = "database-connections",
               .shape = Shape::Number,
               .preset = "8",
               .help = "how many connections to PostgreSQL, at most"},
    SettingKey{
        .name = "roa-file",
        .help = "where stayrtr reads the ROAs of leased prefixes; without it, there are none"},
    SettingKey{.name = "agent-keys-file",
               .help = "the keys that IXP servers may present, one a line"},
    SettingKey{.name = "agent-key",
               .secret = true,
               .help = "one such key (visible in the process list: prefer --agent-keys-file)"},
    SettingKey{.name = "operator-keys-file",
               .help = "the operators and their keys, NAME KEY a line"},
    SettingKey{.name = "operator-role",
               .preset = "operator",
               .help = "the role that makes a member an operator, where roles-claim is set"},
    SettingKey{.name = "auth0-management-api",
               .help = "the Auth0 tenant that knows members' e-mails, such as "
                       "https://TENANT.eu.auth0.com; without it mappings say null"},
    SettingKey{.name = "auth0-m2m-app-id",
               .help = "the client id of its machine-to-machine application that may read:users"},
    SettingKey{.name = "auth0-m2m-app-secret",
               .secret = true,
               .help = "its client secret (visible in the process list: prefer the file)"},
    SettingKey{.name = "auth0-m2m-app-secret-file", .help = "a file that holds this secret"},
    SettingKey{.name = "platform-name",
               .preset = "PeerLab",
               .help = "the platform's name, as members read it"},
    SettingKey{.name = "platform-asn",
               .shape = Shape::Number,
               .preset = "64500",
               .help = "the ASN of the IXP servers"},
    SettingKey{.name = "cli-client-id", .help = "the issuer's client id of the command line"},
    SettingKey{.name = "portal-client-id", .help = "the issuer's client id of the portal"},
    SettingKey{.name = "login-server", .help = "the overlay controller's URL for members"},
};

std::string with_underscores(std::string_view name) {
  std::string text{name};
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

}  // namespace

std::span<const SettingKey> all_setting_keys() { return kKeys; }

std::string flag_of(const SettingKey& key) { return "--" + std::string{key.name}; }

std::string environment_of(const SettingKey& key) {
  std::string text = "PEERLAB_GATEWAY_" + with_underscores(key.name);
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string file_key_of(const SettingKey& key) { return with_underscores(key.name); }

}  // namespace peerlab::gateway
