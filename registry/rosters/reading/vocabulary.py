"""What headings say, folded: which field a heading names, in the spellings that lists of communes use."""

import re
from functools import lru_cache
from typing import Final

from accounts.text import fold
from registry.rosters.fields import FIELDS

_WHO: Final = (
    ("father", r"\b(?:cha|bo|than phu)\b(?! (?:vo|chong|duong|nuoi))"),
    ("mother", r"\b(?:me|than mau)\b(?! (?:vo|chong|ke|nuoi))"),
    ("spouse", r"\b(?:vo|chong)\b"),
    ("head", r"\bchu ho\b"),
)
_NUMBERS: Final = r"so dinh danh|dinh danh|ddcn|cccd|cmnd|cmt|can cuoc|chung minh|giay to|\bcc\b"
_NAMES: Final = r"\bten\b|ho ten|^(?:cha|bo|me|vo|chong|chu ho|vo chong|vo hoac chong|than phu|than mau)$"
_NOT_OF_KIN: Final = r"quan he|\bqh\b|hon nhan|con cua|khai sinh cua"

_RULES: Final = [(name, re.compile(pattern)) for name, pattern in (
    ("record_id", r"^ma ho so$|^record id$"),
    ("record_version", r"^phien ban"),
    ("ordinal", r"^(?:s?tt|so t t|s t t|so tt|so thu tu|thu tu|t t|no|tt nhan khau|stt nk)$"),
    ("note", r"^(?:ghi chu|gc|note|chu thich|ly do)\b"),
    ("household_role", r"quan he|^(?:m )?qh\b|moi qh|^vai tro|chu ho hay|^qhch$"),
    ("residence_file_number", r"ho so cu tru|so hsct"),
    ("household_key", r"^(?:so|ma|stt|tt|so tt|ma so|so thu tu) ho(?: gia dinh| gd| khau)?$|so so ho khau"
                      r"|^so so(?: hk)?$|^s?shk$|^ho khau so$|^ho so$|^so hk$"
                      r"|^ma hk$|^ma ho khau$|^ho gia dinh$|^ma gia dinh$"),
    ("marital_status", r"hon nhan|^tthn$"),
    ("birth_registration_place", r"(?:dang ky|dk|d k) ?khai sinh|dkks|noi ks$"),
    ("birth_place", r"^noi sinh|sinh tai|noi sinh$"),
    ("home_town", r"que quan|^qq$|^q quan|nguyen quan|que goc|^que$"),
    ("other_name", r"ten (?:goi )?khac|bi danh|biet danh|thuong goi"),
    ("card_issued_on", r"ngay (?:thang nam )?cap|ngay cccd|^nc$"),
    ("card_issued_by", r"noi cap|co quan cap|cap tai"),
    ("card_expires_on", r"het han|gia tri den|thoi han(?! tam)|han su dung|hsd|han the"),
    ("permanent_from", r"thuong tru tu|ngay (?:dang ky |dk |den )?(?:dktt|thuong tru|nhap (?:ho )?khau)|tu ngay$"),
    ("temporary_from", r"tam tru tu|ngay (?:dang ky |dk |bat dau )?tam tru"),
    ("temporary_to", r"tam tru den|han tam tru|tam tru het"),
    ("birth_male", r"sinh(?: .*)? nam(?: gioi)?$(?<!thang nam)(?<!ngay sinh thang sinh nam)"),
    ("birth_female", r"sinh(?: .*)? nu(?: gioi)?$"),
    ("birth_day", r"sinh ngay$(?<!^sinh ngay)|^ngay$"),
    ("birth_month", r"sinh thang$|^thang(?: sinh)?$"),
    ("birth_date", r"(?<!khai )sinh$|^sinh ngay|ngay sinh|nam sinh|n sinh|^ntns|^ns$|^n s$"
                   r"|ngay thang nam s|^ngay ts$|^dob$|birth|^ngay thang nam$|^namsinh|^ngaysinh|sinh nam"),
    ("is_male", r"^(?:gioi tinh |gt |phai )?nam$"),
    ("is_female", r"^(?:gioi tinh |gt |phai )?nu$"),
    ("sex", r"gioi tinh|^gt$|^phai$|^sex$|gender|^nam nu$|^gioi$|gioitinh"),
    ("any_number", r"(?:cccd|can cuoc|dinh danh|ddcn|\bcc\b).*(?:cmnd|cmt|chung minh)|(?:cmnd|cmt|chung minh).*(?:cccd"
                   r"|can cuoc|dinh danh|ddcn|\bcc\b)|giay to|gttt"),
    ("number", r"dinh danh|ddcn|sddcn|\bcccd\b|^(?:so )?(?:the )?can cuoc|^so (?:the )?cc$|ma dd|^so dd$|socccd|^cccd"
               r"|can cuoc cong dan"),
    ("cmnd", r"cmnd|\bcmt|chung minh|cmtnd"),
    ("ethnic_group", r"dan toc|^d ?toc$"),
    ("religion", r"ton giao|^t ?giao$|^tg$"),
    ("nationality", r"quoc tich|^qt$"),
    ("blood_group", r"nhom mau"),
    ("phone", r"dien thoai|\bsdt|^dtdd|^so dt|^s dt$|thue bao|mobile|phone|di dong|dtlh|so may"),
    ("email", r"email|thu dien tu|e mail|gmail"),
    ("temporary_line", r"tam tru"),
    ("permanent_hamlet", r"^(?:noi )?(?:thuong tru |hktt |dktt |dia chi )?(?:thon|to|ban|ap|khu|khu pho|khom|xom|tdp"
                         r"|lang|to dan pho|thon to|thon (?:to dan pho|xom|ban|tdp|khu|ap|lang)|to thon|ap khom"
                         r"|khu dan cu|thon ban to(?: dan pho)?|to khu pho|doi)$"),
    ("permanent_street", r"^(?:noi )?(?:thuong tru |hktt |dia chi )?(?:so nha|duong|ten duong|duong pho|so nha duong"
                         r"|so nha ten duong|so nha duong pho|snha|xom ngo)$"),
    ("permanent_unit", r"^(?:noi )?(?:thuong tru |hktt |dia chi )?(?:xa|phuong|xa phuong|phuong xa"
                       r"|xa phuong thi tran)$"),
    ("present_line", r"hien (?:nay|tai|o)|^noi o|^cho o|dang o|noi o thuc te|cho o thuc te|cu tru thuc te"),
    ("permanent_line", r"thuong tru|hktt|dktt|ho khau tt|^hk$|ho khau goc|noi ?tt$|nktt"),
    ("other_information", r"thong tin khac"),
    ("surname_and_middle", r"^ho (?:va )?(?:chu |ten )?(?:dem|lot)$|^ho dem$|^ho lot$|^ho va ten lot$|^ho chu dem$"),
    ("middle_name", r"^(?:chu |ten )?(?:dem|lot)$"),
    ("given_name", r"^ten$"),
    ("full_name", r"^h(?:o)?(?: va| v)? ?(?:chu dem |dem |lot )?(?:va )?ten|ho (?:va )?ten|hoten|^ten (?:day du"
                  r"|cong dan|nhan khau|nguoi)|full ?name|^nhan khau$|^cong dan$|^ho va te|chu dem va ten"),
)]  # fmt: skip
WEAK: Final[dict[str, list[str]]] = {
    "dia chi": ["permanent_line", "present_line"],
    "noi cu tru": ["permanent_line", "present_line"],
    "dia chi cu tru": ["permanent_line", "present_line"],
    "dia chi lien he": ["present_line"],
    "noi dang ky": ["permanent_line"],
    "ho khau": ["permanent_line", "household_key"],
    "so": ["number", "ordinal"], "ma so": ["number", "household_key"], "ma": ["household_key", "record_id"],
    "dt": ["phone", "ethnic_group"], "so the": ["number"], "ho": ["surname", "household_key"],
    "cap": [], "ngay": ["birth_date", "card_issued_on"], "nam": ["is_male", "birth_male", "birth_year"],
    "nu": ["is_female", "birth_female"], "lien he": ["phone"], "lien lac": ["phone"], "tt": ["ordinal"],
}  # fmt: skip
"""Headings that may say more than one thing; what stands below decides, or the officer."""
_IN_BRACKETS: Final = re.compile(r"[(\[][^)\]]*[)\]]|\*")
_LABELS: Final = {fold(one.label): one.name for one in FIELDS.values()}


@lru_cache(maxsize=2048)
def fields_of(heading: str) -> tuple[str, ...]:
    """The fields a heading may mean: one where it is plain, more where it is not, none where no field is meant."""
    low = " ".join(heading.lower().split())
    if low in ("hộ", "hộ số", "số hộ"):
        return ("household_key",)
    if low == "họ":
        return ("surname",)
    whole, bare = _tidy(fold(heading)), _tidy(fold(_IN_BRACKETS.sub(" ", heading)))
    for key in dict.fromkeys([whole, bare]):
        if key in _LABELS:
            return (_LABELS[key],)
    for key in dict.fromkeys([whole, bare]):
        if key in WEAK and not (key == "dt" and "đt" in low):
            return tuple(WEAK[key])
        if key == "dt":
            return ("phone",)
    return _by_rules(bare or whole) or _by_rules(whole)


def _tidy(key: str) -> str:
    """Without the number of the column behind it and without "nếu có"."""
    return re.sub(r"(?: neu co| ghi ro)+$", "", re.sub(r"(?:^\d{1,2} )|(?: \d{1,2})$", "", key)).strip()


def _by_rules(key: str) -> tuple[str, ...]:
    if not key or len(key) > 90:
        return ()
    if kin := _of_kin(key):
        return kin if kin != ("",) else ()
    return next(((name,) for name, pattern in _RULES if pattern.search(key)), ())


def _of_kin(key: str) -> tuple[str, ...]:
    """What a heading on father, mother, spouse or head asks; ("",) for what we keep nothing of."""
    if re.search(_NOT_OF_KIN, key):
        return ()
    who = [name for name, pattern in _WHO if re.search(pattern, key)]
    if len(who) != 1:
        return ("",) if len(who) > 1 else ()
    if re.search(_NUMBERS, key):
        return (f"{who[0]}_number",)
    if re.search(r"sinh|ngay|nam\b|dan toc|que|nghe|dia chi|thuong tru|dien thoai|sdt", key):
        return ("",)
    return (f"{who[0]}_name",) if re.search(_NAMES, key) or key.split()[-1] in ("cha", "me", "bo") else ("",)
