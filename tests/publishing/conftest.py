"""Published bundles are verified by both verifiers."""

from tests.proof.conftest import _both, second_verifier

__all__ = ["_both", "second_verifier"]
