"""Case 32: TLS, and a certificate, users or a mistake that come while it runs."""

from __future__ import annotations

import gc
import http.client
import os
import shutil
import socket
import ssl
import threading
import time
from asyncio.sslproto import SSLProtocol
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509

from exporter.access import live_config
from exporter.access.live_config import WebConfigError, load_web_config
from exporter.server import Limits
from tests.support.certificates import Authority
from tests.support.web import PATIENCE_S, wait_until
from tests.support.web_access import asked, basic, guarded, hashed, web_file


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who signs."""
    return Authority(tmp_path_factory.mktemp("authority"))


def trusting(authority: Authority, **limits: ssl.TLSVersion) -> ssl.SSLContext:
    """A client that believes the authority."""
    context = ssl.create_default_context(cafile=str(authority.path))
    for name, version in limits.items():
        setattr(context, name, version)
    return context


def served(port: int, authority: Authority) -> str:
    """The common name of the certificate that is shown now."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    with trusting(authority).wrap_socket(plain, server_hostname="127.0.0.1") as client:
        shown = x509.load_der_x509_certificate(client.getpeercert(binary_form=True) or b"")
    return shown.subject.rfc4514_string().removeprefix("CN=")


def test_case_32_a_scrape_over_tls(tmp_path: Path, authority: Authority) -> None:
    """A whole large answer, kept connections, and the header that the file adds."""
    cert = authority.certificate("web", ["127.0.0.1"])
    more = "http_server_config: {headers: {Strict-Transport-Security: max-age=60}}"
    with guarded(web_file(tmp_path, None, cert.path, more), public=True) as (serving, web):
        answer = asked(serving.port, tls=trusting(authority))
        assert answer.status == 200
        assert "opd_link_info" in answer.text
        assert (
            f"opd_exporter_web_certificate_expiry_timestamp_seconds {cert.ends_unix_s:.10g}"
            in answer.text.replace("e+09", "e+09")
            or web.figures().certificate_ends_unix_s == cert.ends_unix_s
        )
        assert answer.headers["Strict-Transport-Security"] == "max-age=60"
        assert serving.public is not None
        assert asked(serving.public.port, "/lokasi/x", tls=trusting(authority)).status == 404
        connection = http.client.HTTPSConnection(
            "127.0.0.1", serving.port, timeout=PATIENCE_S, context=trusting(authority)
        )
        for _ in range(3):
            connection.request("GET", "/-/healthy")
            assert connection.getresponse().read() == b"Pantau OPD is healthy.\n"
        connection.close()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_case_32_old_versions_and_plain_text_are_refused(tmp_path: Path, authority: Authority) -> None:
    """Without an answer; others are served as before."""
    cert = authority.certificate("web", ["127.0.0.1"])
    with guarded(web_file(tmp_path, None, cert.path)) as (serving, _):
        old = trusting(authority, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.raises(ssl.SSLError):
            asked(serving.port, tls=old)
        with pytest.raises((http.client.HTTPException, OSError)):
            asked(serving.port)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = trusting(authority, minimum_version=version, maximum_version=version)
            assert asked(serving.port, "/-/healthy", tls=context).status == 200
        wait_until(lambda: len(serving.server._connections) == 0)


def test_case_32_a_client_that_must_show_a_certificate(tmp_path: Path, authority: Authority) -> None:
    """Its own, of that authority."""
    cert, mine = authority.certificate("web", ["127.0.0.1"]), authority.certificate("klien", ["klien"])
    stranger = Authority(tmp_path).certificate("asing", ["asing"])
    more = f"  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: {authority.path}"
    with guarded(web_file(tmp_path, None, cert.path, more), public=True) as (serving, _):
        assert serving.public is not None
        assert asked(serving.public.port, "/lokasi/x", tls=trusting(authority)).status == 404  # offices have none
        for shown, welcome in ((None, False), (stranger.path, False), (mine.path, True)):
            context = trusting(authority)
            if shown is not None:
                context.load_cert_chain(shown)
            if welcome:
                assert asked(serving.port, "/-/healthy", tls=context).status == 200
            else:
                with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
                    asked(serving.port, "/-/healthy", tls=context)


def test_case_32_handshakes_that_never_end(tmp_path: Path, authority: Authority) -> None:
    """They are closed in time, they count, and a legal scrape finds a place beside them."""
    cert = authority.certificate("web", ["127.0.0.1"])
    limits = Limits(connections=8, request_within_s=2.0)
    with guarded(web_file(tmp_path, None, cert.path), limits=limits) as (serving, _):
        silent = [socket.create_connection(("127.0.0.1", serving.port), timeout=PATIENCE_S) for _ in range(20)]
        wait_until(lambda: len(serving.server._connections) == 8)
        assert asked(serving.port, "/-/healthy", tls=trusting(authority)).status == 200
        for client in silent:
            with suppress(ConnectionResetError):
                assert client.recv(100) == b""
            client.close()
        wait_until(lambda: len(serving.server._connections) == 0)


def test_case_32_another_certificate_and_other_users_while_it_runs(tmp_path: Path, authority: Authority) -> None:
    """Without a restart: new connections get the new one, and who was let in before is asked anew."""
    live = tmp_path / "live.pem"
    shutil.copy(authority.certificate("lama", ["127.0.0.1"]).path, live)
    path = web_file(tmp_path, {"a": hashed(b"satu")}, live)
    with guarded(path) as (serving, web):
        tls = trusting(authority)
        assert served(serving.port, authority) == "lama"
        assert asked(serving.port, tls=tls, given=basic(b"a", b"satu")).status == 200
        shutil.copy(authority.certificate("baru", ["127.0.0.1"]).path, live)
        web.look()
        web.look()
        assert served(serving.port, authority) == "baru"
        web_file(tmp_path, {"a": hashed(b"dua")}, live)
        web.look()
        web.look()
        assert asked(serving.port, tls=tls, given=basic(b"a", b"satu")).status == 401
        assert asked(serving.port, tls=tls, given=basic(b"a", b"dua")).status == 200


@pytest.mark.parametrize("fault", ["no certificate", "another key", "torn", "a mistake", "gone"])
def test_case_32_a_bad_file_keeps_the_former(
    tmp_path: Path, authority: Authority, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is confessed on the page and in the log, once; and taken once it is right."""
    live = tmp_path / "live.pem"
    good = authority.certificate("web", ["127.0.0.1"]).path
    shutil.copy(good, live)
    path = web_file(tmp_path, None, live)
    right = path.read_text(encoding="utf-8")
    with guarded(path) as (serving, web):
        tls = trusting(authority)
        if fault == "no certificate":
            live.write_text("not a certificate", encoding="utf-8")
        elif fault == "another key":
            other = authority.certificate("lain", ["127.0.0.1"]).path
            path.write_text(right.replace(f"key_file: {live}", f"key_file: {other}"), encoding="utf-8")
        elif fault == "torn":
            live.write_bytes(good.read_bytes()[:-300])
        elif fault == "a mistake":
            path.write_text(right + "more: 1\n", encoding="utf-8")
        else:
            path.unlink()
        for _ in range(4):
            web.look()
        assert served(serving.port, authority) == "web"
        assert "opd_exporter_web_config_last_reload_successful 0.0" in asked(serving.port, tls=tls).text
        assert caplog.text.count("the former one stays in force") == 1
        shutil.copy(good, live)
        path.write_text(right, encoding="utf-8")
        web.look()
        web.look()
        good_again = "opd_exporter_web_config_last_reload_successful 1.0"
        wait_until(lambda: good_again in asked(serving.port, tls=tls).text)  # a page is shared for half a second


def test_case_32_what_a_refused_file_lacks_may_come_later(
    tmp_path: Path, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """A certificate that nobody watches yet: it is taken once it is there, without another change; told once before."""
    path = web_file(tmp_path, {"a": hashed(b"x")})
    late = tmp_path / "late.pem"
    with guarded(path) as (serving, web):
        web_file(tmp_path, {"a": hashed(b"x")}, late)
        for _ in range(5):
            web.look()
        assert not web.figures().last_ok
        assert caplog.text.count("the former one stays in force") == 1
        shutil.copy(authority.certificate("terlambat", ["127.0.0.1"]).path, late)
        web.look()
        assert served(serving.port, authority) == "terlambat"


def test_the_thread_sees_a_change_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within some looks."""
    monkeypatch.setattr(live_config, "LOOK_EVERY_S", 0.02)
    path = web_file(tmp_path, {"a": hashed(b"satu")})
    stop = threading.Event()
    with guarded(path) as (_, web):
        thread = threading.Thread(target=web.run, args=(stop,))
        thread.start()
        time.sleep(0.1)
        web_file(tmp_path, {"b": hashed(b"dua")})
        wait_until(lambda: list(web.loaded.config.users) == ["b"])
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "tls_server_config: {cert_file: nowhere.pem, key_file: nowhere.pem}",
            "nowhere.pem:0: cannot be served: No such file",
        ),
        ("tls_server_config: [", "not YAML"),
        ("\n", "web.yml:0: the file is empty"),
    ],
)
def test_nobody_starts_with_a_bad_file(tmp_path: Path, text: str, words: str) -> None:
    """Every problem with file, line and remedy."""
    path = tmp_path / "web.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WebConfigError, match=words):
        load_web_config(path)


def test_a_file_that_everybody_may_change_is_warned_of(tmp_path: Path) -> None:
    """Whoever can change it can let himself in."""
    path = web_file(tmp_path, {"a": hashed(b"x")})
    path.chmod(0o666)
    (warning,) = load_web_config(path).warnings
    assert "who may ask the exporter" in warning.message


def test_the_example_is_right(tmp_path: Path, authority: Authority) -> None:
    """What people copy starts, with a certificate beside it."""
    example = Path(__file__).parents[2] / "deploy" / "web-config.yml"
    shutil.copy(example, tmp_path)
    shown = authority.certificate("web", ["127.0.0.1"]).path
    for name in ("web.pem", "web.key"):
        shutil.copy(shown, tmp_path / name)
    loaded = load_web_config(tmp_path / "web-config.yml")
    assert list(loaded.config.users) == ["prometheus"]
    assert loaded.certificate is not None


def test_failed_handshakes_leave_nothing_that_must_be_collected(tmp_path: Path, authority: Authority) -> None:
    """Each has a buffer of 256 KiB: a flood of them must not wait for a collection of everything."""
    cert = authority.certificate("web", ["127.0.0.1"])
    with guarded(web_file(tmp_path, None, cert.path)) as (serving, _):
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", serving.port), timeout=PATIENCE_S) as client:
                    client.sendall(b"GET / HTTP/1.0\r\n\r\n")
                    with suppress(ConnectionResetError):
                        while client.recv(100):
                            pass
            wait_until(lambda: len(serving.server._connections) == 0)
            wait_until(lambda: not any(isinstance(each, SSLProtocol) for each in gc.get_objects()))
        finally:
            gc.enable()


def test_streams_whose_readers_do_not_take_the_end_count_again(tmp_path: Path, authority: Authority) -> None:
    """TLS waits for the other side's farewell: whoever never says it holds a place among all others."""
    cert = authority.certificate("web", ["127.0.0.1"])
    with guarded(web_file(tmp_path, None, cert.path), limits=Limits(connections=4)) as (serving, _):
        clients = []
        for _ in range(10):
            plain = socket.create_connection(("127.0.0.1", serving.port), timeout=PATIENCE_S)
            clients.append(trusting(authority).wrap_socket(plain, server_hostname="127.0.0.1"))
            clients[-1].sendall(b"HEAD /wall/events HTTP/1.1\r\nHost: x\r\n\r\n")
            assert clients[-1].recv(100).startswith(b"HTTP/1.1 200")
        wait_until(lambda: len(serving.server._connections._kept) == 0)
        assert len(serving.server._connections) == 4
        for client in clients:
            client.close()


@pytest.mark.parametrize("key", ["cert_file", "key_file"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, authority: Authority, key: str) -> None:
    """OpenSSL would wait for whoever writes it, and hold the start, or the thread that looks, for ever."""
    pipe = tmp_path / "pipe.pem"
    os.mkfifo(pipe)
    path = web_file(tmp_path, None, authority.certificate("web", ["127.0.0.1"]).path)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(f"  {key}: {pipe}" if key in each else each for each in lines), encoding="utf-8")
    with pytest.raises(WebConfigError, match=r"pipe\.pem:0: is not a regular file"):
        load_web_config(path)
