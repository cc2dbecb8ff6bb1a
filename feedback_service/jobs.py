"""What workers do when a bell rings: jobs read the rows, and may run twice without harm."""

from rq import SimpleWorker
from rq.timeouts import TimerDeathPenalty

from feedback_service import attachments as attachments_room
from feedback_service import emerging as emerging_room
from feedback_service import incidents as incidents_room
from feedback_service import intake as intake_room
from feedback_service import outbox as outbox_room
from feedback_service import recognition as recognition_room
from feedback_service import registry
from feedback_service import triage as triage_room
from feedback_service.reports import open_data as open_data_room
from feedback_service.runtime import Runtime, connect
from feedback_service.scoring import flags as flags_room
from feedback_service.scoring.frozen import by_clock as freezing_room
from feedback_service.settings import Settings
from feedback_service.triage import training as triage_training

_runtime: Runtime | None = None


def outbox() -> None:
    outbox_room.drain(_here())


def triage() -> None:
    triage_room.drain(_here())


def praise() -> None:
    intake_room.settle_praise(_here())


def likenesses() -> None:
    incidents_room.drain(_here())


def emerging() -> None:
    emerging_room.look(_here())


def flags() -> None:
    flags_room.raise_flags(_here())


def freezing() -> None:
    freezing_room.close_due(_here())


def open_data() -> None:
    open_data_room.keep(_here())


def training() -> None:
    triage_training.start(_here())


def media() -> None:
    attachments_room.drain(_here())


class Worker(SimpleWorker):
    """Works in its own process: a fork for each job costs six times as much and saves nothing.

    A job that dies with its worker is no loss: its rows stand, and the clock rings for them again.
    """

    death_penalty_class = TimerDeathPenalty


def work(settings: Settings, *, burst: bool = False) -> None:
    """Answer the bell until told to stop.  One queue a worker: RQ 3 loses jobs with two."""
    use(connect(settings, pool=12))  # as many messages of both companies as leave at once
    runtime = _here()
    for bell in (outbox_room.BELL, triage_room.BELL, attachments_room.BELL, incidents_room.BELL,
                 recognition_room.BELL):  # fmt: skip
        runtime.ring(bell)  # for what waited while nobody was here
    Worker([runtime.queue], connection=runtime.redis).work(burst=burst, logging_level="WARNING")


def use(runtime: Runtime) -> None:
    """The runtime this process's jobs work with."""
    global _runtime
    _runtime = runtime


def _here() -> Runtime:
    if _runtime is None:
        raise RuntimeError("jobs run in `feedback worker`, which connects first")
    registry.renew_wording(_runtime)  # a job writes to citizens: in the words of today
    return _runtime
