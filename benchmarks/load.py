"""A small load generator: so many keep-alive connections, each sending one request after another; prints JSON.

`python benchmarks/load.py PORT CONNECTIONS SECONDS` reads the requests from standard input: one JSON object a line with
`method`, `path`, `token` and perhaps `body`; they are sent in turn. It is a process of its own, so that the server's one
process is measured and not this one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import cycle
from typing import Any


def wire(request: dict[str, Any]) -> bytes:
    """A request as it goes over the wire."""
    body = json.dumps(request["body"]).encode() if request.get("body") is not None else b""
    head = (
        f"{request['method']} {request['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {request['token']}\r\n"
        f"Content-Length: {len(body)}\r\n" + ("Content-Type: application/json\r\n" if body else "") + "\r\n"
    )
    return head.encode() + body


async def answered(reader: asyncio.StreamReader) -> int:
    """Reads one answer whole; gives its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


async def connection(port: int, requests: Any, until: float, took: list[float], statuses: dict[int, int]) -> None:
    """One connection, until the time is over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        begun = time.perf_counter()
        writer.write(next(requests))
        status = await answered(reader)
        took.append(time.perf_counter() - begun)
        statuses[status] = statuses.get(status, 0) + 1
    writer.close()


async def run(port: int, connections: int, seconds: float, requests: list[bytes]) -> dict[str, Any]:
    """Percentiles in milliseconds, requests a second, and how often each status was answered."""
    took: list[float] = []
    statuses: dict[int, int] = {}
    turn, begun = cycle(requests), time.perf_counter()
    await asyncio.gather(*(connection(port, turn, begun + seconds, took, statuses) for _ in range(connections)))
    passed, took = time.perf_counter() - begun, sorted(took)
    at = {name: took[min(len(took) - 1, int(len(took) * share))] * 1000 for name, share in (("p50", 0.5), ("p95", 0.95))}
    return {**at, "rps": len(took) / passed, "statuses": statuses}


if __name__ == "__main__":
    given = [wire(json.loads(line)) for line in sys.stdin]
    print(json.dumps(asyncio.run(run(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), given))))
