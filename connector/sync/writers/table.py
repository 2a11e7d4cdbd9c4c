"""Which writer writes which target."""

from connector.sync.writers.absence import AbsenceWriter
from connector.sync.writers.assignment import AssignmentWriter
from connector.sync.writers.base import Writer
from connector.sync.writers.competency import CompetencyWriter, RatingWriter, RequirementWriter
from connector.sync.writers.completion import CompletionWriter
from connector.sync.writers.employee import EmployeeWriter
from connector.sync.writers.organisation import JobWriter, UnitWriter
from connector.sync.writers.session import SessionWriter
from connector.sync.writers.training import TrainingWriter

WRITERS: dict[str, Writer] = {
    "unit": UnitWriter(),
    "job": JobWriter(),
    "competency": CompetencyWriter(),
    "requirement": RequirementWriter(),
    "employee": EmployeeWriter(),
    "assignment": AssignmentWriter(),
    "rating": RatingWriter(),
    "absence": AbsenceWriter(),
    "training": TrainingWriter(),
    "session": SessionWriter(),
    "completion": CompletionWriter(),
}
