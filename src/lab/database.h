// The gateway's database where the lab is asked for PostgreSQL: Debian's PostgreSQL 15 in core, as
// its user `postgres`.  Data and socket are in core/postgres, where that user and root alone can
// go.
#pragma once

#include <string>

#include "lab/plan.h"
#include "lab/processes.h"

namespace peerlab::lab {

inline constexpr std::string_view kDatabase = "postgres";  // its role among the processes

[[nodiscard]] std::string database_url(const Plan& plan);  // as the gateway takes it, of any store

[[nodiscard]] Result<void> postgres_is_here();  // NotFound, with what to install

// An empty data folder.
[[nodiscard]] Result<void> make_database(const Plan& plan);
[[nodiscard]] Result<void> start_database(const Plan& plan, const Processes& processes);
[[nodiscard]] Result<std::string> database_ready(const Plan& plan);
// Sessions are ended, what was confirmed is kept; returns when it is gone.
[[nodiscard]] Result<void> stop_database(const Processes& processes);

}  // namespace peerlab::lab
