// What is asked of the server: each text is a file of sql/, prepared once on each connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peerlab::embedded {
extern const std::string_view postgres_append_seals;
extern const std::string_view postgres_assign_asn;
extern const std::string_view postgres_begin_migrations;
extern const std::string_view postgres_chain_after;
extern const std::string_view postgres_chain_head;
extern const std::string_view postgres_end_lease;
extern const std::string_view postgres_events_of;
extern const std::string_view postgres_find_assignment;
extern const std::string_view postgres_forget_member;
extern const std::string_view postgres_holdings;
extern const std::string_view postgres_keep_seal_probe;
extern const std::string_view postgres_lease_prefix;
extern const std::string_view postgres_leases_page;
extern const std::string_view postgres_member_at;
extern const std::string_view postgres_members_at;
extern const std::string_view postgres_members_page;
extern const std::string_view postgres_migration_1;
extern const std::string_view postgres_migration_2;
extern const std::string_view postgres_migration_3;
extern const std::string_view postgres_next_change_after;
extern const std::string_view postgres_note_migration;
extern const std::string_view postgres_place_of;
extern const std::string_view postgres_pool_use;
extern const std::string_view postgres_renew_lease;
extern const std::string_view postgres_resume_member;
extern const std::string_view postgres_revoke_lease;
extern const std::string_view postgres_schema_version;
extern const std::string_view postgres_seal_probe;
extern const std::string_view postgres_set_quota;
extern const std::string_view postgres_suspend_member;
extern const std::string_view postgres_switch_rpki;
extern const std::string_view postgres_taken;
extern const std::string_view postgres_tenure_of;
extern const std::string_view postgres_unsealed_events;
extern const std::string_view postgres_version;
extern const std::string_view postgres_waiting_for;
extern const std::string_view postgres_waits;
}  // namespace peerlab::embedded

namespace peerlab::postgres {

// The values of $1, $2, … in order.
class Values {
 public:
  Values& add(std::int64_t value);
  Values& add(std::string_view text);
  Values& add_bytes(std::string_view bytes);
  Values& add_null();

 private:
  friend class Connection;
  std::vector<std::optional<std::string>> values_;
  std::vector<int> formats_;  // 0 text, 1 binary
};

}  // namespace peerlab::postgres
