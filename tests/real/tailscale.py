"""A real Tailscale client in userspace mode: tailscaled with a state folder of its own, and its command line."""
import json
import os
import pathlib
import signal
import subprocess

from tests.real import programs


class Client:
    def __init__(self, directory, name, certificate):
        self.dir = pathlib.Path(directory) / name
        self.dir.mkdir(parents=True)
        self.name = name
        self.socket = self.dir / "ts.sock"
        self.log_path = self.dir / "tailscaled.log"
        programs_dir = programs.tailscale_dir()
        self.cli = [programs_dir / "tailscale", f"--socket={self.socket}"]
        env = {"PATH": os.environ["PATH"], "HOME": str(self.dir), "SSL_CERT_FILE": str(certificate), "TS_NO_LOGS_NO_SUPPORT": "1",
               "TS_PANIC_IF_HIT_MAIN_CONTROL": "1", "TS_FORCE_NOISE_443": "1"}
        self.log_file = open(self.log_path, "wb")
        self.daemon = subprocess.Popen([programs_dir / "tailscaled", "--tun=userspace-networking", f"--statedir={self.dir}",
                                        f"--state={self.dir}/tailscaled.state", f"--socket={self.socket}", "--port=0",
                                        "--no-logs-no-support"], env=env, stdin=subprocess.DEVNULL, stdout=self.log_file, stderr=self.log_file)

    def run(self, *arguments, timeout=60, check=True):
        done = subprocess.run([*self.cli, *arguments], capture_output=True, text=True, timeout=timeout)
        if check and done.returncode:
            raise AssertionError(f"tailscale {' '.join(arguments)} of {self.name}: {done.stdout}{done.stderr}\n{self.log()[-3000:]}")
        return done.stdout

    def up(self, url, key, *extra):
        return self.run("up", f"--login-server={url}", f"--auth-key={key}", f"--hostname={self.name}", "--accept-dns=false",
                        "--timeout=60s", *extra, timeout=90)

    def start_up(self, url, *extra):
        """`tailscale up` without a key, left running: it prints a login URL and waits."""
        return subprocess.Popen([*self.cli, "up", f"--login-server={url}", f"--hostname={self.name}", "--accept-dns=false", *extra],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def status(self):
        return json.loads(self.run("status", "--json"))

    def address(self):
        return self.status()["Self"]["TailscaleIPs"][0]

    def log(self):
        return self.log_path.read_text(errors="replace")

    def control_connections(self, port):
        """Local ports of this client's established TCP connections to 127.0.0.1 or ::1 at `port`, from /proc."""
        inodes = set()
        for fd in os.listdir(f"/proc/{self.daemon.pid}/fd"):
            try:
                target = os.readlink(f"/proc/{self.daemon.pid}/fd/{fd}")
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
        found = set()
        for table in ("tcp", "tcp6"):
            for line in pathlib.Path(f"/proc/{self.daemon.pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "01" and int(fields[2].rsplit(":", 1)[1], 16) == port and fields[9] in inodes:
                    found.add(int(fields[1].rsplit(":", 1)[1], 16))
        return found

    def stop(self):
        if self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGTERM)
            try:
                self.daemon.wait(10)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait(5)
        self.log_file.close()
