"""A CSV file in, the same file with twelve more columns out."""

import csv
import io
from pathlib import Path

import pytest

from analytics.triage import BadFile, Gazetteer, Model, Named, classify_file
from analytics.triage.files import COLUMNS

ADDED = (
    "intent,category,category_confidence,alt_category,urgent,urgent_probability,sector,"
    "institution,county,lang,abstained,model_version"
)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(
        [Named("nps", ("police", "karao")), Named("cg", ("county office",))],
        [Named("19", ("nyeri",))],
    )


@pytest.fixture
def path_in(tmp_path: Path) -> Path:
    return tmp_path / "in.csv"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_added_columns_are_those_promised() -> None:
    assert ",".join(COLUMNS) == ADDED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_incoming_columns_stay_and_ours_follow(
    model: Model, gazetteer: Gazetteer, path_in: Path, encoding: str
) -> None:
    path_in.write_text(
        'id,text,note\n7,"karao wa Nyeri anadai 2,000\nndio atoe OB",x\n8,asante sana,\n', encoding
    )
    out = path_in.with_name("out.csv")
    assert classify_file(model, gazetteer, path_in, out) == 2
    first, second = rows_of(out)
    assert list(first) == ["id", "text", "note", *COLUMNS]
    assert (first["id"], first["note"], second["text"]) == ("7", "x", "asante sana")
    assert (first["category"], first["institution"], first["county"]) == ("bribery", "nps", "19")
    assert first["urgent"] in ("true", "false")
    assert second["abstained"] in ("true", "false")
    assert 0 <= float(first["category_confidence"]) <= 1
    assert first["model_version"] == model.version


def test_ids_become_the_labels_of_the_guide(
    model: Model, gazetteer: Gazetteer, path_in: Path
) -> None:
    path_in.write_text("text\npolice nyeri\ncounty office nyeri\ncounty office\n", "utf-8")
    out = path_in.with_name("out.csv")
    labels = {"nps": "Police", "cg": "county:{county}", "19": "Nyeri"}
    classify_file(model, gazetteer, path_in, out, labels)
    assert [row["institution"] for row in rows_of(out)] == ["Police", "county:Nyeri", ""]
    assert rows_of(out)[0]["county"] == "Nyeri"


def test_a_column_of_our_name_is_kept_under_another(
    model: Model, gazetteer: Gazetteer, path_in: Path
) -> None:
    path_in.write_text("text,intent\nasante sana,mine\n", "utf-8")
    out = path_in.with_name("out.csv")
    classify_file(model, gazetteer, path_in, out)
    row = rows_of(out)[0]
    assert (row["given_intent"], row["intent"]) == ("mine", "compliment")


def test_every_thousand_messages_are_told(
    model: Model, gazetteer: Gazetteer, path_in: Path
) -> None:
    path_in.write_text("text\n" + "maji hakuna\n" * 2_100, "utf-8")
    told = io.StringIO()
    done = classify_file(model, gazetteer, path_in, path_in.with_name("o.csv"), progress=told)
    assert done == 2_100
    assert told.getvalue() == "1,000 messages\n2,000 messages\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"id,message\n1,x\n", "column `text` is needed, found: id, message"),
        (b"", "column `text` is needed, found: none"),
        (b"text\nna\xefve \xff\n", "not UTF-8"),
        (b"text,id\nmaji, stima,1\n", "more cells than the header"),
        (b"text\n" + b"x" * 200_000, "not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_remedy(
    model: Model, gazetteer: Gazetteer, path_in: Path, content: bytes, says: str
) -> None:
    path_in.write_bytes(content)
    out = path_in.with_name("out.csv")
    with pytest.raises(BadFile, match=says) as fault:
        classify_file(model, gazetteer, path_in, out)
    assert "in.csv" in str(fault.value)
    assert not list(path_in.parent.glob("out*"))


def test_a_file_is_not_written_over_itself(
    model: Model, gazetteer: Gazetteer, path_in: Path
) -> None:
    path_in.write_text("text\nmaji\n", "utf-8")
    with pytest.raises(BadFile, match="one file"):
        classify_file(model, gazetteer, path_in, path_in)
