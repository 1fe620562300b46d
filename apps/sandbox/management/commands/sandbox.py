"""``manage.py sandbox``: the carrier cloud, its world and its shoppers in one process."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from apps.core.errors import PortalError
from apps.sandbox import services, world
from apps.sandbox.engine import Engine, open_world
from apps.sandbox.gateway.server import GatewayServer
from apps.sandbox.shoppers import Shoppers

log = structlog.get_logger(__name__)

WAIT_SECONDS = 1.0


def speed(text: str) -> float:
    """A factor from 0.01 to 3600 world seconds a real second."""
    value = float(text)
    if not 0.01 <= value <= 3600:
        raise argparse.ArgumentTypeError("between 0.01 and 3600")
    return value


class Command(BaseCommand):
    """Starts the simulated Baidiyun on loopback and keeps its world moving."""

    help = "Run the simulated carrier cloud: HTTP on loopback, a moving world, shoppers."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the world."""
        port = getattr(settings, "SANDBOX_PORT", 8100)
        pace = getattr(settings, "SANDBOX_SPEED", 1800.0)
        orders = getattr(settings, "SANDBOX_ORDERS_PER_MINUTE", 15.0)
        parser.add_argument("--port", type=int, default=port)
        parser.add_argument("--speed", type=speed, default=pace, help="world s per s")
        parser.add_argument("--seed", type=int, default=None)
        parser.add_argument("--orders-per-minute", type=float, default=orders)
        parser.add_argument("--shop-url", default=settings.BAIDIYUN_CALLBACK_BASE)
        parser.add_argument("--faults", default="", help="lost=0.02,duplicate=0.05")

    def handle(self, **options: Any) -> None:
        """Run until SIGINT or SIGTERM."""
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        seed = options["seed"] if options["seed"] is not None else world.seed()
        clock = self._open(options["speed"], seed, stopping)
        if clock is None:
            return
        self._set_faults(options["faults"])
        try:
            server = GatewayServer(options["port"])
        except OSError as error:
            raise CommandError(f"Port {options['port']}: {error.strerror}.") from error
        engine = Engine(running_clock=clock)
        shoppers = self._shoppers(options)
        threading.Thread(target=server.serve_forever, name="gateway", daemon=True).start()
        engine.start()
        if shoppers is not None:
            shoppers.start()
        self.stdout.write(
            f"Sandbox on http://127.0.0.1:{server.port}, ×{clock.speed:g}, seed {seed}"
        )
        stopping.wait()
        if shoppers is not None:
            shoppers.stop()
        server.shutdown()
        engine.stop()
        server.server_close()

    def _open(self, factor: float, seed: int, stopping: threading.Event) -> Any:
        """Open the world as soon as the database answers and has its tables."""
        while not stopping.is_set():
            try:
                return open_world(speed=factor, seed=seed)
            except OperationalError as trouble:
                log.warning("sandbox waits for the database", trouble=str(trouble)[:200])
                connection.close()
                stopping.wait(WAIT_SECONDS)
        return None

    def _set_faults(self, text: str) -> None:
        for pair in filter(None, text.split(",")):
            name, _, rate = pair.partition("=")
            try:
                services.set_fault(name=name.strip(), rate=float(rate or 1))
            except (ValueError, PortalError) as error:
                raise CommandError(f"--faults {pair}: {error}") from error

    def _shoppers(self, options: dict[str, Any]) -> Shoppers | None:
        if options["orders_per_minute"] <= 0:
            return None
        local = Path(getattr(settings, "LOCAL_DIR", settings.BASE_DIR / ".local"))
        return Shoppers(
            shop_url=options["shop_url"],
            per_minute=options["orders_per_minute"],
            demo_file=local / "demo.json",
        )
