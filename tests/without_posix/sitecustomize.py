"""What our own code sees of the standard library on native Windows. Python imports this by itself, before all else.

The libraries keep what they use on this system. For our packages alone, `import os` and its like give a module without
what Windows lacks, and modules that Windows lacks cannot be imported. (Python's manual marks each as “Unix”.)
"""

from __future__ import annotations

import builtins
import os
import signal
import subprocess
from types import ModuleType
from typing import Any

OURS = ("afsweb", "datasets_app", "training_app", "evals_app", "__main__")
NO_MODULES = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog", "posix"}
NO_NAMES = {
    os: {
        *("fork", "forkpty", "wait", "wait3", "wait4", "waitid", "killpg", "getpgid", "getpgrp", "setpgid", "setpgrp"),
        *("setsid", "getsid", "geteuid", "getuid", "getegid", "getgid", "getgroups", "setuid", "setgid", "seteuid"),
        *("chown", "lchown", "fchown", "mkfifo", "mknod", "nice", "getpriority", "setpriority", "uname", "getloadavg"),
        *(
            "statvfs",
            "sysconf",
            "confstr",
            "posix_spawn",
            "sched_getaffinity",
            "O_NOFOLLOW",
            "O_DIRECTORY",
            "O_CLOEXEC",
        ),
    },
    signal: {
        *("SIGKILL", "SIGHUP", "SIGALRM", "SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGSTOP", "SIGCONT", "SIGPIPE"),
        *("alarm", "setitimer", "pause", "sigwait", "pthread_kill", "pthread_sigmask", "siginterrupt"),
    },
    subprocess: {"Popen"},
}


class WindowsPopen(subprocess.Popen[Any]):
    """Refuses what Windows refuses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for name in ("preexec_fn", "pass_fds", "user", "group", "extra_groups", "umask"):
            if kwargs.get(name):
                raise ValueError(f"{name} is not supported on Windows platforms")
        super().__init__(*args, **kwargs)


class Without(ModuleType):
    """A module without some of its names."""

    def __init__(self, whole: ModuleType, gone: set[str], **instead: Any) -> None:
        super().__init__(whole.__name__)
        self.__dict__.update({name: value for name, value in vars(whole).items() if name not in gone} | instead)


SEEN = {
    "os": Without(os, NO_NAMES[os]),
    "signal": Without(signal, NO_NAMES[signal]),
    "subprocess": Without(subprocess, NO_NAMES[subprocess], Popen=WindowsPopen),
}
whole_import = builtins.__import__


def windows_import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    importer = str((globals or {}).get("__name__", ""))
    if level == 0 and importer.partition(".")[0] in OURS:
        if name in NO_MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name in SEEN:
            return SEEN[name]
    return whole_import(name, globals, locals, fromlist, level)


builtins.__import__ = windows_import
