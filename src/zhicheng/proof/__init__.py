"""The proof: `verify` checks a bundle and imports nothing of ours; the others add what writing needs."""
