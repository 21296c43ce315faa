// Bodies that go on, over real sockets.
#include "http/event_stream.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <list>

#include "http/server.h"
#include "tests/support/raw_connection.h"
#include "tests/support/running_server.h"

namespace peerlab::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing_support::RawConnection;
using testing_support::RunningServer;

// `/events` is a stream, the test's to write; everything else is answered at once.
class Studio {
 public:
  Answer operator()(const Request& request) {
    if (request.path != "/events") return Response{200, {}, request.path};
    const std::lock_guard lock{mutex_};
    streams_.push_back(std::make_shared<EventStream>(
        Response{200, {{"Content-Type", "text/event-stream"}}, {}}, [this] {
          const std::lock_guard hold{mutex_};
          ++over_;
          changed_.notify_all();
        }));
    changed_.notify_all();
    return streams_.back();
  }
  std::shared_ptr<EventStream> stream() {
    std::unique_lock lock{mutex_};
    EXPECT_TRUE(changed_.wait_for(lock, 10s, [&] { return !streams_.empty(); }));
    return streams_.back();
  }
  bool await_over(std::chrono::milliseconds longest = 20s) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, longest, [&] { return over_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<std::shared_ptr<EventStream>> streams_;
  int over_ = 0;
};

void ask(const RawConnection& client, std::string_view line) {
  client.send(std::string{line} + "\r\nHost: a\r\n\r\n");
}

TEST(EventText, HasAFieldForEachLine) {
  EXPECT_EQ(event_text("holdings", "7", "{}"), "event: holdings\nid: 7\ndata: {}\n\n");
  EXPECT_EQ(event_text("a", "1", "b\nc"), "event: a\nid: 1\ndata: b\ndata: c\n\n");
}

TEST(EventStream, ArrivesPieceByPieceAndLeavesTheConnectionForTheNextRequest) {
  Studio studio;
  RunningServer server{{}, std::ref(studio)};
  RawConnection client{server.port(), 20s};
  ask(client, "GET /events HTTP/1.1");
  const std::string head = client.until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  studio.stream()->send("first");
  EXPECT_EQ(client.until("first\r\n"), "5\r\nfirst\r\n");
  studio.stream()->send(std::string(20, 'x'));
  EXPECT_EQ(client.until("x\r\n"), "14\r\n" + std::string(20, 'x') + "\r\n");
  studio.stream()->end();
  EXPECT_EQ(client.until("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_TRUE(studio.await_over());
  ask(client, "GET /next HTTP/1.1");
  EXPECT_EQ(client.answer().body, "/next");
}

TEST(EventStream, IsPlainBytesUntilTheEndToAClientOfHttp10) {
  Studio studio;
  RunningServer server{{}, std::ref(studio)};
  RawConnection client{server.port(), 20s};
  ask(client, "GET /events HTTP/1.0\r\nConnection: keep-alive");
  EXPECT_THAT(client.until("\r\n\r\n"), HasSubstr("Connection: close\r\n"));
  studio.stream()->send("all of it");
  studio.stream()->end();
  EXPECT_EQ(client.until_closed(), "all of it");
}

TEST(EventStream, HasNoBodyForHead) {
  Studio studio;
  RunningServer server{{}, std::ref(studio)};
  RawConnection client{server.port(), 20s};
  ask(client, "HEAD /events HTTP/1.1");
  EXPECT_THAT(client.until("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(studio.await_over());
  ask(client, "GET /next HTTP/1.1");
  EXPECT_EQ(client.answer().body, "/next");
}

TEST(EventStream, IsNeverSilentForLong) {
  Studio studio;
  ServerOptions options;
  options.heartbeat = 20ms;
  RunningServer server{options, std::ref(studio)};
  RawConnection client{server.port(), 20s};
  ask(client, "GET /events HTTP/1.1");
  (void)client.until("\r\n\r\n");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.until(":\n\n\r\n"), "3\r\n:\n\n\r\n");
}

TEST(EventStream, EndsWithoutFaultWhenTheServerStops) {
  Studio studio;
  RunningServer server{{}, std::ref(studio)};
  RawConnection client{server.port(), 20s};
  ask(client, "GET /events HTTP/1.1");
  (void)client.until("\r\n\r\n");
  studio.stream()->send("last");
  server.stop();
  EXPECT_THAT(client.until_closed(), testing::EndsWith("0\r\n\r\n"));
  EXPECT_TRUE(server.outcome());
  EXPECT_TRUE(studio.await_over());
  studio.stream()->send("to nobody");
}

TEST(EventStream, TellsItsMakerThatTheClientWent) {
  Studio studio;
  RunningServer server{{}, std::ref(studio)};
  {
    RawConnection client{server.port()};
    ask(client, "GET /events HTTP/1.1");
    (void)client.until("\r\n\r\n");
  }
  EXPECT_TRUE(studio.await_over());
}

TEST(EventStream, ClosesAReaderThatDoesNotRead) {
  Studio studio;
  ServerOptions options;
  options.idle_timeout = 200ms;
  RunningServer server{options, std::ref(studio)};
  RawConnection client{server.port(), 20s};
  ask(client, "GET /events HTTP/1.1");
  const auto stream = studio.stream();
  const std::string piece(32U << 10U, 'x');
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!studio.await_over(1ms) && std::chrono::steady_clock::now() < end) stream->send(piece);
  EXPECT_TRUE(studio.await_over());
}

TEST(EventStream, IsOverForWhoeverHasTooMuchUnread) {
  EventStream stream{{200, {}, {}}, [] {}};
  stream.send(std::string(EventStream::kUnreadMost, 'x'));
  EXPECT_EQ(stream.take().state, EventStream::State::Open);
  stream.send(std::string(EventStream::kUnreadMost + 1, 'x'));
  const EventStream::Next next = stream.take();
  EXPECT_EQ(next.state, EventStream::State::Overrun);
  EXPECT_EQ(next.text, "");
}

}  // namespace
}  // namespace peerlab::http
