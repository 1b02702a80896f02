"""The operator's door: the command `alur`.

Speaks Indonesian unless ALUR_LANG=en. What was asked for goes to stdout, complaints with their next
step to stderr; exit 0 done, 1 refused, 2 not understood. What a command needs is imported when it
runs, so that `alur --help` answers at once.
"""

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from forms.findings import Finding, has_errors
from forms.schema import pick_label
from server.access import OPERATOR
from server.locale import findings, say
from server.log import log, places
from server.problems import Problem
from server.settings import LANGUAGES, Settings, WrongSettingsError, make_secret, read_settings
from server.store import Store
from server.store.migrate import is_current, migrate

if TYPE_CHECKING:
    from server.actions.bundle import Bundle
    from server.actions.jobs import Job, Progress
    from server.work.worker import Runtime

PROGRAM = "alur"
DEFAULT_ADMIN = "admin@alur.local"
REPORTS = ("rekap_bulanan",)
EXPORTS = ("zip", "csv", "geojson")

Command = Callable[[argparse.Namespace, Settings], int]


def language() -> str:
    """The language the operator asked for, even when other settings are wrong."""
    asked = os.environ.get("ALUR_LANG", "").strip()
    return asked if asked in LANGUAGES else LANGUAGES[0]


def tell(key: str, **args: object) -> str:
    """A sentence of the catalogue in the operator's language."""
    return say(language(), f"cli.{key}", **args)


def out(text: str) -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# What argparse says when it does not understand, and the sentence we say instead.
_MISUNDERSTOOD = (
    (r"the following arguments are required: (?P<what>.+)", "usage.required"),
    (r"unrecognized arguments: (?P<what>.+)", "usage.unknown"),
    (r"argument (?P<what>.+?): expected .*argument.*", "usage.no_value"),
    (r"argument (?P<what>.+?): invalid choice: (?P<value>.+?) \(choose from (?P<known>.+)\)", "usage.choice"),
    (r"argument (?P<what>.+?): invalid .+ value: (?P<value>.+)", "usage.value"),
    (r"argument (?P<what>.+?): not allowed with argument (?P<value>.+)", "usage.together"),
)


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None) -> None:  # type: ignore[no-untyped-def] # as argparse
        super().add_usage(usage, actions, groups, tell("usage") if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """argparse in the operator's language."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{**options, "formatter_class": _Formatter, "add_help": False})  # type: ignore[arg-type]
        self._positionals.title = tell("usage.arguments")
        self._optionals.title = tell("usage.options")
        self.add_argument("-h", "--help", action="help", help=tell("arg.help"))

    def error(self, message: str) -> NoReturn:
        for pattern, key in _MISUNDERSTOOD:
            if found := re.fullmatch(pattern, message):
                complain(tell(key, **found.groupdict()))
                break
        else:
            complain(tell("usage.wrong"))
        complain(tell("usage.see_help", command=self.prog))
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    root = _Parser(prog=PROGRAM, description=tell("help"), epilog=tell("help.environment"))
    commands = root.add_subparsers(dest="command", metavar=tell("usage.command"), title=tell("usage.commands"))
    commands.required = True

    def command(name: str, run: Command, group: "argparse._SubParsersAction[_Parser]" = commands) -> _Parser:
        key = f"help.{(group.dest + '.' if group is not commands else '') + name}"
        made = group.add_parser(name, help=tell(key), description=tell(key))
        made.set_defaults(run=run)
        return made

    def group(name: str) -> "argparse._SubParsersAction[_Parser]":
        made = commands.add_parser(name, help=tell(f"help.{name}"), description=tell(f"help.{name}"))
        inner = made.add_subparsers(dest=name, metavar=tell("usage.command"), title=tell("usage.commands"))
        inner.required = True
        return inner

    def option(parser: argparse.ArgumentParser, name: str, **how: object) -> None:
        parser.add_argument(name, help=tell(f"arg.{name.lstrip('-').lower()}"), **how)  # type: ignore[arg-type]

    init = command("init", _init)
    option(init, "--admin", metavar="EMAIL")
    option(init, "--password-stdin", action="store_true")
    command("migrate", _migrate)

    serve = command("serve", _serve)
    option(serve, "--host")
    option(serve, "--port", type=int)
    option(serve, "--workers", type=int)
    option(serve, "--no-work", action="store_true")
    command("worker", _worker)

    check = command("check", _check)
    option(check, "PATH", nargs="+", type=Path)
    option(check, "--json", action="store_true")
    option(check, "--annotate", type=Path, metavar="FOLDER")
    template = command("template", _template)
    option(template, "OUT", type=Path)
    option(template, "--sop", metavar="SOP_ID")
    option(template, "--form", choices=("intake", "follow_up"), metavar="intake|follow_up")
    option(template, "--code", metavar="KODE")
    option(template, "--project", metavar="P")
    option(template, "--lang", choices=LANGUAGES)
    publish = command("publish", _publish)
    option(publish, "PATH", nargs="+", type=Path)
    option(publish, "--project", metavar="P")
    publish.add_argument("--dry-run", action="store_true", help=tell("arg.try_publish"))
    option(publish, "--move", choices=("none", "same", "all"), default="none", metavar="none|same|all")
    option(publish, "--reason", default="", metavar="TEXT")
    option(publish, "--counterpart", action="append", metavar="OLD=NEW")

    simulate = command("simulate", _simulate)
    option(simulate, "DRAFT", type=Path, metavar="SOP.xlsx")
    option(simulate, "--json", action="store_true")
    option(simulate, "--project", metavar="P")
    option(simulate, "--out", type=Path, metavar="FILE.xlsx")

    brought = group("import")
    running = command("cases", _import_cases, brought)
    option(running, "FILE", type=Path, metavar="FILE.xlsx")
    how = running.add_mutually_exclusive_group()
    option(how, "--dry-run", action="store_true")  # type: ignore[arg-type] # a group takes arguments like a parser
    option(how, "--apply", action="store_true")  # type: ignore[arg-type]
    option(how, "--template", metavar="SOP")  # type: ignore[arg-type]
    option(running, "--sop", metavar="SOP_ID")
    option(running, "--project", metavar="P")
    card = command("collect", _import_collect, brought)
    option(card, "FOLDER", type=Path)
    option(card, "--project", metavar="P")
    card.add_argument("--as", dest="sender", required=True, metavar="LOGIN|PONSEL", help=tell("arg.as"))
    card.add_argument("--dry-run", action="store_true", help=tell("arg.look"))
    user = group("user")
    add = command("add", _user_add, user)
    option(add, "LOGIN")
    option(add, "--role", required=True)
    option(add, "--project", metavar="P")
    option(add, "--name")
    option(add, "--unit", metavar="CODE")
    option(add, "--password-stdin", action="store_true")
    option(add, "--json", action="store_true")
    passwd = command("passwd", _user_passwd, user)
    option(passwd, "LOGIN")
    option(passwd, "--password-stdin", action="store_true")
    option(command("disable", _user_disable, user), "LOGIN")

    phone = group("phone")
    add = command("add", _phone_add, phone)
    option(add, "NAME")
    option(add, "--project", metavar="P")
    holder = add.add_mutually_exclusive_group()
    option(holder, "--user", metavar="LOGIN")  # type: ignore[arg-type] # a group takes arguments like a parser
    option(holder, "--shift", metavar="UNIT")  # type: ignore[arg-type]
    option(add, "--json", action="store_true")
    revoke = command("revoke", _phone_revoke, phone)
    option(revoke, "NAME")
    option(revoke, "--project", metavar="P")
    option(revoke, "--json", action="store_true")

    report = command("report", _report)
    option(report, "REPORT", choices=REPORTS, metavar="NAME")
    option(report, "--from", dest="first", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
    option(report, "--to", dest="last", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
    option(report, "--out", required=True, type=Path, metavar="FILE")
    option(report, "--project", metavar="P")

    export = command("export", _export)
    option(export, "FORM_ID")
    option(export, "--project", metavar="P")
    option(export, "--out", required=True, type=Path, metavar="FILE")
    option(export, "--format", choices=EXPORTS, default="zip", metavar="|".join(EXPORTS))
    option(export, "--without-files", action="store_true")
    option(export, "--labels", action="store_true")
    option(export, "--key", type=Path, metavar="FILE.pem")
    option(export, "--passphrase-stdin", action="store_true")

    demo = command("demo", _demo)
    option(demo, "--cases", type=int, default=180, metavar="N")
    option(demo, "--months", type=int, default=9, metavar="N")
    command("doctor", _doctor)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; no exception leaves as a traceback."""
    # What this command writes may hold people's data: for its owner only.
    os.umask(0o077)
    try:
        args = _parser().parse_args(argv)
        return int(args.run(args, read_settings()))
    except WrongSettingsError as error:
        for wrong in error.wrongs:
            allowed = say(language(), wrong.allowed)
            complain(tell("settings", variable=wrong.variable, value=wrong.value or "…", allowed=allowed))
        return 2
    except Problem as problem:
        if problem.code == "store.unavailable":
            complain(tell("database_unreachable"))
            return 1
        for item in problem.findings:
            complain(sentence_of(item))
        complain(say(language(), f"problem.{problem.code}", **problem.args_))
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        complain(tell("os_error", reason=error.strerror or "", file=error.filename or "-"))
        return 1
    except Exception as error:  # the last stand: the operator gets a sentence, the log the place
        log("error", "crash", type=type(error).__name__, places=places(error))
        complain(tell("crash", kind=type(error).__name__))
        return 1


def sentence_of(finding: Finding) -> str:
    """A finding as one line with its level: `error: file: sheet!cell: what is wrong. What to do.`"""
    return f"{tell(f'level.{finding.level}')}: {findings.line(finding, language())}"


@contextmanager
def opened(settings: Settings, *, current: bool = True) -> Iterator[Store]:
    """The store of this installation. Raises Problem('store.old_schema') unless it is migrated."""
    store = Store(settings.data, settings.database_url)
    try:
        if current and not is_current(store):
            raise Problem("store.old_schema")
        yield store
    finally:
        store.close()


def _password(asked: bool) -> str | None:
    if not asked:
        return None
    return sys.stdin.readline().rstrip("\r\n")


def _init(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.sign_in import plain_login
    from server.actions.users import add_user
    from server.queries.people import people

    password = _password(args.password_stdin)
    if not settings.secret_key:
        make_secret(settings.data)
    with opened(settings, current=False) as store:
        migrate(store)
        admins = [p for p in people(store, OPERATOR, None) if (None, "admin", None) in p.roles and not p.disabled_at]
        wanted = plain_login(args.admin) if args.admin else None
        if admins and wanted in (None, *(p.login for p in admins)):
            out(tell("init.ready"))
            return 0
        made = add_user(store, OPERATOR, args.admin or DEFAULT_ADMIN, role="admin", password=password)
    out(tell("init.made", login=made.login))
    if made.one_time:
        out(tell("one_time", password=made.one_time))
    return 0


def _migrate(_args: argparse.Namespace, settings: Settings) -> int:
    with opened(settings, current=False) as store:
        if is_current(store):
            out(tell("migrate.current"))
            return 0
        migrate(store)
    out(tell("migrate.done"))
    return 0


def _serve(args: argparse.Namespace, settings: Settings) -> int:
    from dataclasses import replace

    from server.serve import serve

    given = {name: value for name in ("host", "port", "workers") if (value := getattr(args, name)) is not None}
    for name, value in given.items():
        # The same checks as for the environment.
        read_settings({f"ALUR_{name.upper()}": str(value), "ALUR_DATA": str(settings.data)})
    settings = replace(settings, **given)
    if not settings.secret:
        return 1
    with opened(settings):
        pass
    return serve(settings, work=not args.no_work, ready=lambda: out(tell("serve.ready", address=settings.base_url)))


def _worker(_args: argparse.Namespace, settings: Settings) -> int:
    from server.serve import work

    with opened(settings):
        pass
    return work(settings)


def _check(args: argparse.Namespace, _settings: Settings) -> int:
    from server.actions.publish import check_folders
    from server.actions.publishing import check_into

    if args.annotate:
        found, written = check_into(args.PATH, args.annotate, language())
        for path in written:
            complain(tell("annotate.done", file=path))
    else:
        found = check_folders(args.PATH)
    if args.json:
        out(json.dumps([findings.as_json(finding, language()) for finding in found], ensure_ascii=False, indent=1))
    else:
        _print_findings(found)
    return 1 if has_errors(found) else 0


def _print_findings(found: Sequence[Finding]) -> None:
    for finding in found:
        out(sentence_of(finding))
    errors = sum(finding.level == "error" for finding in found)
    warnings = sum(finding.level == "warning" for finding in found)
    out(tell("check.summary", errors=errors, warnings=warnings))


def _template(args: argparse.Namespace, settings: Settings) -> int:
    from server.queries import sop_template
    from server.queries.projects import find_project

    spoken = args.lang or language()
    if args.form:
        made = sop_template.new_form(args.form, args.code, spoken)
    elif args.sop or args.project:
        with opened(settings) as store:
            project = find_project(store, OPERATOR, args.project).id
            if args.sop:
                made = sop_template.sop_in_force(store, OPERATOR, project, args.sop, spoken)
            else:
                made = sop_template.new_sop(store, OPERATOR, project, args.code, spoken)
    else:
        made = sop_template.new_sop(None, None, None, args.code, spoken)
    _write(args.OUT, [made.data])
    out(tell("template.done", file=args.OUT))
    return 0


def _publish(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.publish import check_all, publish_folders
    from server.queries.projects import find_project

    pairs = [pair.partition("=") for pair in args.counterpart or ()]
    names = {old.strip(): new.strip() for old, _, new in pairs} if pairs else None
    with opened(settings) as store:
        project = find_project(store, OPERATOR, args.project).id if args.project else None
        if args.dry_run:
            bundles = check_all(store, OPERATOR, args.PATH, project)
            _print_findings([finding for bundle in bundles for finding in bundle.findings])
            for bundle in bundles:
                _print_moves(store, project, bundle, names)
            return 1 if any(bundle.blocked for bundle in bundles) else 0
        made = publish_folders(store, OPERATOR, args.PATH, project, args.move, args.reason, names, _tell_progress)
        _print_findings([finding for one in made for finding in one.bundle.findings])
        out(tell("publish.done"))
        for one in made:
            for sop_id, job_id in one.moves.items():
                _finish_move(store, one.project_id, sop_id, job_id)
    return 0


def _print_moves(store: Store, project: int | None, bundle: "Bundle", names: Mapping[str, str] | None) -> None:
    """What publishing would do to running cases: the numbers of each choice, and the cases that cannot move."""
    from server.actions.publish_moves import newer_sops, trials
    from server.queries.publish_moves import moves_of

    maps = {} if names is None else dict.fromkeys(newer_sops(bundle), names)
    tried = trials(store, OPERATOR, project, bundle, maps, _tell_progress)
    for one in moves_of(store, OPERATOR, tried, bundle.findings):
        counts = {**one.checked.counts, "total": one.total, "sop": one.sop_id, "version": one.version}
        out(tell("publish.trial", **counts))
        for choice in one.choices:
            out(tell(f"publish.choice.{choice}", n=one.moved(choice), left=one.total - one.moved(choice)))
        for case, why in one.checked.conflicts:
            steps = [(code, pick_label(stop.labels, language()) or stop.name) for code, stop in why]
            reasons = [say(language(), f"web.migration.because.{code}", step=step) for code, step in steps]
            out(tell("publish.stuck", number=case.number, why="; ".join(reasons)))


def _finish_move(store: Store, project_id: int, sop_id: str, job_id: int) -> None:
    """Does the move that a publication asked for, unless a worker of the server is at it; says what it did."""
    from server.queries.job_view import job_view
    from server.queries.migration import ACT, MOVE
    from server.work.worker import KINDS, Runtime, run_once

    def shown(runtime: "Runtime", job: "Job", progress: "Progress") -> Mapping[str, object]:
        def both(done: int, total: int | None) -> None:
            progress(done, total)
            _tell_progress(done, total)

        return KINDS[MOVE](runtime, job, both)

    runtime = Runtime(store)
    while not (job := job_view(store, OPERATOR, project_id, job_id, MOVE, ACT)).ended:
        if not run_once(runtime, {MOVE: shown}):
            time.sleep(0.5)
    stayed = sum(job.result.get("left", {}).values())
    out(tell(f"publish.move.{job.state}", sop=sop_id, n=job.result.get("moved", 0), left=stayed))


def _simulate(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.simulate import read_draft, simulate_to_workbook
    from server.queries.projects import find_project
    from server.queries.simulation import as_json, result_of

    if args.out and args.out.suffix != ".xlsx":
        complain(tell("report.xlsx"))
        return 2
    draft = read_draft(args.DRAFT.read_bytes())
    with opened(settings) as store:
        project = find_project(store, OPERATOR, args.project or draft.office)
        made, book = simulate_to_workbook(store, OPERATOR, project.id, draft, language(), _tell_progress)
        found = result_of(store, OPERATOR, project.id, made.to_json())
    if args.out:
        _write(args.out, [book])
    if args.json:
        out(json.dumps(as_json(found, language()), ensure_ascii=False, indent=1))
        return 0
    out(tell("simulate.summary", cases=found.cases, changed=found.changed, moved=found.moved))
    for row in found.rows:
        if row.changed:
            rules = ", ".join(name for name, _, _ in row.rules) or "-"
            counts = {name: row.counts.get(name, 0) for name in found.verdicts}
            out(tell("simulate.row", step=row.step.source or row.step.name, rules=rules, total=row.total, **counts))
    if args.out:
        out(tell("report.done", file=args.out))
    return 0


def _import_cases(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.import_cases import import_cases, sop_of, template
    from server.queries.projects import find_project

    with opened(settings) as store:
        project = find_project(store, OPERATOR, args.project).id
        if args.template:
            _write(args.FILE, [template(store, OPERATOR, project, args.template, language())])
            out(tell("report.done", file=args.FILE))
            return 0
        data = args.FILE.read_bytes()
        sop_id = args.sop or sop_of(data)
        if sop_id is None:
            complain(tell("import.which_sop"))
            return 2
        made = import_cases(store, OPERATOR, project, sop_id, data, dry=not args.apply, at_once=True)
    for finding in made.register.findings:
        out(sentence_of(finding))
    key = "import.done" if args.apply else "import.tried"
    counts = {"ready": len(made.register.ready), "already": made.register.already, "opened": made.opened}
    out(tell(key, **counts))
    return 1 if made.register.blocked else 0


def _import_collect(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.import_collect import import_collect
    from server.actions.receive_submission import Intake
    from server.actions.sign_in import plain_login
    from server.queries.definitions import definitions_of
    from server.queries.projects import find_project
    from server.queries.viewers import sender_by_name

    counts: Counter[str] = Counter()
    with opened(settings) as store:
        project = find_project(store, OPERATOR, args.project).id
        sender = sender_by_name(store, project, plain_login(args.sender)) or sender_by_name(store, project, args.sender)
        if sender is None:
            raise Problem("import.no_sender", name=args.sender)
        intake = Intake(store, definitions_of(store))
        for one in import_collect(store, intake, sender, project, args.FOLDER, dry=args.dry_run):
            counts["bad" if one.is_bad else one.code] += 1
            key = f"problem.{one.code}" if one.is_bad else f"cli.collect.{one.code}"
            told = say(language(), key, **one.args, files=one.files, numbers=", ".join(one.numbers) or "-")
            (complain if one.is_bad else out)(f"{one.folder}: {told}")
    known = counts["again"] + counts["draft"] + counts["bad"]
    arrived = {"new": counts.total() - known, "again": counts["again"], "draft": counts["draft"], "bad": counts["bad"]}
    out(tell("collect.tried" if args.dry_run else "collect.done", **arrived))
    return 1 if counts["bad"] else 0


def _tell_progress(done: int, total: int | None) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _user_add(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.users import add_user
    from server.queries.projects import find_project

    password = _password(args.password_stdin)
    with opened(settings) as store:
        everywhere = args.role == "admin" and args.project is None
        project = None if everywhere else find_project(store, OPERATOR, args.project).id
        made = add_user(
            store,
            OPERATOR,
            args.LOGIN,
            role=args.role,
            project_id=project,
            name=args.name,
            password=password,
            unit=args.unit,
        )
    if args.json:
        out(json.dumps({"id": made.id, "login": made.login, "role": args.role, "password": made.one_time}))
        return 0
    out(tell("user.added", login=made.login, role=args.role))
    if made.one_time:
        out(tell("one_time", password=made.one_time))
    return 0


def _user_passwd(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.users import reset_password

    password = _password(args.password_stdin)
    with opened(settings) as store:
        made = reset_password(store, OPERATOR, args.LOGIN, password)
    out(tell("user.password_set", login=made.login))
    if made.one_time:
        out(tell("one_time", password=made.one_time))
    return 0


def _user_disable(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.users import disable_user

    with opened(settings) as store:
        disable_user(store, OPERATOR, args.LOGIN)
    out(tell("user.disabled", login=args.LOGIN))
    return 0


def _phone_add(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.phones import add_phone
    from server.queries.people import new_phone_settings
    from server.queries.projects import find_project

    with opened(settings) as store:
        project = find_project(store, OPERATOR, args.project)
        phone = add_phone(store, OPERATOR, project.id, args.NAME, args.user, args.shift, secret=settings.secret)
        reach = new_phone_settings(store, OPERATOR, settings.base_url, project.id, phone.name, phone.token)
    if phone.whole_project:
        complain(tell("phone.whole_project", name=phone.name, project=project.name))
    if args.json:
        told = {
            "id": phone.id,
            "name": phone.name,
            "token": phone.token,
            "serverUrl": reach.server_url,
            "formListUrl": reach.form_list_url,
            "qr": reach.qr,
        }
        out(json.dumps(told, ensure_ascii=False))
        return 0
    out(tell("phone.added", name=phone.name, project=project.name, address=reach.server_url))
    if sys.stdout.isatty():
        import segno

        segno.make(reach.qr, error="l", micro=False).terminal(compact=True)
    return 0


def _phone_revoke(args: argparse.Namespace, settings: Settings) -> int:
    from server.actions.phones import revoke_phone
    from server.queries.people import phones
    from server.queries.projects import find_project, projects

    with opened(settings) as store:
        if args.project:
            searched = [find_project(store, OPERATOR, args.project).id]
        else:
            searched = [row.id for row in projects(store, OPERATOR)]
        living = [p for pid in searched for p in phones(store, OPERATOR, pid, settings.secret) if p.token]
        named = [p for p in living if p.name == args.NAME] or [p for p in living if str(p.id) == args.NAME]
        if not named:
            raise Problem("phone.unknown", name=args.NAME)
        if len(named) > 1:
            complain(tell("phone.several", name=args.NAME, ids=", ".join(str(p.id) for p in named)))
            return 1
        revoke_phone(store, OPERATOR, named[0].project_id, named[0].id)
    if args.json:
        out(json.dumps({"id": named[0].id, "name": named[0].name, "revoked": True}, ensure_ascii=False))
    else:
        out(tell("phone.revoked", name=named[0].name))
    return 0


def _report(args: argparse.Namespace, settings: Settings) -> int:
    from server.queries.projects import find_project
    from server.queries.recap import month
    from server.queries.recap_workbook import monthly_workbook

    if (args.first, args.last) != month(args.first.year, args.first.month):
        complain(tell("report.whole_month"))
        return 2
    if args.out.suffix != ".xlsx":
        complain(tell("report.xlsx"))
        return 2
    with opened(settings) as store:
        project = find_project(store, OPERATOR, args.project)
        made = monthly_workbook(store, OPERATOR, project.id, args.first.year, args.first.month, language())
    _write(args.out, [made])
    out(tell("report.done", file=args.out))
    return 0


def _export(args: argparse.Namespace, settings: Settings) -> int:
    from server.queries import exports
    from server.queries.projects import find_project

    key = None
    if args.key:
        passphrase = sys.stdin.readline().rstrip("\n") if args.passphrase_stdin else None
        key = exports.private_key(args.key.read_text("ascii", "replace"), passphrase)
    choice = exports.Choice(attachments=not args.without_files, language=language() if args.labels else None, key=key)
    with opened(settings) as store:
        project = find_project(store, OPERATOR, args.project).id
        if args.format == "geojson":
            _write(args.out, exports.geojson(store, OPERATOR, project, args.FORM_ID, None))
        else:
            start = exports.csv_root if args.format == "csv" else exports.csv_zip
            with closing(start(store, OPERATOR, project, args.FORM_ID, choice, None)) as stream:
                _write(args.out, stream)
    out(tell("export.done", file=args.out))
    return 0


def _write(path: Path, data: Iterable[bytes]) -> None:
    """A finished file appears by rename: nobody finds half of one. A pipe or a terminal is written to as it is."""
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as stream:
            stream.writelines(data)
        return
    path = path.resolve()
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with half.open("wb") as file:
            for chunk in data:
                file.write(chunk)
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)


def _demo(args: argparse.Namespace, settings: Settings) -> int:
    """The demo is played by the tests' phones, which a server in use does not carry."""
    if not all(find_spec(name) for name in ("tests", "jpype")):
        complain(tell("demo.absent"))
        return 1
    with opened(settings):
        pass  # it is initialised and migrated
    return int(import_module("tests.demo.__main__").main(["--cases", str(args.cases), "--months", str(args.months)]))


def _doctor(_args: argparse.Namespace, settings: Settings) -> int:
    from server.doctor import examine

    healthy = True
    for key, good, args in examine(settings):
        healthy = healthy and good is not False
        mark = {True: "ok", False: "bad", None: "note"}[good]
        out(f"{tell(f'doctor.{mark}')} {tell(f'doctor.{key}', **args)}")
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
