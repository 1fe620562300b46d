"""The objectives a new portal begins with; afterwards staff's edits hold.

The first five are the team's contract: 200 ms, 0.1 %, 5 s. What counts as an error is written down
in docs/service-levels.md: ours and the vendor's, never the caller's.
"""

from __future__ import annotations

from typing import Any

from apps.monitoring.choices import Comparison

DAY = 86_400


def _objective(
    key: str,
    names: tuple[str, str],
    counts: tuple[str, str],
    *,
    series: str,
    target: float,
    share: float,
    **more: Any,
) -> dict[str, Any]:
    return {
        "key": key,
        "name": names[0],
        "name_en": names[1],
        "counts": counts[0],
        "counts_en": counts[1],
        "series": series,
        "target": target,
        "share": share,
        **more,
    }


OBJECTIVES: tuple[dict[str, Any], ...] = (
    _objective(
        "platform_response",
        ("百递云响应", "Platform response"),
        (
            "我们发出的每次调用，从发出到读完回答；95% 不超过 200 毫秒。",
            "Every call we send, until its answer is read; 95 % within 200 ms.",
        ),
        series="platform.p95",
        target=0.2,
        share=0.95,
    ),
    _objective(
        "api_response",
        ("开放接口响应", "Our API's response"),
        (
            "每次 /api/v1 请求；95% 不超过 200 毫秒。",
            "Every request to /api/v1; 95 % within 200 ms.",
        ),
        series="api.p95",
        target=0.2,
        share=0.95,
    ),
    _objective(
        "platform_errors",
        ("百递云错误率", "Platform errors"),
        (
            "我们的或百递云的错误占调用的比例；参数错、查无结果不算。",
            "Calls that failed by our or the vendor's fault; a caller's mistake does not count.",
        ),
        series="platform.errors",
        target=0.001,
        share=0.999,
    ),
    _objective(
        "api_errors",
        ("开放接口错误率", "Our API's errors"),
        (
            "由我们或百递云造成的失败占请求的比例；调用方的错不算。",
            "Requests that failed by our or the vendor's fault; the caller's do not count.",
        ),
        series="api.errors",
        target=0.001,
        share=0.999,
    ),
    _objective(
        "visible",
        ("收到到可见", "Received → visible"),
        (
            "每条轨迹回调，从收到到所有人可见；99% 不超过 5 秒。",
            "Every callback, until every reader sees it; 99 % within 5 s.",
        ),
        series="sync.visible",
        target=5.0,
        share=0.99,
    ),
    _objective(
        "told",
        ("已知到通知", "Known → told"),
        (
            "每条商家消息，从产生到对方确认；99% 不超过 5 秒。",
            "Every message to a shop, until its receiver said yes; 99 % within 5 s.",
        ),
        series="sync.told",
        target=5.0,
        share=0.99,
    ),
    _objective(
        "inbox_age",
        ("待应用回调", "Callbacks waiting"),
        (
            "最久未应用回调的等待时间，每分钟记一次；99% 不超过 30 秒。",
            "How long the oldest callback waits, by the minute; 99 % of them at most 30 s.",
        ),
        series="queue.age",
        where={"queue": ["inbox"]},
        target=30.0,
        share=0.99,
        shown_seconds=300,
    ),
    _objective(
        "completeness",
        ("推送完整率", "Completeness of pushes"),
        (
            "对账所得：推送到的节点占应到节点的比例，近 24 小时。",
            "Found by reconciliation: nodes that pushes brought, of all, over a day.",
        ),
        series="reconciliation.share",
        comparison=Comparison.BELOW.value,
        target=0.98,
        share=0.98,
        shown_seconds=DAY,
    ),
    _objective(
        "promise",
        ("承诺兑现率", "Promises kept"),
        (
            "近 7 天签收、有承诺时效的包裹中按时送达的比例。",
            "Parcels with a promise delivered in time, of those delivered in 7 days.",
        ),
        series="promise.share",
        comparison=Comparison.BELOW.value,
        target=0.9,
        share=0.9,
        shown_seconds=7 * DAY,
    ),
    _objective(
        "review_age",
        ("待复核等待", "Reviews waiting"),
        (
            "最久未复核的异常轨迹的等待时间，每分钟记一次；95% 不超过 4 小时。",
            "How long the oldest flag waits for a person; 95 % of minutes at most 4 hours.",
        ),
        series="queue.age",
        where={"queue": ["reviews"]},
        target=4 * 3600.0,
        share=0.95,
        shown_seconds=300,
    ),
)
"""In their order on the page; fields as `models.Objective` has them."""
