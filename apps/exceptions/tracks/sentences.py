"""A finding in words a person can check on the map: what, where, by how much."""

from __future__ import annotations

from apps.exceptions.tracks.batch import Finding

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "jump": "Row {first} lies {metres} off the line of the rows before and after it.",
        "nowhere": "Rows {first} to {last} name no place on the earth.",
        "drift": "Rows {first} to {last} lie {metres} beside the way; both edges agree on it.",
        "gcj": "Rows {first} to {last} are GCJ-02 read as WGS-84: {metres}, the offset here.",
        "bd": "Rows {first} to {last} are BD-09 read as WGS-84: {metres}, the offset here.",
        "frozen": "Rows {first} to {last} repeat one place for {seconds}; then {metres} at once.",
        "speed": "Rows {first} to {last} fly straight on at {speed}.",
        "swap": "Rows {first} to {last} have latitude and longitude exchanged.",
        "zero": "Rows {first} to {last} lie at 0° 0°: the receiver had no fix.",
        "future": "Rows {first} to {last} say they were taken {seconds} after they were received.",
        "rollover": "Rows {first} to {last} are {weeks} weeks old: the week counter began anew.",
        "order": "Rows {first} to {last} did not arrive in the order they were taken.",
        "pingpong": "Rows {first} to {last} swing to and fro by {metres}.",
        "teleport": "At row {first} the track goes on {metres} elsewhere and does not return.",
        "detour": "Rows {first} to {last} leave the planned route by up to {metres} and come back.",
        "impossible_hop": "Scans {first} and {last} lie {metres} apart with {seconds} between them.",
        "loop": "From scan {first} to {last} the parcel came {visits} times to the same place.",
        "wrong_city": "Scan {first} lies off the way: over this place it is {metres} farther.",
    },
    "zh": {
        "jump": "第 {first} 行偏离前后轨迹 {metres}。",
        "nowhere": "第 {first} 至 {last} 行不是地球上的位置。",
        "drift": "第 {first} 至 {last} 行整体偏移 {metres},进出两端的跳变一致。",
        "gcj": "第 {first} 至 {last} 行是误作 WGS-84 的 GCJ-02 坐标:{metres},即当地偏移量。",
        "bd": "第 {first} 至 {last} 行是误作 WGS-84 的 BD-09 坐标:{metres},即当地偏移量。",
        "frozen": "第 {first} 至 {last} 行在 {seconds}内重复同一位置,下一个点在 {metres} 之外。",
        "speed": "第 {first} 至 {last} 行以 {speed} 直线前进。",
        "swap": "第 {first} 至 {last} 行经纬度互换。",
        "zero": "第 {first} 至 {last} 行位于 0° 0°:设备没有定位。",
        "future": "第 {first} 至 {last} 行的定位时间比接收时间晚 {seconds}。",
        "rollover": "第 {first} 至 {last} 行早了 {weeks} 周:接收机周计数翻转。",
        "order": "第 {first} 至 {last} 行到达顺序与定位顺序不一致。",
        "pingpong": "第 {first} 至 {last} 行来回跳动 {metres}。",
        "teleport": "第 {first} 行起轨迹移到 {metres} 外且不再返回。",
        "detour": "第 {first} 至 {last} 行偏离计划路线最远 {metres} 后返回。",
        "impossible_hop": "第 {first} 与第 {last} 次扫描相距 {metres},间隔仅 {seconds}。",
        "loop": "第 {first} 至 {last} 次扫描间,包裹 {visits} 次到达同一地点。",
        "wrong_city": "第 {first} 次扫描不在途经路线上:经此地多行 {metres}。",
    },
}


def sentence(finding: Finding, language: str = "en") -> str:
    """Return the finding as one sentence; rows are counted from 1, as a person counts."""
    numbers = finding.numbers
    said = {
        "metres": _metres(numbers.get("metres", 0.0), language),
        "seconds": _seconds(numbers.get("seconds", 0.0), language),
        "speed": f"{numbers.get('speed', 0.0) * 3.6:.0f} km/h",
        "visits": f"{numbers.get('visits', 0.0):.0f}",
        "weeks": f"{numbers.get('weeks', 0.0):.0f}",
    }
    return TEXTS[language][finding.kind].format(
        first=finding.start + 1, last=finding.end + 1, **said
    )


def _metres(value: float, language: str) -> str:
    if value >= 10_000:
        return f"{value / 1000:.0f} {'公里' if language == 'zh' else 'km'}"
    return f"{value:.0f} {'米' if language == 'zh' else 'm'}"


def _seconds(value: float, language: str) -> str:
    names = ("秒", "分钟", "小时", "天") if language == "zh" else ("s", "min", "h", "days")
    for size, name in ((86400.0, names[3]), (3600.0, names[2]), (60.0, names[1])):
        if value >= 2 * size:
            return f"{value / size:.0f} {name}"
    return f"{value:.0f} {names[0]}"
