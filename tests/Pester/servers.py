"""Runs servers until standard input closes, then ends them and everything that they started.

The first line of standard input is JSON: [{"command": ["sshd", "-D"], "log": "/tmp/sshd.log"}, ...]. A test that is killed closes its
end of the pipe too, so no server outlives it. Only processes below this one are ended, by their ids.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None, use_errno=True)


def descendants():
    """The ids of all processes below this one. What a server detached comes back to this one: it is a subreaper."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                state, parent = file.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            children.setdefault(int(parent), []).append(int(name))
    found, todo = [], [os.getpid()]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def end_all():
    """Asks first, so that servers remove their sockets; insists after two seconds, until nothing is left."""
    insist = time.monotonic() + 2
    while processes := descendants():
        for process in processes:
            try:
                os.kill(process, signal.SIGKILL if time.monotonic() > insist else signal.SIGTERM)
            except ProcessLookupError:
                pass
        time.sleep(0.05)


def main():
    servers = json.loads(sys.stdin.readline())
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        for server in servers:
            with open(server["log"], "ab") as log:
                # If this process is killed, too, its servers end with it.
                subprocess.Popen(server["command"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                 preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
        print("started", flush=True)
        sys.stdin.read()
    finally:
        end_all()


main()
