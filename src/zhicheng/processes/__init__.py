"""One folder per process. A source of nonconformities may call down to ``nonconformity``; a lower one never knows an upper."""
