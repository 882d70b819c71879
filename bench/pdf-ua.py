"""Holds PDF files against what a program can check of PDF/UA-1 (ISO 14289-1; Matterhorn Protocol 1.1, checkpoints in brackets).

Needs `pip install pikepdf fonttools`. By hand: python bench/pdf-ua.py report.pdf [more.pdf]; ends with 1 where anything is found.
Not checked: what only people can (reading order, whether words describe a picture, contrast), and features that a report has none
of; a file that has one of those (forms, media, encryption, notes, formulas, optional content) is refused.
"""
import re
import sys
from collections import Counter

import pikepdf
from pikepdf import Array, Dictionary, Name

from pdf_ua.fonts import fonts
from pdf_ua.structure import Element, structure

PAINTING = set("S s f F f* B B* b b* Tj TJ ' \" sh Do EI".split())


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


if __name__ == "__main__":
    bad = False
    for path in sys.argv[1:]:
        findings = check(path)
        bad |= len(findings) > 0
        print(f"{path}: {'nothing found' if not findings else ''}")
        for text, times in findings.most_common():
            print(f"  {times:6d}  {text}")
    sys.exit(1 if bad else 0)
