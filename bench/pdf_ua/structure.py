"""The structure tree of a PDF, and what PDF/UA-1 asks of it (Matterhorn Protocol 1.1, checkpoints in brackets)."""
import re

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
