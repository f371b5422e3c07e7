"""`wirewatch` in a shell's command: asks the server of tests/starts.py for a start and ends as it does.

Needs nothing but the standard library, so that it starts at once: `python -ISE start_in_shell.py SOCKET ARGUMENTS`.
"""

import json
import os
import socket
import sys


def _main() -> int:
    requests = socket.socket(fileno=int(sys.argv[1]))
    report, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    start = {"arguments": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}
    socket.send_fds(requests, [json.dumps(start).encode()], [0, 1, 2, theirs.fileno()])
    theirs.close()
    report.recv(64)  # its number
    return int(report.recv(64))


if __name__ == "__main__":
    sys.exit(_main())
