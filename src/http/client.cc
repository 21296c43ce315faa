#include "http/client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/text.h"
#include "http/field_syntax.h"

namespace peerlab::http {
namespace {

constexpr std::size_t kHeadersMost = 64U << 10U;
constexpr std::size_t kHandlesMost = 64;

// OpenSSL writes without MSG_NOSIGNAL: a peer that is gone must be an error here, not the end of
// the program.
class WithoutBrokenPipe {
 public:
  WithoutBrokenPipe() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutBrokenPipe() {
    constexpr timespec kAtOnce{0, 0};
    while (::sigtimedwait(&pipe_, nullptr, &kAtOnce) > 0) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutBrokenPipe(const WithoutBrokenPipe&) = delete;
  WithoutBrokenPipe& operator=(const WithoutBrokenPipe&) = delete;

 private:
  sigset_t pipe_{}, before_{};
};

class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList() { curl_slist_free_all(list_); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  [[nodiscard]] curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

struct Arriving {
  Response response;
  std::size_t body_limit;
  std::size_t headers_size = 0;
  bool head_whole = false;
  bool too_long = false;
};

std::size_t on_body(char* bytes, std::size_t one, std::size_t count, void* to) {
  auto& arriving = *static_cast<Arriving*>(to);
  const std::size_t size = one * count;
  if (arriving.response.body.size() + size > arriving.body_limit) {
    arriving.too_long = true;
    return CURL_WRITEFUNC_ERROR;
  }
  arriving.response.body.append(bytes, size);
  return size;
}

std::size_t on_header(char* bytes, std::size_t one, std::size_t count, void* to) {
  auto& arriving = *static_cast<Arriving*>(to);
  const std::string_view line{bytes, one * count};
  arriving.headers_size += line.size();
  if (arriving.headers_size > kHeadersMost) {
    arriving.too_long = true;
    return 0;
  }
  // An interim answer (100 Continue) has a head of its own before the real one.
  if (line.starts_with("HTTP/")) {
    arriving.response.headers = {};
    arriving.head_whole = false;
    return line.size();
  }
  if (trim(line).empty()) arriving.head_whole = true;
  const auto [name, value] = split_once(line, ':');
  if (name.size() < line.size()) {
    arriving.response.headers.add(std::string{name}, std::string{trim(value)});
  }
  return line.size();
}

// "example.org:8443" of the URL: what may be named in an error.
std::optional<std::string> host_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed{curl_url(), &curl_url_cleanup};
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, 0) != CURLUE_OK) return std::string{};
    std::string copy{text};
    curl_free(text);
    return copy;
  };
  const std::string scheme = part(CURLUPART_SCHEME), port = part(CURLUPART_PORT);
  if (scheme != "http" && scheme != "https") return std::nullopt;
  return printable(part(CURLUPART_HOST)) + (port.empty() ? "" : ":" + port);
}

bool is_loopback(std::string_view host) {
  return host.starts_with("127.") || host.starts_with("[::1]") || host == "localhost" ||
         host.starts_with("localhost:");
}

void set_method(CURL* curl, const ClientRequest& request) {
  if (request.method == Method::Head) curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  if (!request.body.empty() || request.method == Method::Post || request.method == Method::Put) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, std::string{name_of(request.method)}.c_str());
}

struct Exchange {
  const Haste& haste;
  Haste::Steady::time_point begin;
  std::chrono::milliseconds timeout;
};

// Asked about once a second where nothing arrives; anything but zero ends the exchange.
int on_progress(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& exchange = *static_cast<const Exchange*>(of);
  return exchange.haste.has_begun() &&
         Haste::Steady::now() >= exchange.haste.end_of(exchange.begin, exchange.timeout);
}

// Zero would mean for ever.
long milliseconds(std::chrono::milliseconds time) {
  return static_cast<long>(std::max<std::chrono::milliseconds::rep>(time.count(), 1));
}

void set_target(CURL* curl, const ClientRequest& request, const std::string& host) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "peerlab");
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds(request.timeout));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connect_timeout));
  if (!request.unix_socket.empty()) {
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  }
  // A proxy of the environment is for other machines.
  if (!request.unix_socket.empty() || is_loopback(host)) curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

Failure failure_of(CURLcode code, const Arriving& arriving, const ClientRequest& request,
                   const std::string& host) {
  if (arriving.too_long) {
    return fail(
        ErrorKind::Unavailable,
        fmt::format("{} answered more than the {} bytes that are read", host, request.body_limit));
  }
  if (code == CURLE_OPERATION_TIMEDOUT || code == CURLE_ABORTED_BY_CALLBACK) {
    return fail(ErrorKind::TimedOut, fmt::format("{} did not answer in time", host));
  }
  return fail(ErrorKind::Unavailable, fmt::format("{}: {}", host, curl_easy_strerror(code)));
}

}  // namespace

// Idle handles, each with its open connections.
class Client::Handles {
 public:
  ~Handles() {
    for (CURL* const handle : idle_) curl_easy_cleanup(handle);
  }
  CURL* take() {
    const std::lock_guard lock{mutex_};
    if (idle_.empty()) return curl_easy_init();
    CURL* const handle = idle_.back();
    idle_.pop_back();
    return handle;
  }
  void give_back(CURL* handle) {
    curl_easy_reset(handle);
    const std::lock_guard lock{mutex_};
    if (idle_.size() < kHandlesMost) {
      idle_.push_back(handle);
    } else {
      curl_easy_cleanup(handle);
    }
  }

 private:
  std::mutex mutex_;
  std::vector<CURL*> idle_;
};

Client::Client() : handles_{std::make_unique<Handles>()} {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(kReady);
}
Client::~Client() = default;

Result<ClientResponse> Client::send(const ClientRequest& request) const {
  const auto host = host_of(request.url);
  if (!host) return fail(ErrorKind::Malformed, "the URL is neither http nor https");
  if (request.method == Method::Other) {
    return fail(ErrorKind::Malformed, "the request has no method that can be sent");
  }
  HeaderList headers;
  headers.add("Expect:");
  for (const Header& field : request.headers) {
    if (!is_safe(field)) {
      return fail(ErrorKind::Malformed,
                  fmt::format("the header field {} cannot be sent", printable(field.name)));
    }
    headers.add(field.value.empty() ? field.name + ";" : field.name + ": " + field.value);
  }
  const WithoutBrokenPipe quiet;
  const std::unique_ptr<CURL, std::function<void(CURL*)>> curl{
      handles_->take(), [this](CURL* handle) { handles_->give_back(handle); }};
  if (curl == nullptr) return fail(ErrorKind::Internal, "no HTTP client could be made");
  Arriving arriving{{}, request.body_limit};
  set_target(curl.get(), request, *host);
  set_method(curl.get(), request);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &arriving);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &arriving);
  Exchange exchange{haste_, Haste::Steady::now(), request.timeout};
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &exchange);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) return failure_of(code, arriving, request, *host);
  // To curl a head that ends anywhere is a head (7.88).
  if (!arriving.head_whole) {
    return fail(ErrorKind::Unavailable, *host + ": the answer was cut short");
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  arriving.response.status = static_cast<int>(status);
  return std::move(arriving.response);
}

}  // namespace peerlab::http
