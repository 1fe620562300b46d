"""The platform's addresses; its several hosts fold into one origin."""

from __future__ import annotations

from django.urls import path

from apps.sandbox.gateway import around, control, hooks, kd100, maps, newer, rides, views

urlpatterns = [
    path("poll", views.poll),
    path("poll/query.do", views.query),
    path("poll/maptrack.do", maps.maptrack),
    path("pollmap", maps.pollmap),
    path("tools/map/<str:token>", maps.show_trail),
    path("autonumber/auto", views.autonumber),
    path("order/borderapi.do", views.border),
    path("reachable.do", newer.reachable),
    path("label/order", newer.label),
    path("label/s/<str:short>", newer.show_label),
    path("label/r/<str:token>", newer.show_receipt),
    path("address/resolution", newer.address),
    path("bsamecity/order", rides.bsamecity),
    path("sameCity/order", rides.same_city),
    path("internationalAddress/resolution", around.foreign_address),
    path("sendAssistant/order/apiCall", around.intl_order),
    path("sendAssistant/order/pickUp", around.intl_call),
    path("sendAssistant/order/cancelPickUp", around.intl_cancel),
    path("apisentquery/international/queryPrice", around.intl_price),
    path("workorder/api/create", around.work_create),
    path("workorder/api/status", around.work_status),
    path("workorder/api/query", around.work_status),
    path("workorder/api/reply", around.work_reply),
    path("workorder/api/upload", around.work_upload),
    path("logistics/monitor/api/order", around.monitor),
    path("pickupCode/register", around.code_register),
    path("pickupCode/query", around.code_query),
    path("api/v1/carriers/detect", kd100.detect),
    path("api/v1/tracking/realtime", kd100.realtime),
    path("api/v1/tracking/create", kd100.create),
    path("control/", control.control),
    path("control/<str:action>", control.control),
    path("hooks/<str:name>", hooks.hook),
    path("cgi-bin/webhook/send", hooks.robot),
    path("cgi-bin/webhook/recorded", hooks.robot_record),
    path("healthz", views.healthz),
]
