"""Runs a hub and an agent, sends every ticket through the agent, breaks things on the way, and compares.

    drive.py FOLDER sqlite|postgres PROGRAMS [--faults]

Prints what it does, how long that took, and ends with 1 at the first thing that is not as it must be.
"""

import argparse
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
ADDRESS = re.compile(r"http://(127\.0\.0\.1:\d+)")
PATIENCE = 120


class Fail(SystemExit):
    pass


class Program:
    """A server of ours: started, watched for its address, killed or stopped."""

    def __init__(self, words, log, listen="127.0.0.1:0"):
        self.words, self.log, self.listen, self.process = [str(w) for w in words], log, listen, None

    def start(self):
        self.log.touch()
        begin = self.log.stat().st_size
        with self.log.open("ab") as out:
            self.process = subprocess.Popen([*self.words, "--listen", self.listen], stdout=out,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            said = ADDRESS.search(self.log.read_bytes()[begin:].decode(errors="replace"))
            if said:
                self.listen = said[1]
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise Fail(f"{self.words[0]} does not start:\n{self.log.read_text(errors='replace')[-4000:]}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()


class Chain:
    """A hub with its database and one agent for every till of the files."""

    def __init__(self, files, work, database, programs):
        self.files, self.work, self.database = files, work, database
        self.hub_program, self.agent_program = programs / "hub-server", programs / "pos-agent"
        self.agent_data = work / "agent"
        self.hub_server = Program([self.hub_program, "serve", "--database", database], work / "hub.log")
        self.agent = Program([self.agent_program, "run", "--data", self.agent_data], work / "agent.log")

    def hub(self, *words, codes=(0,)):
        return run([self.hub_program, *words, "--database", self.database], codes)

    def pos(self, *words, codes=(0,)):
        return run([self.agent_program, *words, "--data", self.agent_data], codes)

    def status(self):
        return json.loads(self.pos("status", "--json"))

    def import_catalogue(self):
        for what in ("stores", "products", "members", "cards"):
            with timed(f"hub imports {what}"):
                self.hub("import", what, self.files / f"{what}.csv")

    def enrol(self):
        stores = [row.split(",")[0] for row in (self.files / "stores.csv").read_text().splitlines()[1:]]
        with timed(f"agent enrols {len(stores)} tills with one code"):
            for store in stores:
                self.hub("till", "add", "--store", store, "--till", "1")
            answer = json.loads(self.hub("till", "code", "--all", "--json"))
            self.pos("enrol", "--hub", f"http://{self.hub_server.listen}", "--code", answer["code"])

    def send_everything(self):
        """The agent takes every ticket of the file; returns when the hub has acknowledged all."""
        self.pos("import", "sales", self.files / "sales.csv")
        self.wait_until_sent()

    def wait_until_sent(self):
        last, moved = None, time.monotonic()
        while True:
            unsent = self.status()["unsent"]
            if unsent == 0:
                return
            if unsent != last:
                last, moved = unsent, time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                raise Fail(f"{unsent} events stay unsent:\n{self.agent.log.read_text()[-3000:]}")
            time.sleep(0.5)

    def close(self):
        self.agent.stop()
        self.hub_server.stop()


class timed:
    def __init__(self, what):
        self.what = what

    def __enter__(self):
        self.begun = time.monotonic()
        return self

    def __exit__(self, *error):
        if error[0] is None:
            print(f"{self.what}: {time.monotonic() - self.begun:.1f} s", flush=True)


def run(words, codes):
    words = [str(word) for word in words]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode not in codes:
        said = (done.stderr or done.stdout).strip()[-3000:]
        raise Fail(f"{' '.join(words)[:300]}\n  exit {done.returncode}: {said}")
    return done.stdout


def send_with_faults(chain, tickets):
    """Kills the agent a third of the way and the hub at two thirds, starts them again, and goes on."""
    sending = start_import(chain)
    wait_for_sent(chain, tickets // 3)
    chain.agent.kill()
    sending.wait()
    print(f"agent killed with {chain.status()['unsent']:,} events unsent, started again", flush=True)
    chain.agent.start()
    # Whatever the first attempt had not handed over; what it had is recognised.
    sending = start_import(chain)
    wait_for_sent(chain, tickets * 2 // 3)
    chain.hub_server.kill()
    time.sleep(1)
    print("hub killed, started again", flush=True)
    chain.hub_server.start()
    if sending.wait() != 0:
        raise Fail(f"the import did not survive the hub's restart:\n{sending.stderr.read()}")
    chain.wait_until_sent()


def start_import(chain):
    words = [chain.agent_program, "import", "sales", chain.files / "sales.csv", "--data", chain.agent_data]
    return subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)


def wait_for_sent(chain, tickets):
    until = time.monotonic() + 3600
    while time.monotonic() < until:
        status = chain.status()
        if status["sales"] - status["unsent"] >= tickets:
            return
        time.sleep(0.2)
    raise Fail(f"{tickets} tickets never arrive: {chain.status()}")


def drive(chain, given):
    counts = json.loads((given.folder / "counts.json").read_text())
    chain.hub_server.start()
    chain.import_catalogue()
    chain.enrol()
    chain.agent.start()
    with timed(f"{counts['tickets']:,} tickets through the agent to the hub") as sent:
        if given.faults:
            send_with_faults(chain, counts["tickets"])
        else:
            chain.send_everything()
    rate = counts["tickets"] / (time.monotonic() - sent.begun)
    print(f"  {rate:,.0f} tickets a second, end to end", flush=True)
    with timed("the same file again from the start"):
        chain.send_everything()
    chain.close()
    with timed("ledger verify"):
        chain.hub("ledger", "verify")
    with timed("comparing every report and every line"):
        compare = [sys.executable, HERE / "compare.py", given.folder, chain.database, chain.hub_program]
        if subprocess.run([str(word) for word in compare]).returncode != 0:
            raise Fail("the reports are not what pandas computes")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("database", choices=["sqlite", "postgres"])
    arguments.add_argument("programs", type=Path)
    arguments.add_argument("--faults", action="store_true")
    given = arguments.parse_args()
    # Directly under the temporary folder: the path of a unix socket may not be long.
    work = Path(tempfile.mkdtemp(prefix="yapa-real-"))
    postgres, chain = None, None
    try:
        database = f"sqlite://{work}/hub.db"
        if given.database == "postgres":
            postgres, database = start_postgres(work)
        chain = Chain(given.folder, work, database, given.programs)
        drive(chain, given)
    finally:
        if chain:
            chain.close()
        if postgres:
            postgres.stdin.close()
            postgres.wait()
        shutil.rmtree(work, ignore_errors=True)


def start_postgres(work):
    """Durable, unlike the one of the stories: its figures are shown."""
    folder = work / "postgres"
    folder.mkdir()
    work.chmod(0o755)
    with (work / "postgres.log").open("wb") as log:
        server = subprocess.Popen([HERE.parent / "postgres", folder, "-c", "max_wal_size=2GB"],
                                  stdin=subprocess.PIPE, stdout=log, stderr=log)
    until = time.monotonic() + PATIENCE
    while "ready to accept connections" not in (work / "postgres.log").read_text():
        if server.poll() is not None or time.monotonic() > until:
            raise Fail((work / "postgres.log").read_text())
        time.sleep(0.05)
    run(["createdb", "-h", folder, "-U", "yapa", "yapa"], (0,))
    return server, f"postgres://yapa@localhost/yapa?host={folder}"


if __name__ == "__main__":
    main()
