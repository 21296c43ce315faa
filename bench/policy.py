"""Facts -> compiled, rendered and written -> `bird -p` -> configured after one lease changed; both forms and the plain one."""
import json
import os
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
    """Seconds, and its largest resident size in MiB."""
    begin = time.perf_counter()
    program = subprocess.Popen([str(word) for word in argv], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode != 0:
        raise RuntimeError(f"{argv[0]} ended with {program.returncode}")
    return time.perf_counter() - begin, used.ru_maxrss / 1024


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


def rendered(folder, form, unleased=()):
    facts.write(folder, MEMBERS, unleased)
    return timed(PROGRAM, "render", "--form", form, "--site", folder / "site.toml", "--nodes", folder / "nodes.json",
                 "--mappings", folder / "mappings.json", "--out", folder / form)


def ours(folder, form):
    seconds, memory = rendered(folder, form)
    configuration = folder / form / "bird.conf"
    check = best(3, "bird", "-p", "-c", configuration)
    with Bird(configuration, folder / f"{form}.ctl") as bird:
        rendered(folder, form, unleased={77})
        configure = bird.configure()
        resident = bird.resident_mib()
    return {"facts_to_file": seconds, "bird_p": check, "configure_one_lease": configure,
            "in_all": seconds + check + configure, "generator_mib": memory, "bird_mib": resident}


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
        forms = {form: ours(folder, form) for form in ("sessions", "function")}
        plain = plain_form(folder)
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    result = {"machine": {"processor": cpu, "cores": os.cpu_count()}, "date": time.strftime("%FT%TZ", time.gmtime()),
              "members": MEMBERS, **forms, "plain": plain,
              "ratios": {form: {key: plain[key] / seen[key] for key in plain} for form, seen in forms.items()}}
    Path(target).write_text(json.dumps(result, indent=1).replace("Infinity", "null") + "\n")
    print(f"{cpu}, {os.cpu_count()} cores, {result['date']}; {MEMBERS} members; aim: in all < 0.5 s")
    print(f"{'':24}{'sessions':>10}{'function':>10}{'plain':>10}{'plain/sessions':>16}{'plain/function':>16}")
    for key in forms["sessions"]:
        row = "".join(f"{seen[key]:10.3f}" for seen in forms.values())
        if key in plain:
            row += f"{plain[key]:10.3f}" + "".join(f"{result['ratios'][form][key]:16.1f}" for form in forms)
        print(f"{key.replace('_', ' '):24}{row}")


main(sys.argv[1])
