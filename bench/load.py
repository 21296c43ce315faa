"""Loads on loopback: wrk with one script for each kind of request, and a crowd that asks once each and all at once."""
import asyncio
import re
import subprocess
import time

# A thread is one connection and one member where members must not share: {tokens} is a file, a token a line.
SCRIPT = """
local tokens, turn = {{}}, 0  -- own: this thread's number
for line in io.lines("{tokens}") do tokens[#tokens + 1] = line end
local threads = 0
function setup(thread) thread:set("own", threads); threads = threads + 1 end
function init() turn = own * 7919 end
local function next_token() turn = turn + 1; return tokens[turn % #tokens + 1] end
local function fields(token) return {{["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"}} end
{body}
"""
ASK = """function request() return wrk.format("{method}", "{path}", fields(next_token())) end"""
BY_HASH = """
local hashes = {{}}
for line in io.lines("{hashes}") do hashes[#hashes + 1] = line end
function request() turn = turn + 1
  return wrk.format("GET", "/service/mappings/" .. hashes[turn % #hashes + 1], fields(tokens[1])) end"""
# One member a thread leases, and revokes what it got; a refusal is counted and tried again.
PAIRS = """
local prefix
function request()
  local token = tokens[own + 1]
  if prefix then return wrk.format("DELETE", "/api/user/prefix/" .. prefix, fields(token)) end
  return wrk.format("POST", "/api/user/prefix", fields(token), '{"duration_hours":1}')
end
function response(status, headers, body)
  if status == 200 then prefix = body:match('"prefix":"([^"]+)"'):gsub("/", "%%2F") else prefix = nil end
end"""
# A round trip of a keyless stranger.
BARE = """function request() return wrk.format("GET", "/nobody-is-here") end"""

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


def seconds(text):
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()
    return float(number) * UNITS[unit]


class Wrk:
    def __init__(self, folder, url, length):
        self.folder, self.url, self.length = folder, url, length

    def once(self, body, connections, tokens, one_each):
        script = self.folder / "load.lua"
        script.write_text(SCRIPT.format(tokens=tokens, body=body))
        threads = connections if one_each else 1
        ran = subprocess.run(["wrk", f"-t{threads}", f"-c{connections}", f"-d{self.length}s", "--latency", "--timeout", "20s",
                              "-s", script, self.url], capture_output=True, text=True, check=True)
        text = ran.stdout
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        broken = re.search(r"Socket errors: (.*)", text)
        return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
                "p50": seconds(re.search(r"^ +50%\s+(\S+)", text, re.M)[1]), "p99": seconds(re.search(r"^ +99%\s+(\S+)", text, re.M)[1]),
                "refused": int(refused[1]) if refused else 0, "broken": broken[1] if broken else ""}

    def median_of_three(self, body, connections, tokens, one_each=False):
        runs = sorted((self.once(body, connections, tokens, one_each) for _ in range(3)), key=lambda run: run["rate"])
        return runs[1] | {"refused": sum(run["refused"] for run in runs), "broken": " ".join(run["broken"] for run in runs).strip()}


async def _all_at_once(port, requests, connections):
    """The statuses, and the seconds from the first request to the last answer."""
    waiting, statuses = list(reversed(requests)), []

    async def keep_asking(reader, writer):
        while waiting:
            writer.write(waiting.pop())
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.I)
            if length:
                await reader.readexactly(int(length[1]))
            statuses.append(int(head.split(b" ", 2)[1]))
        writer.close()

    open_ones = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    begin = time.monotonic()
    await asyncio.gather(*(keep_asking(*one) for one in open_ones))
    return statuses, time.monotonic() - begin


def all_at_once(port, method, path, tokens, connections=64):
    requests = [(f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Length: 0\r\n\r\n").encode()
                for token in tokens]
    return asyncio.run(_all_at_once(port, requests, connections))
