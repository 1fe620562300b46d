"""Countries and currencies: which exist at all. Pure; `region_names` says what people call them.

Countries are ISO 3166 alpha-2, the regions of the telephone metadata. Currencies are the active
codes of ISO 4217, with the digits of their smallest part.
"""

from __future__ import annotations

import phonenumbers

COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)
HOME = "CN"

_CURRENCIES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN "
    "BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD "
    "FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR "
    "KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD "
    "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD "
    "TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG"
)
_WITHOUT_PARTS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
CURRENCY_DIGITS: dict[str, int] = {
    **dict.fromkeys(_CURRENCIES.split(), 2),
    **dict.fromkeys(_WITHOUT_PARTS.split(), 0),
}
