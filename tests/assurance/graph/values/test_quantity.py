"""Quantities mean what the Kubernetes documentation says; kubectl is asked in the e2e tests."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.values import (
    QuantityError,
    bytes_of,
    format_bytes,
    format_millicores,
    millicores_of,
    quantity,
)

DOCUMENTED = {
    "0.1": Decimal("0.1"),
    "100m": Decimal("0.1"),
    "1": Decimal(1),
    "128974848": Decimal(128974848),
    "129e6": Decimal(129000000),
    "129M": Decimal(129000000),
    "128974848000m": Decimal(128974848),
    "123Mi": Decimal(128974848),
    "1.5Gi": Decimal(1610612736),
    "1Ki": Decimal(1024),
    "1k": Decimal(1000),
    "1E3": Decimal(1000),
    "1E": Decimal(10**18),
    "2n": Decimal("0.000000002"),
    "2u": Decimal("0.000002"),
    "+5": Decimal(5),
    "-1.": Decimal(-1),
    ".5": Decimal("0.5"),
    "1e-3": Decimal("0.001"),
}
REFUSED = [
    *("", " ", "m", "Ki", "1 ", " 1", "1 Gi", "1gi", "1GI", "1GB", "1K", "1mi", "1kk"),
    *(
        "0x10",
        "1e",
        "1e+",
        "1e1Ki",
        "1_000",
        "1,5",
        "--1",
        "\N{ARABIC-INDIC DIGIT ONE}",
        "inf",
        "nan",
        "1.2.3",
        ".",
        "+",
        "1\n",
    ),
]

suffixes = st.sampled_from(["", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi"])
amounts = st.builds("{}{}".format, st.integers(0, 10**6), suffixes)


@pytest.mark.parametrize(("text", "value"), DOCUMENTED.items())
def test_a_quantity_means_what_the_documentation_says(text: str, value: Decimal) -> None:
    assert quantity(text) == value


@pytest.mark.parametrize("text", REFUSED)
def test_what_kubernetes_refuses_is_refused_and_named(text: str) -> None:
    with pytest.raises(QuantityError) as caught:
        quantity(text)
    assert repr(text) in str(caught.value)


@given(st.text(max_size=8))
def test_any_text_is_a_quantity_or_refused_as_one(text: str) -> None:
    try:
        assert quantity(text).is_finite()
    except QuantityError:
        pass
    else:
        assert text.isascii()
        assert any(letter.isdigit() for letter in text)


@given(st.integers(0, 2**62))
def test_bytes_and_millicores_survive_being_written_and_read(value: int) -> None:
    assert bytes_of(format_bytes(value)) == value
    assert millicores_of(format_millicores(value)) == value


@given(st.integers(0, 2**62))
def test_bytes_are_written_as_short_as_binary_suffixes_allow(value: int) -> None:
    written = format_bytes(value)
    number = int(written.rstrip("KMGTPEi"))
    assert value == 0 or written.endswith("Ei") or number % 1024 != 0


@given(amounts, amounts)
def test_order_is_kept_when_amounts_become_numbers(one: str, other: str) -> None:
    if quantity(one) <= quantity(other):
        assert bytes_of(one) <= bytes_of(other)
        assert millicores_of(one) <= millicores_of(other)


@given(amounts)
def test_rounding_is_upwards_and_by_less_than_one(text: str) -> None:
    assert 0 <= bytes_of(text) - quantity(text) < 1
    assert 0 <= millicores_of(text) - quantity(text) * 1000 < 1


@given(st.integers(1, 10**9))
def test_a_suffix_is_a_factor(number: int) -> None:
    assert quantity(f"{number}k") == 1000 * quantity(str(number)) == quantity(f"{number}000")
    assert quantity(f"{number}Ki") == 1024 * quantity(number)
    assert quantity(f"{number}m") * 1000 == quantity(number)
    assert quantity(f"{number}e3") == quantity(f"{number}k")


@pytest.mark.parametrize("text", ["1e999999", "1e999999999999", "-1e99999", "1e-99999999"])
def test_amounts_beyond_all_bounds_are_amounts_still(text: str) -> None:
    assert (quantity(text) > 10**18) == (text[0] == "1" and "-" not in text)
    assert isinstance(millicores_of(text), int)
    assert isinstance(bytes_of(text), int)


@given(st.integers(-(10**6), -1))
def test_rounding_below_zero_is_upwards_too(number: int) -> None:
    assert bytes_of(f"{number}m") == -((-number) // 1000)
