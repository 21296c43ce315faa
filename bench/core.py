"""The core of a platform on loopback: an issuer that signs tokens, a Headscale that lists nodes, the real gateway on SQLite."""
import base64
import hashlib
import http.client
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import facts  # noqa: E402

PROGRAMS = Path(os.environ["PEERLAB_BIN"])
AUDIENCE = "https://peerlab.example/"
OPERATOR_KEY = "bench-operator-key-of-olga"
AGENT_KEY = "bench-agent-key-of-one-ixp-server"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Directory:
    """The issuer (OIDC discovery and keys) and Headscale's node list, behind one port."""

    def __init__(self, folder):
        self.key = folder / "issuer.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        modulus = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True, capture_output=True,
                                 text=True).stdout.strip().split("=")[1]
        self.answers = {"/keys": {"keys": [{"kty": "RSA", "kid": "bench", "use": "sig", "alg": "RS256", "e": "AQAB",
                                            "n": base64url(bytes.fromhex(modulus))}]},
                        "/api/v1/node": {"nodes": []}}
        answers = self.answers

        class Answering(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = answers.get(self.path.split("?")[0])
                text = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.answers["/.well-known/openid-configuration"] = {"issuer": self.url, "jwks_uri": self.url + "keys"}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def list_nodes(self, nodes):
        self.answers["/api/v1/node"] = json.dumps({"nodes": nodes}).encode()

    def token(self, subject):
        """An hour's."""
        now = int(time.time())
        parts = [{"alg": "RS256", "typ": "JWT", "kid": "bench"},
                 {"iss": self.url, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 3600}]
        signed = ".".join(base64url(json.dumps(part).encode()) for part in parts)
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=signed.encode(), check=True,
                                   capture_output=True).stdout
        return f"{signed}.{base64url(signature)}"


class Gateway:
    """The real program; its ledger stays where it is stopped and started."""

    def __init__(self, folder, directory, settings=""):
        """`settings`: further lines of its file, before the tables."""
        self.folder, self.directory, self.settings, self.port, self.process = folder, directory, settings, 0, None
        (folder / "agent-keys").write_text(AGENT_KEY + "\n")
        (folder / "agent-keys").chmod(0o600)
        (folder / "operator-keys").write_text(f"olga {OPERATOR_KEY}\n")
        (folder / "operator-keys").chmod(0o600)

    def start(self, leased_hour="1h"):
        """Shorter leased hours compress the rests of prefixes too."""
        cool_down = "5m" if leased_hour == "1h" else "1s"
        (self.folder / "gateway.toml").write_text(f"""address = "127.0.0.1:{self.port}"
issuer = "{self.directory.url}"
audience = ["{AUDIENCE}"]
pool = ["3fff:100::/24"]
infrastructure = ["{facts.INFRASTRUCTURE}"]
asn_pool_start = {facts.FIRST_ASN}
asn_pool_end = {facts.FIRST_ASN + 9999}
leases_per_member = 8
rate_per_address = "off"
rate_per_member = "off"
lab_hour = "{leased_hour}"
cool_down = "{cool_down}"
agent_keys_file = "{self.folder}/agent-keys"
operator_keys_file = "{self.folder}/operator-keys"
platform_asn = {facts.PLATFORM_AS}
{self.settings}
[[site]]
name = "bench"
node_id = 1
overlay_ipv4 = "100.64.0.1"
overlay_ipv6 = "fd7a:115c:a1e0::1"
""")
        log = self.log = self.folder / "gateway.log"
        with open(log, "w") as file:
            self.process = subprocess.Popen([PROGRAMS / "peerlab-gateway", "--config", self.folder / "gateway.toml",
                                             "--state-directory", self.folder], stdout=file, stderr=file)
        while '"listening"' not in log.read_text():
            if self.process.poll() is not None:
                raise RuntimeError(f"the gateway ended: {log.read_text()[-500:]}")
            time.sleep(0.01)
        line = next(line for line in log.read_text().splitlines() if '"listening"' in line)
        self.port = int(line.split('"port":"')[1].split('"')[0])

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def was_asked_for_mappings(self):
        """Since its start."""
        return '"/service/mappings"' in self.log.read_text()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"


class Api:
    """The gateway as a member's program speaks to it, over one connection; not for two threads."""

    def __init__(self, gateway):
        self.gateway, self.connection = gateway, None

    def ask(self, method, path, token, body=None):
        for _ in range(2):  # a kept connection that the gateway has closed is made anew
            self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=20)
            try:
                self.connection.request(method, path, body and json.dumps(body),
                                        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
                answer = self.connection.getresponse()
                text = answer.read()
                break
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                self.connection = None
        else:
            raise ConnectionError(f"the gateway does not answer {method} {path}")
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None

    def enrol(self, token):
        return self.ask("POST", "/api/user/asn", token)["asn"]

    def lease(self, token, hours):
        """The prefix, and its end as seconds since 1970."""
        answer = self.ask("POST", "/api/user/prefix", token, {"duration_hours": hours})
        return answer["prefix"], datetime.fromisoformat(answer["end_time"].replace("Z", "+00:00")).timestamp()

    def change_suspension(self, subject, verb):
        """suspend or resume, as an operator."""
        user = hashlib.sha256(subject.encode()).hexdigest()
        body = {"reason": "bench"} if verb == "suspend" else None
        self.ask("POST", f"/operator/members/{user}/{verb}", OPERATOR_KEY, body)

    def revoke(self, token, prefix):
        self.ask("DELETE", f"/api/user/prefix/{prefix.replace('/', '%2F')}", token)
