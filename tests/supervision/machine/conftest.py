"""An empty Redis for the tests of the machine, and one that hangs."""

import socket

import pytest
import redis

from supervision.machine import queues


@pytest.fixture
def store(settings):
    """The Redis of this test process: its queues and the list of workers are empty before and after."""
    keys = [queues.WORKERS, queues.BEAT, "unacked", "unacked_index", *queues.queue_names()]
    with redis.from_url(settings.REDIS_URL, decode_responses=True) as client:
        client.delete(*keys)
        yield client
        client.delete(*keys)


@pytest.fixture
def silent_port():
    """A server that takes the connection and never says a word: what a Redis stopped by SIGSTOP is like."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]
