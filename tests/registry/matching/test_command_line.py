"""python -m registry.matching: files in, pairs out, nothing dropped in silence."""

import csv
import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from benchmarks.matching.generate import generate
from registry.matching.__main__ import main
from registry.matching.model import SHIPPED, load, shipped
from registry.matching.tables import PAIR_COLUMNS

GOLD = Path(__file__).with_name("gold")
ROOT = Path(__file__).parents[3]
HEADER = "id,full_name,birth_date,sex,personal_number,cmnd,mother_name,father_name,commune_code,address,home_town,phone"
LAN = "1,Trần Thị Lan,1990-05-03,F,079190001234,,Phạm Thị Hòa,Trần Văn Nam,00001,Thôn 3,Hưng Yên,0912345670"
LAN_AGAIN = '2,Tran Thi Lan,3/5/1990,Nữ,079190001234,,Phạm Thị Hoà,Trần Văn Nam,00001,"Thôn III, xã A",Hưng Yên,'
HUNG = "3,Lê Văn Hùng,1961-11-20,M,001061007788,,Lê Thị Sen,Lê Hữu Tạo,09087,Tổ 1,Bắc Ninh,0388111222"


def _file(folder: Path, *lines: str, name: str = "in.csv", encoding: str = "utf-8", end: str = "\n") -> Path:
    path = folder / name
    path.write_bytes(end.join((*lines, "")).encode(encoding))
    return path


def _pairs(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _dedupe(path: Path, *more: str) -> list[dict[str, str]]:
    out = path.with_name("out.csv")
    assert main(["dedupe", str(path), str(out), *more]) == 0
    return _pairs(out)


def test_pairs_come_out_with_score_class_and_reason(tmp_path, capsys):
    pairs = _dedupe(_file(tmp_path, HEADER, LAN, LAN_AGAIN, HUNG))
    assert [(pair["id_left"], pair["id_right"], pair["class"]) for pair in pairs] == [("1", "2", "M")]
    assert list(pairs[0]) == list(PAIR_COLUMNS)
    assert float(pairs[0]["score_bits"]) > 10
    assert "cùng số định danh" in pairs[0]["reason"]
    said = capsys.readouterr().err
    assert f"model {shipped().version}, threshold {shipped().threshold / 100:.2f} bits" in said
    assert "3 records, 1 pairs compared, 1 written" in said
    assert "bad" not in said


def test_parquet_goes_in_and_out_with_the_same_pairs(tmp_path):
    expected = _dedupe(_file(tmp_path, HEADER, LAN, LAN_AGAIN, HUNG))
    table = pl.read_csv(tmp_path / "in.csv", infer_schema=False)
    table = table.with_columns(pl.col("id").cast(pl.Int64))  # as other tools write it
    table.write_parquet(tmp_path / "in.parquet")
    assert main(["dedupe", str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet")]) == 0
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert found.columns == list(PAIR_COLUMNS)
    assert found.cast(pl.String).to_dicts() == expected


def test_dates_of_a_parquet_file_are_read(tmp_path, capsys):
    day = dt.date(1990, 5, 3)
    people = {"id": ["1", "2"], "full_name": ["Trần Thị Lan", None], "birth_date": [day, day]}
    pl.DataFrame(people).write_parquet(tmp_path / "in.parquet")
    assert main(["dedupe", str(tmp_path / "in.parquet"), str(tmp_path / "out.csv")]) == 0
    assert "row 3 (id 2): no full_name" in capsys.readouterr().err


def test_optional_columns_may_be_missing_and_further_ones_are_ignored(tmp_path):
    one = "Trần Thị Lan,079190001234,xanh,1"
    path = _file(tmp_path, "full_name,personal_number,eyes,id", one, "Tran Thi Lan,079190001234,nâu,2")
    assert [pair["class"] for pair in _dedupe(path)] == ["M"]


def test_a_file_of_spreadsheets_is_read(tmp_path):
    """A byte order mark, Windows line ends, blanks around headings, a blank line, and a line break inside a cell."""
    broken = LAN_AGAIN.replace("Thôn III, xã A", "Thôn III\r\nxã A")
    path = _file(tmp_path, HEADER.replace(",sex", ", sex "), LAN, "", broken, encoding="utf-8-sig", end="\r\n")
    assert [(pair["id_left"], pair["id_right"]) for pair in _dedupe(path)] == [("1", "2")]


def test_every_bad_row_is_counted_and_named_and_the_others_are_used(tmp_path, capsys):
    path = _file(
        tmp_path, HEADER, LAN, LAN_AGAIN,
        ",Lê Văn Nam,,,,,,,,,,",
        "5,  ,,,,,,,,,,",
        "1,Lê Văn Nam,,,,,,,,,,",
        "7,Lê Văn Nam,1990",
        "8,Lê Văn Nam,hôm qua,,,,,,,,,",
        "9,Lê Văn Bắc,1990-01-02,?,,,,,,,,",
        "10,Lê Văn Tây,01/01/1900,,000000000000,,,,,,,",
        *(f"{at},,,,,,,,,,," for at in range(100, 130)),
    )  # fmt: skip
    assert [(pair["id_left"], pair["id_right"]) for pair in _dedupe(path)] == [("1", "2")]
    said = capsys.readouterr().err.splitlines()
    assert f"{path}: 36 rows are bad" in said
    named = [line.strip() for line in said if line.startswith("  row")]
    assert named[:6] == [
        "row 4: no id",
        "row 5 (id 5): no full_name",
        "row 6 (id 1): id 1 stands in an earlier row too",
        "row 7 (id 7): 3 cells under 12 headings",
        "row 8 (id 8): birth_date 'hôm qua' is no date; the rest of the row is used",
        "row 9 (id 9): sex '?' is neither M nor F; the rest of the row is used",
    ]
    assert len(named) == 36  # junk is no bad row: it is read, and says nothing
    assert any(line.startswith("5 records,") for line in said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"id,name\n1,x\n", "lacks the column full_name; it has id, name"),
        (b"\n1,x\n", "lacks the column id and full_name"),
        (b"id,full_name,id\n1,x,2\n", "the column id stands twice"),
        ("id,full_name\n1,Trần".encode("utf-16"), "is not UTF-8"),
        ("id,full_name\n1,Trần".encode()[:-2] + b"n", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_written(tmp_path, capsys, content, said):
    (tmp_path / "in.csv").write_bytes(content)
    assert main(["dedupe", str(tmp_path / "in.csv"), str(tmp_path / "out.csv")]) == 2
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]


def test_a_file_that_is_not_there_or_no_parquet_is_refused(tmp_path, capsys):
    assert main(["dedupe", str(tmp_path / "in.csv"), str(tmp_path / "out.csv")]) == 2
    assert "is no file" in capsys.readouterr().err
    (tmp_path / "in.parquet").write_text("id,full_name")
    assert main(["dedupe", str(tmp_path / "in.parquet"), str(tmp_path / "out.csv")]) == 2
    assert "cannot be read as Parquet" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_a_file_of_headings_alone_gives_headings_alone(tmp_path):
    assert _dedupe(_file(tmp_path, HEADER)) == []
    assert (tmp_path / "out.csv").read_text() == ",".join(PAIR_COLUMNS) + "\n"


def test_the_threshold_may_be_set(tmp_path):
    path = _file(
        tmp_path, HEADER, LAN, LAN_AGAIN, LAN.replace("1,Trần Thị Lan", "4,Trần Thị Liên").replace("1234", "1235")
    )
    assert {pair["class"] for pair in _dedupe(path)} == {"M"}
    low = _dedupe(path, "--threshold", "-50")
    assert {pair["class"] for pair in low} == {"M", "F"}
    assert [float(pair["score_bits"]) for pair in low] == sorted(
        (float(pair["score_bits"]) for pair in low), reverse=True
    )
    assert _dedupe(path, "--threshold", "99.5") == []


@pytest.mark.parametrize("bits", ["nan", "inf", "many", ""])
def test_a_threshold_that_is_no_number_is_refused(tmp_path, bits):
    path = _file(tmp_path, HEADER, LAN)
    with pytest.raises(SystemExit) as refused:
        main(["dedupe", str(path), str(tmp_path / "out.csv"), "--threshold", bits])
    assert refused.value.code == 2


def test_another_model_may_be_named(tmp_path, capsys):
    path = _file(tmp_path, HEADER, LAN, LAN_AGAIN)
    text = SHIPPED.read_text(encoding="utf-8").replace(f'"version": "{shipped().version}"', '"version": "mine"')
    (tmp_path / "m.json").write_text(text, encoding="utf-8")
    _dedupe(path, "--model", str(tmp_path / "m.json"))
    assert "model mine," in capsys.readouterr().err


def test_a_model_that_is_not_there_or_none_is_refused(tmp_path, capsys):
    path = _file(tmp_path, HEADER, LAN)
    assert main(["dedupe", str(path), str(tmp_path / "out.csv"), "--model", str(tmp_path / "m.json")]) == 2
    assert "m.json" in capsys.readouterr().err
    assert main(["dedupe", str(path), str(tmp_path / "out.csv"), "--model", str(path)]) == 2
    assert "is no JSON" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path, capsys):
    path = _file(tmp_path, HEADER, LAN, LAN_AGAIN)
    assert main(["dedupe", str(path), str(tmp_path / "nowhere" / "out.csv")]) == 2
    (tmp_path / "folder.csv").mkdir()
    assert main(["dedupe", str(path), str(tmp_path / "folder.csv")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.csv", "in.csv"]


def test_a_run_that_fails_keeps_the_pairs_of_the_run_before(tmp_path):
    good = _file(tmp_path, HEADER, LAN, LAN_AGAIN)
    before = _dedupe(good)
    assert before
    assert main(["dedupe", str(_file(tmp_path, "id", "1", name="bad.csv")), str(tmp_path / "out.csv")]) == 2
    assert _pairs(tmp_path / "out.csv") == before


def test_a_block_that_is_too_large_is_named(tmp_path, capsys):
    rows = [f"{at},Nguyễn Văn Hùng,1990-05-03,M,,,,,00001,,," for at in range(400)]
    assert main(["dedupe", str(_file(tmp_path, HEADER, *rows)), str(tmp_path / "out.csv")]) == 0
    assert "parked: 400 records share given + date with id 0; not followed" in capsys.readouterr().err


def test_evaluate_measures_against_the_truth(capsys):
    assert main(["evaluate", str(GOLD / "people.csv"), "--truth", str(GOLD / "truth.csv")]) == 0
    told = capsys.readouterr()
    rows = {line[:32].strip(): line[32:] for line in told.out.splitlines()}
    assert rows["true pairs"] == "598"
    assert float(rows["F1"]) > 0.97
    assert f"threshold {shipped().threshold / 100:.2f} bits" in told.err


def test_evaluate_refuses_a_truth_that_lacks_a_record_or_a_column(tmp_path, capsys):
    people = _file(tmp_path, HEADER, LAN, LAN_AGAIN)
    for content, said in (("id,entity_id\n1,7\n", "lacks 1 of the records"), ("id,person\n1,7\n", "needs the columns")):
        truth = tmp_path / "truth.csv"
        truth.write_text(content)
        assert main(["evaluate", str(people), "--truth", str(truth)]) == 2
        assert said in capsys.readouterr().err
    assert main(["evaluate", str(people), "--truth", str(tmp_path / "none.csv")]) == 2


def test_explain_tells_why_line_by_line(tmp_path, capsys):
    path = _file(tmp_path, HEADER, LAN, LAN_AGAIN, HUNG)
    assert main(["explain", "1", "2", "--people", str(path)]) == 0
    told = capsys.readouterr().out
    assert main(["explain", "2", "1", str(path)]) == 0  # the file may stand behind the two
    assert capsys.readouterr().out == told
    lines = told.splitlines()
    assert lines[0].endswith("bits, M (một người)")
    assert "Số định danh: cùng số định danh" in told
    pair = _dedupe(path)[0]
    assert lines[0].startswith(f"{float(pair['score_bits']):+.2f} bits")  # the same number as in the table
    assert lines[-1] == pair["reason"]


def test_explain_refuses_an_id_that_no_row_has_and_wants_a_file(tmp_path, capsys):
    path = _file(tmp_path, HEADER, LAN)
    assert main(["explain", "1", "77", str(path)]) == 2
    assert "no usable row has the id 77" in capsys.readouterr().err
    assert main(["explain", "1", "2"]) == 2
    assert "which file?" in capsys.readouterr().err


def test_train_writes_a_model_that_dedupe_takes(tmp_path, capsys):
    people, _ = generate(1_200, 8, "normal")
    people.write_csv(tmp_path / "people.csv")
    model = tmp_path / "m.json"
    arguments = ["train", str(tmp_path / "people.csv"), "--out", str(model), "--version", "t1", "--threshold", "0.5"]
    assert main(arguments) == 0
    learned = load(model)
    assert (learned.version, learned.threshold) == ("t1", 50)
    assert learned.about["trained_on"] == [{"file": "people.csv", "records": 1_200}]
    first = model.read_bytes()
    assert main(arguments) == 0
    assert model.read_bytes() == first
    assert len(_dedupe(tmp_path / "people.csv", "--model", str(model))) > 30
    assert "model t1, threshold 0.50 bits" in capsys.readouterr().err


def test_the_same_file_gives_the_same_bytes_from_a_process_of_its_own(tmp_path):
    """No settings, no database, no UTF-8 console: only the interpreter and the file."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    outs = []
    for name in ("a.csv", "b.csv"):
        done = subprocess.run(
            [sys.executable, "-m", "registry.matching", "dedupe", str(GOLD / "people.csv"), str(tmp_path / name)],
            cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert b"2,000 records" in done.stderr
        outs.append((tmp_path / name).read_bytes())
    assert outs[0] == outs[1]
    assert main(["dedupe", str(GOLD / "people.csv"), str(tmp_path / "c.csv")]) == 0
    assert (tmp_path / "c.csv").read_bytes() == outs[0]
    told = subprocess.run(
        [sys.executable, "-m", "registry.matching", "explain", *_pairs(tmp_path / "a.csv")[0].values()][:6]
        + [str(GOLD / "people.csv")],
        cwd=ROOT, env=environment, capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    assert "một người" in told.stdout.decode("utf-8")


def test_the_engine_loads_neither_django_nor_a_database():
    program = (
        "import sys, registry.matching.__main__; print({'django', 'psycopg', 'celery', 'redis'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=120, check=True)
    assert done.stdout.decode().strip() == "set()"
