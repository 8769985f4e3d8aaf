"""Threads, because a request mostly waits for the database; each process has a pool of DATABASE_POOL_SIZE (12)."""

import os

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = 12
timeout = 60
graceful_timeout = 20
# Heartbeats of the workers' own; a disk that blocks must not look like a stuck worker.
worker_tmp_dir = "/dev/shm"
