"""What is owed for a unit that failed: refund, replacement, repair or paid service, with the term that says so. No Django."""

from zhicheng.warranty.deciding import (
    Case,
    Considered,
    Decision,
    Term,
    decide,
    last_day,
)
from zhicheng.warranty.law import LAW, LawTerm, in_force

__all__ = ["LAW", "Case", "Considered", "Decision", "LawTerm", "Term", "decide", "in_force", "last_day"]
