"""The contract's real payloads and vectors, and what signs them."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

KEY, CUSTOMER, SECRET, USERID = "testKey", "testCustomer", "testSecret", "testUser"

POLLING = (
    '{"status":"polling","billstatus":"got","message":"寄件","lastResult":{"message":"ok",'
    '"nu":"YT6186594166532","ischeck":"0","com":"yuantong","status":"200","data":['
    '{"time":"2021-12-15 20:15:14","context":"【苏州转运中心】 已发出 下一站 【无锡转运中心公司】",'
    '"ftime":"2021-12-15 20:15:14","areaCode":"CN320500000000","areaName":"江苏,苏州市",'
    '"status":"干线","location":"","areaCenter":"120.585315,31.298886","areaPinYin":"su zhou shi",'
    '"statusCode":"1002"},'
    '{"time":"2021-12-15 18:02:11","context":"【江苏省苏州市相城区北桥】 已揽收",'
    '"ftime":"2021-12-15 18:02:11","areaCode":"CN320507004000",'
    '"areaName":"江苏,苏州市,相城区,北桥",'
    '"status":"揽收","location":"","areaCenter":"120.606531,31.505825",'
    '"areaPinYin":"bei qiao jie dao","statusCode":"1"}],'
    '"state":"0","condition":"F00","routeInfo":{"from":{"number":"CN320507004000",'
    '"name":"江苏,苏州市,相城区,北桥"},"cur":{"number":"CN320200000000","name":"江苏,无锡市"},'
    '"to":null},"isLoop":false}}'
)
ABORT = (
    '{"status":"abort","billstatus":"","message":"3天查询无记录","autoCheck":"0","comOld":"",'
    '"comNew":"","lastResult":{"message":"快递公司参数异常：单号不存在或者已经过期",'
    '"nu":"4310508235533","ischeck":"0","condition":"","com":"yunda","status":"201","state":"0",'
    '"data":[]}}'
)
VECTOR_PUSH = (
    '{"status":"polling","billstatus":"got","message":"","autoCheck":"0","comOld":"","comNew":"",'
    '"lastResult":{"message":"ok","nu":"SANDBOX0001","ischeck":"0","com":"yuantong",'
    '"status":"200","state":"1","condition":"00","data":[]}}'
)
QUERY_ANSWER = (
    '{"message":"ok","nu":"YT7199652228745","ischeck":"1","com":"yuantongkuaiyun",'
    '"status":"200","data":[{"time":"2023-06-01 12:00:00","context":"已签收",'
    '"ftime":"2023-06-01 12:00:00","areaCode":"CN110106000000","areaName":"北京,北京,丰台区",'
    '"status":"投柜或站签收","location":"","areaCenter":"116.287149,39.858427",'
    '"areaPinYin":"feng tai qu","statusCode":"304"},{"areaCode":null,"areaName":null,'
    '"areaCenter":null,"areaPinYin":null,"status":"派件","statusCode":"5","location":"",'
    '"time":"2023-06-01 09:00:00","ftime":"2023-06-01 09:00:00","context":"派件中"}],'
    '"state":"304","condition":"F00","routeInfo":{"from":{"number":"CN440113102000",'
    '"name":"广东,广州市,番禺区,南村镇"},"cur":{"number":"CN110106000000","name":"北京,北京,丰台区"},'
    '"to":{"number":"CN110106000000","name":"北京,北京,丰台区"}},"isLoop":false}'
)
ORDER_PUSH = (
    '{"status":"200","kuaidicom":"shunfeng","kuaidinum":"","message":"成功","data":'
    '{"orderId":"O42","status":1,"courierName":"李师傅","courierMobile":"13800138000",'
    '"kuaidinum":"SF42","weight":"","defPrice":"","freight":"18.5","volume":"",'
    '"actualWeight":"","feeDetails":[{"feeType":"PACKAGINGFEE","feeDesc":"包装费",'
    '"amount":"1","payStatus":"0"}]}}'
)
BOOKED = (
    '{"data":{"kuaidinum":"YT2213099035201","orderId":"20066771","attach":null,'
    '"taskId":"9FC293CA417E431F33046E64F4C4EC20"},"message":"提交成功","result":true,'
    '"returnCode":"200"}'
)
CANCELLED = '{"data":{},"message":"取消成功","result":true,"returnCode":"200"}'
SUBSCRIBED = '{"result":true,"returnCode":"200","message":"提交成功"}'
NO_RESULT = '{"result":false,"returnCode":"500","message":"查询无结果，请隔段时间再查"}'
DETECTED = '[{"lengthPre":15,"comCode":"yuantong","name":"圆通速递"}]'


def sign(param: str, salt: str) -> str:
    """The vendor's rule, written a second time: upper-case MD5 of param + salt."""
    return hashlib.md5(param.encode() + salt.encode()).hexdigest().upper()


def push_body(param: str, salt: str) -> bytes:
    """The form as the platform sends it."""
    return urlencode({"param": param, "sign": sign(param, salt)}).encode()
