#include "cli/call.h"

#include <fmt/format.h>

#include <chrono>
#include <ostream>

#include "base/text.h"
#include "cli/sign_in.h"

namespace peerlab::cli {
namespace {

constexpr std::size_t kLineMost = 400;
constexpr std::chrono::seconds kBeforeAskingAgain{1};

Attempt<http::Response> ask(const Call& call, const Question& question, const Secret& token) {
  http::ClientRequest request{question.method, call.settings.api_url + question.path};
  request.headers.add("Accept", "application/json");
  if (!token.empty()) request.headers.add("Authorization", "Bearer " + token.reveal());
  if (!question.key.empty()) request.headers.add("Idempotency-Key", '"' + question.key + '"');
  if (!question.body.empty()) {
    request.headers.add("Content-Type", "application/json");
    request.body = question.body;
  }
  Attempt<http::Response> response = exchange(call, request);
  if (!response) {
    if (response.error().exit_code == ExitCode::Unreachable) {
      response.error().next =
          fmt::format("is {} right, and does the network work?", call.settings.api_url);
    }
    return response;
  }
  if (response->status >= 200 && response->status <= 299) return response;
  Complaint complaint = complaint_of(*response);
  if (const auto pause = response->headers.find("Retry-After");
      pause && complaint.exit_code == ExitCode::Unreachable) {
    complaint.next = fmt::format("try again in {} s", *pause);
  }
  return complain(std::move(complaint));
}

}  // namespace

Attempt<void> platform_is_chosen(const Call& call) {
  if (!call.settings.api_url.empty()) return {};
  std::string next = "set PEERLAB_API_URL";
  if (const auto& file = call.settings.config_file; !file.empty()) {
    next += fmt::format(", or write api_url = \"https://...\" into {}", file.string());
  }
  return complain(ExitCode::Usage, "no platform is chosen", std::move(next));
}

Attempt<http::Response> exchange(const Call& call, const http::ClientRequest& request) {
  const auto begin = std::chrono::steady_clock::now();
  Result<http::Response> response = call.client.send(request);
  if (call.verbose) {
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    call.around.err << fmt::format("{} {} {} {} ms\n", http::name_of(request.method), request.url,
                                   response ? std::to_string(response->status) : "no answer",
                                   taken.count());
  }
  if (response) return *std::move(response);
  return complain(complaint_of(response.error()));
}

Attempt<http::Response> ask_as_anybody(const Call& call, const Question& question) {
  const Attempt<void> chosen = platform_is_chosen(call);
  return chosen ? ask(call, question, Secret{}) : complain(chosen.error());
}

Attempt<http::Response> ask_with_key(const Call& call, const Question& question,
                                     const Secret& key) {
  const Attempt<void> chosen = platform_is_chosen(call);
  return chosen ? ask(call, question, key) : complain(chosen.error());
}

Attempt<http::Response> ask_as_member(const Call& call, const Question& question) {
  const Attempt<Secret> token =
      platform_is_chosen(call).and_then([&] { return access_token(call); });
  if (!token) return complain(token.error());
  Attempt<http::Response> response = ask(call, question, *token);
  if (!response && response.error().exit_code == ExitCode::Unreachable && !question.key.empty()) {
    call.around.sleep(kBeforeAskingAgain);
    response = ask(call, question, *token);
  }
  if (!response && response.error().exit_code == ExitCode::SignInNeeded &&
      !call.settings.token.empty()) {
    response.error().next = "PEERLAB_TOKEN holds a token that is not accepted: renew or unset it";
  }
  return response;
}

Complaint unreadable(std::string_view path, const Error& error) {
  return {ExitCode::Failed,
          fmt::format("the platform's answer to {} is unreadable: {}", path, error.detail)};
}

Attempt<void> print(const Call& call, const Attempt<std::string>& text) {
  if (!text) return complain(text.error());
  call.around.out << *text;
  if (call.around.out.flush()) return {};
  return complain(ExitCode::Failed, "cannot write to standard output");
}

void note(const Call& call, std::string_view line) {
  if (!call.quiet) call.around.err << printable(line, kLineMost) << '\n' << std::flush;
}

}  // namespace peerlab::cli
