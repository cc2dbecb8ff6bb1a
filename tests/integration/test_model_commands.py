"""`feedback triage`: files classified, models trained here taken into use only when not worse."""

import csv
import json
import shutil

import pytest
import sqlalchemy as sa

from analytics.triage import TRAINED, read_manifest, record
from analytics.triage.rows import check
from feedback_service import redress, triage
from feedback_service.cli import main
from feedback_service.models import Case, Category, Institution, Role, Staff, new_id
from feedback_service.triage.shelf import Shelf
from tests.integration.command_line import loaded, run, var

__all__ = ["loaded", "run", "var"]

MESSAGES = "id,text\n1,KRA portal iko down\n2,Nairobi county government leaves garbage in Umoja\n"


def test_a_file_is_classified_without_any_database(var, tmp_path, capsys):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(MESSAGES)
    assert main(["triage", "classify", str(source), "--output", str(target)]) == 0
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["1", "2"]
    assert [row["institution"] for row in rows] == ["KRA", "county:Nairobi"]
    assert rows[1]["county"] == "Nairobi"
    assert rows[0]["model_version"].startswith("triage-")
    assert capsys.readouterr().out == ""


def test_without_an_output_the_rows_are_printed(var, tmp_path, capsys):
    source = tmp_path / "in.csv"
    source.write_text(MESSAGES)
    assert main(["triage", "classify", str(source)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("id,text,intent,category,category_confidence,alt_category,urgent,")


def test_with_a_database_the_names_are_those_that_were_loaded(loaded, rt, tmp_path):
    with rt.transaction() as session:
        session.execute(
            sa.update(Institution)
            .where(Institution.id == "KRA")
            .values(aliases=["the house of pins"])
        )
    source = tmp_path / "in.csv"
    source.write_text("text\nthe house of pins sent me away again\n")
    code, out, err = loaded("triage", "classify", source)
    assert (code, err) == (0, "")
    assert ",KRA," in out.splitlines()[1]


def test_with_an_empty_database_the_names_are_our_own_and_that_is_said(run, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(MESSAGES)
    code, out, err = run("triage", "classify", source)
    assert code == 0
    assert ",KRA," in out
    assert "no registry yet" in err


@pytest.mark.parametrize(
    ("content", "told"),
    [("words\nhello\n", "one column `text` is needed"), (None, "No such file")],
)
def test_a_file_that_cannot_be_classified_is_told(var, tmp_path, capsys, content, told):
    source = tmp_path / "in.csv"
    if content:
        source.write_text(content)
    assert main(["triage", "classify", str(source)]) == 1
    assert told in capsys.readouterr().err


def trained(var, version, **changed):
    """A copy of our own model under another name, as if it had been trained here."""
    folder = var / "models" / version
    shutil.copytree(TRAINED, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["version"] = version
    (folder / record.FILE).unlink(missing_ok=True)  # judged by the manifest alone
    for language, figure in changed.items():
        manifest["metrics"]["heads"]["category"]["by_language"][language]["macro_f1"] = figure
    (folder / "manifest.json").write_text(json.dumps(manifest))


def an_officer(rt):
    officer = Staff(
        id=new_id(), email="o@example.go.ke", name="An officer", password_hash="",
        role=Role.OFFICER, institution_id="KRA", language="en", created_at=rt.now(),
    )  # fmt: skip
    with rt.transaction() as session:
        session.add(officer)
    return officer.id


def in_use(var):
    shelf = Shelf(var)
    return read_manifest(shelf.in_use).version


def test_models_are_promoted_and_rolled_back_one_by_one(var, capsys):
    ours = in_use(var)
    trained(var, "triage-a", en=0.99)
    trained(var, "triage-b", en=0.99, sw=0.99)
    for version in ("triage-a", "triage-b"):
        assert main(["triage", "promote", version]) == 0
        assert in_use(var) == version
    assert main(["triage", "rollback"]) == 0
    assert in_use(var) == "triage-a"
    assert main(["triage", "rollback"]) == 0
    assert in_use(var) == ours
    assert main(["triage", "rollback"]) == 1
    assert "No model was promoted" in capsys.readouterr().err


def test_a_model_that_is_worse_in_one_language_is_refused_and_the_old_one_stays(var, capsys):
    ours = in_use(var)
    trained(var, "triage-c", en=0.99, sheng=0.1)
    assert main(["triage", "promote", "triage-c"]) == 1
    told = capsys.readouterr().err
    assert "category, sheng: macro-F1 0.100, was 0." in told
    assert "category, en" not in told
    assert in_use(var) == ours


def test_a_model_whose_files_were_changed_is_refused(var, capsys):
    trained(var, "triage-d", en=0.99)
    file = var / "models" / "triage-d" / "model.json"
    words = json.loads(file.read_text())
    file.write_text(json.dumps({**words, "sure": 0.0}))
    assert main(["triage", "promote", "triage-d"]) == 1
    assert "does not load" in capsys.readouterr().err


@pytest.mark.parametrize("version", ["triage-none", "../../etc", "."])
def test_a_model_nobody_trained_is_refused(var, capsys, version):
    assert main(["triage", "promote", version]) == 1
    assert "No model" in capsys.readouterr().err


def test_the_figures_of_a_trained_model_are_shown_by_language(var, capsys):
    trained(var, "triage-e", sheng=0.123)
    assert main(["triage", "evaluate", "triage-e"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["macro-F1", "en", "mixed", "sheng", "sw", "all"]
    assert lines[1].split()[3] == "0.123"


def test_what_desks_chose_for_real_cases_becomes_rows_to_train_on(loaded, rt):
    with rt.transaction() as session:
        cases = [
            redress.open_case(
                rt, session,
                redress.Complaint(f"s:{n}", "africastalking-sms", "en", "the office is late again",
                                  None, "kra-pin", simulated=n == 3),
            )
            for n in (1, 2, 3)
        ]  # fmt: skip
    triage.drain(rt)
    officer = an_officer(rt)
    with rt.transaction() as session:
        for case in (cases[0], cases[2]):
            triage.choose(session, session.get_one(Case, case.id), Category.COST, officer, rt.now())
    with rt.transaction() as session:
        (row,) = triage.corrections(session)
    assert (row.text, row.category, row.sector) == (
        "the office is late again",
        "cost",
        "tax_business",
    )
    check(row, "correction")
