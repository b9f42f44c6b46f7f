"""Regular expressions within a time bound: they run in a helper process that is ended when it takes too long.

Python's `re` cannot be interrupted from another thread, and no look at a pattern tells for certain how it behaves. One
helper serves all patterns: a process for each would cost some twenty milliseconds every time.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading

SECONDS = 1.0
MOST = 20_000  # characters of an answer that are searched
Place = tuple[int, int]

# The alarm is for a helper whose starter was killed meanwhile: nobody else would end it.
_HELPER = """
import json, re, signal, sys
alarm = getattr(signal, "alarm", lambda seconds: None)
for line in sys.stdin:
    pattern, text, seconds = json.loads(line)
    alarm(int(seconds) + 5)
    found = re.search(pattern, text)
    alarm(0)
    print(json.dumps(found and found.span()), flush=True)
"""


class TookTooLong(Exception):
    """The pattern found no end in the time that it had."""


def search(pattern: str, text: str, seconds: float = SECONDS) -> Place | None:
    """Where the pattern first occurs in the text's first 20,000 characters; None where it does not.

    Raises TookTooLong when `seconds` are over. The pattern must be one that `re` can compile.
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

            bell = threading.Timer(seconds, end)
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
