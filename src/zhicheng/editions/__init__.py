"""Editions of documents: how they are named and what makes the next one major. Pure functions, usable alone."""

from zhicheng.editions.changing import MAJOR_FROM, Change, Changes, Kind, Proposal, Reason, propose
from zhicheng.editions.numbering import Edition, Scheme, UnknownEdition

__all__ = [
    "MAJOR_FROM",
    "Change",
    "Changes",
    "Edition",
    "Kind",
    "Proposal",
    "Reason",
    "Scheme",
    "UnknownEdition",
    "propose",
]
