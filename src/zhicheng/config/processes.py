"""The one explicit list of processes and metrics of this installation."""

from typing import Any

from zhicheng.core import competence, minutely, parameters
from zhicheng.core.definitions import CORE
from zhicheng.core.files import Stored
from zhicheng.core.process import registry
from zhicheng.messages import alarms, deciding
from zhicheng.messages import settings as messages
from zhicheng.metrics.definition import Defined, declare
from zhicheng.processes.competence import reminders
from zhicheng.processes.competence.clearing import Clearance
from zhicheng.processes.competence.metrics import METRICS as COMPETENCE_METRICS
from zhicheng.processes.competence.training_workflow import TRAINING, retrain
from zhicheng.processes.competence.workflow import COMPETENCE
from zhicheng.processes.complaint.metrics import METRICS as COMPLAINT_METRICS
from zhicheng.processes.complaint.workflow import COMPLAINT, PROMISE
from zhicheng.processes.customer.workflow import CUSTOMER, OFFICE
from zhicheng.processes.delivery.metrics import METRICS as DELIVERY_METRICS
from zhicheng.processes.delivery.workflow import SHIPMENT
from zhicheng.processes.document import force, rendering
from zhicheng.processes.document.metrics import METRICS as DOCUMENT_METRICS
from zhicheng.processes.document.workflow import DOCUMENTS
from zhicheng.processes.inspection.metrics import METRICS as INSPECTION_METRICS
from zhicheng.processes.inspection.workflow import BATCH, LOT, PRODUCT, URGENT
from zhicheng.processes.listening.metrics import METRICS as LISTENING_METRICS
from zhicheng.processes.listening.workflow import LISTENING
from zhicheng.processes.nonconformity.metrics import METRICS as NONCONFORMITY_METRICS
from zhicheng.processes.nonconformity.workflow import NONCONFORMITY
from zhicheng.processes.objective.workflow import OBJECTIVE
from zhicheng.processes.register.workflow import REGISTERS
from zhicheng.processes.report.workflow import DECLARED, REPORT
from zhicheng.processes.review.workflow import DISMISSAL, REVIEW
from zhicheng.processes.sampling.workflow import SERIES
from zhicheng.processes.satisfaction import asking
from zhicheng.processes.satisfaction.metrics import METRICS as SATISFACTION_METRICS
from zhicheng.processes.satisfaction.workflow import INVITATION, RESPONSE, SURVEY
from zhicheng.processes.satisfaction.yearly import EVALUATION
from zhicheng.processes.spc.workflow import CHART, SIGNAL, SUBGROUP
from zhicheng.processes.study.workflow import STUDY
from zhicheng.processes.supplier.metrics import METRICS as SUPPLIER_METRICS
from zhicheng.processes.supplier.workflow import ITEM, SUPPLIER
from zhicheng.processes.warranty.metrics import METRICS as WARRANTY_METRICS
from zhicheng.processes.warranty.workflow import CLAIM, TERM

PROCESSES = (
    LOT, SERIES, CHART, SUBGROUP, SIGNAL, STUDY, URGENT, BATCH, PRODUCT, NONCONFORMITY, SUPPLIER, ITEM, COMPLAINT, CUSTOMER, OFFICE, SHIPMENT,
    PROMISE, CLAIM, TERM, SURVEY, INVITATION, RESPONSE, EVALUATION, *LISTENING,
    OBJECTIVE,
    *COMPETENCE, *TRAINING,
    *REGISTERS,
    *DOCUMENTS,
    REPORT, DECLARED, REVIEW, DISMISSAL, *CORE,
)  # fmt: skip
METRICS: tuple[Defined, ...] = (
    *INSPECTION_METRICS, *NONCONFORMITY_METRICS, *SUPPLIER_METRICS, *DELIVERY_METRICS, *COMPLAINT_METRICS, *WARRANTY_METRICS,
    *SATISFACTION_METRICS, *LISTENING_METRICS, *DOCUMENT_METRICS, *COMPETENCE_METRICS,
)  # fmt: skip


def register() -> None:
    """Fill the registries; called once when the applications are ready."""
    registry.add(*PROCESSES)
    declare(*METRICS)
    parameters.declare(*messages.SPECS)
    competence.install(Clearance)
    minutely.every_minute(alarms.sweep)
    minutely.every_minute(deciding.forget)
    minutely.every_minute(asking.sweep)
    minutely.every_minute(force.sweep)
    minutely.every_minute(reminders.sweep)
    rendering.use(_draw, _faults)
    force.when_in_force(retrain)


def _draw(edition: Any) -> tuple[Stored, Stored]:
    from zhicheng.reports.documents.issuing import issued_files  # large libraries: only who issues loads them

    return issued_files(edition)


def _faults(edition: Any) -> list[str]:
    from zhicheng.reports.documents.body import faults_of

    return faults_of(edition)
