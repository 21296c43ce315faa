"""Facts -> compiled, rendered and written -> `bird -p` -> configured after one lease changed; both forms and the plain one."""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import facts  # noqa: E402

MEMBERS = 10_000
PROGRAM = Path(os.environ["PEERLAB_BIN"]) / "peerlab-bird-config"


def timed(*argv):
    """Seconds, and the largest resident size in MiB of any child so far."""
    begin = time.perf_counter()
    subprocess.run([str(word) for word in argv], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def best(times, *argv):
    return min(timed(*argv)[0] for _ in range(times))


class Bird:
    """A BIRD in a network namespace of its own."""

    def __init__(self, configuration, socket):
        self.socket = socket
        self.process = subprocess.Popen(["unshare", "-n", "bird", "-f", "-c", configuration, "-s", socket],
                                        stderr=subprocess.DEVNULL)
        while not socket.exists():
            time.sleep(0.01)

    def ask(self, *words):
        answer = subprocess.run(["birdc", "-s", self.socket, *words], capture_output=True, text=True)
        if answer.returncode != 0:
            raise RuntimeError(f"BIRD does not answer '{' '.join(words)}': {answer.stdout}{answer.stderr}".strip())
        return answer.stdout

    def configure(self):
        begin = time.perf_counter()
        answer = self.ask("configure")
        assert "Reconfigured" in answer or "in progress" in answer, answer
        while "in progress" in self.ask("show", "status"):
            time.sleep(0.001)
        return time.perf_counter() - begin

    def resident_mib(self):
        child = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        status = Path(f"/proc/{(child or [self.process.pid])[0]}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["birdc", "-s", self.socket, "down"], capture_output=True)
        self.process.wait(20)


def rendered(folder, now, unleased=()):
    facts.write(folder, MEMBERS, unleased)
    return timed(PROGRAM, "render", "--site", folder / "site.toml", "--nodes", folder / "nodes.json",
                 "--mappings", folder / "mappings.json", "--out", folder / now)


def rows_form(folder):
    seconds, memory = rendered(folder, "rows")
    rows = folder / "rows"
    check = best(3, "bird", "-p", "-c", rows / "bird.conf")
    with Bird(rows / "bird.conf", folder / "rows.ctl") as bird:
        rendered(folder, "rows", unleased={77})
        configure = bird.configure()
        resident = bird.resident_mib()
    return {"facts_to_file": seconds, "bird_p": check, "configure_one_lease": configure, "generator_mib": memory,
            "bird_mib": resident}


def plain_form(folder):
    configuration = folder / "plain.conf"
    configuration.write_text(facts.plain_form(MEMBERS))
    check = best(1, "bird", "-p", "-c", configuration)
    with Bird(configuration, folder / "plain.ctl") as bird:
        resident = bird.resident_mib()
        configuration.write_text(facts.plain_form(MEMBERS).replace(facts.prefix(77), facts.prefix(MEMBERS + 1)))
        try:
            configure = bird.configure()
        except RuntimeError as died:  # seen with 10,000 blocks on 2.0.12: it compares them by recursion
            print(died, file=sys.stderr)
            configure = float("inf")
    return {"bird_p": check, "configure_one_lease": configure, "bird_mib": resident}


def main(target):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows, plain = rows_form(folder), plain_form(folder)
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    result = {"machine": {"processor": cpu, "cores": os.cpu_count()}, "date": time.strftime("%FT%TZ", time.gmtime()),
              "members": MEMBERS, "sessions": rows, "plain": plain,
              "ratios": {key: plain[key] / rows[key] for key in plain}}
    Path(target).write_text(json.dumps(result, indent=1).replace("Infinity", "null") + "\n")
    print(f"{cpu}, {os.cpu_count()} cores, {result['date']}; {MEMBERS} members")
    print(f"{'':28}{'sessions':>12}{'plain':>12}{'ratio':>10}")
    for key, value in rows.items():
        other = f"{plain[key]:12.3f}{plain[key] / value:10.1f}" if key in plain else ""
        print(f"{key.replace('_', ' '):28}{value:12.3f}{other}")


main(sys.argv[1])
