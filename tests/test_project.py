import pytest

from asl_engine.project import Project, ProjectError, find_project


def test_the_nearest_project_around_a_folder_is_found(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.asl]\ndefinitions = "machines"\n')
    (tmp_path / "inner" / "deep").mkdir(parents=True)
    (tmp_path / "inner" / "pyproject.toml").write_text("[project]\n")
    assert find_project(tmp_path / "inner" / "deep") == Project(tmp_path, tmp_path / "machines", ("mocks",), tmp_path / "scenarios")


def test_a_project_lists_its_definitions(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.asl]\n")
    (tmp_path / "definitions" / "x").mkdir(parents=True)
    for name in ("b.asl.json", "x/a.asl.yaml", "values.json"):
        (tmp_path / "definitions" / name).write_text("{}")
    assert [path.name for path in find_project(tmp_path).definition_files()] == ["b.asl.json", "a.asl.yaml"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[tool.asl]\ndefinition = "x"', 'unknown setting "definition" in .*did you mean "definitions"'),
        ("[tool.asl]\ndefinitions = 1", "definitions in .* is the path of a folder, not 1"),
        ('[tool.asl]\nmocks = "x"', "mocks in .* is a list of package names"),
        ("[tool]\nasl = 1", "is a table"),
        ("[tool.asl", "pyproject.toml: "),
    ],
)
def test_wrong_settings_are_told(tmp_path, settings, said):
    (tmp_path / "pyproject.toml").write_text(settings)
    with pytest.raises(ProjectError, match=said):
        find_project(tmp_path)
