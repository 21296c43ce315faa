#include "gateway/settings_file_reader.h"

#include <fmt/format.h>

#include "gateway/settings_nearest.h"

namespace peerlab::gateway {
namespace {

// The key that was meant, as far as one can tell; else all there are.
std::string advice(std::string_view name, const std::vector<std::string>& known) {
  if (const auto meant = nearest(name, known)) return fmt::format("did you mean {}?", *meant);
  return fmt::format("known are {}", fmt::join(known, ", "));
}

}  // namespace

std::string FileReader::where(const toml::node& node) const {
  return fmt::format("{}:{}", file_, node.source().begin.line);
}

Failure FileReader::wrong(const toml::node& node, std::string_view key,
                          const std::string& problem) const {
  return fail(ErrorKind::Malformed, fmt::format("{}: {}: {}", where(node), key, problem));
}

Failure FileReader::unknown(const toml::node& node, std::string_view key,
                            const std::vector<std::string>& known) const {
  return wrong(node, key, fmt::format("there is no such key; {}", advice(key, known)));
}

Result<std::vector<Spelled>> FileReader::spelled(const toml::node& node,
                                                 const SettingKey& key) const {
  const std::string name = file_key_of(key);
  const auto one = [&](std::string text) {
    return std::vector<Spelled>{{std::move(text), where(node)}};
  };
  switch (key.shape) {
    case Shape::Text:
      if (const auto text = node.value_exact<std::string>()) return one(*text);
      return wrong(node, name, fmt::format("write it in quotes: {} = \"...\"", name));
    case Shape::Number:
      if (const auto number = node.value_exact<std::int64_t>()) {
        return one(std::to_string(*number));
      }
      return wrong(
          node, name,
          fmt::format("write a whole number without quotes, such as {} = {}", name, key.preset));
    case Shape::Switch:
      if (const auto flag = node.value_exact<bool>()) return one(*flag ? "true" : "false");
      return wrong(node, name, "write true or false, without quotes");
    case Shape::List:
      break;
  }
  return list(node, name);
}

Result<std::vector<Spelled>> FileReader::list(const toml::node& node,
                                              const std::string& name) const {
  std::vector<Spelled> texts;
  const auto refuse = [&](const toml::node& culprit) {
    return wrong(culprit, name, fmt::format("write a list: {} = [\"...\", \"...\"]", name));
  };
  if (!node.is_array()) return refuse(node);
  for (const toml::node& element : *node.as_array()) {
    const auto text = element.value_exact<std::string>();
    if (!text) return refuse(element);
    texts.push_back({*text, where(element)});
  }
  return texts;
}

}  // namespace peerlab::gateway
