"""The forms of suites and cases."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import slugify

from datasets_app.exchange.containers.strict_json import read_json
from datasets_app.exchange.problems import LineProblem
from datasets_app.models import Domain
from evals_app.authoring.shapes import DIRECTIONS, SHAPES, Part, PartRefused, expected_of, texts_of
from evals_app.from_samples.suites import WHAT
from evals_app.models import Case, Purpose, Suite
from evals_app.scorers import SCORERS
from evals_app.suites import ROLES, CaseDraft

EXPECTS = "expects_"
AS_FILE = "as the file says"
_BREAK = re.compile(r"^---[ \t]*$\n?", re.MULTILINE)
_ROWS = {"rows": 2}
_MONO = {"rows": 3, "class": "mono"}


class PlainText(forms.CharField):
    """A text as it was typed: white space stays, line ends are those of every other text."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(strip=False, widget=forms.Textarea(attrs=facts.pop("attrs", _ROWS)), **facts)

    def to_python(self, value: Any) -> Any:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class FactsForm(forms.Form):
    """What a suite is, beside its cases."""

    name = forms.CharField(max_length=200)
    domain = forms.ModelChoiceField(Domain.objects.order_by("name"), to_field_name="slug", initial="asm65816")
    purpose = forms.ChoiceField(choices=Purpose.choices, initial=Purpose.DOMAIN, help_text="What it is asked for.")
    scorer = forms.ChoiceField(
        choices=[(name, scorer.title) for name, scorer in SCORERS.items()],
        initial="exact",
        help_text="Of the cases that name none of their own.",
    )
    description = forms.CharField(required=False, widget=forms.Textarea(attrs=_ROWS))

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if not slugify(name):
            raise forms.ValidationError("A name needs a letter or a digit.")
        return name

    @property
    def slug(self) -> str:
        """Of a valid form: what the suite's versions share."""
        return str(slugify(self.cleaned_data["name"]))[:64]

    def facts(self) -> dict[str, Any]:
        """Of a valid form: what `make_suite` takes."""
        data = self.cleaned_data
        told = {name: data[name] for name in ("name", "domain", "scorer", "description")}
        return told | {"purpose": Purpose(data["purpose"])}


class DescribeForm(FactsForm):
    """What may be said of a suite afterwards."""

    domain = None  # type: ignore[assignment]
    scorer = None  # type: ignore[assignment]
    field_order = ("name", "description", "purpose")

    def __init__(self, data: QueryDict | None, *, suite: Suite) -> None:
        told = {name: getattr(suite, name) for name in ("name", "description", "purpose")}
        super().__init__(data, initial=told)
        self.fields["name"].help_text = f"Of all its versions. Commands go on calling it {suite.slug}."
        self.fields["purpose"].help_text = "Another one makes a version with the same cases: scores keep theirs."

    def changes(self) -> dict[str, Any]:
        """Of a valid form: what `describe_suite` takes."""
        data = self.cleaned_data
        return {name: data[name] for name in ("name", "description")} | {"purpose": Purpose(data["purpose"])}


class TurnForm(forms.Form):
    """One message; without a text it is left out."""

    role = forms.ChoiceField(choices=[(role, role) for role in ROLES], initial="user")
    content = PlainText(label="Text", required=False, attrs={"rows": 8})


TurnForms = forms.formset_factory(TurnForm, extra=1, max_num=100)


class CaseForm(forms.Form):
    """A case without its messages. What its scorer expects has fields of its own, or is JSON where it has none."""

    key = forms.CharField(max_length=100, help_text="What it is called in every version; it never changes.")
    category = forms.CharField(max_length=100, help_text="Scores are told by category.")
    cluster = forms.CharField(
        label="Fact",
        max_length=100,
        required=False,
        help_text="Cases about one fact count as one witness. Empty: this case alone.",
    )
    tags = forms.CharField(required=False, help_text="Separated by commas.")
    references = PlainText(
        label="Good answers", required=False, help_text="For people to look at. A line of --- stands between two."
    )
    scorer = forms.ChoiceField(required=False)

    def __init__(
        self, *args: Any, suite_scorer: str, scorer: str, as_json: bool, fixed_key: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = SCORERS[suite_scorer].title if suite_scorer in SCORERS else suite_scorer
        choices = [("", f"the suite's: {named}"), *((name, one.title) for name, one in SCORERS.items())]
        self.fields["scorer"].choices = choices  # type: ignore[attr-defined]
        self.judge = scorer or suite_scorer
        self.as_json = as_json or self.judge not in SHAPES
        if fixed_key:
            self.fields["key"].disabled = True
            self.initial["key"] = fixed_key
        for name, field in self._expecting():
            self.fields[name] = field

    def _expecting(self) -> list[tuple[str, forms.Field]]:
        if self.as_json:
            help_text = f"JSON: what the scorer {self.judge} needs."
            return [(f"{EXPECTS}json", PlainText(label="Expected", attrs=_MONO | {"rows": 8}, help_text=help_text))]
        return [(f"{EXPECTS}{part.name}", _field_of(part)) for part in SHAPES[self.judge]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        texts = {name.removeprefix(EXPECTS): value for name, value in data.items() if name.startswith(EXPECTS)}
        try:
            data["expected"] = _read_json(texts.get("json", "")) if self.as_json else expected_of(self.judge, texts)
        except PartRefused as error:
            self.add_error(f"{EXPECTS}{error.name}", str(error))
        return data

    def draft(self, messages: list[dict[str, str]]) -> CaseDraft:
        """Of a valid form: the case with these messages."""
        data = self.cleaned_data
        return CaseDraft(
            key=data["key"].strip(),
            category=data["category"].strip(),
            cluster=data["cluster"].strip() or data["key"].strip(),
            messages=messages,
            expected=data["expected"],
            tags=[tag.strip() for tag in data["tags"].split(",") if tag.strip()],
            scorer=data["scorer"],
            references=[part.strip("\n") for part in _BREAK.split(data["references"]) if part.strip()],
        )


def _field_of(part: Part) -> forms.Field:
    facts: dict[str, Any] = {"label": part.label, "help_text": part.help, "required": part.is_required}
    if part.kind == "direction":
        return forms.ChoiceField(choices=DIRECTIONS, label=part.label)
    if part.kind in ("lines", "groups"):
        return PlainText(attrs=_MONO, **facts)
    return forms.CharField(**facts)


def _read_json(text: str) -> dict[str, Any]:
    try:
        value = read_json(text)
    except json.JSONDecodeError as error:
        raise PartRefused("json", f"Line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except LineProblem as error:
        raise PartRefused("json", str(error)) from None
    if not isinstance(value, dict):
        raise PartRefused("json", "It must be an object: {…}.")
    return value


def initial_of(case: Case, scorer: str) -> tuple[dict[str, str], bool]:
    """What the form shows of a case, and whether what it expects can only be shown as JSON."""
    told = {name: getattr(case, name) for name in ("key", "category", "cluster", "scorer")}
    told |= {"tags": ", ".join(case.tags), "references": "\n---\n".join(case.references)}
    texts = texts_of(scorer, case.expected)
    if texts is None:
        return told | {f"{EXPECTS}json": json.dumps(case.expected, ensure_ascii=False, indent=1)}, True
    return told | {f"{EXPECTS}{name}": text for name, text in texts.items()}, False


def posted(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The turns that were typed so far, valid or not, without empty ones."""
    count = str(data.get("turn-TOTAL_FORMS", "0"))
    turns = range(min(int(count), 100)) if count.isdecimal() else ()
    typed = [{name: str(data.get(f"turn-{at}-{name}", "")) for name in ("role", "content")} for at in turns]
    return [turn for turn in typed if turn["content"].strip()]


class ImportForm(FactsForm):
    """Cases of a file: a new suite, or the next version of one."""

    file = forms.FileField(
        required=False, help_text="Lines of JSON, or promptfoo's YAML. It goes before the text below."
    )
    text = PlainText(label="Or paste it here", required=False, attrs=_MONO | {"rows": 10})
    suite = forms.ModelChoiceField(
        Suite.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label="a new suite",
        label="Becomes",
        help_text="The next version of a suite, or a new one.",
    )
    keeps = forms.BooleanField(
        required=False,
        label="Keep the other cases of that suite",
        help_text="Cases of the file with a key that is there replace that case.",
    )
    field_order = ("file", "text", "suite", "keeps")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = Suite.objects.order_by("slug", "-number").distinct("slug")
        self.fields["suite"].queryset = Suite.objects.filter(pk__in=newest.values("pk"), is_archived=False)  # type: ignore[attr-defined]
        self.fields["suite"].label_from_instance = lambda suite: f"the next version of {suite.name}"  # type: ignore[attr-defined]
        # What the file says of the suite goes where nothing is chosen here.
        for name in ("name", "domain", "purpose", "scorer"):
            self.fields[name].required = False
            self.fields[name].initial = ""
        for name in ("purpose", "scorer"):
            choices = self.fields[name].choices  # type: ignore[attr-defined]
            self.fields[name].choices = [("", AS_FILE), *choices]  # type: ignore[attr-defined]
        self.fields["domain"].empty_label = AS_FILE  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return super().clean_name() if self.cleaned_data.get("name") else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("file") and not (data.get("text") or "").strip():
            self.add_error("file", "Choose a file, or paste its text below.")
        return data

    def content(self) -> tuple[bytes, str]:
        """Of a valid form: the file's bytes and name."""
        upload = self.cleaned_data.get("file")
        if upload:
            return upload.read(), str(upload.name)
        return self.cleaned_data["text"].encode(), ""


class FromSamplesForm(forms.Form):
    """Which samples become cases of which suite."""

    what = forms.ChoiceField(
        label="Cases of",
        choices=list(WHAT.items()),
        widget=forms.RadioSelect,
        initial="goldens",
        help_text="A golden's answer is the reference. Of an edit, the answer before it must score less.",
    )
    domain = forms.ModelChoiceField(Domain.objects.order_by("name"), to_field_name="slug", initial="asm65816")
    name = forms.CharField(
        max_length=200, initial="From goldens", help_text="The same name with other cases makes the next version."
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if not slugify(name):
            raise forms.ValidationError("A name needs a letter or a digit.")
        return name
