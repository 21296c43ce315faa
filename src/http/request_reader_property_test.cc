// However bytes are split on their way, and whatever they are.
#include <gmock/gmock.h>

#include <cstring>

#include "http/request_reader.h"
#include "tests/support/random_text.h"

namespace peerlab::http {
namespace {

using State = RequestReader::State;

constexpr ReadLimits kLimits{200, 60};

// What a reader made of bytes: each request spelled out, then how it ended.
struct Reading {
  std::vector<std::string> requests;
  int refusal = 0;
  bool needs_more = false;
  bool operator==(const Reading&) const = default;
};

void advance(RequestReader& reader, Reading& reading) {
  State state = State::Complete;
  while ((state = reader.advance()) == State::Complete) {
    const Request request = reader.take();
    std::string text = request.method_name + " " + request.raw_target + " " + request.body;
    for (const Header& field : request.headers) text += "|" + field.name + "=" + field.value;
    reading.requests.push_back(std::move(text));
  }
  reading.refusal = state == State::Refused ? reader.refusal_status() : 0;
  reading.needs_more = state == State::NeedsMore;
}

template <class NextSize>
Reading read_in_pieces(std::string_view bytes, NextSize next_size) {
  RequestReader reader{kLimits};
  Reading reading;
  while (!bytes.empty() && reading.refusal == 0) {
    const std::span<char> room = reader.room();
    const std::size_t size = std::min({next_size(), bytes.size(), room.size()});
    std::memcpy(room.data(), bytes.data(), size);
    reader.received(size);
    bytes.remove_prefix(size);
    advance(reader, reading);
  }
  return reading;
}

Reading read_whole(std::string_view bytes) {
  return read_in_pieces(bytes, [] { return std::size_t{1} << 20U; });
}

const std::vector<std::string>& conversations() {
  static const std::vector<std::string> kConversations{
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\nGET /a%2Fb?c HTTP/1.0\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n\r\n\r\nabcGET /n HTTP/1.1\r\nHost: "
      "b\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3;x=\"y\"\r\n0\r\n\r\n01\r\nb\r\n00\r\n"
      "T: v\r\nU: w\r\n\r\nHEAD /n HTTP/1.1\r\nHost: b\r\nX-Request-Id: 1\r\n\r\n",
  };
  return kConversations;
}

TEST(RequestReaderProperty, ReadsTheSameInAnyTwoPieces) {
  for (const std::string& bytes : conversations()) {
    const Reading whole = read_whole(bytes);
    EXPECT_TRUE(whole.needs_more && !whole.requests.empty()) << bytes;
    for (std::size_t first = 1; first < bytes.size(); ++first) {
      std::size_t next = first;
      const Reading split =
          read_in_pieces(bytes, [&] { return std::exchange(next, bytes.size()); });
      ASSERT_EQ(split, whole) << bytes << " at " << first;
    }
  }
}

TEST(RequestReaderProperty, ReadsTheSameInAnySmallPieces) {
  std::mt19937_64 random{20261125};
  for (const std::string& bytes : conversations()) {
    const Reading whole = read_whole(bytes);
    for (std::size_t most = 1; most < 40; ++most) {
      for (int round = 0; round < 5; ++round) {
        const Reading split = read_in_pieces(bytes, [&] { return 1 + random() % most; });
        ASSERT_EQ(split, whole) << bytes << " in pieces of at most " << most;
      }
    }
  }
}

// A refusal may come sooner or later, and Beast counts a chunk twice whose extension has no end.
TEST(RequestReaderProperty, CompletesTheSameOfBrokenRequestsInAnyPieces) {
  std::mt19937_64 random{20261125};
  for (int round = 0; round < 20000; ++round) {
    const std::string bytes =
        testing_support::mutated(random, conversations()[random() % conversations().size()]);
    const Reading whole = read_whole(bytes);
    const Reading split = read_in_pieces(bytes, [&] { return 1 + random() % 6; });
    ASSERT_EQ(split.requests, whole.requests) << bytes;
  }
}

TEST(RequestReaderProperty, NeverCompletesAHeadOrABodyOverItsLimit) {
  std::mt19937_64 random{20261125};
  for (int round = 0; round < 5000; ++round) {
    const std::size_t line = random() % 150, field = random() % 150, body = random() % 100;
    const std::string head = "POST /" + std::string(line, 'l') +
                             " HTTP/1.1\r\nHost: a\r\nX: " + std::string(field, 'f') +
                             "\r\nContent-Length: " + std::to_string(body) + "\r\n\r\n";
    const Reading reading =
        read_in_pieces(head + std::string(body, 'b'), [&] { return 1 + random() % 64; });
    const bool fits = head.size() <= kLimits.head && body <= kLimits.body;
    ASSERT_EQ(reading.requests.size(), fits ? 1U : 0U) << head;
    if (!fits) {
      ASSERT_EQ(reading.refusal, head.size() > kLimits.head ? 431 : 413) << head;
    }
  }
}

TEST(RequestReaderProperty, SurvivesBytesOfEveryKind) {
  std::mt19937_64 random{20261125};
  using namespace std::string_literals;
  const std::string alphabet = "GET /HTP1.0:\r\n\r\n\r\n 0a;=\"\\x\0\xff"s;
  for (int round = 0; round < 20000; ++round) {
    const std::string start = round % 3 == 0   ? ""
                              : round % 3 == 1 ? "GET / HTTP/1.1\r\nHost: a\r\n"
                                               : "P / HTTP/1.1\r\nHost: a\r\n"
                                                 "Transfer-Encoding: chunked\r\n\r\n";
    const std::string bytes = start + testing_support::random_text(random, alphabet, 80);
    const Reading reading = read_in_pieces(bytes, [&] { return 1 + random() % 9; });
    ASSERT_TRUE(bytes.empty() || reading.needs_more || reading.refusal >= 400) << bytes;
  }
}

}  // namespace
}  // namespace peerlab::http
