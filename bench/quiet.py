"""Who writes what: files closed after writing, or renamed into place, in some folders (inotify)."""
import ctypes
import os
import struct

CLOSE_WRITE, MOVED_TO = 0x8, 0x80
LIBC = ctypes.CDLL(None, use_errno=True)


class Writes:
    def __init__(self, folders):
        self.folders = folders

    def __enter__(self):
        self.handle = LIBC.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for folder in self.folders:
            if LIBC.inotify_add_watch(self.handle, os.fsencode(folder), CLOSE_WRITE | MOVED_TO) < 0:
                raise OSError(ctypes.get_errno(), f"inotify of {folder}")
        return self

    def __exit__(self, *_):
        os.close(self.handle)

    def seen(self):
        """A file's name for each time it got its name or was written in place; what is still called by a scratch name, not."""
        names = []
        try:
            while data := os.read(self.handle, 65536):
                while data:
                    _, _, _, size = struct.unpack("iIII", data[:16])
                    names.append(data[16:16 + size].rstrip(b"\0").decode())
                    data = data[16 + size:]
        except BlockingIOError:
            pass
        return [name for name in names if not name.startswith(".")]
