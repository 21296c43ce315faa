#include "confgen/site_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/text.h"
#include "domain/overlay_address.h"

namespace peerlab::confgen {
namespace {

namespace fs = std::filesystem;

Failure at(const toml::node& node, std::string_view key, std::string_view problem) {
  return fail(ErrorKind::Malformed,
              fmt::format("line {}: {}: {}", node.source().begin.line, key, problem));
}

// Reads values out of one table; the first thing that is wrong is kept and nothing after it is
// looked at.
class Reader {
 public:
  Reader(const toml::table& table, std::string name) : table_{table}, name_{std::move(name)} {}

  // The text at `key` as a T, by T's own parser.
  template <class T>
  std::optional<T> read(std::string_view key, Result<T> (*parse)(std::string_view)) {
    const toml::node* const node = required(key);
    if (node == nullptr) return std::nullopt;
    const auto text = node->value<std::string_view>();
    return text ? accept(*node, key, parse(*text)) : refuse<T>(*node, key, "write it as \"text\"");
  }

  std::optional<std::int64_t> number(std::string_view key, std::int64_t low, std::int64_t high) {
    const toml::node* const node = required(key);
    if (node == nullptr) return std::nullopt;
    const auto number = node->value_exact<std::int64_t>();
    if (number && low <= *number && *number <= high) return number;
    return refuse<std::int64_t>(*node, key,
                                fmt::format("write a whole number from {} to {}", low, high));
  }

  std::optional<Asn> asn(std::string_view key) {
    const auto value = number(key, 1, 4294967294);
    return value ? accept(*table_.get(key), key, Asn::make(static_cast<std::uint32_t>(*value)))
                 : std::nullopt;
  }

  // An IXP server's own node.
  std::optional<NodeId> site_node(std::string_view key) {
    const auto value = number(key, 1, 9999);
    return value ? accept(*table_.get(key), key, NodeId::make(static_cast<std::uint64_t>(*value)))
                 : std::nullopt;
  }

  std::optional<bool> flag_or_false(std::string_view key) {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return false;
    const auto flag = node->value_exact<bool>();
    return flag ? flag : refuse<bool>(*node, key, "write true or false");
  }

  std::chrono::seconds seconds_or(std::string_view key, std::chrono::seconds otherwise) {
    if (!has(key)) return otherwise;
    return std::chrono::seconds{number(key, 2, 3600).value_or(0)};
  }

  std::optional<std::vector<Ipv6Prefix>> prefixes(std::string_view key) {
    const toml::node* const node = required(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_array()) {
      return refuse<std::vector<Ipv6Prefix>>(*node, key,
                                             "write a list such as [\"2001:db8::/32\"]");
    }
    std::vector<Ipv6Prefix> list;
    for (const toml::node& element : *node->as_array()) {
      const auto text = element.value<std::string_view>();
      const auto prefix = text ? accept(element, key, Ipv6Prefix::parse(*text))
                               : refuse<Ipv6Prefix>(element, key, "each element is a \"prefix\"");
      if (!prefix) return std::nullopt;
      list.push_back(*prefix);
    }
    return list;
  }

  // Nothing but these keys may stand here.
  template <std::size_t N>
  void only(const std::array<std::string_view, N>& known) {
    for (const auto& [key, node] : table_) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      refuse<int>(node, key.str(),
                  fmt::format("no such key; known are {}", fmt::join(known, ", ")));
    }
  }

  template <class T>
  std::optional<T> refuse(const toml::node& node, std::string_view key, std::string_view problem) {
    if (!error_) error_ = at(node, name_ + std::string{key}, problem).value();
    return std::nullopt;
  }

  template <class T>
  std::optional<T> accept(const toml::node& node, std::string_view key, Result<T> value) {
    if (value) return std::optional<T>{std::move(*value)};
    return refuse<T>(node, key, value.error().detail);
  }

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  [[nodiscard]] const toml::table& table() const { return table_; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  void take(const std::optional<Error>& error) {
    if (!error_) error_ = error;
  }

 private:
  const toml::node* required(std::string_view key) {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) refuse<int>(table_, key, "is missing");
    return node;
  }

  const toml::table& table_;
  std::string name_;
  std::optional<Error> error_;
};

// TCP-MD5 secrets: 1..80 printable characters; a quote or a backslash has no spelling in BIRD.
Result<Secret> read_password(const fs::path& file) {
  const Result<std::string> bytes = read_file(file, 4096);
  if (!bytes) return fail(bytes.error());
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 0007U) != 0) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("{} may be read by everybody: chmod 640 it", file.string()));
  }
  const std::string_view password = trim(*bytes);
  const bool printable_only = std::all_of(password.begin(), password.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (password.empty() || password.size() > 80 || !printable_only) {
    return fail(ErrorKind::Malformed,
                fmt::format("{} must hold 1 to 80 printable characters without blank, quote or "
                            "backslash",
                            file.string()));
  }
  return Secret{std::string{password}};
}

std::optional<policy::WorldNeighbour> read_neighbour(Reader& reader, const fs::path& folder) {
  constexpr std::array<std::string_view, 5> kKeys{"name", "asn", "address", "local_address",
                                                  "password_file"};
  reader.only(kKeys);
  const auto name = reader.read<policy::Label>("name", &policy::Label::parse);
  const auto asn = reader.asn("asn");
  const auto address = reader.read<Ipv6>("address", &Ipv6::parse);
  const auto local = reader.read<Ipv6>("local_address", &Ipv6::parse);
  std::optional<Secret> password;
  if (reader.has("password_file")) {
    const toml::node& node = *reader.table().get("password_file");
    const auto file = node.value<std::string>();
    if (!file) return reader.refuse<policy::WorldNeighbour>(node, "password_file", "write a path");
    password = reader.accept(node, "password_file", read_password(folder / *file));
  }
  if (reader.error() || !name || !asn || !address || !local) return std::nullopt;
  return policy::WorldNeighbour{*name, *asn, *address, *local, password};
}

std::optional<policy::RpkiRow> read_rpki_row(Reader& reader) {
  constexpr std::array<std::string_view, 3> kKeys{"prefix", "max_length", "asn"};
  reader.only(kKeys);
  const auto prefix = reader.read<Ipv6Prefix>("prefix", &Ipv6Prefix::parse);
  if (!prefix) return std::nullopt;
  const auto max_length = reader.number("max_length", prefix->length(), 128);
  const auto asn = reader.asn("asn");
  if (reader.error() || !max_length || !asn) return std::nullopt;
  return policy::RpkiRow{*prefix, static_cast<unsigned>(*max_length), *asn};
}

Result<std::variant<Ipv6, Ipv4>> parse_address(std::string_view text) {
  if (const Result<Ipv4> ipv4 = Ipv4::parse(text)) return *ipv4;
  if (const Result<Ipv6> ipv6 = Ipv6::parse(text)) return *ipv6;
  return fail(ErrorKind::Malformed,
              fmt::format("\"{}\" is no IPv4 or IPv6 address", printable(text)));
}

std::optional<policy::RtrServer> read_rtr_server(Reader& reader) {
  constexpr std::array<std::string_view, 3> kKeys{"name", "address", "port"};
  reader.only(kKeys);
  const auto name = reader.read<policy::Label>("name", &policy::Label::parse);
  const auto address = reader.read<std::variant<Ipv6, Ipv4>>("address", &parse_address);
  const auto port = reader.number("port", 1, 65535);
  if (reader.error() || !name || !address || !port) return std::nullopt;
  return policy::RtrServer{*name, *address, static_cast<std::uint16_t>(*port)};
}

std::optional<policy::Sibling> read_sibling(Reader& reader) {
  constexpr std::array<std::string_view, 4> kKeys{"name", "node_id", "address", "local_address"};
  reader.only(kKeys);
  const auto name = reader.read<policy::Label>("name", &policy::Label::parse);
  const auto node_id = reader.site_node("node_id");
  const auto address = reader.read<Ipv6>("address", &Ipv6::parse);
  const auto local = reader.read<Ipv6>("local_address", &Ipv6::parse);
  if (reader.error() || !name || !node_id || !address || !local) return std::nullopt;
  return policy::Sibling{*name, *node_id, *address, *local};
}

// Every [[key]] table by `read_one`.
template <class T, class ReadOne>
std::vector<T> read_tables(Reader& reader, std::string_view key, const ReadOne& read_one) {
  std::vector<T> rows;
  const toml::node* const node = reader.table().get(key);
  if (node == nullptr) return rows;
  if (!node->is_array_of_tables()) {
    reader.refuse<int>(*node, key, fmt::format("write each one as a table [[{}]]", key));
    return rows;
  }
  for (const toml::node& element : *node->as_array()) {
    Reader row{*element.as_table(), std::string{key} + "."};
    if (std::optional<T> value = read_one(row)) rows.push_back(std::move(*value));
    reader.take(row.error());
  }
  return rows;
}

std::optional<PrefixPool> read_pool(Reader& reader) {
  auto blocks = reader.prefixes("pool");
  if (!blocks) return std::nullopt;
  return reader.accept(*reader.table().get("pool"), "pool", PrefixPool::make(std::move(*blocks)));
}

// [change_budget]; what is not said is as ever.
policy::ChangeBudget read_change_budget(Reader& reader) {
  policy::ChangeBudget budget;
  const toml::node* const node = reader.table().get("change_budget");
  if (node == nullptr) return budget;
  if (!node->is_table()) {
    reader.refuse<int>(*node, "change_budget", "write it as a table [change_budget]");
    return budget;
  }
  constexpr std::array<std::string_view, 5> kKeys{
      "cycles", "window_seconds", "burst", "quarantine_seconds", "longest_quarantine_seconds"};
  constexpr std::int64_t kCyclesMost = 1'000'000, kDay = 86400;
  Reader row{*node->as_table(), "change_budget."};
  row.only(kKeys);
  const auto whole = [&](std::string_view key, std::int64_t low, std::int64_t high,
                         std::int64_t otherwise) {
    return row.has(key) ? row.number(key, low, high).value_or(otherwise) : otherwise;
  };
  budget.cycles = static_cast<std::uint32_t>(whole("cycles", 1, kCyclesMost, budget.cycles));
  budget.window = std::chrono::seconds{whole("window_seconds", 1, kDay, budget.window.count())};
  budget.burst = static_cast<std::uint32_t>(whole("burst", 1, kCyclesMost, budget.burst));
  budget.shortest =
      std::chrono::seconds{whole("quarantine_seconds", 1, kDay, budget.shortest.count())};
  budget.longest =
      std::chrono::seconds{whole("longest_quarantine_seconds", budget.shortest.count(), kDay,
                                 std::max(budget.longest, budget.shortest).count())};
  reader.take(row.error());
  return budget;
}

Result<policy::Site> read_site(const toml::table& table, const fs::path& folder) {
  constexpr std::array<std::string_view, 17> kKeys{
      "name",         "asn",      "router_id", "overlay_ipv4",
      "overlay_ipv6", "node_id",  "pool",      "infrastructure",
      "links",        "asn_pool", "upstream",  "route_server",
      "rpki",         "rtr",      "sibling",   "stuck_reader_seconds",
      "change_budget"};
  Reader reader{table, ""};
  reader.only(kKeys);
  const auto name = reader.read<policy::Label>("name", &policy::Label::parse);
  const auto asn = reader.asn("asn");
  const auto router_id = reader.read<Ipv4>("router_id", &Ipv4::parse);
  const auto ipv4 = reader.read<Ipv4>("overlay_ipv4", &overlay_address<Ipv4>);
  const auto ipv6 = reader.read<Ipv6>("overlay_ipv6", &overlay_address<Ipv6>);
  const auto pool = read_pool(reader);
  const auto links = reader.flag_or_false("links");
  const auto stuck_reader = reader.seconds_or("stuck_reader_seconds", std::chrono::seconds{60});
  std::optional<std::vector<Ipv6Prefix>> infrastructure{std::in_place};
  if (reader.has("infrastructure")) infrastructure = reader.prefixes("infrastructure");
  std::optional<NodeId> node_id;
  if (reader.has("node_id")) node_id = reader.site_node("node_id");
  std::optional<AsnRange> asn_pool;
  if (reader.has("asn_pool")) asn_pool = reader.read<AsnRange>("asn_pool", &AsnRange::parse);
  const auto neighbour = [&](Reader& row) { return read_neighbour(row, folder); };
  auto upstreams = read_tables<policy::WorldNeighbour>(reader, "upstream", neighbour);
  auto route_servers = read_tables<policy::WorldNeighbour>(reader, "route_server", neighbour);
  auto rpki = read_tables<policy::RpkiRow>(reader, "rpki", &read_rpki_row);
  auto rtr = read_tables<policy::RtrServer>(reader, "rtr", &read_rtr_server);
  auto siblings = read_tables<policy::Sibling>(reader, "sibling", &read_sibling);
  const policy::ChangeBudget change_budget = read_change_budget(reader);
  if (reader.error()) return fail(*reader.error());
  return policy::Site{*name,
                      *asn,
                      *router_id,
                      *ipv4,
                      *ipv6,
                      node_id,
                      *pool,
                      *infrastructure,
                      *links,
                      asn_pool,
                      std::move(upstreams),
                      std::move(route_servers),
                      std::move(rpki),
                      std::move(rtr),
                      std::move(siblings),
                      stuck_reader,
                      change_budget};
}

}  // namespace

Result<policy::Site> read_site_file(const fs::path& file) {
  const auto named = [&](const Error& error) {
    return fail(error.kind, fmt::format("{}: {}", file.string(), error.detail));
  };
  const Result<std::string> text = read_file(file, 1U << 20U);
  if (!text) return fail(text.error());
  toml::table table;
  try {
    table = toml::parse(*text);
  } catch (const toml::parse_error& error) {
    return named(Error{ErrorKind::Malformed,
                       fmt::format("line {}: {}", error.source().begin.line, error.description())});
  }
  Result<policy::Site> site = read_site(table, file.parent_path());
  if (!site) return named(site.error());
  const Result<void> sound = site->check();
  return sound ? site : named(sound.error());
}

}  // namespace peerlab::confgen
