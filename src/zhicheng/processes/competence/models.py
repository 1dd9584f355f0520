"""Django finds the tables of competence here."""

from zhicheng.processes.competence.records import Cover, Qualification, Rule, Skill

__all__ = ["Cover", "Qualification", "Rule", "Skill"]
