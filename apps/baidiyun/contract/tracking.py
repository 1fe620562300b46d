"""Query, subscription, map and detection (contract §1 to §4)."""

from __future__ import annotations

from apps.baidiyun.contract.table import answer, pushed, sent, under

PLACE = """
number str +
name str +
"""
STOPS = """
predictedRoute list +
predictedRoute[].arriveTime str +
predictedRoute[].leaveTime str +
predictedRoute[].province str +
predictedRoute[].city str +
predictedRoute[].district str +
predictedRoute[].name str +
predictedRoute[].state str@code:stop +
predictedRoute[].type str +
"""
SNAPSHOT = f"""
message str +
nu str !
ischeck str@code:flag !
com str !
status str@state:lookup !
state str@state:track !
condition str - the vendor says it is not implemented
isLoop bool +
routeInfo obj +
routeInfo.from obj +
{under("routeInfo.from.", PLACE)}
routeInfo.cur obj +
{under("routeInfo.cur.", PLACE)}
routeInfo.to obj +
{under("routeInfo.to.", PLACE)}
data list !
data[].time str !
data[].ftime str +
data[].context str !
data[].status str +
data[].statusCode str@code:track +
data[].areaCode str +
data[].areaName str +
data[].areaCenter str +
data[].areaPinYin str +
data[].location str +
arrivalTime str +
totalTime str/num +
remainTime str/num +
{STOPS}
courierInfo obj +
courierInfo.pickupManName str +
courierInfo.pickupManPhone str +
courierInfo.deliveryManName str +
courierInfo.deliveryManPhone str +
trailUrl str +
"""
PUSH = f"""
status str@state:push !
billstatus str - deprecated by the vendor, who says to ignore it
message str +
autoCheck str@code:flag +
comOld str +
comNew str +
lastResult obj !
{under("lastResult.", SNAPSHOT)}
destResult obj +
{under("destResult.", SNAPSHOT)}
"""
QUERY = """
com str !
num str !
phone str +
from str +
to str +
resultv2 str !
show str !
order str !
lang str +
needCourierInfo bool +
signType str - a form field; MD5 is the default and no SDK sends another
"""
MAP_QUERY = """
com str !
num str !
phone str +
from str !
to str !
resultv2 str !
show str !
order str !
mapConfigKey str +
needCourierInfo bool +
orderTime str - legacy, no longer in the vendor's page
"""
SUBSCRIBE = """
company str !
number str !
from str !
to str !
key str !
parameters obj !
parameters.callbackurl str !
parameters.salt str !
parameters.resultv2 str !
parameters.autoCom str +
parameters.interCom str +
parameters.departureCountry str +
parameters.departureCom str +
parameters.destinationCountry str +
parameters.destinationCom str +
parameters.phone str +
"""
MAP_SUBSCRIBE = """
company str !
number str !
from str !
to str !
key str !
parameters obj !
parameters.callbackurl str !
parameters.salt str !
parameters.phone str +
parameters.mapConfigKey str +
parameters.resultv2 str !
parameters.ordertime str - legacy
"""
DETECT = """
[].comCode str !
[].name str +
[].lengthPre int/str +
[].noPre str - the vendor's own statistics
[].noCount int/str - the vendor's own statistics
"""
MESSAGES = (
    sent("query.request", "§1.1", QUERY),
    answer("query.answer", "§1.3", SNAPSHOT),
    sent("subscribe.request", "§2.1", SUBSCRIBE),
    pushed("tracking.push", "§2.2", PUSH),
    sent("map.request", "§3.1", MAP_QUERY),
    answer("map.answer", "§3.1", SNAPSHOT),
    sent("map.subscribe", "§3.2", MAP_SUBSCRIBE),
    pushed("map.push", "§3.2", PUSH),
    sent("detect.request", "§4", "num str !\nkey str !"),
    answer("detect.answer", "§4", DETECT),
)
