"""rsync as an accelerator where both ends have it; what it brought counts once it is verified."""

from __future__ import annotations

import shutil
import subprocess

from afsweb.storage.arriving import Arriving
from afsweb.storage.store import FILES

# Resumed where it stopped; never by time and size, which say nothing of the content.
OPTIONS = ("--recursive", "--inplace", "--partial", "--ignore-times", "--timeout=30")


def bring(arriving: Arriving, place: str) -> int:
    """Let rsync fetch what is missing from the store at `place`, as rsync writes it; how many bytes it brought.

    It may fail as it likes: what is missing after it comes from the source, part by part.
    """
    program = shutil.which("rsync")
    wanted = [file for file in arriving.manifest.contents if file.size and not arriving.has(file)]
    if program is None or not wanted:
        return 0
    sha256, folder = arriving.manifest.sha256, arriving.aside / FILES
    folder.mkdir(parents=True, exist_ok=True)
    source = f"{place.rstrip('/')}/{sha256[:2]}/{sha256}/{FILES}/"
    names = "\0".join(file.path for file in wanted).encode()
    command = [program, *OPTIONS, "--from0", "--files-from=-", source, f"{folder}/"]
    subprocess.run(command, input=names, capture_output=True, check=False)
    return sum(file.size for file in wanted if arriving.accept(file))
