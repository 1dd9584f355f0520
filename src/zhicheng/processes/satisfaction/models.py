"""Django finds the tables of satisfaction here."""

from zhicheng.processes.satisfaction.evaluation import Evaluation
from zhicheng.processes.satisfaction.records import Invitation, Response, Survey

__all__ = ["Evaluation", "Invitation", "Response", "Survey"]
