"""Git, asked by its own command: offline, read only, and not waited for long.

It knows how a question is put and how git's refusal is told. What the answers mean is for who asks.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from asl_engine.errors import AslError

SECONDS = 30
"""The longest that git is waited for."""


class RevisionError(AslError):
    """A revision that was asked for is not there. Says what is, and how to name it."""


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What git answers, in the folder one is in; its exit code is not looked at. Raises `RevisionError` without git."""
    command = shutil.which("git")
    if command is None:
        raise RevisionError("git is not installed, or not on the PATH; without it only files can be compared")
    # Offline means offline: a partial clone would fetch what it lacks.
    asked = [command, "--no-optional-locks", "-c", "protocol.allow=never", *arguments]
    environment = {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
    try:
        return subprocess.run(asked, capture_output=True, env=environment, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise RevisionError(f"git {arguments[0]} did not answer within {SECONDS} seconds") from None
    except (OSError, ValueError) as error:
        raise RevisionError(f"git cannot be run: {getattr(error, 'strerror', None) or error}") from None


def first_line(text: bytes) -> str:
    """Git's refusal, without its shout."""
    return text.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
