"""The private Valkey, with real servers: one per directory, found again, started anew, its data still there."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from adapters.valkey import PrivateValkey, ValkeyError, ensure_valkey

ROOT = Path(__file__).parents[2]
OWNER = """
import sys
from pathlib import Path
from adapters.valkey import ensure_valkey
print(ensure_valkey(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory; a server that still lives there after the test is killed by its id."""
    directory = tmp_path / "var"
    yield directory
    if listens(directory):
        os.kill(server_pid(f"unix://{directory / 'valkey' / 'valkey.sock'}"), signal.SIGKILL)


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def server_pid(url: str) -> int:
    with Redis.from_url(url) as client:
        return int(client.info("server")["process_id"])


def listens(data_dir: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(data_dir / "valkey" / "valkey.sock")) == 0


def kill_server(data_dir: Path, url: str) -> None:
    os.kill(server_pid(url), signal.SIGKILL)
    wait_until(lambda: not listens(data_dir))


def keep(url: str, value: str) -> None:
    """Write a key and see it on the disk."""
    with Redis.from_url(url) as client:
        client.set("lamp", value)
        assert client.waitaof(1, 0, 3000)[0] == 1


def kept(url: str) -> str:
    with Redis.from_url(url, decode_responses=True) as client:
        return str(client.get("lamp"))


@contextmanager
def owner(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that has called ensure_valkey and lives until its stdin is closed."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_the_second_caller_uses_the_same_server(data_dir: Path) -> None:
    with PrivateValkey(data_dir) as first:
        pid = server_pid(first.url)
        assert server_pid(ensure_valkey(data_dir)) == pid
        with PrivateValkey(data_dir) as second:
            assert second.url == first.url
        assert server_pid(first.url) == pid, "who only used it must not stop it"
    assert not listens(data_dir)


def test_nobody_else_can_reach_it(data_dir: Path) -> None:
    with PrivateValkey(data_dir) as valkey, Redis.from_url(valkey.url, decode_responses=True) as client:
        assert client.config_get("port") == {"port": "0"}
        assert (data_dir / "valkey").stat().st_mode & 0o777 == 0o700
        assert (data_dir / "valkey" / "valkey.sock").stat().st_mode & 0o777 == 0o600


def test_queued_work_is_neither_evicted_nor_lost(data_dir: Path) -> None:
    with PrivateValkey(data_dir) as valkey, Redis.from_url(valkey.url, decode_responses=True) as client:
        settings = client.config_get(
            "appendonly", "appendfsync", "maxmemory-policy", "aof-load-truncated", "save"
        )
        assert settings == {
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "aof-load-truncated": "yes",
            "save": "",
        }


def test_a_killed_server_is_replaced_with_its_data(data_dir: Path) -> None:
    with PrivateValkey(data_dir) as valkey:
        keep(valkey.url, "lit")
        kill_server(data_dir, valkey.url)
        assert (data_dir / "valkey" / "valkey.sock").exists(), "the stale socket is part of the test"
        assert kept(valkey.ensure_running()) == "lit"


def test_the_server_goes_with_a_killed_owner(data_dir: Path) -> None:
    with owner(data_dir) as (process, url):
        keep(url, "lit")
        process.kill()
        wait_until(lambda: not listens(data_dir))
    with PrivateValkey(data_dir) as valkey:
        assert kept(valkey.url) == "lit"


def test_the_server_goes_with_an_owner_that_ends(data_dir: Path) -> None:
    with owner(data_dir) as (process, url):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(5) == 0
        wait_until(lambda: not listens(data_dir))


def test_who_used_another_ones_server_starts_its_own_when_that_is_gone(data_dir: Path) -> None:
    valkey = PrivateValkey(data_dir)
    with owner(data_dir) as (process, url):
        assert valkey.ensure_running() == url
        process.kill()
        wait_until(lambda: not listens(data_dir))
    with valkey:
        assert listens(data_dir)


def test_the_server_outlives_the_thread_that_asked_for_it(data_dir: Path) -> None:
    # PR_SET_PDEATHSIG is about threads, not processes.
    thread = threading.Thread(target=ensure_valkey, args=(data_dir,))
    thread.start()
    thread.join()
    time.sleep(0.2)
    assert listens(data_dir)


def test_eight_at_once_start_one_server(data_dir: Path) -> None:
    with PrivateValkey(data_dir) as valkey:
        keep(valkey.url, "lit")
        kill_server(data_dir, valkey.url)
    command = [sys.executable, "-c", OWNER, str(data_dir)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    processes = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(8)]
    try:
        urls = {process.stdout.readline().strip() for process in processes}
        assert urls == {valkey.url}
        assert kept(valkey.url) == "lit"
        assert (data_dir / "valkey" / "valkey.log").read_text().count("Valkey is starting") == 2
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_the_lock_lives_as_long_as_the_server(data_dir: Path) -> None:
    with owner(data_dir) as (process, url), (data_dir / "valkey" / "lock").open() as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        kill_server(data_dir, url)
        fcntl.flock(lock, fcntl.LOCK_EX)


def test_a_server_that_still_loads_is_waited_for(data_dir: Path) -> None:
    home = data_dir / "valkey"
    home.mkdir(parents=True)
    replies = [b"-LOADING Valkey is loading the dataset in memory\r\n"] * 3 + [b"+PONG\r\n"]

    def serve(listener: socket.socket) -> None:
        while replies:
            connection, _ = listener.accept()
            with connection:
                connection.recv(64)
                connection.sendall(replies.pop(0))

    with socket.socket(socket.AF_UNIX) as listener, (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        listener.bind(str(home / "valkey.sock"))
        listener.listen()
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        ensure_valkey(data_dir)
        thread.join()
    assert replies == []


def test_patience_ends(data_dir: Path) -> None:
    (data_dir / "valkey").mkdir(parents=True)
    with (data_dir / "valkey" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ValkeyError, match="does not answer"):
            PrivateValkey(data_dir).ensure_running(patience=0.1)


def test_a_wedged_server_of_ours_is_replaced(data_dir: Path) -> None:
    with PrivateValkey(data_dir) as valkey:
        pid = server_pid(valkey.url)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(ValkeyError, match="does not answer"):
            valkey.ensure_running(patience=0.1)
        assert server_pid(valkey.ensure_running()) != pid


def test_a_torn_file_loses_only_its_last_command(data_dir: Path) -> None:
    with PrivateValkey(data_dir) as valkey:
        keep(valkey.url, "first")
        keep(valkey.url, "second")
        kill_server(data_dir, valkey.url)
        (file,) = (data_dir / "valkey" / "appendonlydir").glob("*.incr.aof")
        with file.open("r+b") as content:
            content.truncate(file.stat().st_size - 3)
        assert kept(valkey.ensure_running()) == "first"


def spoil_the_start(files: Path) -> None:
    (file,) = files.glob("*.incr.aof")
    file.write_bytes(b"not a command" + file.read_bytes())


def leave_zeros_at_the_end(files: Path) -> None:
    (file,) = files.glob("*.incr.aof")
    file.write_bytes(file.read_bytes() + bytes(4096))


def empty_the_manifest(files: Path) -> None:
    (file,) = files.glob("*.manifest")
    file.write_bytes(b"")


@pytest.mark.parametrize("spoil", [spoil_the_start, leave_zeros_at_the_end, empty_the_manifest])
def test_an_unreadable_file_is_put_aside(data_dir: Path, spoil: Callable[[Path], None]) -> None:
    with PrivateValkey(data_dir) as valkey:
        keep(valkey.url, "lit")
        kill_server(data_dir, valkey.url)
        spoil(data_dir / "valkey" / "appendonlydir")
        assert kept(valkey.ensure_running()) == "None"
        assert len(list((data_dir / "valkey").glob("damaged-*/*.incr.aof"))) == 1


def test_a_good_file_is_not_put_aside_when_something_else_is_wrong(data_dir: Path) -> None:
    with PrivateValkey(data_dir) as valkey:
        keep(valkey.url, "lit")
        kill_server(data_dir, valkey.url)
        (data_dir / "valkey" / "valkey.sock").unlink()
        (data_dir / "valkey" / "valkey.sock").mkdir()
        with pytest.raises(ValkeyError, match="does not start: .+"):
            valkey.ensure_running()
        (data_dir / "valkey" / "valkey.sock").rmdir()
        assert kept(valkey.ensure_running()) == "lit"


def test_a_path_too_long_for_a_socket(data_dir: Path) -> None:
    long = data_dir / ("a" * 60) / ("b c?#ü" * 10)
    with PrivateValkey(long) as valkey:
        path = Path(valkey.url.removeprefix("unix://"))
        try:
            keep(valkey.url, "lit")
            assert path.parent.parent == Path(tempfile.gettempdir())
            assert path.parent.stat().st_mode & 0o777 == 0o700
            assert (long / "valkey" / "appendonlydir").is_dir()
        finally:
            valkey.stop()
            shutil.rmtree(path.parent)


def test_signs_in_the_path_do_not_disturb(data_dir: Path) -> None:
    with PrivateValkey(data_dir / "b c?#ü'\"%") as valkey:
        keep(valkey.url, "lit")
        assert kept(valkey.url) == "lit"


def test_a_directory_somebody_else_prepared_is_refused(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    data_dir.mkdir()
    (data_dir / "valkey").symlink_to(tmp_path / "theirs")
    with pytest.raises(ValkeyError, match="directory of the user"):
        ensure_valkey(data_dir)


def test_what_keeps_the_server_from_starting_is_said(data_dir: Path) -> None:
    (data_dir / "valkey").mkdir(parents=True)
    (data_dir / "valkey" / "appendonlydir").write_text("a file where Valkey wants a directory")
    with pytest.raises(ValkeyError, match="does not start: .+"):
        ensure_valkey(data_dir)
