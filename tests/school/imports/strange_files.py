"""Files of every format with whatever may stand in them, drawn by chance: valid ones, and valid ones damaged."""

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

from hypothesis import strategies as st

from tests.school.imports.bad_files import MAIN, XML, W, archive, book, ods

HUGE = ["0", "1", "-1", "7", "255", "256", "65536", "1048576", "1048577", "99999999", "4294967296", "9" * 25]
_PACKAGE = "application/vnd.openxmlformats-package"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SIGNS = st.characters(exclude_categories=("Cs",), exclude_characters="<>&\0")
TEXT = st.text(SIGNS, max_size=12).map(lambda text: re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd]", "", text))
ODD_NUMBER = st.sampled_from([*HUGE, "", " ", "NaN", "INF", "1e308", "-1e308", "1e999", "1E+11", "abc", "60", "-0"])
NUMBER = st.one_of(*[st.integers(0, 50_000).map(str), st.floats(allow_nan=False).map(str)] * 6, ODD_NUMBER)
DAY = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.sampled_from(["", "2010", "2010-13-45", "10000-01-01", "-2010-01-01", "2010-07-05T99:99:99", "PT7H30M", "xyz"]),
)
COLUMN = st.sampled_from([*"ABCDEFGH" * 8, "AA", "IV", "XFD", "ZZZ", "a", ""])


@st.composite
def _xlsx_cell(draw: st.DrawFn, row: int) -> str:
    place = draw(st.sampled_from(["", *[f' r="{draw(COLUMN)}{row}"'] * 9]))
    kind = draw(st.sampled_from(["", "n", "str", "inlineStr", "b", "e", "d"] * 12 + ["s", "x"]))
    style = draw(st.sampled_from(["", ' s="0"', ' s="1"', ' s="2"'] * 6 + [' s="99"', ' s="-1"', ' s="x"']))
    formula = draw(st.sampled_from(["", "", "<f/>", "<f>A1+1</f>", '<f t="shared" ref="A1:B9" si="0">A1</f>']))
    if kind == "inlineStr":
        value = f"<is><t>{draw(TEXT)}</t><r><t>{draw(TEXT)}</t></r></is>"
    elif kind == "d":
        value = f"<v>{draw(DAY)}</v>"
    elif kind == "b":
        value = f"<v>{draw(st.sampled_from(['0', '1'] * 15 + ['2', '']))}</v>"
    elif kind == "str":
        value = f"<v>{draw(TEXT)}</v>"
    elif kind == "e":
        value = f"<v>{draw(st.sampled_from(['#N/A', '#DIV/0!', '#NAME?'] * 9 + ['#XYZ!', '']))}</v>"
    else:
        value = f"<v>{draw(NUMBER)}</v>"
    value = draw(st.sampled_from([value] * 8 + ["", "<v/>"]))
    return f"<c{place}{style}{f' t={chr(34)}{kind}{chr(34)}' if kind else ''}>{formula}{value}</c>"


@st.composite
def xlsx_files(draw: st.DrawFn) -> bytes:
    """Workbooks of one sheet: every type of cell, odd places and styles, merges that make no sense."""
    rows = []
    for row in sorted(draw(st.lists(st.integers(1, 12), max_size=5))):
        cells = "".join(draw(st.lists(_xlsx_cell(row), max_size=5)))
        number = draw(st.sampled_from([f' r="{row}"'] * 30 + ["", ' r="1048576"', ' r="0"', ' r="x"']))
        rows.append(f"<row{number}>{cells}</row>")
    places = st.builds("{}{}".format, COLUMN, st.sampled_from([*"12345" * 8, "1048576", "0", ""]))
    ranges = draw(st.lists(st.builds("{}:{}".format, places, places), max_size=3))
    merges = "".join(f'<mergeCell ref="{range_}"/>' for range_ in ranges)
    sheet = f'<worksheet xmlns="{MAIN.decode()}"><sheetData>{"".join(rows)}</sheetData>'
    sheet += f"<mergeCells>{merges}</mergeCells></worksheet>"
    formats = draw(st.lists(st.sampled_from(["dd/mm/yyyy", "0000000000", "[h]:mm", "0%", "General", "@"]), max_size=3))
    styles = f'<styleSheet xmlns="{MAIN.decode()}"><numFmts>'
    styles += "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    styles += '</numFmts><cellXfs><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
    parts = {"xl/worksheets/sheet1.xml": XML + sheet.encode(), "xl/styles.xml": XML + styles.encode()}
    return archive(book() | parts)


@st.composite
def ods_files(draw: st.DrawFn) -> bytes:
    """OpenDocument spreadsheets: every type of value, repeats, merges and covered cells."""
    tables = []
    for _ in range(draw(st.integers(0, 2))):
        rows = []
        for _ in range(draw(st.integers(0, 4))):
            cells = "".join(draw(st.lists(_ods_cell(), max_size=4)))
            times = draw(st.sampled_from(["1"] * 60 + HUGE))
            rows.append(f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>')
        name = draw(st.sampled_from(["Lớp", "", "A &amp; B", "Lớp"]))
        tables.append(f'<table:table table:name="{name}">{"".join(rows)}</table:table>')
    return ods("".join(tables))


@st.composite
def _ods_cell(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["string", "float", "percentage", "currency", "date", "time", "boolean", "x", ""]))
    value = draw(DAY if kind in ("date", "time") else NUMBER)
    names = {"date": "date-value", "time": "time-value", "boolean": "boolean-value", "string": "string-value"}
    attributes = f' office:value-type="{kind}"' if kind else ""
    if kind != "string" or draw(st.booleans()):
        attributes += f' office:{names.get(kind, "value")}="{value}"'
    for name in ("number-columns-repeated", "number-rows-spanned", "number-columns-spanned"):
        if draw(st.integers(0, 4)) == 0:
            attributes += f' table:{name}="{draw(st.sampled_from(["1", "2", "3", *HUGE]))}"'
    tag = draw(st.sampled_from(["table-cell"] * 5 + ["covered-table-cell"]))
    spaces = draw(st.sampled_from(["", "", '<text:s text:c="5"/>', "<text:line-break/>", '<text:s text:c="-1"/>']))
    return f"<table:{tag}{attributes}><text:p>{draw(TEXT)}{spaces}</text:p></table:{tag}>"


@st.composite
def docx_files(draw: st.DrawFn) -> bytes:
    """Word documents: tables in tables and controls, spans and merges that make no sense, tracked changes."""
    return _document("".join(draw(st.lists(_block(2), max_size=3))).encode())


def _document(body: bytes) -> bytes:
    """A Word document with no more parts than it needs."""
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = f'<Default Extension="rels" ContentType="{_PACKAGE}.relationships+xml"/>'
    types += f'<Override PartName="/word/document.xml" ContentType="{word}"/>'
    relation = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    space = "http://schemas.openxmlformats.org/package/2006"
    return archive(
        {
            "[Content_Types].xml": XML + f'<Types xmlns="{space}/content-types">{types}</Types>'.encode(),
            "_rels/.rels": XML + f'<Relationships xmlns="{space}/relationships">{relation}</Relationships>'.encode(),
            "word/document.xml": XML + b"<w:document %s><w:body>%s</w:body></w:document>" % (W, body),
        }
    )


@st.composite
def _block(draw: st.DrawFn, depth: int) -> str:
    if depth and draw(st.integers(0, 3)):
        rows = "".join(draw(st.lists(_word_row(depth - 1), max_size=4)))
        return f"<w:tbl>{draw(st.sampled_from(['', '<w:tblPr/>', '<w:tblGrid/>']))}{rows}</w:tbl>"
    text = draw(TEXT)
    run = draw(
        st.sampled_from(
            [
                f"<w:r><w:t>{text}</w:t></w:r>",
                f"<w:ins><w:r><w:t>{text}</w:t></w:r></w:ins>",
                f"<w:del><w:r><w:delText>{text}</w:delText></w:r></w:del>",
                f"<w:moveFrom><w:r><w:t>{text}</w:t></w:r></w:moveFrom>",
                '<w:r><w:tab/><w:br/><w:noBreakHyphen/><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym/></w:r>',
                "",
            ]
        )
    )
    return draw(st.sampled_from([f"<w:p>{run}</w:p>"] * 4 + [f"<w:sdt><w:p>{run}</w:p></w:sdt>", run]))


@st.composite
def _word_row(draw: st.DrawFn, depth: int) -> str:
    cells = []
    for _ in range(draw(st.integers(0, 4))):
        count = draw(st.sampled_from(["2", "", "x", *HUGE]))
        properties = draw(st.sampled_from(["", "", f'<w:gridSpan w:val="{count}"/>', "<w:vMerge/>"]))
        properties += draw(st.sampled_from(["", "", '<w:vMerge w:val="restart"/>', "<w:gridSpan/>"]))
        inner = "".join(draw(st.lists(_block(depth), max_size=2)))
        cells.append(f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>")
    before = draw(st.sampled_from(["", "", '<w:trPr><w:gridBefore w:val="2"/></w:trPr>']))
    return f"<w:tr>{before}{''.join(cells)}</w:tr>"


# Damage

TOKENS = [
    b"<", b">", b"&", b'"', b"\0", b"\xff\xfe", b"]]>", b"<!--", b"<![CDATA[", b"<?x?>", b"&#0;", b"&lt;", b"<f/>",
    b"<v>", b"</v>", b"<c>", b' r="XFD1048576"', b' t="s"', b' t="e"', b' s="9999"', b"1e999", b"-1", b"99999999999",
    b' table:number-rows-repeated="1048576"', b' table:number-columns-repeated="16384"', b"<w:tbl>", b"</w:tc>",
    b"<w:tr/>", b' xmlns=""', b' encoding="utf-16"', b"<!DOCTYPE a>", "ễ".encode(), b"\xf0\x9f\x98\x80", b"",
]  # fmt: skip


def damage(data: bytes, rng: Random) -> bytes:
    """The bytes with a few of them changed, lost, doubled, moved or cut off."""
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 1, 1, 2, 3, 30])):
        _hurt(changed, rng)
    return bytes(changed)


def _hurt(data: bytearray, rng: Random) -> None:
    start = rng.randrange(len(data) + 1)
    end = min(len(data), start + rng.choice([1, 1, 2, 4, 16, 100]))
    change: Callable[[], bytes] = rng.choice(
        [
            lambda: rng.randbytes(end - start),
            lambda: b"",
            lambda: bytes(data[start:end]) * 2,
            lambda: rng.choice(TOKENS),
            lambda: rng.choice(HUGE).encode(),
            lambda: rng.choice([b"\0", b"\xff", b"\x01"]) * (end - start),
        ]
    )
    data[start:end] = change()
    if rng.random() < 0.02:
        del data[rng.randrange(len(data) + 1) :]


def damage_archive(data: bytes, rng: Random) -> bytes:
    """The archive with one of its parts damaged within; now and then a part lost, or the archive itself damaged."""
    if rng.random() < 0.15:
        return damage(data, rng)
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    largest = max(parts, key=lambda part: len(parts[part]))
    name = rng.choice([largest] * 5 + [part for part in parts if part.endswith((".xml", ".rels"))])
    if rng.random() < 0.03:
        del parts[name]
    elif rng.random() < 0.3:
        parts[name] = damage(parts[name], rng)
    else:
        parts[name] = _other_xml(parts[name], rng)
    return archive(parts, rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))


def _other_xml(xml: bytes, rng: Random) -> bytes:
    """XML still, in which here and there something is another number, another tag, or gone."""
    for _ in range(rng.choice([1, 1, 2, 5])):
        pattern, change = rng.choice(
            [
                (rb'"([A-Z]{0,3})[0-9]+"', lambda found: b'"%s%s"' % (found[1], rng.choice(HUGE).encode())),
                (rb">([^<>]+)<", lambda found: b">" + rng.choice(HUGE).encode() + b"<"),
                (rb"<[\w:]+[^<>]*/>", lambda found: found[0] * rng.choice([0, 2, 5])),
                (rb' [\w:]+="[^"]*"', lambda found: b""),
                (rb"<([\w:]+)[^<>]*>([^<>]*)</\1>", lambda found: found[0] * rng.choice([0, 2, 3])),
                (rb' t="\w+"', lambda found: b' t="%s"' % rng.choice([b"s", b"e", b"b", b"n", b"d", b"str"])),
            ]
        )
        places = list(re.finditer(pattern, xml))
        if places:
            found = rng.choice(places)
            xml = xml[: found.start()] + change(found) + xml[found.end() :]
    return xml


def small_document() -> bytes:
    """A Word document of a table with merges, a table within it, and tracked changes."""
    text = b"<w:p><w:r><w:t>An</w:t><w:tab/></w:r><w:ins><w:r><w:t>h</w:t></w:r></w:ins></w:p>"
    inner = b"<w:tbl><w:tr><w:tc>%s</w:tc></w:tr></w:tbl>" % text
    cells = b'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>%s</w:tc>' % text
    cells += b'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>%s%s</w:tc><w:tc>%s</w:tc>' % (inner, text, text)
    more = b"<w:tc>%s</w:tc><w:tc><w:tcPr><w:vMerge/></w:tcPr>%s</w:tc>" % (text, text)
    return _document(b"%s<w:tbl><w:tr>%s</w:tr><w:tr>%s</w:tr><w:tr>%s</w:tr></w:tbl>" % (text, cells, more, more))
