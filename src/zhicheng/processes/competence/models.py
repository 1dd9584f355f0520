"""Django finds the tables of competence here."""

from zhicheng.processes.competence.records import Cover, Qualification, Rule, Skill
from zhicheng.processes.competence.training import Plan, Session

__all__ = ["Cover", "Plan", "Qualification", "Rule", "Session", "Skill"]
