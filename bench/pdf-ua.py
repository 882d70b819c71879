"""Holds PDF files against what a program can check of PDF/UA-1 (ISO 14289-1; Matterhorn Protocol 1.1, checkpoints in brackets).

Needs `pip install pikepdf fonttools`. By hand: python bench/pdf-ua.py report.pdf [more.pdf]; ends with 1 where anything is found.
Not checked: what only people can (reading order, whether words describe a picture, contrast), and features that a report has none
of; a file that has one of those (forms, media, encryption, notes, formulas, optional content) is refused.
"""
import io
import re
import sys
from collections import Counter

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

STANDARD = set(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody "
    "Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP "
    "Figure Formula Form".split()
)
GROUPING = set("Document Part Art Sect Div BlockQuote NonStruct".split())
BLOCK = set("P H H1 H2 H3 H4 H5 H6 L Table Figure".split())
ALLOWED = {
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"LI", "L", "Caption"},
    "LI": {"Lbl", "LBody"},
}
PARENTS = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "LBody": {"LI"},
    "Caption": {"Table", "L", "Figure"},
}
PAINTING = set("S s f F f* B B* b b* Tj TJ ' \" sh Do EI".split())


class Element:
    """A structure element with its children in order: elements, or (page, MCID)."""

    def __init__(self, entry, parent, roles, found):
        self.entry, self.parent = entry, parent
        kind = str(entry.get("/S", "/?"))[1:]
        self.kind = roles.get(kind, kind)
        self.children = []
        kids = entry.get("/K", Array([]))
        for kid in kids if isinstance(kids, Array) else [kids]:
            if isinstance(kid, Dictionary) and kid.get("/Type") != Name.MCR and kid.get("/Type") != Name.OBJR:
                if kid.get("/P").objgen != entry.objgen:
                    found(f"[09] {self.kind}: a child names another parent")
                self.children.append(Element(kid, self, roles, found))
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
                self.children.append((kid.get("/Pg", entry.get("/Pg")).objgen, int(kid.MCID)))
            elif isinstance(kid, Dictionary):
                found("[28] an annotation in the structure: a report has none")
            else:
                self.children.append((entry.Pg.objgen, int(kid)))

    @property
    def elements(self):
        return [child for child in self.children if isinstance(child, Element)]

    def walk(self):
        yield self
        for child in self.elements:
            yield from child.walk()


def check(path):
    pdf = pikepdf.open(path)
    findings = Counter()
    found = lambda text: findings.update([text])
    root = pdf.Root
    document(pdf, root, found)
    if "/StructTreeRoot" not in root:
        return findings
    tree = root.StructTreeRoot
    roles = {str(key)[1:]: str(value)[1:] for key, value in tree.get("/RoleMap", {}).items()}
    top = tree.K if isinstance(tree.K, Array) else [tree.K]
    elements = [element for entry in top for element in Element(entry, None, roles, found).walk()]
    structure(elements, found)
    content(pdf, tree, elements, found)
    return findings


def document(pdf, root, found):
    if not re.fullmatch(r"1\.[0-7]", pdf.pdf_version):
        found("[06] header: no version 1.x")
    for name in ("/AcroForm", "/OCProperties"):
        if name in root:
            found(f"not for this check: {name}")
    if pdf.is_encrypted:
        found("not for this check: encryption")
    marks = root.get("/MarkInfo", {})
    if marks.get("/Marked") is not True:
        found("[06] MarkInfo/Marked is not true")
    if marks.get("/Suspects", False) is True:
        found("[06] Suspects is true")
    if "/StructTreeRoot" not in root:
        found("[01] no structure tree")
    if root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is not True:
        found("[07] the title is not displayed")
    if not re.fullmatch(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*", str(root.get("/Lang", ""))):
        found("[11] no language of the document")
    if "/Metadata" not in root:
        return found("[06] no XMP metadata")
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
        if str(meta.get("pdfuaid:part")) != "1":
            found("[06] XMP: pdfuaid:part is not 1")
        if not str(meta.get("dc:title") or "").strip():
            found("[06] XMP: no dc:title")
    if "/Outlines" not in root and len(pdf.pages) > 20:
        found("no bookmarks in more than 20 pages")
    for page in pdf.pages:
        if "/Annots" in page and page.get("/Tabs") != Name.S:
            found("[28] page with annotations: tab order is not that of the structure")
        for annotation in page.get("/Annots", []):
            if annotation.get("/Subtype") == Name.Link and not str(annotation.get("/Contents", "")):
                found("[28] link without words")
            if "/StructParent" not in annotation:
                found("[28] annotation outside the structure")


def structure(elements, found):
    headings = []
    for element in elements:
        kind, entry = element.kind, element.entry
        inside = element.parent.kind if element.parent else None
        if kind not in STANDARD:
            found(f"[02] {kind} is no standard role and mapped to none")
        for child in element.elements:
            if kind in ALLOWED and child.kind not in ALLOWED[kind]:
                found(f"[09] {child.kind} in {kind}")
        if kind in PARENTS and inside not in PARENTS[kind]:
            found(f"[09] {kind} in {inside}")
        if kind in GROUPING and any(not isinstance(child, Element) for child in element.children):
            found(f"[01] {kind} holds content of its own")
        if kind == "P" and any(child.kind in BLOCK for child in element.elements):
            found("[09] a block in a paragraph")
        if kind in {"Formula", "Note", "Form", "Link", "Annot"}:
            found(f"not for this check: {kind}")
        if kind == "Figure":
            if not (str(entry.get("/Alt", "")).strip() or str(entry.get("/ActualText", "")).strip()):
                found("[13] Figure without words")
            if not any(len(one.get("/BBox", [])) == 4 for one in attributes(entry)):
                found("[13] Figure without BBox")
        if re.fullmatch(r"H[1-6]", kind):
            headings.append(int(kind[1]))
        if kind == "H":
            found("[14] H beside H1 to H6")
        if kind in {"P", "TH", "TD", "LI", "Caption", "LBody"} or re.fullmatch(r"H[1-6]", kind):
            if not element.children:
                found(f"[14] empty {kind}")
        if kind == "Table":
            table(element, found)
    if headings and headings[0] != 1:
        found("[14] the first heading is not H1")
    for before, after in zip(headings, headings[1:]):
        if after > before + 1:
            found(f"[14] H{after} after H{before}")
    if headings.count(1) != 1:
        found(f"{headings.count(1)} headings of level 1")


def attributes(entry):
    own = entry.get("/A", Array([]))
    return list(own) if isinstance(own, Array) else [own]


def number(entry, name):
    return next((int(one[name]) for one in attributes(entry) if name in one), 1)


def table(element, found):
    captions = [i for i, child in enumerate(element.elements) if child.kind == "Caption"]
    if len(captions) > 1 or (captions and captions[0] not in (0, len(element.elements) - 1)):
        found("[15] Caption neither first nor last in its table")
    rows = [child for part in element.elements for child in ([part] if part.kind == "TR" else part.elements) if child.kind == "TR"]
    if not rows:
        return found("[15] Table without rows")
    widths = {sum(number(cell.entry, "/ColSpan") for cell in row.elements) for row in rows}
    if len(widths) > 1 and not any(number(cell.entry, "/RowSpan") > 1 for row in rows for cell in row.elements):
        found("[15] rows of one table differ in their number of cells")
    heads = [cell for row in rows for cell in row.elements if cell.kind == "TH"]
    if not heads:
        found("[15] Table without header cells")
    for cell in heads:
        if not any(one.get("/Scope") in (Name.Row, Name.Column, Name.Both) for one in attributes(cell.entry)):
            found("[15] TH without Scope")
    seen = [cell.entry.get("/ID") for row in rows for cell in row.elements if "/ID" in cell.entry]
    if len(seen) != len(set(map(str, seen))):
        found("[15] IDs of cells repeat")


def content(pdf, tree, elements, found):
    """Every mark on a page is content of exactly one element, or an artifact; both directories agree."""
    held = Counter()
    holder = {}
    for element in elements:
        for child in element.children:
            if not isinstance(child, Element):
                held[child] += 1
                holder[child] = element.entry.objgen
    for child, times in held.items():
        if times > 1:
            found("[01] content held by two elements")
    parents = number_tree(tree.ParentTree)
    drawn = set()
    measured, maps = set(), {}  # fonts of this file, looked at once
    for page in pdf.pages:
        listed = parents.get(page.get("/StructParents"))
        if listed is None:
            found("[01] page outside the parent tree")
            continue
        for mcid in marks_of(page, found):
            place = (page.obj.objgen, mcid)
            if place in drawn:
                found("[01] an MCID twice on a page")
            drawn.add(place)
            if place not in holder:
                found("[01] marked content in no element")
            elif mcid >= len(listed) or listed[mcid].objgen != holder[place]:
                found("[01] parent tree and structure disagree")
        if "/XObject" in page.get("/Resources", {}):
            found("not for this check: form or image objects")
        fonts(page, measured, maps, found)
    if set(holder) - drawn:
        found(f"[01] {len(set(holder) - drawn)} MCIDs of the structure are on no page")


def number_tree(node):
    pairs = list(node.get("/Nums", []))
    answer = {int(key): value for key, value in zip(pairs[::2], pairs[1::2])}
    for kid in node.get("/Kids", []):
        answer.update(number_tree(kid))
    return answer


def marks_of(page, found):
    """MCIDs in the order in which they are drawn; what is painted outside any mark is found, as is a tag in an artifact."""
    stack, mcids = [], []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            tag = str(operands[0])[1:]
            properties = operands[1] if len(operands) > 1 and isinstance(operands[1], Dictionary) else {}
            mcid = properties.get("/MCID")
            if tag == "Artifact" and any(kind == "tagged" for kind in stack):
                found("[01] artifact inside tagged content")
            if mcid is not None:
                if "Artifact" in stack:
                    found("[01] tagged content inside an artifact")
                if "tagged" in stack:
                    found("[01] tagged content inside tagged content")
                mcids.append(int(mcid))
            stack.append("Artifact" if tag == "Artifact" else "tagged" if mcid is not None else "other")
        elif name == "EMC":
            stack.pop()
        elif name in PAINTING and not any(kind in ("Artifact", "tagged") for kind in stack):
            found(f"[01] painted outside structure and artifacts: {name}")
    if stack:
        found("[01] marked content is not closed")
    return mcids


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


if __name__ == "__main__":
    bad = False
    for path in sys.argv[1:]:
        findings = check(path)
        bad |= len(findings) > 0
        print(f"{path}: {'nothing found' if not findings else ''}")
        for text, times in findings.most_common():
            print(f"  {times:6d}  {text}")
    sys.exit(1 if bad else 0)
