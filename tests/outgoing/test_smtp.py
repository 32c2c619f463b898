import os
import shlex
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from omscli.errors import Refused
from omscli.outgoing.smtp import Outcome, find_password, send

CERTIFICATE = Path(__file__).parent / "localhost.pem"
MAIL = b"From: orders@mug.example\r\nTo: ann@example.com\r\nSubject: x\r\n\r\nHello\r\n.\r\nend\r\n"


class Server:
    """A mail server that answers as told and keeps what it took."""

    def __init__(self) -> None:
        self.rcpt = self.data = "250 OK"
        self.taken: list[Envelope] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return self.data


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class OnLocalhost(Controller):
    """aiosmtpd's own, but with TLS from the first byte only where asked, and STARTTLS beside it."""

    def __init__(self, handler: Server, *, implicit: bool = False, **options: Any) -> None:
        self.options = options
        context = server_context() if implicit else None
        super().__init__(handler, hostname="127.0.0.1", port=free_port(), ssl_context=context)

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.options)


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[Server, int]]]:
    running: list[Controller] = []

    def start(**options: Any) -> tuple[Server, int]:
        handler = Server()
        controller = OnLocalhost(handler, **options)
        controller.start()
        running.append(controller)
        return handler, controller.port

    yield start
    for controller in running:
        controller.stop()


def deliver(port: int, *, host: str = "localhost", tls: str = "none", password: str | None = None, **more: Any) -> Outcome:
    config = {"host": host, "port": port, "tls": tls, **more}
    return send(config, MAIL, sender="Mug Shop <orders@mug.example>", recipient="ann@example.com", password=password)


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def test_a_mail_arrives_as_it_was_written(serve: Any) -> None:
    server, port = serve()
    assert deliver(port) == Outcome("sent")
    (envelope,) = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos, envelope.content) == ("orders@mug.example", ["ann@example.com"], MAIL)


@pytest.mark.parametrize(("tls", "options"), [("starttls", {"require_starttls": True}), ("tls", {"implicit": True})])
def test_over_tls_with_a_certificate_that_is_trusted(serve: Any, trusted: None, tls: str, options: dict[str, Any]) -> None:
    more = {} if "implicit" in options else {"tls_context": server_context()}
    server, port = serve(**options, **more)
    assert deliver(port, tls=tls) == Outcome("sent")
    assert len(server.taken) == 1


@pytest.mark.parametrize(("tls", "implicit"), [("starttls", False), ("tls", True)])
def test_a_self_signed_certificate_is_refused(serve: Any, tls: str, implicit: bool) -> None:
    server, port = serve(implicit=implicit) if implicit else serve(tls_context=server_context())
    with pytest.raises(Refused, match="could not prove who it is"):
        deliver(port, tls=tls)
    assert server.taken == []


def test_a_certificate_of_another_name_is_refused(serve: Any, trusted: None) -> None:
    _, port = serve(tls_context=server_context())
    with pytest.raises(Refused, match="could not prove who it is"):
        deliver(port, host="127.0.0.1", tls="starttls")


def test_a_server_without_starttls_gets_nothing(serve: Any) -> None:
    server, port = serve()
    with pytest.raises(Refused, match="STARTTLS"):
        deliver(port, tls="starttls")
    assert server.taken == []


@pytest.mark.parametrize("host", ["mail.example.com", "192.0.2.1", "localhost.example.com"])
def test_unencrypted_mail_leaves_this_machine_never(host: str) -> None:
    with pytest.raises(Refused, match="unencrypted"):
        deliver(25, host=host)


@pytest.mark.parametrize("config", [{}, {"host": "", "tls": "tls"}, {"host": "x.example", "tls": "maybe"}])
def test_a_half_written_set_up_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="host"):
        send(config, MAIL, sender="a@b.example", recipient="c@d.example")


@pytest.mark.parametrize(("answer", "state"), [("451 try later", "retry"), ("452 full", "retry"), ("550 no such user", "failed")])
@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_the_servers_answer_decides(serve: Any, answer: str, state: str, step: str) -> None:
    server, port = serve()
    setattr(server, step, answer)
    outcome = deliver(port)
    assert outcome == Outcome(state, f"the mail server said {answer[:3]}: {answer[4:]}")  # type: ignore[arg-type]


def test_the_address_is_kept_out_of_the_reason(serve: Any) -> None:
    server, port = serve()
    server.rcpt = "550 <ann@example.com> is unknown"
    assert deliver(port).text == "the mail server said 550: <(address)> is unknown"


def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    outcome = deliver(free_port())
    assert outcome.state == "retry"
    assert "not reached" in outcome.text


def talk(*lines: bytes) -> tuple[int, threading.Thread]:
    """A server that says its lines one after the other, whatever it hears, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def speak() -> None:
        with listener, listener.accept()[0] as connection:
            for line in lines:
                connection.sendall(line)
                connection.recv(65536)

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    return listener.getsockname()[1], thread


def test_a_server_that_hangs_up_after_the_mail_leaves_it_in_doubt() -> None:
    port, thread = talk(b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")
    outcome = deliver(port)
    thread.join(10)
    assert outcome.state == "retry"
    assert "hung up" in outcome.text


def test_a_server_that_takes_the_mail_and_hangs_up_has_it() -> None:
    port, thread = talk(b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 taken\r\n")
    outcome = deliver(port)
    thread.join(10)
    assert outcome == Outcome("sent")


def test_a_server_that_takes_no_calls_now_is_tried_again() -> None:
    port, thread = talk(b"554 no\r\n")
    outcome = deliver(port)
    thread.join(10)
    assert outcome.state == "retry"


def test_a_silent_server_does_not_hold_up_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omscli.outgoing.smtp._TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert deliver(listener.getsockname()[1]).state == "retry"


def checks(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
    return AuthResult(success=data.password == b"right", handled=False)


def test_the_password_opens_the_server(serve: Any, trusted: None) -> None:
    server, port = serve(tls_context=server_context(), authenticator=checks, auth_required=True)
    assert deliver(port, tls="starttls", user="orders", password="right") == Outcome("sent")  # noqa: S106 - the test server's
    with pytest.raises(Refused, match="password of orders") as refused:
        deliver(port, tls="starttls", user="orders", password="wrong-one")  # noqa: S106 - the test server's
    assert "wrong-one" not in str(refused.value) + refused.value.hint
    assert len(server.taken) == 1


def test_a_server_without_log_in_is_named(serve: Any) -> None:
    _, port = serve()
    with pytest.raises(Refused, match="log in"):
        deliver(port, user="orders", password="x")  # noqa: S106 - the test server's


def command(program: str) -> dict[str, str]:
    return {"user": "orders", "password_command": shlex.join([sys.executable, "-c", program])}


def test_without_a_user_no_password_is_asked_for(tmp_path: Path) -> None:
    assert find_password({"host": "x"}, tmp_path) is None


def test_a_command_prints_the_password(tmp_path: Path) -> None:
    assert find_password(command("print('s3cret word'); print('more')"), tmp_path) == "s3cret word"


def test_the_command_meets_no_shell(tmp_path: Path) -> None:
    config = {"user": "x", "password_command": f"{shlex.quote(sys.executable)} -c 'import sys; print(sys.argv[1])' '$(id);`id`'"}
    assert find_password(config, tmp_path) == "$(id);`id`"


@pytest.mark.parametrize("program", ["print('s3cret'); raise SystemExit(3)", "pass", "print()"])
def test_a_command_that_fails_is_refused_without_its_output(tmp_path: Path, program: str) -> None:
    with pytest.raises(Refused, match="password_command") as refused:
        find_password(command(program), tmp_path)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("line", ["/not/there", "'unbalanced"])
def test_a_command_that_cannot_run_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(Refused, match="could not be run"):
        find_password({"user": "x", "password_command": line}, tmp_path)


def test_a_user_without_a_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no password"):
        find_password({"user": "x"}, tmp_path)


def test_a_file_holds_the_password_if_only_the_seller_can_read_it(tmp_path: Path) -> None:
    config = {"user": "x", "password_file": "smtp.secret"}
    with pytest.raises(Refused, match="could not be read"):
        find_password(config, tmp_path)
    secret = tmp_path / "smtp.secret"
    secret.write_text("s3cret\n", encoding="utf-8")
    secret.chmod(0o600)
    assert find_password(config, tmp_path) == "s3cret"
    secret.write_text("\n", encoding="utf-8")
    with pytest.raises(Refused, match="empty"):
        find_password(config, tmp_path)
    if os.name == "posix":
        secret.chmod(0o644)
        with pytest.raises(Refused, match="read by others"):
            find_password(config, tmp_path)


@pytest.mark.parametrize(("tls", "kind", "port"), [("tls", "SMTP_SSL", 465), ("starttls", "SMTP", 587)])
def test_where_no_port_is_named_it_is_that_of_the_way(monkeypatch: pytest.MonkeyPatch, tls: str, kind: str, port: int) -> None:
    asked = []

    def server(_host: str, port: int, **_more: Any) -> Any:
        asked.append(port)
        raise OSError("nobody there")

    monkeypatch.setattr(f"omscli.outgoing.smtp.smtplib.{kind}", server)
    assert send({"host": "h", "port": None, "tls": tls}, MAIL, sender="a@b.example", recipient="c@d.example").state == "retry"
    assert asked == [port]
