"""The command line as an operator uses it: what it prints, what it leaves, how it ends."""

import shutil
import socket

import pytest
import sqlalchemy as sa

from feedback_service import staff
from feedback_service.cli import main
from feedback_service.models import Institution, Role, Staff
from feedback_service.registry import DATA
from tests import servers
from tests.conftest import SECRETS
from tests.integration.command_line import loaded, run

__all__ = ["loaded", "run"]


def test_load_tells_the_rows_of_each_table_and_a_second_time_that_nothing_is_new(run):
    code, out, err = run("load")
    assert (code, err) == (0, "")
    assert "counties               47 rows" in out
    assert "version 1" in out
    code, out, _ = run("load")
    assert code == 0
    assert "nothing to do" in out


def test_load_tells_every_bad_row_and_loads_none(run, rt, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    for file, right, wrong in (
        ("counties.csv", "1,Mombasa", "one,Mombasa"),
        ("charters.csv", "id-first,1,2024-03-01", "id-first,1,1/3/2024"),
    ):
        text = (folder / file).read_text()
        assert right in text
        (folder / file).write_text(text.replace(right, wrong, 1))
    code, out, err = run("load", folder)
    assert (code, out) == (1, "")
    assert 'counties.csv row 2 code: "one"' in err
    assert 'charters.csv row 2 effective_from: "1/3/2024"' in err
    assert "nothing was loaded" in err
    with rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Institution)) == 0


def test_load_refuses_what_is_no_folder(run, tmp_path):
    code, _, err = run("load", tmp_path / "nowhere")
    assert code == 1
    assert "is no folder" in err


def test_a_new_account_signs_in_with_the_password_that_was_printed(loaded, rt):
    words = ("add", "Officer@Tax.example", "--role", "officer", "--institution", "KRA")
    code, out, err = loaded("user", *words)
    assert (code, err) == (0, "")
    password = out.split("password: ")[1].split()[0]
    assert staff.sign_in(rt, "officer@tax.example", password)
    with rt.transaction() as session:
        made = session.scalars(sa.select(Staff)).one()
        assert (made.role, made.institution_id, made.name) == (Role.OFFICER, "KRA", "officer")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("a@b.example", "--role", "officer"), "Add --institution ID"),
        (("a@b.example", "--role", "officer", "--institution", "KRAA"), "Did you mean KRA"),
        (("a@b.example", "--role", "officer", "--institution", "kra"), "Did you mean KRA"),
        (("a@b.example", "--role", "officer", "--institution", "IMMIG"), "DIS ("),
        (("ab", "--role", "administrator"), "is no address"),
        (
            ("a@b.example", "--role", "officer", "--institution", "KRA", "--unit", "NRB-R"),
            "is not of KRA",
        ),
        (
            ("a@b.example", "--role", "officer", "--institution", "HKS", "--service-point", "X"),
            "service_point: 'X' is not in the registry",
        ),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_the_remedy(loaded, rt, words, told):
    code, out, err = loaded("user", "add", *words)
    assert (code, out) == (1, "")
    assert told in err
    with rt.transaction() as session:
        assert session.scalars(sa.select(Staff)).all() == []


def test_the_same_address_twice_is_refused(loaded):
    words = ("user", "add", "admin@feedback.example", "--role", "administrator")
    assert loaded(*words)[0] == 0
    code, _, err = loaded(*words)
    assert code == 1
    assert "feedback user reset" in err


def test_disable_closes_the_door_and_reset_opens_it_with_a_new_key(loaded, rt):
    who = "audit@feedback.example"
    first = loaded("user", "add", who, "--role", "auditor")[1].split("password: ")[1].split()
    token = staff.sign_in(rt, who, first[0])
    assert loaded("user", "disable", who)[0] == 0
    with rt.transaction() as session:
        assert staff.viewer_of(session, token, rt.now()) is None
    assert staff.sign_in(rt, who, first[0]) is None
    again = loaded("user", "reset", who)[1].split("password: ")[1].split()
    assert staff.sign_in(rt, who, first[0]) is None
    assert staff.sign_in(rt, who, again[0])


@pytest.mark.parametrize("verb", ["disable", "reset"])
def test_an_account_nobody_has_is_told(loaded, verb):
    code, _, err = loaded("user", verb, "nobody@feedback.example")
    assert code == 1
    assert "no account 'nobody@feedback.example'" in err


def test_a_contract_is_scored_with_composite_and_grade(run, tmp_path):
    file = tmp_path / "contract.csv"
    file.write_text(
        "indicator,weight,target,achieved,direction\nRevenue,60,100,110,higher\n"
        "Days,40,10,10,lower\n"
    )
    code, out, err = run("contract", "score", file)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "indicator,weight,target,achieved,direction,raw,weighted"
    assert "composite: " in out
    assert "grade: " in out


def test_a_contract_with_half_its_weights_needs_partial(run, tmp_path):
    file = tmp_path / "half.csv"
    file.write_text("indicator,weight,target,achieved,direction\nCharter,4,100,90,higher\n")
    code, out, err = run("contract", "score", file)
    assert (code, out) == (1, "")
    assert "weights total 4" in err
    code, out, _ = run("contract", "score", file, "--partial")
    assert code == 0
    assert "contribution of weights totalling 4" in out


def test_an_appraisal_is_scored_with_mean_and_band(run, tmp_path):
    file = tmp_path / "appraisal.csv"
    file.write_text("target_name,target,achieved\nCases answered,100,95\n")
    code, out, err = run("appraisal", "score", file)
    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == [
        "target_name,target,achieved,percent,band",
        "Cases answered,100,95,95.00,Good",
    ]


@pytest.mark.parametrize("what", ["contract", "appraisal"])
def test_a_sheet_with_bad_rows_is_told_row_by_row(run, tmp_path, what):
    file = tmp_path / "bad.csv"
    rows = {
        "contract": "indicator,weight,target,achieved,direction\nA,x,1,1,higher\nB,50,1,?,lower\n",
        "appraisal": "target_name,target,achieved\nA,x,1\nB,1,?\n",
    }
    file.write_text(rows[what])
    code, out, err = run(what, "score", file)
    assert (code, out) == (1, "")
    assert "bad.csv: row 2" in err
    assert "bad.csv: row 3" in err


@pytest.mark.parametrize("what", ["contract", "appraisal"])
def test_a_sheet_that_is_not_there_is_told(run, tmp_path, what):
    code, _, err = run(what, "score", tmp_path / "none.csv")
    assert code == 1
    assert "cannot be read" in err


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("user",), ("user", "add"), ("user", "add", "a@b.c", "--role", "king"), ()],
)
def test_words_that_make_no_sense_end_with_2(run, words):
    assert run(*words)[0] == 2


def test_beside_no_service_at_all_it_says_how_to_start_one(monkeypatch, capsys, tmp_path):
    for name in (*SECRETS, "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    assert main(["load"]) == 1
    assert "make run" in capsys.readouterr().err


def test_beside_make_run_the_addresses_come_from_its_file(
    monkeypatch, capsys, tmp_path, database_url, redis_url, rt
):
    for name in (*SECRETS, "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    kept = {name: SECRETS[name] for name in SECRETS if name != "PHONE_SIMULATOR"}
    lines = {**kept, "DATABASE_URL": database_url, "REDIS_URL": redis_url}
    (tmp_path / "run.env").write_text("".join(f"{n}='{v}'\n" for n, v in lines.items()))
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    code = main(["load"])
    said = capsys.readouterr()
    assert (code, said.err) == (0, "")
    assert "version 1" in said.out


def test_a_service_that_does_not_answer_is_told_in_words(run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://feedback@/postgres?host=/nowhere")
    code, _, err = run("load")
    assert code == 1
    assert "does not answer" in err


@pytest.mark.parametrize("process", ["web", "worker", "clock"])
def test_a_process_on_an_empty_database_says_what_to_run(
    run, monkeypatch, addresses, worker, process
):
    with servers.empty_database(addresses, f"unmigrated_{worker}") as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("PORT", str(_free_port()))
        code, _, err = run(process)
    assert code == 1
    assert "run `feedback migrate`" in err


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_port_in_use_is_told_before_anything_is_loaded(run, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        code, _, err = run("web", "--host", "127.0.0.1")
    assert (code, f"PORT={port + 1}" in err) == (1, True)


def test_a_new_key_opens_what_it_was_made_for_and_is_kept_nowhere(run, rt):
    code, out, err = run("key", "add", "Ticket office", "--scope", "visits", "scorecards")
    assert (code, err) == (0, "")
    key = out.split("key: ")[1].split()[0]
    with rt.transaction() as session:
        assert staff.key_holder(session, key, rt.now()).scopes == {"visits", "scorecards"}
        kept = session.execute(sa.text("select row_to_json(k)::text from api_keys k")).scalar()
    assert key not in kept


def test_a_key_for_what_nobody_offers_is_refused(run):
    code, _, err = run("key", "add", "Ticket office", "--scope", "everything")
    assert code == 1
    assert "'everything' is none" in err


def test_the_doctor_tells_what_to_mend_and_ends_with_1_until_it_is(run):
    code, out, _ = run("doctor")
    assert code == 1
    assert "fail No registry" in out
    assert "     -> feedback load" in out
    assert "The service cannot work" in out
    assert "\033" not in out
    run("load")
    run("user", "add", "a@office.go.ke", "--role", "officer", "--institution", "CENTRAL")
    code, out, _ = run("doctor")
    assert (code, "fail " in out) == (0, False)
    assert "The service can work" in out


def test_the_doctor_tells_every_wrong_setting_with_an_example(run, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "huduma")
    monkeypatch.setenv("PORT", "a lot")
    code, out, _ = run("doctor")
    assert code == 1
    assert "Set PORT=8000" in out
    assert "PUBLIC_URL does not start with" in out


def test_the_last_administrator_is_not_closed_by_a_command_either(loaded):
    who = "admin@feedback.example"
    assert loaded("user", "add", who, "--role", "administrator")[0] == 0
    code, _, err = loaded("user", "disable", who)
    assert (code, "last administrator" in err) == (1, True)
