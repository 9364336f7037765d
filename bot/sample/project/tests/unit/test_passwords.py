# mypy: ignore-errors
import pytest

from credstore.passwords import complaints, generate, strength


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("short", ["too short"]),
        ("password", ["too common"]),
        ("PassWord", ["too common"]),
        ("aaaaaaaa", ["too repetitive"]),
        ("aba", ["too short", "too repetitive"]),
        ("", ["too short"]),
        ("correct horse", []),
        ("x7#Kp2!m", []),
    ],
)
def test_a_password_is_judged(password, expected):
    assert complaints(password) == expected


@pytest.mark.parametrize(
    ("password", "points"),
    [
        ("password", 0),
        ("abcdefgh", 1),
        ("Abcdefgh", 2),
        ("abcdefg1", 2),
        ("Abcdefg1", 3),
        ("Abcdef1!", 4),
        ("abc def!", 2),
    ],
)
def test_strength_counts_what_a_password_has(password, points):
    assert strength(password) == points


@pytest.mark.parametrize("length", [8, 12, 20, 64])
def test_a_generated_password_has_the_length_asked_for(length):
    assert len(generate(length)) == length


def test_a_generated_password_has_a_digit():
    assert any(letter.isdigit() for letter in generate())


def test_generated_passwords_differ():
    assert len({generate(20) for _ in range(50)}) == 50


def test_a_short_password_is_not_generated():
    with pytest.raises(ValueError, match="at least 8"):
        generate(7)
