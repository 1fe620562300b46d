"""Words of a name that say nothing about who somebody is. Pure.

What is left out is told with every comparison. Generic words of firms count a quarter: they tell
two firms of one name apart, and make nobody alike.
"""

from __future__ import annotations

_COMPANY_FORMS = """
ltd limited llc llp lp plc inc incorporated corp corporation co company cie gmbh mbh ag kg ohg
ug sa sas sarl srl spa snc sl slu sal bv nv ab as asa oy oyj aps kft zrt doo dd ooo oao zao pao
ao tov jsc pjsc ojsc cjsc fze fzc fzco fzllc wll pvt private pte pty sdn bhd kk yk kabushiki
kaisha yugen ltda eireli sirketi anonim ticaret est establishment foundation
"""
COMPANY_FORMS = frozenset(_COMPANY_FORMS.split())
"""As they stand after folding to ASCII; "the", "and" and the like are particles."""

COMPANY_FORMS_HAN = (
    "股份有限公司", "有限责任公司", "有限公司", "分公司", "总公司", "公司", "株式会社", "合同会社",
)  # fmt: skip
"""Simplified, the longest first: cut out before a name is read sign by sign."""

_HONORIFICS = """
mr mrs ms miss mister sir madam mme mlle dr doctor prof professor eng engineer hon rev father
herr frau monsieur madame senor senora sr sra don dona dna capt captain col colonel gen general
maj major lt sgt sheikh shaikh shaykh haji hajj hajji mullah mawlawi maulvi ayatollah sayyid
gospodin gospozha jr junior senior ii iii iv phd md esq
"""
HONORIFICS = frozenset(_HONORIFICS.split())
HONORIFICS_HAN = ("先生", "女士", "小姐", "太太", "博士", "教授")

_PARTICLES = """
al el ul ur as ad an ar ash at az bin bint ibn ben abu umm de del della di da das do dos du la
le les van von der den ter ten zu zum zur af av y e i and the of for und et fils st
"""
PARTICLES = frozenset(_PARTICLES.split())

_GENERIC = """
trading trade trader traders international intl global world group holding holdings import
imports export exports importexport impex industry industries industrial technology technologies
tech science service services general commercial commerce enterprise enterprises development
investment investments logistics shipping transport transportation freight forwarding cargo
electronics electronic engineering construction materials equipment machinery systems solutions
products manufacturing factory store shop online bank university institute center centre handel
handels gesellschaft comercio comercial torgovyi dom kompaniia
"""
GENERIC = frozenset(_GENERIC.split())
GENERIC_HAN = (
    "进出口", "国际", "贸易", "商贸", "科技", "技术", "电子", "集团", "实业", "工业", "物流",
    "货运", "电子商务", "商务", "投资", "发展", "设备", "材料", "制造", "工程", "服务", "控股",
)  # fmt: skip
PLACES_HAN = ("中国",)

SURNAMES_HAN = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "任": "ren",
    "盖": "ge", "翟": "zhai", "覃": "qin", "朴": "piao", "尉": "yu", "万": "wan", "乐": "yue",
    "缪": "miao", "宓": "mi", "员": "yun", "洗": "xian", "繁": "po", "召": "shao", "折": "she",
    "秘": "bi", "黑": "he", "种": "chong", "瞿": "qu", "晁": "chao", "隗": "wei", "郗": "xi",
}  # fmt: skip
"""Signs that are read otherwise where they are a family's name."""

SURNAMES_HANGUL = {
    "김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho",
    "윤": "yoon", "장": "jang", "임": "lim", "한": "han", "오": "oh", "서": "seo", "신": "shin",
    "권": "kwon", "황": "hwang", "안": "ahn", "송": "song", "류": "ryu", "유": "yoo", "홍": "hong",
    "전": "jeon", "고": "ko", "문": "moon", "손": "son", "양": "yang", "배": "bae", "백": "baek",
    "노": "noh", "남": "nam", "하": "ha", "주": "joo", "구": "koo", "우": "woo",
}  # fmt: skip
"""As families write themselves, not as the transliteration has it."""

_INITIALS = """
b p m f d t n l g k h j q x zh ch sh r z c s y w
"""
_FINALS = """
a o e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing iong u ua uo uai ui uan un
uang ue ve v
"""
_ALONE = "a o e ai ei ao ou an en ang er yo yi yin ying yu yue yuan yun wu"
PINYIN = frozenset(
    [initial + final for initial in _INITIALS.split() for final in _FINALS.split()] + _ALONE.split()
)
"""Whatever may be one syllable: a few that Chinese does not have do no harm."""
