"""E-waybills, their prints and receipts, and interceptions. Nothing here repeats a call."""

from __future__ import annotations

from collections.abc import Mapping

from apps.baidiyun.choices import Product
from apps.baidiyun.client import signer_for
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.products import intercept, waybill
from apps.baidiyun.products.common import Reply, no_data
from apps.baidiyun.products.intercept import InterceptRequest
from apps.baidiyun.products.waybill import Account, Printed, Waybill, WaybillRequest
from apps.baidiyun.services.asking import ask


def order_waybill(
    *,
    mode: str,
    subject: int,
    request: WaybillRequest,
    callback_url: str = "",
    salt: str = "",
) -> Reply[Waybill]:
    """Order a waybill; within 48 h the same ``order_id`` brings the same one.

    Raises NotConfigured.
    """
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.WAYBILL,
        mode=mode,
        subject=subject,
        build=lambda: waybill.build_order(
            signer=signer, request=request, callback_url=callback_url, salt=salt
        ),
        read=waybill.parse_order,
        message="waybill.order.answer",
    )


def reprint_waybill(*, mode: str, subject: int, task_id: str, printer: str = "") -> Reply[Printed]:
    """Print an earlier task again. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.WAYBILL,
        mode=mode,
        subject=subject,
        build=lambda: waybill.build_reprint(signer=signer, task_id=task_id, printer=printer),
        read=waybill.parse_printed,
        message="waybill.print.answer",
    )


def print_custom(
    *, mode: str, template: str, values: Mapping[str, str], printer: str = ""
) -> Reply[Printed]:
    """Print our own template. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.WAYBILL,
        mode=mode,
        build=lambda: waybill.build_custom(
            signer=signer, template=template, values=values, printer=printer
        ),
        read=waybill.parse_printed,
        message="waybill.print.answer",
    )


def cancel_waybill(
    *,
    mode: str,
    subject: int,
    carrier: str,
    number: str,
    account: Account,
    order_id: str = "",
    reason: str = "",
) -> Reply[None]:
    """Give an unused number back. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.WAYBILL,
        mode=mode,
        subject=subject,
        build=lambda: waybill.build_cancel(
            signer=signer,
            carrier=carrier,
            number=number,
            account=account,
            order_id=order_id,
            reason=reason,
        ),
        read=no_data,
    )


def waybill_receipt(
    *, mode: str, subject: int, carrier: str, number: str, account: Account, phone: str = ""
) -> Reply[tuple[str, ...]]:
    """Return the images of the signed receipt, evidence for a claim. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.WAYBILL,
        mode=mode,
        subject=subject,
        build=lambda: waybill.build_receipt(
            signer=signer, carrier=carrier, number=number, account=account, phone=phone
        ),
        read=waybill.parse_receipt,
        message="waybill.receipt.answer",
    )


def intercept_parcel(
    *,
    mode: str,
    subject: int,
    request: InterceptRequest,
    callback_url: str = "",
    salt: str = "",
) -> Reply[None]:
    """Ask the carrier to stop or redirect a parcel; ``done`` only means that it took the request.

    Raises NotConfigured.
    """
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.INTERCEPT,
        mode=mode,
        subject=subject,
        build=lambda: intercept.build_intercept(
            signer=signer, request=request, callback_url=callback_url, salt=salt
        ),
        read=no_data,
    )
