"""How each rule is mended: by which fields of the record, and by which work of another desk.

One table, read by the case page and by the test that no rule leaves an officer without a next step.
"""

from dataclasses import dataclass

from registry.cleanup.facts import RESIDENT_TEXTS
from registry.models import Finding

RECORD, CONFIRM, DUPLICATES, CARD, SCAN, HAMLETS = "record", "confirm", "duplicates", "card", "scan", "hamlets"
"""Works that are no kind of change: the whole form, “đã phúc tra”, the desk of duplicates, taking a card application,
the last scan of a card beside the record, the list of hamlets."""
BY_EVIDENCE = "*"
"""The fields are those whose texts the finding has seen."""
LABELS = {label: name for name, label in RESIDENT_TEXTS.items()} | {
    "Họ và tên": "full_name", "Họ tên cha": "father_name", "Họ tên mẹ": "mother_name", "Số điện thoại": "phone",
}  # fmt: skip
"""What a finding calls a text -> the field of the form."""
PROPOSED, IN_BRACKETS = "Gợi ý", " (gợi ý)"


@dataclass(frozen=True)
class Mending:
    """`fields` are mended on the case page. `works`: kinds of change by their code, or one of those above; the first
    is the usual one."""

    fields: tuple[str, ...] = ()
    works: tuple[str, ...] = (RECORD,)


def _fields(*names: str, works: tuple[str, ...] = (RECORD,)) -> Mending:
    return Mending(names, works)


def _works(*codes: str) -> Mending:
    return Mending((), codes)


_PARENTS = _fields("father_name", "mother_name", "parents_unknown")
_PLACE_OF_BIRTH = _fields("birth_registration_place", "birth_registration_province")
_NUMBER = ("sua-so", "huy-so")
_TEXTS = _fields(BY_EVIDENCE)
_NAME = _fields("full_name")
_HEAD = _works("doi-chu-ho")
_PAPERS = _works("ghi-giay-to", "tinh-trang-giay-to")
_CARD = _works(CARD, "ghi-giay-to")

MENDINGS: dict[str, Mending] = {
    "D01": _fields("number", works=_NUMBER),
    "D02": _works(*_NUMBER),
    "D03": _fields("birth_date", works=_NUMBER),
    "D04": _fields("sex", works=_NUMBER),
    "D05": _fields("birth_date", works=_NUMBER),
    "D06": _fields("birth_registration_place", "birth_registration_province", works=_NUMBER),
    "D07": _works("sua-cmnd"),
    "D08": _fields("birth_date"),
    "D09": _works(CONFIRM, "khai-tu"),
    "D10": _fields("birth_date", "birth_date_confirmed"),
    "D11": _fields("sex"),
    "D12": _fields("full_name", "sex"),
    "D13": _fields("sex"),
    "D14": _fields("birth_date", works=("ket-thuc-quan-he", "lien-ket")),
    "D15": _fields("birth_date", works=("ket-thuc-quan-he", "lien-ket")),
    "D16": _fields("birth_date", works=("ket-thuc-quan-he", "lien-ket")),
    "D17": _fields("marital_status"),
    "D18": _fields("marital_status", works=("ket-thuc-quan-he", "ket-hon", "ly-hon")),
    "D19": _works("them-quan-he", "ket-thuc-quan-he"),
    "D20": _works("them-quan-he", "lien-ket"),
    "D21": _fields("full_name", "father_name", "mother_name"),
    "D22": _works(RECORD),  # the group is sensitive: it is not laid open on a page that only looks
    "D23": _PAPERS,
    "D24": _PAPERS,
    "D25": _PAPERS,
    "D26": _works("dieu-chinh-cu-tru", RECORD),
    "D27": _works("dieu-chinh-cu-tru", RECORD),
    "D28": _works("khai-tu", RECORD),
    "D29": _fields("nationality", works=("quoc-tich",)),
    "D30": _works("gia-han-tam-tru", "xoa-tam-tru", RECORD),
    "D31": _fields("phone"),
    "D32": _works(SCAN, RECORD),
    "D33": _works(SCAN),
    "D34": _fields("birth_date"),
    "D35": _HEAD,
    "D36": _works("dieu-chinh-cu-tru", RECORD),
    "E01": _fields("number"),
    "E02": _NAME,
    "E03": _fields("birth_date", "birth_date_confirmed"),
    "E04": _fields("sex"),
    "E05": _fields("birth_place"),
    "E06": _PLACE_OF_BIRTH,
    "E07": _fields("home_town"),
    "E08": _fields("ethnic_group"),
    "E09": _fields("religion"),
    "E10": _fields("nationality"),
    "E11": _PARENTS,
    "E12": _PARENTS,
    "E13": _works("lien-ket", "them-quan-he"),
    "E14": _works("them-quan-he", "ket-hon"),
    "E15": _fields("marital_status"),
    "E16": _works("dang-ky-thuong-tru", "khai-bao-cu-tru", RECORD),
    "E17": _works("cap-nhat-noi-o", RECORD),
    "E18": _works("khai-bao-cu-tru", RECORD),
    "E19": _works("dieu-chinh-cu-tru", RECORD),
    "E20": _HEAD,
    "E21": _works(RECORD),
    "E22": _works("vao-ho", "lap-ho"),
    "E23": _works("dong-ho"),
    "E24": _CARD,
    "E25": _PAPERS,
    "E26": _works("them-quan-he", "giam-ho"),
    "E27": _fields("phone"),
    "E28": _fields("cmnd", "never_had_cmnd"),
    "E29": _fields("residence_file_number"),
    "E30": _works(CARD),
    "S01": _works("huy-so", DUPLICATES),
    "S02": _works("sua-cmnd", DUPLICATES),
    "S03": _works(DUPLICATES),
    "S04": _works(DUPLICATES),
    "S05": _works("xoa-noi-cu-tru", "xoa-thuong-tru"),
    "S06": _works(RECORD),
    "S07": _HEAD,
    "S08": _works("ket-thuc-quan-he", "ly-hon"),
    "S09": _works("ket-thuc-quan-he"),
    "S10": _works("tinh-trang-giay-to"),
    "S11": _works(CARD),
    "S12": _works(*_NUMBER),
    "S13": _TEXTS,
    "S14": _TEXTS,
    "S15": _TEXTS,
    "S16": _TEXTS,
    "S17": _TEXTS,
    "S18": _NAME,
    "S19": _NAME,
    "S20": _NAME,
    "S21": _NAME,
    "S22": _NAME,
    "S23": _NAME,
    "S24": _TEXTS,
    "S25": _fields("phone"),
    "S26": _fields(BY_EVIDENCE, works=("sua-cmnd", RECORD)),
    "S27": _works("ket-thuc-quan-he"),
    "S28": _works(HAMLETS, RECORD),
    "S29": _works(CONFIRM, RECORD),
    "S30": _works("ket-thuc-quan-he", RECORD),
    "L01": _works("xoa-thuong-tru", "xoa-tam-tru"),
    "L02": _works("khai-tu"),
    "L03": _HEAD,
    "L04": _works("dieu-chinh-cu-tru", RECORD),
    "L05": _works("gia-han-tam-tru", "xoa-tam-tru"),
    "L06": _works("gia-han-tam-tru"),
    "L07": _works("dang-ky-tam-tru"),
    "L08": _works("da-ve"),
    "L09": _works("xoa-thuong-tru", "da-ve", "tam-vang"),
    "L10": _works("dang-ky-thuong-tru", "dang-ky-tam-tru"),
    "L11": _CARD,
    "L12": _CARD,
    "L13": _CARD,
    "L14": _CARD,
    "L15": _CARD,
    "L16": _works(CARD),
    "L17": _works(CARD),
    "L18": _works("dieu-chinh-cu-tru", RECORD),
    "L19": _works(RECORD),
    "L20": _works("thuong-tru-noi-khac", "xoa-thuong-tru"),
    "L21": _works("cham-dut-giam-ho"),
    "L22": _works(CONFIRM, RECORD),
    "L23": _fields("phone"),
    "L24": _fields("phone"),
    "L25": _works("da-ve"),
    "L26": _works(RECORD),
}


@dataclass(frozen=True)
class Proposed:
    """One text as it stands and as it is proposed."""

    label: str
    old: str
    new: str


def mending_of(finding: Finding) -> Mending:
    known = MENDINGS.get(finding.rule, Mending())
    if BY_EVIDENCE not in known.fields:
        return known
    seen = [LABELS[label] for label, _ in finding.evidence.get("values", []) if label in LABELS]
    return Mending(tuple(dict.fromkeys(seen)), known.works)


def proposals_of(finding: Finding) -> list[Proposed]:
    """What the finding proposes, text by text; empty where only a person can tell."""
    values = dict(finding.evidence.get("values", []))
    found = [
        Proposed(label, old, values[f"{label}{IN_BRACKETS}"])
        for label, old in values.items()
        if f"{label}{IN_BRACKETS}" in values
    ]
    name = next((label for label in values if LABELS.get(label) == "full_name"), "")
    if not found and name and values.get(PROPOSED):
        found = [Proposed(RESIDENT_TEXTS["full_name"], values[name], values[PROPOSED])]
    return found
