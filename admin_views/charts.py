"""Charts drawn on the server as plain SVG; colours and fonts come from the style sheet, as the CSP wants."""

import sys
from collections.abc import Iterable, Sequence

import pygal
from lxml import etree
from markupsafe import Markup
from pygal.style import Style

# pygal's finder of map plugins speaks a protocol that Python has dropped, and warns at each later import.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

WIDTH, ROW_HEIGHT, MARGIN, LEGEND_HEIGHT = 360, 28, 50, 22  # narrow: its letters stay legible on a phone
LONGEST = 22  # letters of a label; the table beside the picture has the whole of it
LETTERS = Style(label_font_size=11, major_label_font_size=11, legend_font_size=11)  # of the style sheet too
# What pygal writes into the picture and a strict CSP refuses, or a reader does not need.
_REFUSED = ("style", "script", "title", "defs")
_OVERLAY = "tooltip-overlay"

Series = Iterable[tuple[str, Sequence[float | None]]]


def stacked_bars(title: str, labels: Sequence[str], series: Series) -> Markup:
    """Horizontal stacked bars, one a label, read from the top."""
    series = list(series)
    chart = pygal.HorizontalStackedBar(
        js=[],
        style=LETTERS,
        title=None,
        width=WIDTH,
        height=MARGIN + ROW_HEIGHT * max(1, len(labels)) + LEGEND_HEIGHT * len(series),
        explicit_size=False,
        show_y_guides=True,
        max_scale=7,
        legend_at_bottom=True,
        legend_at_bottom_columns=1,
        print_values=False,
        truncate_label=LONGEST,
        truncate_legend=LONGEST,
    )
    chart.x_labels = list(reversed(labels))
    for name, values in series:
        chart.add(name, list(reversed(values)))
    return _plain(chart, title)


def steps(title: str, labels: Sequence[str], names: Sequence[str], values: Sequence[int | None]) -> Markup:
    """One line over months; `names` are the levels from the lowest, `values` their positions."""
    chart = pygal.Line(
        js=[],
        style=LETTERS,
        width=WIDTH,
        height=200,
        explicit_size=False,
        show_legend=False,
        range=(0, max(1, len(names) - 1)),
        truncate_label=LONGEST,
        dots_size=5,
        allow_interruptions=True,
    )
    chart.y_labels = [{"label": name, "value": position} for position, name in enumerate(names)]
    chart.x_labels = list(labels)
    chart.add(title, list(values))
    return _plain(chart, title)


def _plain(chart: pygal.Graph, title: str) -> Markup:
    """The picture without what the CSP refuses, named for those who cannot see it."""
    root = etree.fromstring(chart.render())
    for element in list(root.iter(etree.Element)):
        element.attrib.pop("style", None)
        element.attrib.pop("id", None)  # the same in every picture
        element.attrib.pop("target", None)
        refused = etree.QName(element).localname in _REFUSED or _OVERLAY in element.get("class", "")
        if refused and element.getparent() is not None:
            element.getparent().remove(element)
    root.attrib["role"], root.attrib["aria-label"] = "img", title
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704 - made by pygal, which escapes the labels
