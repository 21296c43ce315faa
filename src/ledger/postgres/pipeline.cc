#include "ledger/postgres/pipeline.h"

#include <libpq-fe.h>

#include <utility>

#include "ledger/postgres/failure.h"

namespace peerlab::postgres {

Answer<Pipeline> Pipeline::open(const Secret& url, const Limits& limits) {
  Answer<Connection> opened = Connection::open(url, limits);
  if (!opened) return tl::unexpected{opened.error()};
  if (PQenterPipelineMode(opened->handle_.get()) != 1) {
    return tl::unexpected{Failed{Trouble::NotAsked, opened->lost("no pipeline").cause}};
  }
  return Pipeline{std::move(*opened)};
}

Answer<void> Pipeline::add(std::string_view sql, const Values& values) {
  if (!connection_.prepared(sql)) {
    if (!connection_.submit_preparation(sql)) return tl::unexpected{connection_.lost("not sent")};
    unanswered_.push_back(Sent::Preparation);
  }
  if (!connection_.submit(sql, values)) return tl::unexpected{connection_.lost("not sent")};
  unanswered_.push_back(Sent::Question);
  return {};
}

Answer<void> Pipeline::send() {
  whole_ = false;
  if (PQpipelineSync(connection_.handle_.get()) == 1) return {};
  return tl::unexpected{connection_.lost("not sent")};
}

bool Pipeline::sending() const { return PQflush(connection_.handle_.get()) == 1; }

Answer<bool> Pipeline::receive() {
  pg_conn* const handle = connection_.handle_.get();
  if (PQflush(handle) < 0 || PQconsumeInput(handle) != 1) {
    return tl::unexpected{connection_.lost("connection lost")};
  }
  // Nothing follows each statement's result; twice nothing is the end of the connection.
  for (bool nothing = false; PQisBusy(handle) == 0;) {
    pg_result* const result = PQgetResult(handle);
    if (result == nullptr && std::exchange(nothing, true)) {
      return tl::unexpected{connection_.lost("connection lost")};
    }
    if (result == nullptr) continue;
    nothing = false;
    if (Answer<void> taken = take(result); !taken) return tl::unexpected{taken.error()};
    if (whole_) return true;
  }
  return false;
}

Answer<void> Pipeline::take(pg_result* result) {
  Rows rows{result};
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_PIPELINE_SYNC) {
    whole_ = true;
    return {};
  }
  if (unanswered_.empty()) return tl::unexpected{connection_.lost("an answer to nothing")};
  const Sent sent = unanswered_.front();
  unanswered_.pop_front();
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
    if (sent == Sent::Question) answers_.emplace_back(std::move(rows));
    return {};
  }
  Failed failed = status == PGRES_PIPELINE_ABORTED
                      ? Failed{Trouble::NotAsked, "another statement of its batch failed"}
                      : failed_as(result);
  // Without its preparation a statement can never be asked here.
  if (sent == Sent::Preparation) failed.trouble = Trouble::Lost;
  if (failed.trouble == Trouble::Lost) return tl::unexpected{failed};
  answers_.emplace_back(tl::unexpected{std::move(failed)});
  return {};
}

std::vector<Answer<Rows>> Pipeline::answers() { return std::exchange(answers_, {}); }

}  // namespace peerlab::postgres
