"""Reachability, addresses, pickup codes, work orders (contract §5.6, §5.7, §5.10, §5.11)."""

from __future__ import annotations

from apps.baidiyun.contract.table import answer, pushed, sent

REACHABLE = """
kuaidicom str !
recManName str +
recManMobile str +
recManPrintAddr str !
sendManName str +
sendManMobile str +
sendManPrintAddr str !
"""
RESOLVED = """
taskId str +
result list !
result[].content str +
result[].mobile list/str +
result[].name str +
result[].address str +
result[].xzq obj +
result[].xzq.fullName str +
result[].xzq.province str +
result[].xzq.city str +
result[].xzq.district str +
result[].xzq.subArea str +
result[].xzq.parentCode str - the code itself begins with it
result[].xzq.code str +
result[].xzq.level int/str +
"""
ABROAD = """
country str +
province str +
city str +
district str +
route str +
streetNum str +
postcode str +
"""
CODE = """
kuaidicom str +
kuaidinum str !
pickUpCode str +
pickUpAddress str +
pickUpStation str +
statusDesc str +
"""
MESSAGES = (
    sent("reachable.request", "§5.6", REACHABLE),
    answer(
        "reachable.answer", "§5.6 (ND)",
        "reachable bool/str/int +\nreason str +\nmessage str +",
    ),
    sent(
        "address.request", "§5.7",
        "content str +\nimage str - we resolve text only\nimageUrl str - we resolve text only\n"
        "pdfUrl str - we resolve text only\nhtmlUrl str - we resolve text only\n"
        "addressLevel int/str +",
    ),
    answer("address.answer", "§5.7", RESOLVED),
    sent("address_abroad.request", "§5.7", "code str !\naddress str !\nlanguage str +"),
    answer("address_abroad.answer", "§5.7", "result obj/list !\n" + "\n".join(
        f"result.{line}" for line in ABROAD.split("\n") if line
    )),
    sent(
        "pickup_code.register.request", "§5.10",
        "kuaidicom str !\nkuaidinum str !\nreceiverPhone str !\ncallbackUrl str !",
    ),
    answer("pickup_code.register.answer", "§5.10", "taskId str !"),
    sent("pickup_code.query.request", "§5.10", "kuaidicom str !\nkuaidinum str !"),
    answer("pickup_code.query.answer", "§5.10", CODE),
    pushed("pickup_code.push", "§5.10 (ND)", f"taskId str +\n{CODE}"),
    sent(
        "workorder.create.request", "§5.11 (ND)",
        "kuaidicom str !\nkuaidinum str !\norderId str +\ntype str !\ncontent str !\n"
        "callbackUrl str +\nsalt str +",
    ),
    sent("workorder.status.request", "§5.11", "consultId str !"),
    sent("workorder.reply.request", "§5.11 (ND)", "consultId str !\ncontent str !"),
    sent("workorder.upload.request", "§5.11 (ND)", "consultId str !\nfileName str !\nfile str !"),
    answer(
        "workorder.answer", "§5.11 (ND)",
        "consultId str/int +\nstatus str/int +\nstatusDesc str +\nreplies list +\n"
        "replies[].content str +\nreplies[].time str +\nreplies[].author str +",
    ),
    pushed(
        "workorder.push", "§5.11 (ND)",
        "consultId str/int !\nkuaidicom str - the token says it\nkuaidinum str +\n"
        "status str/int +\nstatusDesc str +\ncontent str +\ntime str +",
    ),
)  # fmt: skip
