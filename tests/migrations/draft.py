"""Writes the next migration from what the tables say and the newest migration does not:
`.venv/bin/python -m tests.migrations.draft NAME`. Read it, correct it, give it a test with rows."""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import Script, ScriptDirectory

from server.store import Store
from server.store.migrate import FOLDER, config
from tests.migrations.comparison import COMPARISON, add_checks


def draft(name: str) -> Path:
    number = len(list((FOLDER / "versions").glob("[0-9]*.py"))) + 1
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        with store.engine.connect() as connection:
            connection.info["writing"] = True
            settings = config(connection)
            settings.attributes["comparison"] = COMPARISON
            settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            if ScriptDirectory.from_config(settings).get_current_head():
                command.upgrade(settings, "head")
            made = command.revision(
                settings,
                name,
                autogenerate=True,
                rev_id=f"{number:04}",
                process_revision_directives=lambda _context, _revision, scripts: add_checks(scripts[0]),
            )
        store.close()
    assert isinstance(made, Script)
    path = Path(made.path)
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("    # ###")))
    for step in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *step, str(path)], check=True)
    return path


if __name__ == "__main__":
    print(draft(" ".join(sys.argv[1:])))
