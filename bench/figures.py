"""How a bench tells what it saw: a table with the aim beside each figure, and the same as JSON."""
import json
import os
import time
from pathlib import Path


def percentile(values, part):
    """Nearest rank: the smallest value that `part` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * part // 100) - 1)]


def machine():
    processor = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    return {"processor": processor, "cores": os.cpu_count()}


class Figures:
    def __init__(self, about):
        self.about, self.rows = about, {}
        self.date = time.strftime("%FT%TZ", time.gmtime())

    def add(self, name, value, unit="", at_most=None, at_least=None, theirs=None):
        """`theirs`: the same figure of the existing programs."""
        aim = f"<= {at_most:g}" if at_most is not None else f">= {at_least:g}" if at_least is not None else ""
        row = {"value": value, "unit": unit}
        if theirs is not None:
            row |= {"theirs": theirs, "times": value / theirs if theirs else None}
        if aim:
            missed = (at_most is not None and value > at_most) or (at_least is not None and value < at_least)
            row |= {"aim": aim, "met": not missed}
        self.rows[name] = row

    def spread(self, name, seconds, p99_at_most=None):
        self.add(f"{name}, p50 of {len(seconds)}", percentile(seconds, 50), "s")
        self.add(f"{name}, p99", percentile(seconds, 99), "s", at_most=p99_at_most)
        self.add(f"{name}, longest", max(seconds), "s")

    def tell(self, target):
        host = machine()
        Path(target).write_text(
            json.dumps({"machine": host, "date": self.date, "about": self.about, "figures": self.rows}, indent=1) + "\n")
        print(f"{host['processor']}, {host['cores']} cores, {self.date}; {self.about}")
        for name, row in self.rows.items():
            value = f"{row['value']:.3f}" if isinstance(row["value"], float) else str(row["value"])
            aim = f"  aim {row['aim']}{'' if row['met'] else '  MISSED'}" if "aim" in row else ""
            print(f"  {name:58}{value:>10} {row['unit']:4}{self.beside(row)}{aim}")

    @staticmethod
    def beside(row):
        if "theirs" not in row:
            return ""
        times = "" if row["times"] is None else f", {row['times']:.3g} times"
        return f"  theirs {row['theirs']:.5g}{times}"


class Process:
    """What /proc knows of a running program."""

    def __init__(self, pid):
        self.folder = Path(f"/proc/{pid}")

    def resident_mib(self):
        return int((self.folder / "status").read_text().split("VmRSS:")[1].split()[0]) / 1024

    def descriptors(self):
        return len(list((self.folder / "fd").iterdir()))

    def processor_seconds(self):
        """Of all its living threads, to the nanosecond."""
        return sum(int((task / "schedstat").read_text().split()[0]) for task in (self.folder / "task").iterdir()) / 1e9
