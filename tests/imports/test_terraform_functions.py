import pytest


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("merge({ a = 1 }, { a = 2, b = 3 }, null)", {"a": 2, "b": 3}),
        ("concat([1], [2, 3], [])", [1, 2, 3]),
        ('lookup({ a = 1 }, "b", 9)', 9),
        ('lookup({ a = 1 }, "a", 9)', 1),
        ('element(["a", "b"], 3)', "b"),
        ("keys({ b = 1, a = 2 })", ["a", "b"]),
        ("values({ b = 1, a = 2 })", [2, 1]),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ('toset(["b", "a", "b"])', ["a", "b"]),
        ('sort(["b", "a", "b"])', ["a", "b", "b"]),
        ("distinct([1, 2, 1])", [1, 2]),
        ("length(distinct(range(3000)))", 3000),
        ('distinct([1, 1.0, "1", { a = 1 }, { a = 1 }])', [1, "1", {"a": 1}]),
        ('setproduct(["a", "b"], [1, 2])', [["a", 1], ["a", 2], ["b", 1], ["b", 2]]),
        ('setsubtract(["a", "b"], ["b"])', ["a"]),
        ('setintersection(["a", "b"], ["b", "c"])', ["b"]),
        ("chunklist([1, 2, 3], 2)", [[1, 2], [3]]),
        ('formatlist("%s-%d", ["a", "b"], [1, 2])', ["a-1", "b-2"]),
        ('parseint("ff", 16)', 255),
        ("pow(2, 10)", 1024),
        ("signum(-3)", -1),
        ('urlencode("a b/c")', "a+b%2Fc"),
        ('strcontains("abc", "b")', True),
        ("contains([1, 2], 2)", True),
        ("slice([1, 2, 3], 1, 3)", [2, 3]),
        ("range(3)", [0, 1, 2]),
        ("range(1, 7, 2)", [1, 3, 5]),
        ("reverse([1, 2])", [2, 1]),
        ('length("héé")', 3),
        ("length({ a = 1 })", 1),
        ("coalesce(null, \"\", 'x')".replace("'", '"'), "x"),
        ("one([5])", 5),
        ('zipmap(["a"], [1])', {"a": 1}),
        ('compact(["a", "", null])', ["a"]),
        ('try({}["a"], "fallback")', "fallback"),
        ('can({}["a"])', False),
        ('format("%s-%03d-%.1f-%t-%v-%%", "a", 7, 1.25, true, [1])', "a-007-1.2-true-[1]-%"),
        ('join("-", ["a", 1, true])', "a-1-true"),
        ('replace("a.b.c", ".", "/")', "a/b/c"),
        ('split(",", "a,b")', ["a", "b"]),
        ('upper("a")', "A"),
        ('title("two words")', "Two Words"),
        ('trimsuffix("a.json", ".json")', "a"),
        ('substr("hello", 1, 3)', "ell"),
        ('substr("hello", -2, -1)', "lo"),
        ('startswith("abc", "ab")', True),
        ("tostring(5)", "5"),
        ('tonumber("5")', 5),
        ('tobool("true")', True),
        ('jsondecode("{\\"a\\": [1]}").a[0]', 1),
        ('yamldecode("a: [1]").a[0]', 1),
        ("jsondecode(jsonencode({ a = 1 })).a", 1),
        ('base64decode(base64encode("x"))', "x"),
        ('sha256("")', "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("max(1, 3, 2)", 3),
        ("min([1, 3]...)", 1),
        ("ceil(1.2)", 2),
        ('basename("a/b.json")', "b.json"),
        ('abspath("a")', "a"),
        ('fileexists("main.tf")', True),
        ('nonsensitive(sensitive("x"))', "x"),
    ],
)
def test_a_function_gives_what_terraform_gives(evaluated, expression, value):
    assert evaluated(expression) == value


@pytest.mark.parametrize(
    "expression", ["element([], 0)", 'lookup({}, "a")', "merge([1])", "slice([1])", 'format("%d")', "upper()", "coalesce(null)", "range(1, 2, 0)"]
)
def test_a_function_used_wrongly_is_told(evaluated, expression):
    import asl_engine as asl

    with pytest.raises(asl.DefinitionError, match=r"main\.tf:2:"):
        evaluated(expression)
