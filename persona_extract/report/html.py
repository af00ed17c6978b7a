"""The report as one HTML file that needs no network: text, tables, charts and the results."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast

import jinja2
from markupsafe import Markup

from persona_extract.records.results import DimensionResult, Results
from persona_extract.report import found, intervals, movement, population, spending, words
from persona_extract.report.kinds import meaning
from persona_extract.report.plain import in_plain_units, short_source
from persona_extract.report.thin import thin
from persona_extract.report.user_map import PINS, UserMap, draw_users, mark_label, sign_of

if TYPE_CHECKING:
    import altair as alt

    Json = dict[str, object]

_TEMPLATES = "persona_extract.report", "templates"
_FILTERS = {
    "count": words.count,
    "number": words.number,
    "percent": words.percent,
    "interval": words.interval,
    "sentence": words.sentence,
    "area": words.area,
    "area_interval": words.area_interval,
    "source": short_source,
    "meaning": meaning,
    "name": words.plain_name,
    "signed": found.signed,
    "money": spending.money,
}
_WORDS = {
    "level": words.level,
    "measured": words.measured,
    "counted_noun": words.counted,
    "few": words.few,
    "withheld": words.withheld,
    "encoder_line": words.encoder_line,
    "silhouette_sentence": words.silhouette_sentence,
    "evidence": words.EVIDENCE,
    "part": words.part,
    "contrast_sentence": words.contrast_sentence,
    "attribution_sentence": words.attribution_sentence,
    "identity_sentence": words.identity_sentence,
    "colour_of": movement.colour_of,
    "arm_words": words.ARMS,
    "baseline_words": words.BASELINES,
    "baseline": words.baseline,
    "signs": intervals.SIGNS,
    "key_length": population.KEY_LENGTH,
    "firmness": found.firmness,
    "mark_name": found.mark_name,
    "strongest_first": found.strongest_first,
    "in_no_archetype": found.in_no_archetype,
    "variance_sentence": found.variance_sentence,
    "left_sentence": found.left_sentence,
    "unlisted_sentence": found.unlisted_sentence,
    "chosen_sentence": found.chosen_sentence,
    "k_users_sentence": found.k_users_sentence,
    "k_users_warning": found.k_users_warning,
    "changes_by_kind": found.changes_by_kind,
    "accuracy_sentence": found.accuracy_sentence,
    "planted_sentence": found.planted_sentence,
    "tallied": found.tallied,
    "total": spending.total,
    "spent_sentence": spending.spent_sentence,
    "sign_of": sign_of,
    "mark_label": mark_label,
    "pins": PINS,
    "marks_shown": 6,
    "phrases_shown": 5,
    "many": 8,
    "moves_shown": 12,
    "n_colours": movement.COLOURS - 1,
}


def html_report(results: Results) -> str:
    """The whole page. All text in it is escaped; scripts run only if their hash is the page's."""
    from persona_extract.report.charts import chart_data, draw_charts

    kept = thin(results)
    shown = in_plain_units(kept)
    charts = draw_charts(shown)
    users = draw_users(results)
    scripts = [_vega(), _text("report.js")]
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            r=shown,
            n_listed=len(results.users),
            n_points=len(results.clusters.points),
            groups=_groups(shown),
            charts=charts.keys(),
            names=found.label_names(results),
            map=users,
            dots=script_json(_dots(users)),
            specs=script_json(
                json.dumps(
                    _specs(charts, chart_data(shown)), separators=(",", ":"), allow_nan=False
                )
            ),
            document=script_json(kept.model_dump_json()),
            scripts=[Markup(script) for script in scripts],
            script_hashes=[_csp_hash(script) for script in scripts],
            style=Markup(_text("report.css")),
        )
    )


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(*_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cast("dict[str, object]", environment.filters).update(_FILTERS)
    cast("dict[str, object]", environment.globals).update(_WORDS)
    return environment


def _groups(results: Results) -> dict[str, list[tuple[int, DimensionResult]]]:
    """Dimensions by group, each with its place in the results; groups in order of appearance."""
    groups: dict[str, list[tuple[int, DimensionResult]]] = {}
    for i, dimension in enumerate(results.dimensions):
        groups.setdefault(dimension.group, []).append((i, dimension))
    return groups


def _specs(charts: dict[str, alt.LayerChart], named: Mapping[str, Mapping[str, object]]) -> Json:
    """Specs of all charts, and the data they draw from, each kept once under its digest."""
    pool: Json = {}
    specs: Json = {}
    for name, chart in charts.items():
        spec = chart.to_dict(validate=False)  # validated by the tests: it takes seconds
        for key in ("$schema", "config"):
            spec.pop(key, None)
        data: dict[str, str] = {}
        for label, rows in {**spec.pop("datasets", {}), **named.get(name, {})}.items():
            digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]
            pool[digest] = rows
            data[label] = digest
        specs[name] = {"spec": spec, "data": data}
    return {"pool": pool, "charts": specs}


def _dots(users: UserMap | None) -> str:
    """What hovering over the map of users shows."""
    return json.dumps(users.dots if users else {}, separators=(",", ":"), allow_nan=False)


def script_json(text: str) -> Markup:
    """JSON that cannot end the script element it stands in, nor open a comment there."""
    for unsafe in "<>&\u2028\u2029":
        text = text.replace(unsafe, f"\\u{ord(unsafe):04x}")
    return Markup(text)


def _csp_hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _text(name: str) -> str:
    return files(_TEMPLATES[0]).joinpath(_TEMPLATES[1], name).read_text(encoding="utf-8")


@cache
def _vega() -> str:
    """Vega, Vega-Lite and vega-embed (BSD-3-Clause) as one script, 0.9 MB."""
    import vl_convert

    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
