"""What the logs never hold: a phone number, a citizen's word, a row a database quoted."""

import io
import json
import logging

import pytest
import sqlalchemy as sa
from gunicorn.config import Config

from feedback_service.cli.logs import configure_logs, redact
from feedback_service.cli.web import OneWayOut

PHONE = "+254712345678"


@pytest.fixture
def out():
    """Where the logs go; the process's own configuration is put back afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    configure_logs("INFO", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def lines(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_event_is_one_json_object_with_time_level_and_logger(out):
    logging.getLogger("ours").warning("bell lost", extra={"bell": "outbox", "tries": 3})
    logging.getLogger("theirs").error("%s is away", "redis")
    ours, theirs = lines(out)
    assert (ours["event"], ours["bell"], ours["tries"]) == ("bell lost", "outbox", 3)
    assert (ours["level"], ours["logger"]) == ("warning", "ours")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == (
        "redis is away", "error", "theirs",
    )  # fmt: skip
    assert ours["timestamp"].endswith("Z")


def test_what_is_below_the_level_is_not_said(out):
    logging.getLogger("ours").debug("detail")
    logging.getLogger("theirs").debug("detail")
    assert out.getvalue() == ""


WRITTEN = {
    "as networks write it": "+254712345678",
    "without the plus": "254712345678",
    "as people write it": "0712345678",
    "in groups": "0712 345 678",
    "in groups with the country": "+254 712 345678",
    "with dashes": "0712-345-678",
    "the newer block": "0110 345678",
    "inside an address": "whatsapp:+254712345678",
    "inside a word": "user254712345678x",
    "in a URL": "%2B254712345678",
    "of another country": "+447911123456",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
def test_a_number_however_written_is_not_in_the_logs(out, written):
    logging.getLogger("ours").warning(
        f"from {written}", extra={"who": written, "all": [{"a": written}]}
    )
    logging.getLogger("theirs").warning("from %s", written)
    try:
        raise ValueError(f"no reply to {written}")
    except ValueError:
        logging.getLogger("ours").exception("failed")
        logging.getLogger("theirs").exception("failed")
    said = out.getvalue()
    assert len(lines(out)) == 4
    assert "345678" not in said.replace(" ", "").replace("-", "")
    assert "123456" not in said.replace(" ", "").replace("-", "")
    assert said.count("[number]") >= 4


def test_a_number_as_a_value_is_not_in_the_logs(out):
    logging.getLogger("ours").warning("from", extra={"who": 254712345678})
    assert lines(out)[0]["who"] == "[number]"


KEPT = {
    "the id of a row": "0193a1b2-1234-7abc-8def-123456789012",
    "a moment": "2026-11-22T02:27:35.123456Z",
    "a due day": "2026-11-22",
    "a version": "triage-1-897ab2e3",
    "a port": "127.0.0.1:8000",
    "a reference": "12345678",
}


@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT.keys())
def test_what_is_no_number_stays_readable(kept):
    assert redact({"event": kept})["event"] == kept


@pytest.mark.parametrize("field", ["text", "message", "body", "words", "address", "phone"])
def test_fields_of_words_are_dropped(out, field):
    # A record has a message of its own, which no caller can set: here a formatter might.
    given = redact({field: "they asked for money", "size": 20})
    assert given == {"size": 20}
    if field == "message":
        return
    logging.getLogger("ours").warning("heard", extra={field: "they asked for money", "size": 20})
    said = lines(out)[0]
    assert field not in said
    assert said["size"] == 20


def test_the_row_a_database_quotes_is_left_out(out):
    class Refusal(Exception):
        """What a driver raises."""

    quoted = Refusal("null value\nDETAIL:  Failing row contains (1, they asked for money).")
    error = sa.exc.IntegrityError("insert into cases", {"words": "they asked for money"}, quoted)
    try:
        raise error
    except sa.exc.IntegrityError:
        logging.getLogger("theirs").exception("failed")
    assert "asked for money" not in out.getvalue()
    assert "null value" in out.getvalue()


def test_what_gunicorn_says_takes_the_same_way(out):
    logger = OneWayOut(Config())
    logger.info("Booting worker with pid: %s", 4711)
    said = lines(out)[0]
    assert (said["logger"], said["event"]) == ("gunicorn.error", "Booting worker with pid: 4711")


def test_what_a_worker_says_takes_the_same_way(out):
    from rq.logutils import setup_loghandlers

    setup_loghandlers("INFO", name="rq.worker")
    logging.getLogger("rq.worker").info("job done")
    (said,) = lines(out)
    assert (said["logger"], said["event"]) == ("rq.worker", "job done")
