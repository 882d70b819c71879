"""Fonts of a PDF: embedded, as wide as they say, and every glyph that is shown a character (Matterhorn Protocol 1.1)."""
import io
import re

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Name


def fonts(page, measured, known, found):
    fonts = page.get("/Resources", {}).get("/Font", {})
    current = None
    for name, font in fonts.items():
        if font.get("/Subtype") != Name.Type0:
            found(f"[31] font of type {font.get('/Subtype')}: not for this check")
            continue
        own = font.DescendantFonts[0]
        descriptor = own.FontDescriptor
        if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            found("[31] font is not embedded")
        if font.Encoding not in (Name("/Identity-H"), Name("/Identity-V")):
            found("[31] CMap neither predefined nor looked at")
        if own.Subtype == Name.CIDFontType2 and "/CIDToGIDMap" not in own:
            found("[31] no CIDToGIDMap")
        if "/ToUnicode" not in font:
            found("[31] font without ToUnicode")
    for font in fonts.values():
        if font.get("/Subtype") == Name.Type0:
            widths(font.DescendantFonts[0], measured, found)
    maps = {name: to_unicode(font, known) for name, font in fonts.items() if "/ToUnicode" in font}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = str(operands[0])
        elif str(operator) in ("Tj", "TJ", "'", '"'):
            parts = operands[-1] if isinstance(operands[-1], Array) else [operands[-1]]
            for part in parts:
                if not isinstance(part, pikepdf.String):
                    continue
                codes = bytes(part)
                for i in range(0, len(codes), 2):
                    code = codes[i] * 256 + codes[i + 1]
                    text = maps.get(current, {}).get(code)
                    if code == 0:
                        found("[31] glyph .notdef is shown")
                    elif not text:
                        found("[10] a glyph has no Unicode")
                    elif text in ("\0", "\ufeff", "\ufffe"):
                        found("[10] a glyph is mapped to no character")


def widths(own, seen, found):
    """Widths of the dictionary are those of the embedded font, to a thousandth of its size."""
    if own.objgen in seen or "/FontFile2" not in own.FontDescriptor:
        return
    seen.add(own.objgen)
    program = TTFont(io.BytesIO(own.FontDescriptor.FontFile2.read_bytes()))
    scale = 1000 / program["head"].unitsPerEm
    advances = [program["hmtx"][name][0] * scale for name in program.getGlyphOrder()]
    entries = list(own.get("/W", Array([])))
    if "/CIDSet" in own.FontDescriptor:
        listed = sum(bin(byte).count("1") for byte in own.FontDescriptor.CIDSet.read_bytes())
        if listed != len(advances):
            found("[31] CIDSet leaves out glyphs of the font")
    for first, listed in zip(entries[::2], entries[1::2]):
        for i, width in enumerate(listed):
            # Glyph 0 stands for none and is found where it is shown.
            if int(first) + i > 0 and abs(float(width) - advances[int(first) + i]) > 1:
                found("[31] width of a glyph is not that of the font")


def to_unicode(font, known):
    if font.ToUnicode.objgen in known:
        return known[font.ToUnicode.objgen]
    text = font.ToUnicode.read_bytes().decode("latin1")
    answer = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, value in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            answer[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for low, high, values in re.findall(r"<(\w+)>\s*<(\w+)>\s*(\[[^\]]*\]|<\w+>)", block):
            listed = [entry.replace(" ", "") for entry in re.findall(r"<([0-9a-fA-F ]*)>", values)]
            for i, code in enumerate(range(int(low, 16), int(high, 16) + 1)):
                if values.startswith("["):
                    answer[code] = bytes.fromhex(listed[i]).decode("utf-16-be")
                else:
                    answer[code] = chr(int(listed[0], 16) + i)
    known[font.ToUnicode.objgen] = answer
    return answer
