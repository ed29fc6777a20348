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


def test_settings_of_the_check_are_read(tmp_path):
    text = """
[tool.asl.check]
select = ["ASL3"]
profile = "strict"
fail-on = "warning"
per-file-ignores = {"old/*" = ["ASL4"]}
[tool.asl.schemas."a*"]
input = "in.json"
results = {Charge = "charge.json"}
"""
    (tmp_path / "pyproject.toml").write_text(text)
    check = find_project(tmp_path).check
    assert (check.select, check.profile, check.fail_on, check.per_file_ignores) == (("ASL3",), "strict", "warning", {"old/*": ("ASL4",)})
    assert check.schemas["a*"].results == {"Charge": tmp_path / "charge.json"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[tool.asl]\ncheck = 1", r"\[tool.asl.check\] is a table"),
        ('[tool.asl.check]\nprofil = "x"', 'unknown setting "profil" in .*did you mean "profile"'),
        ('[tool.asl.check]\nprofile = "x"', "profile in .* is one of default, strict"),
        ("[tool.asl.check]\nignore = [1]", "ignore in .* is a list of texts"),
        ("[tool.asl.check]\nper-file-ignores = 1", "per-file-ignores in .* is a table"),
        ("[tool.asl]\nschemas = 1", "holds tables"),
        ("[tool.asl.schemas.a]\ninput = 1", "files of JSON Schemas"),
        ('[tool.asl.schemas.a]\ninputs = "x"', 'did you mean "input"'),
    ],
)
def test_wrong_settings_of_the_check_are_told(tmp_path, settings, said):
    (tmp_path / "pyproject.toml").write_text(settings)
    with pytest.raises(ProjectError, match=said):
        find_project(tmp_path)
