"""``manage.py sandbox``: the carrier cloud, its world, shoppers and couriers in one process."""

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
from django.db.migrations.executor import MigrationExecutor

from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.sandbox import services, world
from apps.sandbox.choices import FaultName
from apps.sandbox.couriers import Couriers
from apps.sandbox.customers import Customers
from apps.sandbox.engine import Engine, open_world
from apps.sandbox.faults.kinds import HUB_OUT, parse_faults
from apps.sandbox.gateway.server import GatewayServer
from apps.sandbox.players import Player
from apps.sandbox.services.outages import find_hub
from apps.sandbox.shoppers import Shoppers

log = structlog.get_logger(__name__)

WAIT_SECONDS = 1.0
DESK_PATH = "/admin/sandbox/sandboxcontrol/"


def speed(text: str) -> float:
    """A factor from 0.01 to 3600 world seconds a real second."""
    value = number(text)
    if not 0.01 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not between 0.01 and 3600")
    return value


def number(text: str) -> float:
    """A plain number."""
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a number") from error


def port(text: str) -> int:
    """A TCP port; 0 takes any that is free."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to 65535")
    return int(text)


def faults(text: str) -> tuple[dict[FaultName, float], str]:
    """Rates by fault and a hub to put out."""
    try:
        rates, hub = parse_faults(text)
        if hub:
            find_hub(hub)
    except (ValueError, PortalError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return rates, hub


class Command(BaseCommand):
    """Starts the simulated Baidiyun on loopback and keeps its world moving."""

    help = "Run the simulated carrier cloud: HTTP on loopback, a moving world, shoppers, couriers."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the world."""
        usual = getattr(settings, "SANDBOX_PORT", 8100)
        pace = getattr(settings, "SANDBOX_SPEED", 1800.0)
        orders = getattr(settings, "SANDBOX_ORDERS_PER_MINUTE", 15.0)
        parser.add_argument("--port", type=port, default=usual, help="0 takes a free one")
        parser.add_argument("--speed", type=speed, default=pace, help="world s per s")
        parser.add_argument("--seed", type=int, default=None)
        parser.add_argument("--orders-per-minute", type=number, default=orders)
        parser.add_argument("--shop-url", default=settings.BAIDIYUN_CALLBACK_BASE)
        parser.add_argument(
            "--retry-floor", type=number, default=5.0, help="real s to a retry, at least"
        )
        allowed = ", ".join([*FaultName.values(), f"{HUB_OUT}=<city>"])
        parser.add_argument(
            "--faults", type=faults, default=({}, ""), metavar="lost=0.02,duplicate=0.05",
            help=f"faults and their shares from 0 to 1, left as they are without it: {allowed}",
        )  # fmt: skip

    def handle(self, **options: Any) -> None:
        """Run until SIGINT or SIGTERM."""
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        seed = options["seed"] if options["seed"] is not None else world.seed()
        clock = self._open(options["speed"], seed, stopping)
        if clock is None:
            return
        self._set_faults(*options["faults"])
        try:
            server = GatewayServer(options["port"])
        except OSError as error:
            raise CommandError(f"Port {options['port']}: {error.strerror}.") from error
        services.announce_process(port=server.port, speed=clock.speed)
        engine = Engine(running_clock=clock, retry_floor=options["retry_floor"])
        demo = self._demo(options)
        threading.Thread(target=server.serve_forever, name="gateway", daemon=True).start()
        engine.start()
        for one in demo:
            one.start()
        self._say(server.port, clock.speed, seed)
        stopping.wait()
        for one in demo:
            one.stop()
        server.shutdown()
        engine.stop()
        server.server_close()

    def _open(self, factor: float, seed: int, stopping: threading.Event) -> Any:
        """Open the world as soon as the database answers and has its tables."""
        while not stopping.is_set():
            try:
                self._check_tables()
                return open_world(speed=factor, seed=seed)
            except OperationalError as trouble:
                log.warning("sandbox waits for the database", trouble=str(trouble)[:200])
                connection.close()
                stopping.wait(WAIT_SECONDS)
        return None

    def _set_faults(self, rates: dict[FaultName, float], hub: str) -> None:
        actor = Actor.system("sandbox command")
        if rates:
            services.set_faults(
                rates={name.value: rate for name, rate in rates.items()}, actor=actor
            )
        if hub:
            services.put_hub_out(hub=hub, actor=actor)

    def _check_tables(self) -> None:
        """Say what to do where the sandbox's tables are missing or old. Raises CommandError."""
        executor = MigrationExecutor(connection)
        targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "sandbox"]
        if executor.migration_plan(targets):
            raise CommandError(
                "The sandbox's tables are missing or old. Run: python manage.py migrate"
            )

    def _say(self, at: int, pace: float, seed: int) -> None:
        """Where it is and how to steer it."""
        origin = f"http://127.0.0.1:{at}"
        self.stdout.write(f"Sandbox on {origin}, ×{pace:g}, seed {seed}")
        self.stdout.write(f"  desk     {settings.BAIDIYUN_CALLBACK_BASE}{DESK_PATH}")
        self.stdout.write(f"  control  {origin}/control/  (loopback only)")

    def _demo(self, options: dict[str, Any]) -> tuple[Shoppers | Player, ...]:
        """Those who play the demo merchants' shops, couriers and customers, if any do."""
        if options["orders_per_minute"] <= 0:
            return ()
        local = Path(getattr(settings, "LOCAL_DIR", settings.BASE_DIR / ".local"))
        file, url = local / "demo.json", options["shop_url"]
        shoppers = Shoppers(shop_url=url, per_minute=options["orders_per_minute"], demo_file=file)
        return (
            shoppers,
            Couriers(shop_url=url, demo_file=file),
            Customers(shop_url=url, demo_file=file),
        )
