"""Work orders and pickup codes."""

from __future__ import annotations

from apps.baidiyun.choices import Product
from apps.baidiyun.client import signer_for
from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.products import pickup_code, workorder
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.pickup_code import PickupCode
from apps.baidiyun.products.workorder import WorkOrder
from apps.baidiyun.services.asking import ask

ANSWER = "workorder.answer"


def open_work_order(
    *, mode: str, subject: int, carrier: str, number: str, kind: str, content: str,
    order_id: str = "", callback_url: str = "", salt: str = "",
) -> Reply[WorkOrder]:  # fmt: skip
    """Open a claim or question about a number. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.WORK_ORDER,
        mode=mode,
        subject=subject,
        build=lambda: workorder.build_create(
            signer=signer,
            carrier=carrier,
            number=number,
            kind=kind,
            content=content,
            order_id=order_id,
            callback_url=callback_url,
            salt=salt,
        ),
        read=workorder.parse_created,
        message=ANSWER,
    )


def work_order_status(*, mode: str, subject: int, consult_id: str) -> Reply[WorkOrder]:
    """Return how a work order stands. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.WORK_ORDER_STATUS,
        mode=mode,
        subject=subject,
        build=lambda: workorder.build_status(signer=signer, consult_id=consult_id),
        read=workorder.parse_work_order,
        message=ANSWER,
    )


def reply_work_order(*, mode: str, subject: int, consult_id: str, content: str) -> Reply[WorkOrder]:
    """Say more in a work order. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.WORK_ORDER_REPLY,
        mode=mode,
        subject=subject,
        build=lambda: workorder.build_reply(signer=signer, consult_id=consult_id, content=content),
        read=workorder.parse_work_order,
        message=ANSWER,
    )


def add_evidence(
    *, mode: str, subject: int, consult_id: str, file_name: str, file_base64: str
) -> Reply[WorkOrder]:
    """Add a file to a work order. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.WORK_ORDER_UPLOAD,
        mode=mode,
        subject=subject,
        build=lambda: workorder.build_upload(
            signer=signer, consult_id=consult_id, file_name=file_name, file_base64=file_base64
        ),
        read=workorder.parse_work_order,
        message=ANSWER,
    )


def watch_pickup_code(
    *, mode: str, subject: int, carrier: str, number: str, recipient_phone: str, callback_url: str
) -> Reply[str]:
    """Ask to be told the code that opens the locker; the data is the task. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.PICKUP_CODE_WATCH,
        mode=mode,
        subject=subject,
        build=lambda: pickup_code.build_register(
            signer=signer,
            carrier=carrier,
            number=number,
            recipient_phone=recipient_phone,
            callback_url=callback_url,
        ),
        read=pickup_code.parse_registered,
        message="pickup_code.register.answer",
    )


def find_pickup_code(*, mode: str, subject: int, carrier: str, number: str) -> Reply[PickupCode]:
    """Return the code that opens the locker, as far as it is known. Raises NotConfigured."""
    signer = signer_for(credentials_for(mode))
    return ask(
        product=Product.PICKUP_CODE,
        mode=mode,
        subject=subject,
        build=lambda: pickup_code.build_query(signer=signer, carrier=carrier, number=number),
        read=pickup_code.parse_code,
        message="pickup_code.query.answer",
    )
