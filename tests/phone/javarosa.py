"""Fills forms with JavaRosa, the engine inside ODK Collect: what it hides, refuses and writes, a phone does too.

One `Form` holds a parsed definition with its media; `open()` gives a `Session`, one blank, draft or sent
instance being filled. A form shows one instance at a time: opening the next ends the session before.
"""

import csv
import io
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache, cached_property
from pathlib import Path
from random import Random
from typing import Any

import jpype
from lxml import etree

from forms.values import Value, text
from tests.phone import choices, java, random_answers
from tests.phone.random_answers import Photo

XFORMS = "http://www.w3.org/2002/xforms"
JAVAROSA = "http://openrosa.org/javarosa"
OPENROSA = "http://openrosa.org/xforms"
ODK = "http://www.opendatakit.org/xforms"
AUDIT = b"event,node,start,end\nform start,,1772416800000,\nquestion,/data/nama,1772416801000,1772416809000\n"
"""The log Collect keeps for a form that asks for one."""

Answers = Mapping[str, Any]
"""Name or path of a question -> answer: str, int, float, date, datetime, list of choices, `Photo`, rows of a repeat."""


_ANYBODY = random_answers.Author()


class PhoneError(Exception):
    """The phone would not let the officer do this."""


class UnknownQuestion(PhoneError):
    """The form has no question of this name."""


class NotOffered(PhoneError):
    """The choice is not in the list the form shows at this moment."""


class Refused(PhoneError):
    """A constraint does not hold or a required answer is missing; the message is the form's own."""


@dataclass
class Device:
    """What Collect knows about the phone and its officer."""

    deviceid: str = "collect:AlurTestPhone001"
    username: str = ""
    phonenumber: str = ""
    email: str = ""


# Java side


class _Bridge:
    """The interfaces JavaRosa asks for, implemented once per process and pointed at the form in hand."""

    def __init__(self) -> None:
        self.folder = Path()
        self.device = Device()
        self.media: Mapping[str, bytes] = {}
        java.type_of("org.javarosa.model.xform.XFormsModule")().registerModule()
        references = java.type_of("org.javarosa.core.reference.ReferenceManager").instance()
        references.reset()
        references.addReferenceFactory(self._reference_factory())
        java.type_of("org.javarosa.core.services.PropertyManager").setPropertyManager(self._properties())
        self.pulldata = self._pulldata()
        parser = java.type_of("org.javarosa.xform.parse.XFormParser")
        parser.registerActionHandler("setgeopoint", self._left_to_the_session())

    def _reference_factory(self) -> object:
        bridge = self

        @jpype.JImplements("org.javarosa.core.reference.Reference")
        class Local:
            def __init__(self, uri: str) -> None:
                self.uri = uri
                self.path = bridge.folder / uri.rpartition("/")[2]

            @jpype.JOverride
            def doesBinaryExist(self) -> bool:  # noqa: N802
                return self.path.exists()

            @jpype.JOverride
            def getStream(self) -> object:  # noqa: N802
                return java.type_of("java.io.FileInputStream")(str(self.path))

            @jpype.JOverride
            def getURI(self) -> str:  # noqa: N802
                return self.uri

            @jpype.JOverride
            def getLocalURI(self) -> str:  # noqa: N802
                return str(self.path)

            @jpype.JOverride
            def isReadOnly(self) -> bool:  # noqa: N802
                return True

            @jpype.JOverride
            def getOutputStream(self) -> None:  # noqa: N802
                return None

            @jpype.JOverride
            def remove(self) -> None:
                return None

            @jpype.JOverride
            def probeAlternativeReferences(self) -> None:  # noqa: N802
                return None

        @jpype.JImplements("org.javarosa.core.reference.ReferenceFactory")
        class Factory:
            @jpype.JOverride
            def derives(self, uri: str) -> bool:
                return str(uri).startswith("jr://")

            @jpype.JOverride
            def derive(self, uri: str, context: str = "") -> object:
                return Local(str(uri))

        self.keep = Factory()
        return self.keep

    def _properties(self) -> object:
        bridge = self

        @jpype.JImplements("org.javarosa.core.services.IPropertyManager")
        class Properties:
            @jpype.JOverride
            def getProperty(self, name: str) -> None:  # noqa: N802
                return None

            @jpype.JOverride
            def setProperty(self, name: str, value: object) -> None:  # noqa: N802
                return None

            @jpype.JOverride
            def getSingularProperty(self, name: str) -> str:  # noqa: N802
                return str(getattr(bridge.device, str(name), ""))

            @jpype.JOverride
            def addRules(self, rules: object) -> None:  # noqa: N802
                return None

            @jpype.JOverride
            def getRules(self) -> None:  # noqa: N802
                return None

        return Properties()

    def _left_to_the_session(self) -> object:
        @jpype.JImplements("org.javarosa.xform.parse.IElementHandler")
        class Ignored:
            @jpype.JOverride
            def handle(self, parser: object, element: object, parent: object) -> None:
                """`Session` writes where the phone is: JavaRosa's own stand-in for it breaks."""

        self.ignored = Ignored()
        return self.ignored

    def _pulldata(self) -> object:
        bridge = self

        @jpype.JImplements("org.javarosa.core.model.condition.IFunctionHandler")
        class PullData:
            @jpype.JOverride
            def getName(self) -> str:  # noqa: N802
                return "pulldata"

            @jpype.JOverride
            def getPrototypes(self) -> object:  # noqa: N802
                return java.type_of("java.util.ArrayList")()

            @jpype.JOverride
            def rawArgs(self) -> bool:  # noqa: N802
                return True

            @jpype.JOverride
            def realTime(self) -> bool:  # noqa: N802
                return False

            @jpype.JOverride
            def eval(self, args: Sequence[object], context: object) -> str:
                to_string = java.type_of("org.javarosa.xpath.expr.XPathFuncExpr").toString
                table, wanted, column, key = (str(to_string(argument)) for argument in args)
                for row in csv.DictReader(io.StringIO(bridge.media.get(f"{table}.csv", b"").decode("utf-8-sig"))):
                    if row.get(column) == key:
                        return row.get(wanted) or ""
                return ""

        return PullData()


@cache
def bridge() -> _Bridge:
    """Start Java and the phone's side of JavaRosa."""
    return _Bridge()


@cache
def _constants() -> Any:
    return java.type_of("org.javarosa.core.model.Constants")


# Forms


class Form:
    """A form definition on the phone with its media files."""

    def __init__(self, xform: str | bytes, media: Mapping[str, bytes] | None = None) -> None:
        self.source = xform.encode() if isinstance(xform, str) else xform
        self.media = dict(media or {})
        self._definition: Any = None
        self._blank: Any = None
        self.session: Session | None = None
        """The one on the screen."""

    @cached_property
    def tree(self) -> etree._Element:
        return etree.fromstring(self.source, etree.XMLParser(resolve_entities=False, no_network=True))

    @cached_property
    def root(self) -> etree._Element:
        """The first instance's element: name, id and version of the form."""
        found = self.tree.find(f".//{{{XFORMS}}}instance")
        assert found is not None
        return found[0]

    @property
    def form_id(self) -> str:
        return self.root.get("id", "")

    @property
    def version(self) -> str:
        return self.root.get("version", "")

    @property
    def title(self) -> str:
        return self.tree.findtext(".//{http://www.w3.org/1999/xhtml}title", "")

    @cached_property
    def binds(self) -> dict[str, etree._Element]:
        return {bind.get("nodeset", ""): bind for bind in self.tree.iter(f"{{{XFORMS}}}bind")}

    @cached_property
    def repeats(self) -> frozenset[str]:
        return frozenset(repeat.get("nodeset", "") for repeat in self.tree.iter(f"{{{XFORMS}}}repeat"))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every way a question or repeat can be addressed: leaf name, path from the root, absolute path."""
        known: set[str] = set()
        for node in self.root.iterdescendants():
            if not isinstance(node.tag, str):
                continue
            chain = [etree.QName(node).localname]
            for above in node.iterancestors():
                chain.insert(0, etree.QName(above).localname)
                if above is self.root:
                    break
            known |= {chain[-1], "/".join(chain[1:]), "/" + "/".join(chain)}
        return frozenset(known)

    def preloads(self, kind: str, parameter: str) -> list[str]:
        """Paths of the questions the phone fills itself, as (timestamp, start)."""
        return [
            path
            for path, bind in self.binds.items()
            if bind.get(f"{{{JAVAROSA}}}preload") == kind and bind.get(f"{{{JAVAROSA}}}preloadParams") == parameter
        ]

    @cached_property
    def places(self) -> dict[str, list[str]]:
        """Questions that take the phone's place by themselves, by the path they watch; "" is the first opening."""
        found: dict[str, list[str]] = {}
        for action in self.tree.iter(f"{{{ODK}}}setgeopoint"):
            watched = (action.getparent().get("ref") or "") if "value-changed" in action.get("event", "") else ""
            found.setdefault(watched, []).append(action.get("ref", ""))
        return found

    @cached_property
    def recordings(self) -> list[tuple[str, str, bytes]]:
        """What Collect adds to a record at its end: path, file name and bytes of sounds and of the audit log."""
        sounds = [node.get("ref", "") for node in self.tree.iter(f"{{{ODK}}}recordaudio")]
        found = [
            (path, f"{number}.m4a", b"\0\0\0\x18ftypM4A ") for number, path in enumerate(sounds, 1_700_000_000_000)
        ]
        root = f"/{etree.QName(self.root).localname}"
        if self.root.find("./{*}meta/{*}audit") is not None:
            found.append((f"{root}/meta/audit", "audit.csv", AUDIT))
        return found

    def definition(self) -> Any:
        """JavaRosa's FormDef, parsed once."""
        if self._definition is None:
            shared = bridge()
            with tempfile.TemporaryDirectory() as folder:
                for name, data in self.media.items():
                    (Path(folder) / name).write_bytes(data)
                shared.folder = Path(folder)
                reader = java.type_of("java.io.StringReader")(self.source.decode())
                self._definition = java.type_of("org.javarosa.xform.parse.XFormParser")(reader).parse()
            self._definition.addFunctionHandler(shared.pulldata)
            self._blank = self._definition.getMainInstance().getRoot().deepCopy(True)
        return self._definition

    def replace_media(self, media: Mapping[str, bytes]) -> None:
        """Other contents for the files the form chooses from, as after a sync; nothing is parsed again."""
        changed = {name for name, data in media.items() if self.media.get(name) != data}
        self.media = dict(media)
        if self._definition is None or not changed:
            return
        with tempfile.TemporaryDirectory() as folder:
            for name in changed:
                (Path(folder) / name).write_bytes(media[name])
            bridge().folder = Path(folder)
            external = java.type_of("org.javarosa.core.model.instance.ExternalDataInstance")
            for node in self.tree.iter(f"{{{XFORMS}}}instance"):
                source = node.get("src", "")
                if source.rpartition("/")[2] in changed:
                    self._definition.addNonMainInstance(external.build(source, node.get("id")))
        _forget_choices(self._definition)

    def open(self, xml: bytes | None = None, *, device: Device | None = None, at: datetime | None = None) -> "Session":
        """A blank instance, or the draft or sent one in `xml`. `at`: the moment the phone's clock shows."""
        shared = bridge()
        shared.device = device or Device()
        shared.media = self.media
        definition = self.definition()
        root = self._blank.deepCopy(True)
        if xml is not None:
            saved = java.type_of("org.javarosa.xform.parse.XFormParser").restoreDataModel(_java_bytes(xml), None)
            root.populate(saved.getRoot(), definition)
        definition.getMainInstance().setRoot(root)
        definition.setInstance(definition.getMainInstance())
        definition.initialize(
            xml is None, java.type_of("org.javarosa.core.model.instance.InstanceInitializationFactory")()
        )
        self.session = Session(self, xml, at)
        self.session.begin()
        return self.session


def _private(owner: Any, name: str) -> Any:
    found = owner.getClass().getDeclaredField(name)
    found.setAccessible(True)
    return found


def _clear_maps(owner: Any) -> None:
    """Empty the maps an object of JavaRosa holds, and those of the index it holds."""
    for remembered in owner.getClass().getDeclaredFields():
        remembered.setAccessible(True)
        value = remembered.get(owner)
        if isinstance(value, java.type_of("java.util.Map")):
            value.clear()
        elif value is not None and str(value.getClass().getName()).endswith("Index"):
            _clear_maps(value)


def _forget_choices(definition: Any) -> None:
    """Clear what JavaRosa remembers about lists: it assumes that they never change while a form is loaded."""
    for name in ("comparisonExpressionCacheFilterStrategy", "equalityExpressionIndexFilterStrategy"):
        _clear_maps(_private(definition, name).get(definition))
    waiting = [definition]
    while waiting:
        element = waiting.pop()
        waiting.extend(element.getChildren() or [])
        if isinstance(element, java.type_of("org.javarosa.core.model.QuestionDef")) and element.getDynamicChoices():
            choices = element.getDynamicChoices()
            _private(choices, "cachedFilteredChoiceList").set(choices, None)


def open_form(xform: str | bytes, media: Mapping[str, bytes] | None = None, **options: Any) -> "Session":
    """A blank instance of a form given as XForm text and media files by name."""
    return Form(xform, media).open(**options)


def _java_bytes(data: bytes) -> Any:
    return jpype.JArray(jpype.JByte)(data)


@dataclass
class Session:
    """One instance being filled."""

    form: Form
    original: bytes | None = None
    at: datetime | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    """Questions that were given an answer but were not shown."""
    _rows_wanted: dict[tuple[object, ...], int] = field(default_factory=dict)

    @property
    def definition(self) -> Any:
        """JavaRosa's form, as long as this session is the one on the screen."""
        if self.form.session is not self:
            raise PhoneError("another instance of this form has been opened since")
        return self.form.definition()

    def begin(self) -> None:
        """Show the form; called once by `Form.open`."""
        model = java.type_of("org.javarosa.form.api.FormEntryModel")(self.definition)
        self.controller = java.type_of("org.javarosa.form.api.FormEntryController")(model)
        if self.original is None:
            for path in self.form.places.get("", ()):
                self._set(path, random_answers.HERE, "DATATYPE_GEOPOINT")
            if self.at:
                self._set_clock("start")

    def noticed(self, path: str) -> None:
        """The answer at a path changed: where the phone is goes into the questions that watch it."""
        for place in self.form.places.get(path, ()):
            self._set(place, random_answers.HERE, "DATATYPE_GEOPOINT")

    # Filling

    def fill(self, answers: Answers) -> "Session":
        """Go through the form once, front to back, answering what is shown.

        Raises UnknownQuestion, NotOffered, or Refused when a constraint does not hold.
        """
        self._check_names(answers, "")
        shown: set[str] = set()
        for question in self._walk(answers):
            shown.add(question.name)
            given = question.given(answers)
            if given is not None:
                question.answer(given)
        self.skipped += [name for name in answers if name.rpartition("/")[2] not in shown and not self._is_repeat(name)]
        return self

    def fill_random(
        self, seed: int, answers: Answers | None = None, author: random_answers.Author = _ANYBODY
    ) -> "Session":
        """Like `fill`, with an answer made up by `author` for every other question. The seed decides them."""
        given_answers = dict(answers or {})
        self._check_names(given_answers, "")
        random = Random(seed)
        for question in self._walk(given_answers, lambda path: author.rows(path, random)):
            given = question.given(given_answers)
            if given is not None:
                question.answer(given)
            elif not question.is_read_only and not question.value:
                self._make_up(question, author.candidates(question, random))
        return self

    def _make_up(self, question: "Question", candidates: Iterator[Any]) -> None:
        for candidate in candidates:
            try:
                question.answer(candidate)
            except Refused:
                continue
            return

    def _check_names(self, answers: Answers, above: str) -> None:
        for name, value in answers.items():
            if name not in self.form.names:
                raise UnknownQuestion(above + name)
            if isinstance(value, Sequence) and value and all(isinstance(row, Mapping) for row in value):
                for row in value:
                    self._check_names(row, f"{above}{name}/")

    def _is_repeat(self, name: str) -> bool:
        return any(repeat.endswith(f"/{name.lstrip('/')}") for repeat in self.form.repeats)

    def _walk(self, answers: Answers, rows: Callable[[str], int] | None = None) -> Iterator["Question"]:
        controller = self.controller
        indexes = java.type_of("org.javarosa.core.model.FormIndex")
        controller.jumpToIndex(indexes.createBeginningOfFormIndex())
        while (event := int(controller.stepToNextEvent())) != int(controller.EVENT_END_OF_FORM):
            if event == int(controller.EVENT_QUESTION):
                yield Question(self, controller.getModel().getQuestionPrompt(), controller.getModel().getFormIndex())
            elif event == int(controller.EVENT_PROMPT_NEW_REPEAT):
                self._maybe_add_row(answers, rows)

    def _maybe_add_row(self, answers: Answers, count: Callable[[str], int] | None) -> None:
        reference = self.controller.getModel().getFormIndex().getReference()
        names, places = _steps(reference)
        rows = _rows(answers, names, places, self.form.repeats)
        if rows is not None:
            wanted = len(rows)
        else:
            wanted = self._counted(_path(reference), places, count)
        if places[-1] < wanted:
            self.controller.newRepeat()

    def _counted(self, path: str, places: list[int], count: Callable[[str], int] | None) -> int:
        """How many rows to make up, decided once per repeat and its surroundings."""
        key = (path, *places[:-1])
        if count is not None and key not in self._rows_wanted:
            self._rows_wanted[key] = count(path)
        return self._rows_wanted.get(key, 0)

    # Looking

    def questions(self, answers: Answers | None = None) -> list["Question"]:
        """The questions shown now, in order."""
        return list(self._walk(answers or {}))

    def question(self, name: str) -> "Question":
        """A question shown now, by leaf name. Raises UnknownQuestion when it is hidden."""
        for question in self._walk({}):
            if question.name == name:
                return question
        raise UnknownQuestion(name)

    def offered(self, name: str) -> dict[str, str]:
        """Value -> label of the choices a question offers now."""
        return self.question(name).offered()

    def value(self, path: str) -> str:
        """The text at a path such as `/data/meta/instanceID` or `nama`; blank when absent or hidden."""
        tree = etree.fromstring(self.xml())
        steps = path.strip("/").split("/")
        if path.startswith("/"):
            steps = steps[1:]
        found = tree.xpath(".//" + "/".join(f"*[local-name()='{step}']" for step in steps))
        return found[0].text or "" if found else ""

    # Ending

    def finalise(self) -> "Session":
        """Mark as final: every constraint and every required question is checked, `end` is set.

        Raises Refused with the path of the first question that stands in the way.
        """
        outcome = self.definition.validate(True)
        if outcome is not None and int(outcome.outcome) != int(self.controller.ANSWER_OK):
            reason = (
                "required" if int(outcome.outcome) == int(self.controller.ANSWER_REQUIRED_BUT_EMPTY) else "constraint"
            )
            raise Refused(f"{_path(outcome.failedPrompt.getReference())}: {reason}")
        self.controller.finalizeFormEntry()
        for path, name, data in self.form.recordings:
            self.files[name] = data
            self._set(path, name, "DATATYPE_BINARY")
        if self.at:
            self._set_clock("end")
        return self

    def start_edit(self) -> "Session":
        """Turn a sent instance into an edit of itself: new instanceID, the old one as deprecatedID."""
        meta = self._meta()
        identity = meta.getChild("instanceID", 0)
        previous = str(identity.getValue().getDisplayText())
        string = java.type_of("org.javarosa.core.model.data.StringData")
        deprecated = meta.getChild("deprecatedID", 0)
        if deprecated is None:
            deprecated = java.type_of("org.javarosa.core.model.instance.TreeElement")("deprecatedID", 0)
            deprecated.setNamespace(identity.getNamespace())
            meta.addChild(deprecated)
        deprecated.setAnswer(string(previous))
        identity.setAnswer(string(f"uuid:{uuid.uuid4()}"))
        return self

    def _meta(self) -> Any:
        return self.definition.getMainInstance().getRoot().getChild("meta", 0)

    @property
    def instance_id(self) -> str:
        """Blank when the form has none."""
        return self._told("instanceID")

    @property
    def instance_name(self) -> str:
        """The name Collect lists the instance under; blank when the form has none."""
        return self._told("instanceName")

    def _told(self, name: str) -> str:
        meta = self._meta()
        node = meta.getChild(name, 0) if meta is not None else None
        return str(node.getValue().getDisplayText()) if node is not None and node.getValue() is not None else ""

    def xml(self) -> bytes:
        """The instance exactly as JavaRosa writes it for the server."""
        visitor = java.type_of("org.javarosa.model.xform.XFormSerializingVisitor")()
        return bytes(visitor.serializeInstance(self.definition.getMainInstance()))

    def _set_clock(self, which: str) -> None:
        assert self.at is not None
        stamp = self.at.isoformat(timespec="milliseconds")
        for path in self.form.preloads("timestamp", which):
            self._set(path, stamp, "DATATYPE_DATE_TIME")
        if which == "start":
            for path in self.form.preloads("date", "today"):
                self._set(path, self.at.date().isoformat(), "DATATYPE_DATE")

    def _set(self, path: str, value: str, kind: str) -> None:
        reference = java.type_of("org.javarosa.model.xform.XPathReference")(path).getReference()
        parser = java.type_of("org.javarosa.xform.util.XFormAnswerDataParser")
        data = parser.getAnswerData(value, getattr(_constants(), kind), None)
        self.definition.setValue(data, self.definition.getMainInstance().resolveReference(reference).getRef(), True)


def _steps(reference: Any) -> tuple[list[str], list[int]]:
    """Names and places (from 0) along a reference."""
    size = int(reference.size())
    return [str(reference.getName(level)) for level in range(size)], [
        int(reference.getMultiplicity(level)) for level in range(size)
    ]


def _path(reference: Any) -> str:
    return "/" + "/".join(_steps(reference)[0])


def _rows(answers: Answers, names: list[str], places: list[int], repeats: frozenset[str]) -> Sequence[Answers] | None:
    """The rows given for the repeat at a path, or None when nothing was said about it."""
    scope, rows = answers, None
    for level in range(1, len(names)):
        if "/" + "/".join(names[: level + 1]) not in repeats:
            continue
        found = _given(scope, names[: level + 1])
        rows = found if isinstance(found, Sequence) and not isinstance(found, str) else None
        if level < len(names) - 1:
            place = places[level]
            scope = rows[place] if rows is not None and place < len(rows) else {}
    return rows


def _given(scope: Answers, names: list[str]) -> Any:
    for key in (names[-1], "/".join(names[1:]), "/" + "/".join(names)):
        if key in scope:
            return scope[key]
    return None


class Question:
    """A question on the screen."""

    def __init__(self, session: Session, prompt: Any, index: Any) -> None:
        self.session = session
        self.prompt = prompt
        self.index = index
        self.steps, self.places = _steps(index.getReference())

    @property
    def name(self) -> str:
        return self.steps[-1]

    @property
    def path(self) -> str:
        return "/" + "/".join(self.steps)

    @property
    def label(self) -> str:
        return str(self.prompt.getQuestionText() or "")

    @property
    def control(self) -> int:
        return int(self.prompt.getControlType())

    @property
    def kind(self) -> int:
        return int(self.prompt.getDataType())

    @property
    def is_read_only(self) -> bool:
        return bool(self.prompt.isReadOnly())

    @property
    def is_required(self) -> bool:
        return bool(self.prompt.isRequired())

    @property
    def appearance(self) -> str:
        return str(self.prompt.getAppearanceHint() or "")

    @property
    def value(self) -> str:
        """The answer now, as text; reading it drops choices that are no longer offered, as on the phone."""
        answer = self.prompt.getAnswerValue()
        return str(answer.getDisplayText()) if answer is not None else ""

    def is_a(self, *controls: str) -> bool:
        """Whether the question is shown as one of these controls, such as SELECT_ONE."""
        return any(self.control == int(getattr(_constants(), f"CONTROL_{control}")) for control in controls)

    def holds(self, *kinds: str) -> bool:
        """Whether the answer is of one of these types, such as INTEGER."""
        return any(self.kind == int(getattr(_constants(), f"DATATYPE_{kind}")) for kind in kinds)

    def offered(self) -> dict[str, str]:
        """Value -> label of the choices on offer."""
        looked_up = self._looked_up()
        if looked_up is not None:
            return looked_up
        return {
            str(choice.getValue()): str(self.prompt.getSelectChoiceText(choice) or "") for choice in self._choices()
        }

    def _choices(self) -> Any:
        return self.prompt.getSelectChoices() or []

    def _looked_up(self) -> dict[str, str] | None:
        """What Collect offers without JavaRosa: `search()` and `itemsets.csv`; None for every other question."""
        media, answer = self.session.form.media, self.session.value
        if query := self.prompt.getFormElement().getAdditionalAttribute(None, "query"):
            return choices.external(str(query), media, answer)
        if "search(" not in self.appearance:
            return None
        written = [(str(choice.getValue()), str(choice.getLabelInnerText())) for choice in self._choices()]
        return choices.searched(self.appearance, written, media, answer)

    @property
    def is_looked_up(self) -> bool:
        """Whether the answer is a row of `itemsets.csv`, put in as text."""
        return bool(self.prompt.getFormElement().getAdditionalAttribute(None, "query"))

    def given(self, answers: Answers) -> Any:
        """What was prepared for this question, in its own row of its repeat."""
        scope = answers
        for level in range(1, len(self.steps) - 1):
            names = self.steps[: level + 1]
            if "/" + "/".join(names) in self.session.form.repeats:
                rows = _given(scope, names) or []
                scope = rows[self.places[level]] if self.places[level] < len(rows) else {}
        return _given(scope, self.steps)

    def answer(self, value: Any) -> None:
        """Put an answer in; None or blank clears it. Raises NotOffered or Refused."""
        if self.is_read_only:
            raise Refused(f"{self.path}: read only")
        data = None if value is None or value == "" or value == [] else self._data(value)
        controller = self.session.controller
        verdict = int(controller.answerQuestion(self.index, data, True))
        self.session.noticed(self.path)
        if verdict == int(controller.ANSWER_CONSTRAINT_VIOLATED):
            raise Refused(f"{self.path}: {self.prompt.getConstraintText() or 'constraint'}")
        if verdict == int(controller.ANSWER_REQUIRED_BUT_EMPTY):
            controller.saveAnswer(self.index, data, True)

    def _data(self, value: Any) -> Any:
        if isinstance(value, Photo):
            self.session.files[value.name] = value.data
            value = value.name
        if self.is_a("SELECT_ONE"):
            return java.type_of("org.javarosa.core.model.data.SelectOneData")(self._selection(str(value)))
        if self.is_a("SELECT_MULTI", "RANK"):
            chosen = java.type_of("java.util.ArrayList")()
            for choice in value.split() if isinstance(value, str) else value:
                chosen.add(self._selection(str(choice)))
            return java.type_of("org.javarosa.core.model.data.MultipleItemsData")(chosen)
        if self.is_a("TRIGGER"):
            return java.type_of("org.javarosa.core.model.data.StringData")("OK")
        return java.type_of("org.javarosa.xform.util.XFormAnswerDataParser").getAnswerData(
            _written(value), self.kind, self.prompt.getQuestion()
        )

    def _selection(self, value: str) -> Any:
        looked_up = self._looked_up()
        if looked_up is not None and value in looked_up:
            choice = java.type_of("org.javarosa.core.model.SelectChoice")(None, looked_up[value], value, False)
            choice.setIndex(list(looked_up).index(value))
            return choice.selection()
        for choice in [] if looked_up is not None else self._choices():
            if str(choice.getValue()) == value:
                return choice.selection()
        raise NotOffered(f"{self.path}: {value} is not among {list(self.offered())[:20]}")


def _written(value: Value) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return text(value)
