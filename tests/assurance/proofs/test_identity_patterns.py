"""Patterns contain each other exactly when their words do."""

import re
from functools import cache
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.proofs.identity.patterns import contains, escape, overlap

WORDS = ["".join(letters) for length in range(6) for letters in product("abc", repeat=length)]
"""One letter more than patterns spell, and one more than they are long."""


def matches(pattern: str, word: str) -> bool:
    """By the standard library's own matcher."""
    return expression(pattern).fullmatch(word) is not None


@cache
def expression(pattern: str) -> re.Pattern[str]:
    spelled = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.compile("".join(spelled), re.DOTALL)


def pattern(rng: Random) -> str:
    return "".join(rng.choice("ab*?*") for _ in range(rng.randrange(5)))


@pytest.mark.parametrize("seed", range(4))
def test_a_box_is_covered_when_each_of_its_words_is_in_some_other(seed: int) -> None:
    rng, uncovered = Random(seed), 0
    for _ in range(150):
        box, others = pattern(rng), [pattern(rng) for _ in range(rng.randrange(4))]
        free = [w for w in WORDS if matches(box, w) and not any(matches(o, w) for o in others)]
        found = escape((box,), [(other,) for other in others])
        assert (found is None) is (not free), (box, others, free[:3])
        if found is not None:
            uncovered += 1
            assert matches(box, found[0])
            assert not any(matches(other, found[0]) for other in others)
            assert len(found[0]) == min(map(len, free)), "the shortest"
    assert 20 < uncovered < 140


@pytest.mark.parametrize("seed", range(3))
def test_boxes_of_two_parts_are_pairs_of_words(seed: int) -> None:
    rng = Random(100 + seed)
    short = [word for word in WORDS if len(word) < 4]
    for _ in range(12):
        box = ("".join(rng.choice("ab*") for _ in range(2)), pattern(rng)[:2])
        others = [(pattern(rng)[:2], pattern(rng)[:2]) for _ in range(3)]
        free = [
            (a, b)
            for a, b in product(short, repeat=2)
            if matches(box[0], a)
            and matches(box[1], b)
            and not any(matches(one, a) and matches(other, b) for one, other in others)
        ]
        assert (escape(box, others) is None) is (not free), (box, others, free[:3])


PATTERNS = st.text("ab*?", max_size=5)


@given(PATTERNS, PATTERNS)
def test_two_patterns_overlap_when_some_word_matches_both(one: str, other: str) -> None:
    both = any(matches(one, word) and matches(other, word) for word in WORDS)
    assert overlap((one,), (other,)) is both


@given(PATTERNS, PATTERNS)
def test_a_pattern_contains_another_when_it_matches_all_its_words(wide: str, narrow: str) -> None:
    within = all(matches(wide, word) for word in WORDS if matches(narrow, word))
    assert contains(wide, narrow) is within


def test_several_together_may_cover_what_none_covers_alone() -> None:
    assert escape(("a*",), [("a",), ("a?*",)]) is None
    assert escape(("a*",), [("a?*",)]) is not None
    assert escape(("s3:get*", "lake/*"), [("s3:*", "lake/red/*"), ("s3:g*", "lake/*")]) is None
    assert escape(("s3:*", "lake"), [("s3:get*", "lake")]) == ("s3:", "lake")
