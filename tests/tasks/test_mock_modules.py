from importlib.metadata import EntryPoint

import pytest

from asl_engine.errors import MockError, PluginError
from asl_engine.tasks import mock_modules
from asl_engine.tasks.mock_modules import load_mocks
from asl_engine.tasks.plugins import load_task_plugin, task_plugins
from asl_engine.tasks.runtime import Succeeded

MODULE = """
from asl_engine import Mocks

def mocks():
    made = Mocks()
    made.state("Pay").returns("fresh")
    return made

def declined():
    return lambda call: "declined"

broken = 5

def raises():
    raise KeyError("x")
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "my_mocks_for_test.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("module")
def test_a_module_or_a_python_file_makes_fresh_mocks_each_time(call):
    for named in ("my_mocks_for_test", "my_mocks_for_test.py", "my_mocks_for_test"):
        assert load_mocks(named).perform(call()) == Succeeded("fresh")


@pytest.mark.usefixtures("module")
def test_another_name_is_asked_for_after_a_colon(call):
    assert load_mocks("my_mocks_for_test:declined").perform(call()) == Succeeded("declined")


@pytest.mark.usefixtures("module")
@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("my_mocks_for_test:declind", 'offers no "declind" .* did you mean "declined"'),
        ("my_mocks_for_test:broken", "broken does not answer tasks: tasks is of type int"),
        ("my_mocks_for_test:raises", r"raises\(\) raised KeyError: 'x'"),
        ("no_such_module_here", "there is no module no_such_module_here"),
        ("none.py", "there is no such file"),
        ("what is this", "no file of that name"),
    ],
)
def test_what_cannot_be_used_is_told(named, message):
    with pytest.raises(MockError, match=message):
        load_mocks(named)


def test_a_module_that_raises_is_told_with_the_line(tmp_path):
    (tmp_path / "bad.py").write_text("x = 1\nx.y\n")
    with pytest.raises(MockError, match=r"importing it raised AttributeError: .*bad\.py:2"):
        load_mocks(str(tmp_path / "bad.py"))


def test_a_plugin_answers_by_name(call, monkeypatch):
    point = EntryPoint("upper", "string:capwords", "asl_engine.tasks")
    monkeypatch.setattr(mock_modules, "task_plugins", lambda: {"upper": point})
    monkeypatch.setattr(mock_modules, "load_task_plugin", lambda point: lambda call: point.name)
    assert load_mocks("upper")(call()) == "upper"


def test_a_plugin_that_fails_is_named():
    with pytest.raises(PluginError, match='the plugin "none" failed to supply tasks: ModuleNotFoundError'):
        load_task_plugin(EntryPoint("none", "no_such_module_here:x", "asl_engine.tasks"))


def test_plugins_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("ASL_NO_PLUGINS", "1")
    assert task_plugins() == {}
