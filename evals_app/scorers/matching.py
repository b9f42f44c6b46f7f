"""Regular expressions within a bound of processor time: they run in a helper process that ends when it takes more.

So what a pattern finds does not depend on what else the machine does. Python's `re` cannot be interrupted from another
thread, and no look at a pattern tells for certain how it behaves. One helper serves all patterns: a process for each
would cost some twenty milliseconds every time.
"""

from __future__ import annotations

import atexit
import json
import signal
import subprocess
import sys
import threading

SECONDS = 1.0
LONGEST = 60.0  # seconds of any time, for a helper that does not come to run
MOST = 20_000  # characters of an answer that are searched
Place = tuple[int, int]

# Unhandled, the timer's signal ends the process, also one whose starter was killed meanwhile.
_HELPER = """
import json, re, signal, sys
limit = getattr(signal, "setitimer", lambda which, seconds: None)
which = getattr(signal, "ITIMER_PROF", None)
for line in sys.stdin:
    pattern, text, seconds = json.loads(line)
    limit(which, seconds)
    found = re.search(pattern, text)
    limit(which, 0)
    print(json.dumps(found and found.span()), flush=True)
"""


class TookTooLong(Exception):
    """The pattern found no end in the time that it had."""


def search(pattern: str, text: str, seconds: float = SECONDS) -> Place | None:
    """Where the pattern first occurs in the text's first 20,000 characters; None where it does not.

    Raises TookTooLong when `seconds` of processor time are over; where a system cannot tell them, of any time. The
    pattern must be one that `re` can compile.
    """
    found = _MATCHER.search(pattern, text[:MOST], seconds)
    return (found[0], found[1]) if found else None


class _Matcher:
    """The helper, started when it is first needed and again after it was ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._helper: subprocess.Popen[str] | None = None

    def search(self, pattern: str, text: str, seconds: float) -> list[int] | None:
        with self._lock:
            helper = self._helper or self._start()
            was_over = threading.Event()

            def end() -> None:
                was_over.set()
                helper.kill()

            bell = threading.Timer(LONGEST if hasattr(signal, "setitimer") else seconds, end)
            bell.start()
            said = _ask(helper, pattern, text, seconds)
            bell.cancel()
            bell.join()  # so that a bell that rings just now does not end the next search
            if was_over.is_set() or not said:
                self.end()
            if not said:
                raise TookTooLong
        found: list[int] | None = json.loads(said)
        return found

    def end(self) -> None:
        """End the helper, if there is one."""
        if self._helper:
            self._helper.kill()
            self._helper.communicate()
            self._helper = None

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-I", "-S", "-c", _HELPER]
        self._helper = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        _ask(self._helper, "", "", SECONDS)  # the interpreter's start is not the first pattern's time
        return self._helper


def _ask(helper: subprocess.Popen[str], pattern: str, text: str, seconds: float) -> str:
    """What the helper says, "" when it was ended."""
    assert helper.stdin is not None
    assert helper.stdout is not None
    try:
        helper.stdin.write(json.dumps([pattern, text, seconds]) + "\n")
        helper.stdin.flush()
        return helper.stdout.readline()
    except BrokenPipeError:
        return ""


_MATCHER = _Matcher()
atexit.register(_MATCHER.end)
