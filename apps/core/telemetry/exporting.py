"""OpenTelemetry: spans go to a collector by OTLP over HTTP. Imported only with an endpoint set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags
from opentelemetry.trace import Span as OtelSpan

from apps.core.context import request_id
from apps.core.telemetry.spans import Span, switch_on

HEX_ID = re.compile(r"[0-9a-f]{32}")
MOST_LINKS = 100
TRACES = "/v1/traces"
TIMEOUT_SECONDS = 5


def start(*, endpoint: str, service: str, processor: SpanProcessor | None = None) -> None:
    """Send spans to the collector at ``endpoint`` (an OTLP base address), in batches, off the way.

    Headers and sampling are OpenTelemetry's own variables (``OTEL_EXPORTER_OTLP_HEADERS``,
    ``OTEL_TRACES_SAMPLER``). A collector that is away costs its spans and nothing else.
    """
    provider = TracerProvider(
        resource=Resource.create({"service.name": service}),
        id_generator=RequestIds(),
    )
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + TRACES, timeout=TIMEOUT_SECONDS)
    provider.add_span_processor(processor or BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("lastmile")

    @contextmanager
    def begin(
        name: str, follows: Sequence[str], attributes: Mapping[str, str | int | float | bool]
    ) -> Iterator[Span]:
        links = [Link(_context_of(number)) for number in follows[:MOST_LINKS] if number]
        given = {**attributes, "request_id": request_id()}
        with tracer.start_as_current_span(
            name,
            links=links,
            attributes=given,
            record_exception=False,
            set_status_on_exception=False,
        ) as measured:
            try:
                yield _Noting(measured)
            except BaseException as error:
                measured.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    switch_on(begin)


def trace_of(number: str) -> int:
    """Return the trace of a request: its id itself, or the hash of one that somebody chose."""
    text = number if HEX_ID.fullmatch(number) else sha256(number.encode()).hexdigest()[:32]
    return int(text, 16) or 1


class RequestIds(IdGenerator):
    """Gives a trace the id of the request at hand, a random one where there is none."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()

    def generate_trace_id(self) -> int:
        """Return the id of a new trace."""
        number = request_id()
        return trace_of(number) if number else self._random.generate_trace_id()

    def generate_span_id(self) -> int:
        """Return the id of a new span."""
        return self._random.generate_span_id()


class _Noting:
    """A span as the portal knows it."""

    def __init__(self, measured: OtelSpan) -> None:
        self._measured = measured

    def note(self, name: str, value: str | int | float | bool) -> None:
        """Add an attribute."""
        self._measured.set_attribute(name, value)


def _context_of(number: str) -> SpanContext:
    """Return what a link to a request's trace needs; its first span is not known by id."""
    trace = trace_of(number)
    return SpanContext(trace, (trace & (2**64 - 1)) or 1, True, TraceFlags(TraceFlags.SAMPLED))
