"""One emoji and nothing else."""

import pytest

from threadline.model.emoji import is_one_emoji


@pytest.mark.parametrize(
    "text",
    [
        "👍",
        "❤️",
        "❤",
        "👍🏽",
        "✌🏻",
        "🇩🇪",
        "1️⃣",
        "#⃣",
        "👨‍👩‍👧‍👦",
        "👩🏽‍💻",
        "🏳️‍🌈",
        "❤️‍🔥",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "🫶🏿",
        "☺️",
    ],
)
def test_pictures_tones_flags_keycaps_and_joined_ones_are_one_emoji(text: str) -> None:
    assert is_one_emoji(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a",
        "1",
        "#",
        "👍👍",
        "👍 ",
        " 👍",
        "👍\n",
        "👍x",
        ":thumbsup:",
        "🇩",
        "\u200d",
        "👍\u200d",
        "\u200d👍",
        "\ufe0f",
        "\u20e3",
        "\U0001f3f4\U000e0067",
        "字",
        "👍" * 40,
        "👍\u200d" * 40 + "👍",
    ],
)
def test_everything_else_is_not(text: str) -> None:
    assert not is_one_emoji(text)
