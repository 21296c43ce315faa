// Header fields in the order they came; names are compared without case (RFC 9110, 5.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace peerlab::http {

struct Header {
  std::string name;
  std::string value;
};

class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> fields) : fields_{fields} {}

  // The first field of this name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;

  void add(std::string name, std::string value);
  void set(std::string_view name, std::string value);  // every other field of this name goes

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] bool empty() const { return fields_.empty(); }

 private:
  std::vector<Header> fields_;
};

// ASCII letters without case; locale-free.
[[nodiscard]] bool equal_without_case(std::string_view one, std::string_view other);

}  // namespace peerlab::http
