#include "lab/record.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "lab.json";

}  // namespace

std::string_view form_word(Form form) { return form == Form::Function ? "function" : "sessions"; }

std::string_view store_word(Store store) {
  return store == Store::Postgres ? "postgres" : "sqlite";
}

Result<void> write_record(const Record& record, const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  const boost::json::object object{{"members", record.members},
                                   {"table", record.table == Table::Real ? "real" : "small"},
                                   {"form", form_word(record.form)},
                                   {"store", store_word(record.store)},
                                   {"bring_up_seconds", record.bring_up_seconds}};
  return write_file(directory / kName, boost::json::serialize(object) + "\n");
}

Result<Record> read_record(const fs::path& directory) {
  const Result<std::string> text = read_file(directory / kName);
  if (!text) return fail(ErrorKind::NotFound, "no lab is up: peerlab lab up", text.error().detail);
  const Result<boost::json::value> value = parse_json(*text);
  if (!value || !value->is_object())
    return fail(ErrorKind::Malformed, "the lab's record is unreadable: peerlab lab down");
  const boost::json::object& object = value->get_object();
  Record record;
  record.members = static_cast<int>(integer_member(object, "members").value_or(2));
  record.table = text_member(object, "table") == "small" ? Table::Small : Table::Real;
  record.form = text_member(object, "form") == "function" ? Form::Function : Form::Sessions;
  record.store = text_member(object, "store") == "postgres" ? Store::Postgres : Store::Sqlite;
  const boost::json::value* seconds = object.if_contains("bring_up_seconds");
  if (seconds != nullptr && seconds->is_double()) record.bring_up_seconds = seconds->get_double();
  return record;
}

Result<void> clear_directory(const fs::path& directory) {
  std::error_code error;
  if (!fs::exists(directory) || fs::is_empty(directory, error)) {
    fs::remove(directory, error);
    return {};
  }
  if (!fs::exists(directory / kName)) {
    return fail(ErrorKind::Conflict,
                fmt::format("{} is no lab's directory: not touched", directory.string()));
  }
  fs::remove_all(directory, error);
  if (!error) return {};
  return fail(ErrorKind::NotPermitted,
              fmt::format("cannot remove {}: {}", directory.string(), error.message()));
}

}  // namespace peerlab::lab
