"""Send a gibibyte to an action; print how many bytes it saw, and by how many this process has grown at its height."""

import re
import sys
import tempfile
from pathlib import Path

from kirsch import Application, Controller, Mapper, tools
from kirsch.request import Upload

SIZE = 2**30
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"
BLOCK = bytearray(b"\r\n" * 131072 + b"x" * 131072)


class Endless:
    """A ``wsgi.input`` that makes up what is read."""

    def __init__(self, head, size, tail):
        self.left = size
        self.head, self.tail = head, tail

    def read(self, size):
        if self.head:
            data, self.head = self.head[:size], self.head[size:]
        elif self.left:
            data = bytes(BLOCK[: min(size, self.left)])
            self.left -= len(data)
        else:
            data, self.tail = self.tail[:size], self.tail[size:]
        return data


@tools.limits(body="2 GiB")
class Bodies(Controller):
    def stream(self):
        return str(sum(map(len, self.request.stream)))

    def parts(self):
        return str(sum(len(block) for part in self.request.parts() for block in part))

    def part_to_file(self):
        return str(sum(part.save_as(Path(tempfile.tempdir, "part")) for part in self.request.parts()))

    def upload(self, file: Upload):
        return str(file.size)


def memory(kind):
    """What this process holds in memory, in bytes: `VmRSS` now, `VmHWM` at the most so far."""
    found = re.search(rf"{kind}:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024


def call(application, action, head, size, tail):
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/{action}", "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "wsgi.url_scheme": "http", "CONTENT_TYPE": "multipart/form-data; boundary=b",
        "CONTENT_LENGTH": str(len(head) + size + len(tail)), "wsgi.input": Endless(head, size, tail),
    }  # fmt: skip
    chunks = application(environ, lambda *_: None)
    answer = b"".join(chunks).decode()
    getattr(chunks, "close", lambda: None)()
    return answer


def main(action, folder):
    tempfile.tempdir = folder
    mapper = Mapper()
    mapper.connect(f"/{action}", controller="bodies", action=action)
    application = Application(mapper, [Bodies])
    head, tail = (b"", b"") if action == "stream" else (HEAD, TAIL)
    call(application, action, head, 1000, tail)
    Path("/proc/self/clear_refs").write_text("5")  # forget the height of the start-up (proc_pid_clear_refs(5))
    before = memory("VmRSS")
    size = call(application, action, head, SIZE, tail)
    print(size, memory("VmHWM") - before)


if __name__ == "__main__":
    main(*sys.argv[1:])
