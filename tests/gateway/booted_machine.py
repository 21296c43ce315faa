"""A machine with a systemd that has really booted: this one's own Debian in a container, over an overlay that goes with it."""
import contextlib
import pathlib
import shutil
import subprocess
import tempfile
import time

MINUTE = 60


def until(true, what, seconds=MINUTE):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


class BootedMachine:
    """Its only network is its loopback; nothing is enabled on it but systemd's own."""

    def __init__(self):
        self._undo = contextlib.ExitStack()
        with contextlib.ExitStack() as undo:
            self.root = self._overlay(undo)
            for wanted in (self.root / "etc/systemd/system").glob("*.wants"):
                shutil.rmtree(wanted)
            self._init = self._boot(undo)
            until(lambda: self.run("systemctl is-system-running", check=False).strip() in ("running", "degraded"), "booted")
            self._undo = undo.pop_all()

    def close(self):
        self._undo.close()

    @staticmethod
    def _overlay(undo):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="peerlab-test-booted-"))
        undo.callback(folder.rmdir)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
        undo.callback(subprocess.run, ["umount", "--lazy", folder], check=False)
        for name in ("upper", "work", "root"):
            (folder / name).mkdir()
        layers = f"lowerdir=/,upperdir={folder}/upper,workdir={folder}/work"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, folder / "root"], check=True)
        undo.callback(subprocess.run, ["umount", "--lazy", folder / "root"], check=False)
        return folder / "root"

    def _boot(self, undo):
        container = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--private-network", "--console=pipe", "-D", self.root],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        undo.callback(self._halt, container)
        children = pathlib.Path(f"/proc/{container.pid}/task/{container.pid}/children")
        until(lambda: container.poll() is not None or children.read_text().split(), "a container")
        return children.read_text().split()[0]

    @staticmethod
    def _halt(container):
        container.terminate()
        try:
            container.wait(MINUTE)
        except subprocess.TimeoutExpired:
            container.kill()
            container.wait()

    def run(self, script, check=True, folder="/"):
        """What a shell of root's says there."""
        result = subprocess.run(
            ["nsenter", f"--target={self._init}", "--all", "--root", f"--wd={self.root}{folder}", "env", "-i", "HOME=/",
             "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "bash", "-ec", script],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=2 * MINUTE, check=False)
        if check and result.returncode != 0:
            journal = self.run("journalctl --lines=20 --output=cat --no-pager", check=False)
            raise AssertionError(f"{script}\nended with {result.returncode}: {result.stdout}{result.stderr}\n{journal}")
        return result.stdout

    def put(self, path, text, mode=0o644):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)


class Unit:
    def __init__(self, machine, name):
        self.machine, self.name = machine, name

    def property(self, name):
        return self.machine.run(f"systemctl show --property={name} --value {self.name}").strip()

    def pid(self):
        return self.property("MainPID")

    def is_active(self):
        return self.property("ActiveState") == "active"

    def becomes_another(self, old):
        until(lambda: self.is_active() and self.pid() not in ("0", old), f"{self.name} started again")

    def journal(self):
        return self.machine.run(f"journalctl --unit={self.name} --output=cat --no-pager")
