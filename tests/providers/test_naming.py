from hypothesis import given
from hypothesis import strategies as st

from providers.naming import fitted

WORD = st.from_regex(r"[a-z]([a-z0-9-]{0,60}[a-z0-9])?", fullmatch=True)


@given(st.lists(WORD, min_size=1, max_size=4), st.integers(12, 63), st.sampled_from(["-", ""]))
def test_a_name_is_within_its_limit_and_starts_and_ends_as_a_name(
    words: list[str], limit: int, separator: str
) -> None:
    name = fitted(*words, limit=limit, separator=separator)
    assert len(name) <= limit
    assert name[0].isalpha()
    assert name[-1].isalnum()


@given(st.lists(WORD, min_size=2, max_size=2, unique=True), st.integers(12, 40))
def test_names_that_differ_stay_different_however_short(words: list[str], limit: int) -> None:
    one, other = (fitted("platform-production", word, limit=limit) for word in words)
    assert one != other
