"""A real SFTP server on this machine: asyncssh's, with a key of its own and a user's key, in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh


@contextmanager
def sftp_server(home: Path) -> Iterator[int]:
    """Its port. `home` gets `.ssh` with the user's key and what is known of the server, as `ssh` keeps them."""
    ssh = home / ".ssh"
    ssh.mkdir(parents=True)
    own, user = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    user.write_private_key(str(ssh / "id_ed25519"))
    user.write_public_key(str(ssh / "authorized_keys"))
    (ssh / "id_ed25519").chmod(0o600)
    loop, started = asyncio.new_event_loop(), threading.Event()
    server: list[Any] = []

    async def listen() -> None:
        server.append(
            await asyncssh.listen(
                "127.0.0.1",
                0,
                server_host_keys=[own],
                authorized_client_keys=str(ssh / "authorized_keys"),
                sftp_factory=True,
            )
        )
        started.set()

    thread = threading.Thread(target=lambda: (loop.create_task(listen()), loop.run_forever()), daemon=True)
    thread.start()
    assert started.wait(20)
    port = server[0].get_port()
    key = own.export_public_key().decode().strip()
    (ssh / "known_hosts").write_text(f"[127.0.0.1]:{port} {key}\n")
    try:
        yield port
    finally:
        asyncio.run_coroutine_threadsafe(_close(server[0]), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(server: Any) -> None:
    """End the server and what it is still doing for clients that went away."""
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
