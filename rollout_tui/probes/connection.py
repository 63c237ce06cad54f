"""A request over HTTP that ends at its deadline, whatever the server does.

A timeout of a socket is none: it begins again with each byte. So each exchange has a thread of its own, whose socket is
shut at the deadline, and nobody waits for that thread any longer; not even for a name that is being looked up.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead, RemoteDisconnected
from time import sleep
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ..frozen import dataclass
from .deadline import Deadline
from .outcome import Outcome, Unseen, error

BODY_LIMIT = 64 * 1024
MAY_PASS = frozenset({429, 502, 503, 504})
_REDIRECTS = 3
_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_PAUSES = (0.2, 0.8)
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED
_NO_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG"}


@dataclass(frozen=True)
class Request:
    """What is sent; with a `form` it is posted. `is_secret` says that the headers hold what only this host may see."""

    url: str
    headers: Mapping[str, str]
    form: bytes | None = None
    is_secret: bool = False
    ca_file: str = ""
    repeated: frozenset[int] = MAY_PASS
    follows: bool = True
    limit: int = BODY_LIMIT


@dataclass(frozen=True)
class Answer:
    """What came back: at most so much of its body as is read, and whether there was more."""

    status: int
    body: bytes
    is_cut: bool
    location: str
    certificate_ends: datetime | None


class Unreached(Unseen):
    """There is no connection, which may pass."""


class Expired(Unseen):
    """The server's certificate has expired."""


def ask(request: Request, deadline: Deadline) -> Answer:
    """Give the answer; where there is no connection, or the server says that it is busy, after two more requests."""
    for pause in _PAUSES:
        try:
            answer = _follow(request, deadline)
        except Unreached:
            if deadline.left <= pause:
                raise
        else:
            if answer.status not in request.repeated or deadline.left <= pause:
                return answer
        sleep(pause)
    return _follow(request, deadline)


def _follow(request: Request, deadline: Deadline) -> Answer:
    """Go where the server points to, as long as that is as safe as what the plan names."""
    url, ends = request.url, None
    for _ in range(_REDIRECTS + 1):
        answer = _exchange(request, _address(url), deadline)
        ends = min(filter(None, (ends, answer.certificate_ends)), default=None)
        if not (request.follows and answer.status in _REDIRECTING and answer.location):
            return Answer(answer.status, answer.body, answer.is_cut, answer.location, ends)
        url = _redirected(request, url, answer.location)
    raise error(f"more than {_REDIRECTS} redirects")


def _redirected(request: Request, url: str, location: str) -> str:
    try:
        here, there = urlsplit(url), urlsplit(target := urljoin(url, location))
    except ValueError:
        raise error("it redirects to what is no address") from None
    if there.scheme != here.scheme:
        raise error(f"it redirects from {here.scheme} to {there.scheme}, which is not followed")
    if request.is_secret and there.netloc != here.netloc:
        raise error(f"it redirects to another host, {there.hostname}, which must not see the credentials")
    return target


def _address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        is_usable = address.scheme in {"http", "https"} and address.hostname and address.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise error(f"not an address of the web: {url}")
    if address.username is not None:
        raise error("an address holds no user and password: name an environment variable that does")
    return address


def _exchange(request: Request, address: SplitResult, deadline: Deadline) -> Answer:
    exchange = _Exchange(request, address, deadline)
    try:
        exchange.start()
    except RuntimeError as problem:
        # No memory for a thread, or more of them than this user may have.
        raise error(f"it can't be asked: {problem}") from None
    exchange.join(deadline.left)
    if exchange.is_alive():
        exchange.shut()
        raise error(f"no whole answer within {deadline}")
    if exchange.answer is None:
        raise _told(exchange, deadline)
    return exchange.answer


class _Exchange(threading.Thread):
    """One request and its answer, or the problem there was."""

    def __init__(self, request: Request, address: SplitResult, deadline: Deadline) -> None:
        super().__init__(name=f"probe {address.hostname}", daemon=True)
        self._request, self.address, self._deadline = request, address, deadline
        self._socket: socket.socket | None = None
        self.answer: Answer | None = None
        self.problem: Exception | None = None

    @property
    def is_connected(self) -> bool:
        return self._socket is not None

    def shut(self) -> None:
        """End it from another thread: whatever is being read there ends at once."""
        if self._socket is not None:
            # That of SSLSocket would take its state away under the thread that reads; it may have ended meanwhile.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def run(self) -> None:
        try:
            self.answer = self._answered()
        except (OSError, HTTPException, ValueError) as problem:
            self.problem = problem
        finally:
            if self._socket is not None:
                self._socket.close()

    def _answered(self) -> Answer:
        address, is_tls = self.address, self.address.scheme == "https"
        host = address.hostname or ""
        context = ssl.create_default_context() if is_tls else None
        if context and self._request.ca_file:
            context.load_verify_locations(self._request.ca_file)
        port = address.port or (443 if is_tls else 80)
        self._socket = socket.create_connection((host, port), timeout=self._deadline.left or 0.001)
        ends = None
        if context:
            self._socket = wrapped = context.wrap_socket(
                self._socket, server_hostname=host, do_handshake_on_connect=False
            )
            wrapped.do_handshake()
            ends = _ends(wrapped)
        connection = HTTPSConnection(host, port) if is_tls else HTTPConnection(host, port)
        connection.sock = self._socket
        path = quote(address.path or "/", safe="/%:=&+~!$,;'@()*") + ("?" + address.query if address.query else "")
        method = "GET" if self._request.form is None else "POST"
        connection.request(method, path, self._request.form, dict(self._request.headers))
        with connection.getresponse() as response:
            body, is_cut = _body(response, self._request.limit)
            return Answer(response.status, body, is_cut, response.headers.get("Location", ""), ends)


def _body(response: HTTPResponse, limit: int) -> tuple[bytes, bool]:
    body = response.read(limit + 1)
    if len(body) > limit:
        return body[:limit], True
    if response.length:
        raise IncompleteRead(body, response.length)
    return body, False


def _ends(wrapped: ssl.SSLSocket) -> datetime | None:
    """Tell until when the server's certificate is good."""
    certificate = wrapped.getpeercert() or {}
    until = certificate.get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) if isinstance(until, str) else None


def _told(exchange: _Exchange, deadline: Deadline) -> Unseen:
    """Say in plain words why there was no answer."""
    host, problem = exchange.address.netloc, exchange.problem
    match problem:
        case TimeoutError() if not deadline.left:
            return error(f"no whole answer within {deadline}")
        case ssl.SSLCertVerificationError(verify_code=code, verify_message=message):
            kind = Expired if code == _EXPIRED else Unseen
            return kind(Outcome.ERROR, f"the certificate of {host} is not trusted: {message}")
        case ssl.SSLError(reason=reason) if reason in _NO_TLS:
            return error(f"{host} speaks no TLS: is its address http, not https?")
        case ssl.SSLError(reason=reason):
            return error(f"TLS with {host} failed: {reason or problem}")
        case FileNotFoundError() | PermissionError() | IsADirectoryError():
            return error(f"the ca_file can't be read: {problem.strerror}")
        case socket.gaierror():
            return Unreached(Outcome.ERROR, f"no host has the name {exchange.address.hostname}")
        case OSError() if not exchange.is_connected:
            return Unreached(Outcome.ERROR, f"no connection to {host}: {problem.strerror or problem}")
        case RemoteDisconnected():
            return error(f"{host} closed the connection without an answer")
        case IncompleteRead():
            return error(f"{host} closed the connection within its answer, after {len(problem.partial)} bytes")
        case HTTPException():
            return error(f"{host} does not answer as HTTP does: {type(problem).__name__} {problem}")
        case _:
            return error(f"no answer from {host}: {problem}")
