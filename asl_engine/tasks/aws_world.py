"""moto as a world that can be entered and left: services in this process, with an account, an instant and ids of their own.

moto keeps its services in one place a process, asks the wall clock, and draws ids from one source. Here each `World`
keeps its own services and its own source, put in place while a call is made; so runs do not see each other, and two
runs with one seed make the same ids. Nothing ever leaves the process: clients are made with invented credentials, what
they would send is handed to moto, and what moto does not know ends here.

Not bound to the seed or the clock, because moto does not ask for them where they could be given: multipart upload ids
of S3, keys KMS makes, and what single services of moto time by themselves.
"""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from asl_engine.errors import MissingExtra

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.session import Session

NEEDED = "AWS services in process need boto3 and moto: pip install 'asl-engine[aws]'"


class Unserved(Exception):
    """moto does not know the service, or not this API of it."""


def require_moto() -> None:
    """Raises `MissingExtra` unless moto and botocore are installed."""
    try:
        import botocore  # noqa: F401
        import moto  # noqa: F401
    except ImportError:
        raise MissingExtra(NEEDED) from None


class World:
    """Everything that exists in one account for one run."""

    def __init__(self, *, seed: int, region: str, account: str) -> None:
        require_moto()
        self.region = region
        self.account = account
        self._services: list[tuple[Any, dict[str, Any], dict[str, Any]]] = []
        """(moto's services of one kind, what is in them, which buckets there are): as they were left."""
        self._seed = seed
        self._drawn: Any = None
        self._inside = False

    @contextmanager
    def entered(self, now: datetime.datetime) -> Iterator[None]:
        """While this lasts, moto has this world's services, and it is `now`."""
        if self._inside:
            yield
            return
        from moto.core.base_backend import BackendDict, backend_lock
        from moto.moto_api._internal import mock_random

        with backend_lock, ExitStack() as left:
            others, outer = _emptied(BackendDict), mock_random.getstate()
            left.callback(_restored, others, BackendDict)
            left.callback(mock_random.setstate, outer)
            _restored(self._services, BackendDict)
            if self._drawn is None:
                mock_random.seed(self._seed)
            else:
                mock_random.setstate(self._drawn)
            left.enter_context(_at(now))
            left.enter_context(_without_containers())
            left.enter_context(_offline())
            self._inside = True
            try:
                yield
            finally:
                self._inside = False
                self._drawn = mock_random.getstate()
                self._services = _emptied(BackendDict)

    def client(self, service: str) -> BaseClient:
        """A client of a service by botocore's name. To be used only inside `entered`."""
        made = _client(service, self.region)
        _WIRE.account = self.account
        return made


def _emptied(every: Any) -> list[tuple[Any, dict[str, Any], dict[str, Any]]]:
    """Takes everything out of moto."""
    taken = []
    for services in every._instances:
        buckets = getattr(services, "bucket_accounts", {})
        taken.append((services, dict(services), dict(buckets)))
        services.clear()
        buckets.clear()
    every._instances.clear()
    return taken


def _restored(taken: list[tuple[Any, dict[str, Any], dict[str, Any]]], every: Any) -> None:
    """Makes it what it was."""
    _emptied(every)
    for services, content, buckets in taken:
        services.update(content)
        if buckets:
            services.bucket_accounts.update(buckets)
        every._instances.append(services)


# ---------------------------------------------------------------- time

_ASKING = (("moto.core.utils", "datetime"), ("moto.s3.models", "datetime"), ("moto.secretsmanager.models", "time"))
"""Where moto asks for the time: modules, and their name for the module they ask."""


class _Instances(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime.datetime)


class _Datetime(datetime.datetime, metaclass=_Instances):
    """datetime.datetime, but for what it is now."""

    current = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return cls.current.astimezone(tz) if tz else cls.current.replace(tzinfo=None)

    @classmethod
    def utcnow(cls) -> Any:
        return cls.current.replace(tzinfo=None)


_CLOCKS = {
    "datetime": SimpleNamespace(**{name: getattr(datetime, name) for name in dir(datetime) if not name.startswith("_")} | {"datetime": _Datetime}),
    "time": SimpleNamespace(time=lambda: _Datetime.current.timestamp()),
}


@contextmanager
def _at(now: datetime.datetime) -> Iterator[None]:
    with ExitStack() as stack:
        for module, name in _ASKING:
            if module in sys.modules:
                stack.enter_context(patch.object(sys.modules[module], name, _CLOCKS[name]))
        stack.enter_context(patch.object(_Datetime, "current", now))
        yield


# ---------------------------------------------------------------- never the network


@contextmanager
def _offline() -> Iterator[None]:
    """moto itself posts to HTTP subscribers and destinations; here there are none."""
    import requests

    def refuse(*_: Any, **__: Any) -> Any:
        raise Unserved("it would send an HTTP request")

    with patch.object(requests.adapters.HTTPAdapter, "send", refuse):
        yield


class _Wire:
    """Takes what a client is about to send, and hands it to moto."""

    def __init__(self) -> None:
        self.account = "123456789012"
        self._stubber: Any = None

    def __call__(self, event_name: str, request: Any, **_: Any) -> Any:
        if self._stubber is None:
            from moto.core.botocore_stubber import BotocoreStubber

            self._stubber = BotocoreStubber()
            self._stubber.enabled = True
        request.headers["x-moto-account-id"] = self.account
        response = self._stubber(event_name, request)
        if response is None or (response.status_code == 404 and response.content == b"Not yet implemented"):
            raise Unserved("moto has no such service")
        return response


_WIRE = _Wire()


@cache
def _session() -> Session:
    """A session that reads nobody's configuration."""
    from botocore.session import Session

    session = Session(session_vars={"profile": (None, None, None, None)})
    for name in ("config_file", "credentials_file"):
        session.set_config_variable(name, os.devnull)
    return session


@cache
def _client(service: str, region: str) -> BaseClient:
    from botocore.config import Config

    _preload(service)
    client = _session().create_client(
        service,
        region_name=region,
        aws_access_key_id="offline",
        aws_secret_access_key="offline",
        config=Config(
            ignore_configured_endpoint_urls=True,
            parameter_validation=False,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
            use_dualstack_endpoint=False,
            use_fips_endpoint=False,
        ),
    )
    client.meta.events.register_first("before-send", _WIRE)
    return client


def _preload(service: str) -> None:
    """moto's part for a service is imported before it is first asked, so that its clock is known."""
    from moto.backends import get_backend

    try:
        get_backend(service)  # type: ignore[call-overload]
    except ImportError as error:
        lacking = str(error.name or "moto").partition(".")[0]
        raise Unserved(f"moto has no {service}" if lacking == "moto" else f"moto's {service} needs {lacking}: pip install 'moto[{service}]'") from None


def _without_containers() -> Any:
    """moto's settings for what would otherwise start one: jobs of Batch succeed at once."""
    from moto.core.config import default_user_config

    return patch.dict(default_user_config, {"batch": {"use_docker": False}})
