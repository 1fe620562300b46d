"""The faces of the carrier cloud, for the operator's staff only."""

from apps.baidiyun.admin.accounts import CredentialAdmin
from apps.baidiyun.admin.call_limits import ProductLimitAdmin
from apps.baidiyun.admin.calls import ApiCallAdmin
from apps.baidiyun.admin.carrier_accounts import CarrierAccountAdmin
from apps.baidiyun.admin.codes import UnknownCodeAdmin
from apps.baidiyun.admin.drift import DriftFindingAdmin
from apps.baidiyun.admin.gateway import GatewayAdmin, LadderMoveAdmin
from apps.baidiyun.admin.inbox import InboxRowAdmin
from apps.baidiyun.admin.quarantine import QuarantineAdmin
from apps.baidiyun.admin.subscriptions import SubscriptionAdmin

__all__ = [
    "ApiCallAdmin",
    "CarrierAccountAdmin",
    "CredentialAdmin",
    "DriftFindingAdmin",
    "GatewayAdmin",
    "InboxRowAdmin",
    "LadderMoveAdmin",
    "ProductLimitAdmin",
    "QuarantineAdmin",
    "SubscriptionAdmin",
    "UnknownCodeAdmin",
]
