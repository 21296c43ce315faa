"""Facts of a platform with N members, as Headscale and the gateway spell them, and the site they belong to."""
import hashlib
import json

PLATFORM_AS = 64500
INFRASTRUCTURE = "3fff:f00::/48"
FIRST_ASN = 4200000000  # private use (RFC 6996): room for any number of members


def overlay_ipv4(i):
    number = (100 << 24) + (64 << 16) + 256 + i
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def overlay_ipv6(i):
    return f"fd7a:115c:a1e0::{(256 + i) >> 16:x}:{(256 + i) & 0xffff:x}"


def prefix(i):
    return f"3fff:{0x100 + (i >> 16):x}:{i & 0xffff:x}::/48".replace(":0::/48", "::/48")


def asn(i):
    return FIRST_ASN + i


def node(i, issuer="https://id.example/"):
    return {"id": str(1000 + i), "ipAddresses": [overlay_ipv4(i), overlay_ipv6(i)], "name": f"m{i}", "expiry": None,
            "user": {"id": str(i + 1), "name": f"m{i}", "email": f"m{i}@example.org", "providerId": f"{issuer}m{i}"}}


def mapping(i, leased=True):
    return {"user_hash": hashlib.sha256(f"m{i}".encode()).hexdigest(), "email": f"m{i}@example.org", "asn": asn(i),
            "prefixes": [prefix(i)] if leased else [], "provider_id": f"https://id.example/m{i}"}


SITE = f"""name = "bench"
asn = {PLATFORM_AS}
router_id = "100.64.0.1"
overlay_ipv4 = "100.64.0.1"
overlay_ipv6 = "fd7a:115c:a1e0::1"
node_id = 1
pool = ["3fff:100::/24"]
infrastructure = ["{INFRASTRUCTURE}"]
links = false
[[upstream]]
name = "transit"
asn = 64496
address = "2001:db8:ff::2"
local_address = "2001:db8:ff::1"
# A bench's members announce and withdraw more often than anybody may in peace.
[change_budget]
burst = 1000
"""


def write(folder, members, unleased=()):
    (folder / "nodes.json").write_text(json.dumps({"nodes": [node(i) for i in range(members)]}))
    (folder / "mappings.json").write_text(
        json.dumps({"mappings": [mapping(i, i not in unleased) for i in range(members)]}))
    (folder / "site.toml").write_text(SITE)


def plain_form(members):
    """The obvious configuration: one dynamic protocol, one function of if-blocks (POLICY.md, "the plain form")."""
    blocks = "".join(f"""    if (remote_ip = {overlay_ipv4(i)}) then {{
        if (bgp_path.last != {asn(i)}) then reject;
        if !(net ~ [ {prefix(i)} ]) then reject;
        accept;
    }}
""" for i in range(members))
    return f"""router id 100.64.0.1;
protocol device {{ }}
function enforce_user_policy(ip remote_ip) {{
{blocks}    reject;
}}
filter enforce_user_asn_and_prefix {{ enforce_user_policy(from); }}
protocol bgp peerlab {{
  local 100.64.0.1 as {PLATFORM_AS}; neighbor range 100.64.0.0/10 external; multihop 1;
  dynamic name "peerlab_"; dynamic name digits 5;
  ipv6 {{ extended next hop on; import filter enforce_user_asn_and_prefix; export all; }};
}}
"""
