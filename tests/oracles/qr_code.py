#!/usr/bin/env python3
"""Reads a QR code off pictures of a screen, as a phone or a till's reader would, and prints what it says.

    tests/oracles/qr_code.py BEGINNING PICTURE...

On every picture there must be one QR code that begins so, all with one text, beside at most the code for returns, which
begins with YR (exit 1 otherwise). The pictures come from `tests/it/browser/receipt_page.rs`, in both languages and themes.
"""
import sys

import zxingcpp
from PIL import Image


def main():
    beginning, pictures = sys.argv[1], sys.argv[2:]
    texts, failed = set(), not pictures
    for picture in pictures:
        image = Image.open(picture).convert("L")
        read = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)
        wanted = [code for code in read if code.text.startswith(beginning)]
        others = [code for code in read if code not in wanted]
        are_qr = all(code.symbology_identifier == "]Q1" for code in read)
        are_ours = len(wanted) == 1 and len(others) <= 1 and all(code.text.startswith("YR") for code in others)
        right = are_qr and are_ours
        said = ", ".join(f"{code.symbology_identifier} {code.text}" for code in read) or "nothing"
        print(f"{picture}: {image.width}x{image.height}: {said}: {'ok' if right else 'WRONG'}", file=sys.stderr)
        texts.update(code.text for code in wanted)
        failed = failed or not right
    print("\n".join(sorted(texts)))
    return 1 if failed or len(texts) != 1 else 0


if __name__ == "__main__":
    sys.exit(main())
