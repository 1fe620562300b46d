"""A finding in words a person can check on the map: what, where, by how much."""

from __future__ import annotations

from apps.exceptions.tracks.batch import Finding

SPEED_UNIT = {"en": "km/h", "zh": "公里/小时"}
TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "jump": "{rows}: {metres} off the line between the fixes before and after.",
        "nowhere": "{rows}: not a place on Earth.",
        "drift": "{rows}: shifted by {metres}; the step out and the step back cancel out.",
        "gcj": "{rows}: GCJ-02 taken for WGS-84; the shift of {metres} is that of this place.",
        "bd": "{rows}: BD-09 taken for WGS-84; the shift of {metres} is that of this place.",
        "frozen": "{rows}: the same place repeated for {seconds}, then {metres} in one step.",
        "speed": "{rows}: in a straight line at {speed}.",
        "swap": "{rows}: latitude and longitude are exchanged.",
        "zero": "{rows}: at 0°, 0°; the receiver had no fix.",
        "future": "{rows}: the clock is {seconds} ahead.",
        "rollover": "{rows}: the clock is {weeks} weeks behind; its week counter started over.",
        "order": "{rows}: received in another order than taken.",
        "pingpong": "{rows}: jumping to and fro by {metres}.",
        "teleport": "{rows}: from here on {metres} away, without coming back.",
        "detour": "{rows}: up to {metres} off the planned route, then back on it.",
        "impossible_hop": "Scans {first} and {last}: {metres} apart, {seconds} between them.",
        "loop": "Scans {first} to {last}: {visits} visits to the same place.",
        "wrong_city": "Scan {first}: not on the way; going there adds {metres}.",
    },
    "zh": {
        "jump": "{rows}：偏离前后定位点的连线 {metres}。",
        "nowhere": "{rows}：坐标不在地球上。",
        "drift": "{rows}：整体偏移 {metres}，移出与移回的跳变相互抵消。",
        "gcj": "{rows}：GCJ-02 坐标被当作 WGS-84，偏移 {metres}，正是当地的偏移量。",
        "bd": "{rows}：BD-09 坐标被当作 WGS-84，偏移 {metres}，正是当地的偏移量。",
        "frozen": "{rows}：{seconds}内重复同一位置，随后一步移动 {metres}。",
        "speed": "{rows}：以 {speed}的速度直线前进。",
        "swap": "{rows}：经度与纬度互换。",
        "zero": "{rows}：经纬度均为 0°，设备没有定位。",
        "future": "{rows}：时钟快了 {seconds}。",
        "rollover": "{rows}：时钟慢了 {weeks} 周，接收机的周计数已翻转。",
        "order": "{rows}：接收顺序与定位顺序不一致。",
        "pingpong": "{rows}：来回跳动 {metres}。",
        "teleport": "{rows}：此后轨迹移到 {metres}外，不再返回。",
        "detour": "{rows}：偏离计划路线最远 {metres}，随后返回。",
        "impossible_hop": "第 {first} 次与第 {last} 次扫描：相距 {metres}，间隔 {seconds}。",
        "loop": "第 {first} 至 {last} 次扫描：{visits} 次到达同一地点。",
        "wrong_city": "第 {first} 次扫描：不在途经路线上，绕经此地多行 {metres}。",
    },
}


def sentence(finding: Finding, language: str = "en") -> str:
    """Return the finding as one sentence; rows are counted from 1, as a person counts."""
    numbers = finding.numbers
    first, last = finding.start + 1, finding.end + 1
    said = {
        "rows": _rows(first, last, language),
        "metres": _metres(numbers.get("metres", 0.0), language),
        "seconds": _seconds(numbers.get("seconds", 0.0), language),
        "speed": f"{numbers.get('speed', 0.0) * 3.6:.0f} {SPEED_UNIT[language]}",
        "visits": f"{numbers.get('visits', 0.0):.0f}",
        "weeks": f"{numbers.get('weeks', 0.0):.0f}",
    }
    text = TEXTS[language]["nowhere" if numbers.get("nowhere") else finding.kind]
    return text.format(first=first, last=last, **said)


def _rows(first: int, last: int, language: str) -> str:
    if language == "zh":
        return f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行"
    return f"Row {first}" if first == last else f"Rows {first} to {last}"


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
