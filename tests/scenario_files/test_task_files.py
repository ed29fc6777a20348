from asl_engine import load_scenarios


def named(folder, tasks):
    (folder / "pyproject.toml").write_text("[tool.asl]\n")
    (folder / "scenarios").mkdir(exist_ok=True)
    file = folder / "scenarios" / "a.scenario.yaml"
    file.write_text(f"definition: {{StartAt: A, States: {{A: {{Type: Succeed}}}}}}\nscenarios:\n  - {{name: one, tasks: {tasks}}}\n")
    return load_scenarios(file)[0].tasks[0].named


def test_a_file_of_tasks_is_found_below_the_projects_folder_from_wherever_it_is_run(tmp_path):
    (tmp_path / "mocks").mkdir()
    (tmp_path / "mocks" / "a.yaml").write_text("mocks: {}\n")
    assert named(tmp_path, "mocks/a.yaml") == str(tmp_path / "mocks" / "a.yaml")


def test_a_file_of_tasks_beside_the_scenarios_comes_first(tmp_path):
    for folder in (tmp_path, tmp_path / "scenarios"):
        folder.mkdir(exist_ok=True)
        (folder / "a.yaml").write_text("mocks: {}\n")
    assert named(tmp_path, "a.yaml") == str(tmp_path / "scenarios" / "a.yaml")


def test_what_is_no_file_is_a_module(tmp_path):
    assert named(tmp_path, "mocks.orders:declined") == "mocks.orders:declined"
