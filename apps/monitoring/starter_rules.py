"""The alert rules a new portal begins with; afterwards staff's edits hold.

Each has a page ``docs/runbook/<slug>.md``. A rule that hides others (`depends_on`) is listed
before them.
"""

from __future__ import annotations

from typing import Any

from apps.monitoring.choices import Against, Comparison, RuleKind
from apps.notifications.choices import Audience, NoticeSeverity

RED, AMBER, NOTICE = (
    NoticeSeverity.RED.value,
    NoticeSeverity.AMBER.value,
    NoticeSeverity.NOTICE.value,
)
ON_CALL, OPERATIONS = Audience.ON_CALL.value, Audience.OPERATIONS.value
SILENT_SECONDS = 20.0
"""A process beats every 5 s; four beats missed are no accident."""
STORES = ("postgres_gone", "redis_gone")


def _rule(
    slug: str,
    names: tuple[str, str],
    means: tuple[str, str],
    *,
    series: str = "",
    kind: RuleKind = RuleKind.THRESHOLD,
    severity: str = AMBER,
    **more: Any,
) -> dict[str, Any]:
    red = severity == RED
    return {
        "slug": slug,
        "name": names[0],
        "name_en": names[1],
        "meaning": means[0],
        "meaning_en": means[1],
        "series": series,
        "kind": kind.value,
        "severity": severity,
        "audience": ON_CALL if red else OPERATIONS,
        "escalate_minutes": 15 if red else None,
        "runbook": slug,
        "for_seconds": 15,
        "calm_seconds": 30,
        **more,
    }


def _process(
    process: str, names: tuple[str, str], means: tuple[str, str], **more: Any
) -> dict[str, Any]:
    return _rule(
        f"{process}_dead", names, means, series="process.silence", where={"process": [process]},
        limit=SILENT_SECONDS, for_seconds=10, severity=RED, **{"depends_on": STORES[:1], **more},
    )  # fmt: skip


def _burn(objective: str, names: tuple[str, str], **more: Any) -> tuple[dict[str, Any], ...]:
    fast = (
        "照这个速度，一个月的错误预算两天就用完（1 小时和 5 分钟都超过 14.4 倍）。",
        "At this pace a month's error budget lasts two days (14.4 times, over 1 h and 5 min).",
    )
    slow = (
        "照这个速度，一个月的错误预算五天就用完（6 小时和 30 分钟都超过 6 倍）。",
        "At this pace a month's error budget lasts five days (6 times, over 6 h and 30 min).",
    )
    more = {"objective": objective, "least": 20, **more}
    return (
        _rule(
            f"{objective}_burns_fast", (f"{names[0]}：预算快速消耗", f"{names[1]}: burns fast"),
            fast, kind=RuleKind.BURN_FAST, for_seconds=30, runbook="budget_burns", **more,
        ),
        _rule(
            f"{objective}_burns_slowly", (f"{names[0]}：预算持续消耗", f"{names[1]}: burns slowly"),
            slow, kind=RuleKind.BURN_SLOW, for_seconds=60, runbook="budget_burns",
            **{**more, "severity": NOTICE,
               "depends_on": (*more.get("depends_on", ()), f"{objective}_burns_fast")},
        ),
    )  # fmt: skip


RULES: tuple[dict[str, Any], ...] = (
    _rule(
        "postgres_gone",
        ("数据库连不上", "PostgreSQL is gone"),
        (
            "门户不能读写：页面打不开，回调不被接收，百递云会稍后重推。",
            "Nothing can be read or written; callbacks are not taken in and will be pushed again.",
        ),
        series="postgres.silence", limit=10.0, for_seconds=5, severity=RED,
    ),
    _rule(
        "redis_gone",
        ("Redis 连不上", "Redis is gone"),
        (
            "定时任务停了，调用按每个进程的小份额走；回调和轨迹照常。",
            "Periodic work stands still and calls live on small shares; callbacks go on.",
        ),
        series="redis.silence", limit=10.0, for_seconds=5, severity=RED,
        depends_on=("postgres_gone",),
    ),
    _rule(
        "postgres_slow",
        ("数据库变慢", "PostgreSQL is slow"),
        (
            "一次最小的查询就要等：页面和回调都会跟着变慢。",
            "The smallest question has to wait, so pages and callbacks do too.",
        ),
        series="postgres.answer", limit=0.5, ends_at=0.2, for_seconds=15,
        severity=RED, depends_on=("postgres_gone",),
    ),
    _process(
        "web", ("网页进程停了", "The web process is dead"),
        (
            "没有进程接收页面、接口和回调。",
            "Nobody answers pages, the API and callbacks.",
        ),
    ),
    _process(
        "worker", ("任务进程停了", "The worker is dead"),
        (
            "下单、轮询、对账、规则都停了；收到的回调仍会应用。",
            "Booking, polling, reconciliation and rules stand still; callbacks are still applied.",
        ),
        depends_on=STORES,
    ),
    _process(
        "beat", ("调度进程停了", "Beat is dead"),
        (
            "没有人安排定时任务：什么都不会再下单、轮询或对账。",
            "Nobody starts periodic work: nothing is booked, polled or reconciled.",
        ),
        depends_on=STORES,
    ),
    _process(
        "drain", ("回调应用进程停了", "The drain is dead"),
        (
            "回调收得到、存得住，但到不了包裹，商家也收不到通知。",
            "Callbacks are kept but reach no parcel, and shops are not told.",
        ),
    ),
    _process(
        "watch", ("值守进程停了", "The watch is dead"),
        (
            "没有人发告警了；此消息由任务进程代发。",
            "Nobody sends alarms any more; the worker says this in its place.",
        ),
    ),
    _rule(
        "watch_doubled",
        ("值守进程多于一个", "There are two watches"),
        (
            "无害：只有一个在判断；多半是部署时多启动了一份。",
            "Harmless, only one of them judges; most likely one too many was started.",
        ),
        series="process.count", where={"process": ["watch"]}, limit=1.0, for_seconds=60,
        severity=NOTICE, quiet=True,
    ),
    _rule(
        "platform_failing",
        ("百递云调用失败", "Calls to the platform fail"),
        (
            "超过十分之一的调用失败；下单和查询会自动重试，状态以推送为准。",
            "More than a tenth of calls fail; they are tried again, pushes still count.",
        ),
        series="platform.errors", window_seconds=120, limit=0.1, ends_at=0.05, least=10,
        severity=RED, depends_on=("postgres_gone",),
    ),
    _rule(
        "platform_slow",
        ("百递云变慢", "The platform is slow"),
        (
            "95% 的调用里最慢的超过一秒；下单和查询会排队。",
            "One call in twenty takes over a second, so bookings and queries queue up.",
        ),
        series="platform.p95", window_seconds=120, limit=1.0, ends_at=0.6, least=10,
        depends_on=("platform_failing", "postgres_slow"),
    ),
    _rule(
        "breaker_open",
        ("接口被熔断", "Calls are held back"),
        (
            "这个接口失败太多，调用暂停，只放几个试探。",
            "They failed too often; a few try by themselves whether it works again.",
        ),
        series="breaker.open", group_by="product", limit=0.0, for_seconds=30,
        depends_on=("platform_failing",),
    ),
    _rule(
        "ladder_low",
        ("服务已降级", "Service is degraded"),
        (
            "已降到“只查高风险”或更低：数据会比平时旧。",
            "Only risky parcels are asked for, or less: data are older than usual.",
        ),
        series="ladder.step", limit=1.0, for_seconds=30,
        depends_on=("platform_failing", "redis_gone"),
    ),
    _rule(
        "callbacks_refused",
        ("我们的回调被拒", "Our own callbacks are refused"),
        (
            "签名不对：多半是换了密钥只换了一边。被拒的回调保留一天，可重新验证。",
            "The signature is wrong, most likely a salt changed on one side. They are kept a day"
            " and can be verified again.",
        ),
        series="refusals.ours", kind=RuleKind.RELATIVE, against=Against.LAST_DAY.value,
        factor=4.0, limit=4.0, window_seconds=600, for_seconds=0, severity=RED,
    ),
    _rule(
        "callbacks_forged",
        ("陌生人敲回调的门", "Strangers knock at the callbacks' door"),
        (
            "有人在猜回调地址；一个也没有放进来。",
            "Somebody guesses at callback addresses; none was let in.",
        ),
        series="refusals.strangers", kind=RuleKind.RELATIVE, against=Against.LAST_DAY.value,
        factor=4.0, limit=4.0, window_seconds=600, for_seconds=0,
    ),
    _rule(
        "callbacks_stopped",
        ("回调停了", "Callbacks have stopped"),
        (
            "平时不断的回调不来了；轮询会补上，但会慢几十分钟。",
            "They usually never pause; polling fills the gap, tens of minutes later.",
        ),
        series="callbacks.count", kind=RuleKind.ABSENCE, limit=30.0, least=20,
        window_seconds=3600, for_seconds=10, severity=RED,
        depends_on=("callbacks_refused", "web_dead", "postgres_gone"),
    ),
    _rule(
        "inbox_late",
        ("回调应用不过来", "Callbacks wait to be applied"),
        (
            "最久的一条等了一分钟以上：客户看到的状态是旧的。",
            "The oldest waits over a minute: what customers see is old.",
        ),
        series="queue.age", where={"queue": ["inbox"]}, limit=60.0, ends_at=10.0,
        severity=RED, depends_on=("drain_dead", "postgres_slow"),
    ),
    _rule(
        "outbox_late",
        ("商家消息发不出去", "Messages to shops wait"),
        (
            "最久的一条等了十分钟以上：多半是某个商家的地址不通。",
            "The oldest waits over ten minutes; most likely one shop's address does not answer.",
        ),
        series="queue.age", where={"queue": ["outbox"]}, limit=600.0, for_seconds=60,
        depends_on=("drain_dead",),
    ),
    _rule(
        "notices_unsent",
        ("通知发不出去", "Notices wait to be sent"),
        (
            "企业微信或邮件有几分钟没有发出一条了。",
            "Nothing has gone out over WeCom or mail for minutes.",
        ),
        series="queue.age", where={"queue": ["notices"]}, limit=300.0, for_seconds=60,
        depends_on=("watch_dead",),
    ),
    _rule(
        "robot_dead",
        ("机器人被停用", "A robot is switched off"),
        (
            "它的密钥已失效，发给它的消息改走其他渠道。",
            "Its key is dead; what was for it goes over the other channels.",
        ),
        # Only shown: `notifications` tells of a dead channel itself, at once and to on call.
        series="robot.dead", group_by="robot", limit=0.0, for_seconds=0, quiet=True,
    ),
    _rule(
        "metrics_unwritten",
        ("指标写不进去", "Metrics are not written"),
        (
            "图表和目标停在原地，依赖它们的告警也看不见；门户本身照常。",
            "Charts and objectives stand still and alarms that read them are blind; the portal"
            " itself goes on.",
        ),
        series="metrics.refused", limit=0.0, for_seconds=10, severity=RED,
        depends_on=("postgres_gone", "postgres_slow"),
    ),
    _rule(
        "disk_low",
        ("磁盘快满了", "The disk is nearly full"),
        (
            "所在磁盘剩余不足 5%；满了数据库就停。",
            "Less than 5 % is free where the portal runs; a full one stops the database.",
        ),
        series="disk.free", comparison=Comparison.BELOW.value, limit=0.05, ends_at=0.07,
        for_seconds=60,
    ),
    _rule(
        "job_failing",
        ("定时任务失败", "A periodic job fails"),
        (
            "最近一次没有完成，会在下一拍重试；看任务记录里的错误。",
            "Its last run did not finish and is tried again; the job's record has the error.",
        ),
        series="job.failing", group_by="job", limit=60.0, for_seconds=60,
        depends_on=(*STORES, "postgres_slow"),
    ),
    _rule(
        "job_silent",
        ("定时任务没动静", "A periodic task is silent"),
        (
            "早该完成的一次没有完成，也没有报错。",
            "It should have finished long ago and has not, without an error.",
        ),
        series="task.late", group_by="task", limit=600.0, for_seconds=60,
        depends_on=("worker_dead", "beat_dead", *STORES),
    ),
    _rule(
        "tasks_failing",
        ("任务大量失败", "Tasks fail"),
        (
            "超过五分之一的任务以错误结束。",
            "More than a fifth of the tasks end with an error.",
        ),
        series="task.failed", window_seconds=300, limit=0.2, ends_at=0.05, least=20,
        depends_on=(*STORES, "postgres_slow", "platform_failing"),
    ),
    _rule(
        "callbacks_parked",
        ("有回调应用不了", "Callbacks could not be applied"),
        (
            "它们都留着：看错误，改掉原因，再应用一次。",
            "They are kept: read the error, correct the cause, apply them again.",
        ),
        series="queue.size", where={"queue": ["parked"]}, limit=0.0, for_seconds=30,
    ),
    _rule(
        "bookings_stuck",
        ("有包裹下不了单", "Parcels could not be booked"),
        (
            "没人处理它们就不会动：改正、重试或取消。",
            "They do not move until somebody looks: correct, try again, or cancel.",
        ),
        series="queue.size", where={"queue": ["unbooked"]}, limit=0.0, for_seconds=60,
        severity=NOTICE, quiet=True,
    ),
    _rule(
        "unknown_codes",
        ("有不认识的代码", "There are codes nobody knows"),
        (
            "带这些代码的包裹保持原来的状态。",
            "Parcels with such a code keep the status they had.",
        ),
        series="queue.size", where={"queue": ["unknown_codes"]}, limit=0.0, for_seconds=0,
        severity=NOTICE, quiet=True,
    ),
    _rule(
        "contract_drift",
        ("接口与合同有新偏差", "New deviations from the contract"),
        (
            "百递云的回答里出现了合同没写的东西，近一天内第一次见到。",
            "The platform answered what its contract does not say, first seen within a day.",
        ),
        series="queue.size", where={"queue": ["deviations"]}, limit=0.0, for_seconds=0,
        severity=NOTICE, quiet=True,
    ),
    _rule(
        "traffic_dropped",
        ("接口请求骤降", "Requests to our API have dropped"),
        (
            "不到上周同一时间的三成：可能是商家连不上我们。",
            "Less than a third of the same time last week; shops may not reach us.",
        ),
        series="api.count", kind=RuleKind.RELATIVE, against=Against.LAST_WEEK.value,
        comparison=Comparison.BELOW.value, factor=0.3, least=50, window_seconds=1800,
        for_seconds=120, depends_on=("web_dead", "postgres_gone", "metrics_unwritten"),
    ),
    *_burn("platform_response", ("百递云响应", "Platform response"),
           depends_on=("platform_failing", "platform_slow")),
    *_burn("api_response", ("开放接口响应", "Our API's response"), depends_on=("postgres_slow",)),
    *_burn("platform_errors", ("百递云错误率", "Platform errors"),
           depends_on=("platform_failing",)),
    *_burn("api_errors", ("开放接口错误率", "Our API's errors"), severity=RED,
           depends_on=("postgres_gone", "postgres_slow")),
    *_burn("visible", ("收到到可见", "Received → visible"),
           depends_on=("drain_dead", "inbox_late", "postgres_slow")),
    *_burn("told", ("已知到通知", "Known → told"), depends_on=("drain_dead", "outbox_late")),
)  # fmt: skip
"""The starter set in its order; fields as `models.AlertRule` has them, ``objective`` and
``depends_on`` by key and slug."""

SLUGS = tuple(rule["slug"] for rule in RULES)
RUNBOOKS = tuple(dict.fromkeys(rule["runbook"] for rule in RULES))
"""The pages docs/runbook must have."""
