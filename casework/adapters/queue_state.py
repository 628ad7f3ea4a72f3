"""How the queue server and the workers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.adapters import queue

WORKERS = "rq:workers"


@dataclass(frozen=True)
class QueueState:
    """What waits in each queue, how many workers live, and how the server keeps its memory."""

    lengths: dict[str, int]
    workers: int
    server: str
    evicts: bool
    persists: bool


def look(url: str) -> QueueState | None:
    """Return how the server and the workers are (three round trips); None when it is away."""
    try:
        connection: Any = queue.connection(url)
        with connection.pipeline(transaction=False) as pipe:
            for name in queue.QUEUES:
                pipe.llen(f"rq:queue:{name}")
            pipe.smembers(WORKERS)
            pipe.info()
            *lengths, names, info = pipe.execute()
        alive = connection.exists(*names) if names else 0
    except queue.AWAY:
        return None
    return QueueState(
        lengths=dict(zip(queue.QUEUES, lengths, strict=True)),
        workers=int(alive),
        server=_named(info),
        evicts=info.get("maxmemory_policy", "noeviction") != "noeviction",
        persists=bool(info.get("aof_enabled")),
    )


def _named(info: dict[str, Any]) -> str:
    name = str(info.get("server_name") or "redis").capitalize()
    return f"{name} {info.get('valkey_version') or info.get('redis_version', '?')}"
