"""What stands on the pages of a PDF."""

from __future__ import annotations

import pypdfium2


def pages_of(content: bytes) -> list[str]:
    """The text of every page, in one line each."""
    pdf = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]


def ink_at_the_edge(content: bytes) -> int:
    """How many dark pixels lie within a millimetre of any page's edge: what would be cut off."""
    dark = 0
    for page in pypdfium2.PdfDocument(content):
        image = page.render(scale=1.5, grayscale=True).to_pil()
        wide, high = image.size
        inside = image.crop((4, 4, wide - 4, high - 4))
        dark += sum(image.histogram()[:128]) - sum(inside.histogram()[:128])
    return dark
