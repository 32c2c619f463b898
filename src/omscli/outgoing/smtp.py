"""Handing one mail to the seller's mail server, over TLS or not at all.

What is wrong with one mail or passes by itself is a value (`Outcome`); what is wrong with the set-up would fail every mail in
the same way and is raised, so that no mail is marked for it.
"""

from __future__ import annotations

import ipaddress
import os
import shlex
import smtplib
import ssl
import stat
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from omscli.errors import Refused
from omscli.outgoing.eml import one_address

_TIMEOUT_S = 20  # smtplib's own default is to wait for ever, and a cron job with it
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`sent`; `retry`: later, it may pass by itself; `failed`: this mail needs a person. `text` says why, without an address."""

    state: Literal["sent", "retry", "failed"]
    text: str = ""


def send(config: Mapping[str, Any], data: bytes, *, sender: str, recipient: str, password: str | None = None) -> Outcome:
    """Deliver one mail to one recipient. Raises Refused for a set-up that cannot work or would not be safe."""
    envelope_from, envelope_to = one_address(sender).addr_spec, one_address(recipient).addr_spec
    try:
        with _server(config, password) as server:
            refused = server.sendmail(envelope_from, [envelope_to], data)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        return _by_code(code, text, envelope_to)
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:  # said before any mail was spoken of
        return Outcome("retry", f"the mail server does not take calls now (it said {error.smtp_code})")
    except smtplib.SMTPResponseException as error:
        return _by_code(error.smtp_code, error.smtp_error, envelope_to)
    except smtplib.SMTPServerDisconnected:
        return Outcome("retry", "the mail server hung up before it said whether it has the mail; the next try carries the same number")
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("retry", f"the mail server was not reached ({error})")
    return Outcome("failed", "the mail server refused the recipient") if refused else Outcome("sent")


def find_password(config: Mapping[str, Any], home: Path) -> str | None:
    """The password that `password_command` prints or `password_file` holds; None where no user is named.

    Raises Refused where it cannot be had, or stands where others can read it. The words never hold the password.
    """
    if not config.get("user"):
        return None
    if config.get("password_command"):
        return _from_command(str(config["password_command"]), home)
    if config.get("password_file"):
        return _from_file(home / Path(str(config["password_file"])).expanduser())
    raise Refused("notify.smtp names a user but no password", "add `password_command` or `password_file` to notify.smtp")


def _from_command(command: str, home: Path) -> str:
    hint = "try the password_command of notify.smtp by hand"
    try:
        # The seller's own command from rules.yaml, as a list and without a shell.
        done = subprocess.run(shlex.split(command), cwd=home, capture_output=True, timeout=_TIMEOUT_S, check=False)  # noqa: S603
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise Refused(f"the password_command could not be run ({type(error).__name__})", hint) from None
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    if done.returncode or not lines or not lines[0]:
        raise Refused(f"the password_command gave no password (exit code {done.returncode})", hint)
    return lines[0]


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            password = file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} could not be read ({type(error).__name__})", "check password_file in notify.smtp") from None
    if os.name == "posix" and mode & 0o077:
        raise Refused(f"{path} can be read by others", f"run `chmod 600 {shlex.quote(str(path))}`")
    if not password:
        raise Refused(f"the first line of {path} is empty", "write the password there")
    return password


@contextmanager
def _server(config: Mapping[str, Any], password: str | None) -> Iterator[smtplib.SMTP]:
    server = _connected(config)
    try:
        if config.get("user"):
            _log_in(server, str(config["user"]), password or "")
        yield server
        with suppress(smtplib.SMTPException, OSError):  # the mail is handed over; how the server says goodbye changes nothing
            server.quit()
    finally:
        server.close()


def _connected(config: Mapping[str, Any]) -> smtplib.SMTP:
    host, tls = str(config.get("host") or ""), str(config.get("tls") or "starttls")
    if not host or tls not in _PORTS:
        raise Refused("notify.smtp needs a host, and tls is `starttls`, `tls` or `none`", "mend notify.smtp in rules.yaml")
    if tls == "none" and not _is_loopback(host):
        raise Refused(f"mail to {host} would travel unencrypted; nothing was sent", "write `tls: starttls` or `tls: tls` in notify.smtp")
    port = int(config.get("port") or _PORTS[tls])
    name = "[127.0.0.1]"  # asking the resolver for our own name takes seconds on many machines
    # smtplib's own context accepts any certificate, of any host; this one does not.
    context = ssl.create_default_context()
    try:
        if tls == "tls":
            return smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=_TIMEOUT_S, context=context)
        server = smtplib.SMTP(host, port, local_hostname=name, timeout=_TIMEOUT_S)
    except ssl.SSLError as error:
        raise _untrusted(host, error) from error
    if tls == "starttls":
        _encrypt(server, host, context)
    return server


def _encrypt(server: smtplib.SMTP, host: str, context: ssl.SSLContext) -> None:
    try:
        server.starttls(context=context)
    except ssl.SSLError as error:
        server.close()
        raise _untrusted(host, error) from error
    except smtplib.SMTPNotSupportedError as error:
        server.close()
        hint = "check host and port in notify.smtp; somebody between may have removed the offer"
        raise Refused(f"{host} offers no encryption (STARTTLS); nothing was sent", hint) from error
    except BaseException:
        server.close()
        raise


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    try:
        server.login(user, password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise
        raise Refused(
            f"the mail server does not accept the password of {user}; nothing was sent", "check user and password of notify.smtp"
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused("the mail server offers no way to log in; nothing was sent", "check port and tls of notify.smtp") from None


def _untrusted(host: str, error: ssl.SSLError) -> Refused:
    reason = getattr(error, "verify_message", "") or error.reason or "TLS failed"
    return Refused(f"{host} could not prove who it is ({reason}); nothing was sent", "check host, port and tls of notify.smtp")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _by_code(code: int, answer: bytes | str, recipient: str) -> Outcome:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    # Servers repeat the address; it stays out of the store's log and of the screen.
    said = f"the mail server said {code}: {text.replace(recipient, '(address)')}"
    return Outcome("failed" if code >= 500 else "retry", " ".join(said.split())[:300])
