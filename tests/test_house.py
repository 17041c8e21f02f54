"""The promises people forget, kept by a machine."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.template import Template
from django.template.loader import get_template

from accounts.scope import ScopedQuerySet

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PYTHON = sorted(
    path for app in ("accounts", "registry", "cards", "supervision", "config") for path in (ROOT / app).rglob("*.py")
)
OURS = [apps.get_app_config(label) for label in ("registry", "cards")]
RECORDS = [model for app in OURS for model in app.get_models() if not model.__name__.endswith("Event")]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_every_table_of_registry_and_cards_has_a_history(model):
    catalogues = {"HouseholdRole"}  # changed by the administrator only, audited there
    written_once = {
        "CardScan",
        "ChangedPerson",
        "DocumentImage",
        "CaseSkip",
        "FindingSkip",
        "MergeMove",
    }  # never changed
    staged = {
        "RosterRow",
        "RosterHousehold",
        "RosterPart",
    }  # of a file, forgotten with it; what it writes has its history
    derived = {"MatchProfile", "MatchFrequency", "MatchBusyKey", "ScoreDay"}  # made again from the records at any time
    if model.__name__ not in catalogues | written_once | derived | staged:
        assert hasattr(model, "pgh_event_model") or any(
            other.__name__ == f"{model.__name__}Event"
            for other in apps.get_app_config(model._meta.app_label).get_models()
        )


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_every_record_can_be_kept_to_a_commune(model):
    tables_without_people = {
        "HouseholdRole",
        "Fee",
        "FeeExemption",
        "SigningKey",
        "MatchFrequency",
        "MatchBusyKey",
        "MatchModel",
    }
    if model.__name__ not in tables_without_people:
        assert issubclass(type(model.objects.all()), ScopedQuerySet)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_compiles(path):
    get_template(str(path.relative_to(ROOT / "templates")))


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|<style\b|\sstyle=\"|\son[a-z]+=\"|javascript:",
    re.I,
)
ELSEWHERE = re.compile(r"(?:src|href|url|action)\s*=?\s*[\"'(]?\s*(?:https?:)?//", re.I)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_template_has_inline_script_or_style(path):
    if "print" not in path.parts:  # paper has no Content-Security-Policy; its styles are files all the same
        assert INLINE.findall(path.read_text()) == []


def test_no_sheet_asks_how_a_phone_is_held():
    """WCAG 1.3.4: what is shown upright is shown lying too."""
    sheets = list((ROOT / "static" / "css").rglob("*.css"))
    assert len(sheets) > 10
    assert [sheet.name for sheet in sheets if "orientation" in sheet.read_text()] == []


@pytest.mark.parametrize("path", TEMPLATES + sorted((ROOT / "static" / "css").rglob("*.css")), ids=name_of)
def test_no_page_loads_anything_from_another_host(path):
    assert ELSEWHERE.findall(path.read_text()) == []


def test_every_template_is_used():
    sources = "\n".join(path.read_text() for path in PYTHON + TEMPLATES)
    by_library = re.compile(r"^(account|mfa|allauth|bootstrap5|admin|django_tables2|\d{3}\.html)")
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
    assert [name for name in names if not by_library.match(name) and name not in sources] == []


def test_every_component_is_in_the_gallery():
    gallery = get_template("gallery.html").template.source
    shown_by_the_frame = {"head", "nav", "messages", "search_box", "session_dialog"}
    components = {path.stem for path in (ROOT / "templates" / "components").glob("*.html")}
    every_source = gallery + "".join(
        (ROOT / "templates" / "components" / f"{name}.html").read_text() for name in components
    )
    missing = [
        name
        for name in sorted(components - shown_by_the_frame)
        if f"components/{name}.html" not in every_source and f"{name}.html" not in gallery
    ]
    assert missing == []
    assert isinstance(get_template("gallery.html").template, Template)


def who_imports(package: str) -> list[str]:
    return [name_of(path) for path in PYTHON if package in path.read_text() and package in imports_of(path)]


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_nothing_imports_the_package_that_calls_a_geocoder():
    assert who_imports("vietnamadminunits") == []


def test_sqlite_is_only_a_file_format():
    """The administrative units come as an SQLite file; nothing else may touch that dialect."""
    assert who_imports("sqlite3") == ["accounts/units/source.py"]


def test_only_one_file_makes_pdfs():
    assert who_imports("weasyprint") == ["accounts/paper/layout.py"]


def test_nothing_catches_everything_to_go_on():
    pattern = re.compile(r"except\s*(?:Exception|BaseException)?\s*:\s*\n\s*(?:pass|continue)")
    assert [name_of(path) for path in PYTHON if pattern.search(path.read_text())] == []


def test_every_list_is_paged_by_the_one_that_keeps_the_measure():
    """accounts/lists.py: `?per_page=100000` copies a register, and a list nobody wrote down was never seen."""
    bare = [name_of(path) for path in PYTHON if "RequestConfig(" in path.read_text()]
    assert bare == ["accounts/lists.py", "config/gallery.py"]  # the gallery's rows are nobody's


VIEWS = [path for path in PYTHON if path.name in {"views.py", "lookup.py", "page.py"}]
SCOPED = {model.__name__ for model in RECORDS if isinstance(model.objects.all(), ScopedQuerySet)}
# Readings that need no scope of their own: (file, function, model), each with its reason.
INSIDE_ANOTHER = {
    ("registry/residents/views.py", "households", "Membership"),  # a subquery of households in scope
    ("registry/residents/views.py", "household", "Membership"),  # prefetched for a household in scope
}


def around_the_door(function: ast.FunctionDef) -> set[str]:
    """Models that a function reads by `Model.objects` without in_scope() or find(), which asks it."""
    through = {
        name.id
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func).lstrip("_") == "find"
        for argument in call.args
        for name in ast.walk(argument)
        if isinstance(name, ast.Name)
    }
    found = set()
    for statement in ast.walk(function):
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Return | ast.Expr):
            continue
        text = ast.unparse(statement)
        targets = {ast.unparse(one) for one in getattr(statement, "targets", [])}
        if "in_scope(" not in text and "find(" not in text and not targets & through:
            found |= set(re.findall(r"\b(\w+)\.objects\.(?!create)", text))
    return found & SCOPED


@pytest.mark.parametrize("path", VIEWS, ids=name_of)
def test_no_view_reads_around_the_one_door(path):
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    found = {(name_of(path), one.name, model) for one in functions for model in around_the_door(one)}
    assert found - INSIDE_ANOTHER == set()


def test_the_one_door_is_watched():
    bait = """
def page(request):
    rows = Resident.objects.filter(commune=request.user.unit)
    everybody = Household.objects.all()
    known = Finding.objects.all()
    return find(request, known, 1), Residence.objects.in_scope(request.user)
"""
    assert around_the_door(ast.parse(bait).body[0]) == {"Resident", "Household"}


def test_every_view_of_a_desk_wears_the_decorator():
    """A view without a right would be open to everybody who is signed in."""
    from django.urls import URLPattern, get_resolver

    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern.callback
            elif pattern.namespace != "admin":
                yield from walk(pattern.url_patterns)

    bare = []
    for view in walk(get_resolver().url_patterns):
        if getattr(view, "is_public", False):  # named one by one in OPEN_DOORS of test_role_table.py
            continue
        inner = view
        while inner is not None and not hasattr(inner, "right"):
            inner = getattr(inner, "__wrapped__", None)
        if inner is None and view.__module__.split(".")[0] in {"accounts", "registry", "cards", "supervision"}:
            bare.append(f"{view.__module__}.{view.__name__}")
    assert bare == []
