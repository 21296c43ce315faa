#include "confgen/send_queues.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>

namespace peerlab::confgen {
namespace {

constexpr std::uint32_t kEstablished = 1;  // TCP_ESTABLISHED, which <linux/tcp.h> does not tell
constexpr unsigned kSequence = 1;

struct Close {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using Socket = std::unique_ptr<mnl_socket, Close>;

Failure unavailable(std::string_view what) {
  return fail(ErrorKind::Unavailable, "the kernel does not tell what waits in TCP connections",
              std::string{what} + ": " + std::strerror(errno));
}

Result<Socket> open_socket() {
  Socket socket{mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC)};
  if (!socket) return unavailable("socket");
  if (mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) return unavailable("bind");
  return socket;
}

bool ask(const Socket& socket, std::uint16_t local_port) {
  alignas(nlmsghdr) std::array<std::byte, 256> bytes{};
  nlmsghdr* const header = mnl_nlmsg_put_header(bytes.data());
  header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->nlmsg_seq = kSequence;
  auto* const question =
      static_cast<inet_diag_req_v2*>(mnl_nlmsg_put_extra_header(header, sizeof(inet_diag_req_v2)));
  question->sdiag_family = AF_INET;
  question->sdiag_protocol = IPPROTO_TCP;
  question->idiag_ext = 1U << (INET_DIAG_INFO - 1U);
  question->idiag_states = 1U << kEstablished;
  question->id.idiag_sport = htons(local_port);
  return mnl_socket_sendto(socket.get(), header, header->nlmsg_len) >= 0;
}

// An older kernel's tcp_info is shorter than ours, a newer one's longer.
int take_tcp_info(const nlattr* attribute, void* into) {
  if (mnl_attr_get_type(attribute) != INET_DIAG_INFO) return MNL_CB_OK;
  std::memcpy(into, mnl_attr_get_payload(attribute),
              std::min<std::size_t>(mnl_attr_get_payload_len(attribute), sizeof(tcp_info)));
  return MNL_CB_OK;
}

int take_connection(const nlmsghdr* header, void* into) {
  if (mnl_nlmsg_get_payload_len(header) < sizeof(inet_diag_msg)) return MNL_CB_OK;
  const auto* const told = static_cast<const inet_diag_msg*>(mnl_nlmsg_get_payload(header));
  tcp_info info{};
  mnl_attr_parse(header, sizeof(inet_diag_msg), &take_tcp_info, &info);
  const auto& cookie = told->id.idiag_cookie;
  static_cast<std::vector<SendQueue>*>(into)->push_back(
      {std::uint64_t{cookie[1]} << 32U | cookie[0], Ipv4::from_number(ntohl(told->id.idiag_dst[0])),
       told->idiag_wqueue, info.tcpi_bytes_acked});
  return MNL_CB_OK;
}

}  // namespace

Result<std::vector<SendQueue>> read_send_queues(std::uint16_t local_port) {
  const Result<Socket> socket = open_socket();
  if (!socket) return fail(socket.error());
  if (!ask(*socket, local_port)) return unavailable("send");
  std::vector<SendQueue> queues;
  alignas(nlmsghdr) std::array<std::byte, 32768> bytes;  // what the kernel fills at most
  for (int more = MNL_CB_OK; more > MNL_CB_STOP;) {
    const ssize_t size = mnl_socket_recvfrom(socket->get(), bytes.data(), bytes.size());
    if (size < 0) return unavailable("recv");
    more = mnl_cb_run(bytes.data(), static_cast<std::size_t>(size), kSequence,
                      mnl_socket_get_portid(socket->get()), &take_connection, &queues);
    if (more < 0) return unavailable("answer");
  }
  return queues;
}

}  // namespace peerlab::confgen
