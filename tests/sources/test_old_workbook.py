"""Workbooks of the old kind (.xls), and what a cell in one may not ask for."""

from __future__ import annotations

import zlib
from base64 import b85decode
from pathlib import Path

import pytest

from connector.errors import AnswerError
from connector.sources.tables import NoSuchSheetError, read_sheet

# A sheet `Mensen` with two headings and the row (7, " Ann "), as an old program writes it.
WORKBOOK = (
    "c-"
    "rk)J!lj`6#i!KHupnv*^3t;5soEb)H99P*d&_>nkpgMC?e>_Y$3VZggq^^&}h6;5UdoNKpLB<jX!9iorQ3sg&+ubT3QJT7Rhbiyxk3#XpsXAQR"
    "Z9bo40S??7ZE1^LA(7R<pH*N4<4yzz||+_$jnC=>(NjbYg(oeP4=EouuL`{8LCJX(HQnJnwjukaH;KyABNx<FAN;&s0uh7UMInV{Rc1vk$hAJ`"
    "55I+#^i}J?vE%^Eu`n%n#V|1@ka#ZZZ#&ZB3j))fz7x3ZwX>*2irb$m>4gJ|9_g0Nr>kqxkAA5!mV&@y^@D?b(ozw__1BZ=;Uucy_Ud98KUNe)"
    "uNvJzA+RO{L#jy#VQduGc4iqra`ifjRhRIlwCvkkweQ2*(_^?6}J)Kq_KEzMXZvGA%==SavU#N{&aJUE40{fH~s2W?H6aUe3n4<=nwx-cCG)PL"
    "{JA>;@(5<@?{>jZIEiXIL}GDLhE@yQOdNaZUE1&KYje*0{jDpZPjpbr;LM%sC2Cs{1FpL*eK=+uY#Rej4W><Gr<~N#09x<?FGh`N|h-"
    "AIVFj^~<@X57q+u=*2Td{pB%_0Wl!%-"
    "jR4_MYRZ%!YAgQUlK%8GeY0}@NL$K6{K0rG6!e!>4?x?Y_PwgrCFCnKC~BWPjg7?!ef3s!%eTuG!zsR6ciK`6ciM;5k&YoFSi)-gI^Cf4T<o-"
    "&I*-=`c3lR;y7mLxIi1zBXFtqaH*yE*$G`l*AkoT6a6ogI6<R(n8qagG2L?f(xy)|-_NEy8h>sHwK{&I6+i#-_^Vx+#o_"
)
ANN = b"\xfd\x00\x0a\x00\x01\x00\x01\x00"  # the cell with her name: its record, length, row and column


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "personeel.xls"
    path.write_bytes(zlib.decompress(b85decode(WORKBOOK)))
    return path


def _move_ann(file: Path, row: int, column: int) -> None:
    data = file.read_bytes()
    assert data.count(ANN) == 1
    moved = ANN[:4] + row.to_bytes(2, "little") + column.to_bytes(2, "little")
    file.write_bytes(data.replace(ANN, moved))


def test_a_sheet_is_read_by_its_name(file: Path) -> None:
    assert read_sheet(file, "mensen", "hr") == [["personeelsnummer", "naam"], [7, "Ann"]]


def test_a_sheet_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(NoSuchSheetError, match="found: Mensen"):
        read_sheet(file, "units", "hr")


def test_a_cell_at_the_end_of_the_sheet_is_too_many_cells(file: Path) -> None:
    _move_ann(file, 65_535, 255)
    with pytest.raises(AnswerError, match="million cells"):
        read_sheet(file, "mensen", "hr")


def test_a_cell_that_asks_for_137_gigabytes_kills_nobody(file: Path) -> None:
    _move_ann(file, 65_535, 65_535)
    with pytest.raises(AnswerError, match="cannot be read"):
        read_sheet(file, "mensen", "hr")


def test_what_is_no_workbook_is_told(file: Path) -> None:
    file.write_bytes(b"no workbook")
    with pytest.raises(AnswerError, match="cannot be read"):
        read_sheet(file, "mensen", "hr")
