"""Other names than the recorded ones, drawn by seed, in requests and in the answers expected."""
import re
import string

WORDS = ["alice", "bob", "bobby", "nobody", "eng", "web", "router", "only", "unowned", "node1", "node2", "node3", "renamed-1", "renamed-2", "zed", "eve",
         "ünïcode", "drop"]
ROUTES = {"10.1.0.0/24": "10.{}.0.0/24", "192.168.7.0/24": "192.168.{}.0/24", "172.16.0.0/16": "172.{}.0.0/16"}


def word(random, length):
    return random.choice(string.ascii_lowercase) + "".join(random.choices(string.ascii_lowercase + string.digits, k=length - 1))


class Renaming:
    def __init__(self, random):
        taken = set()
        self.names = {}
        for name in WORDS:
            new = word(random, random.randint(4, 12))
            while new in taken:
                new = word(random, 13)
            taken.add(new)
            self.names[name] = new
        self.names["ünïcode"] = "ß" + self.names["ünïcode"] + "ü"
        for route, shape in ROUTES.items():
            low = 17 if route.startswith("172") else 20
            self.names[route] = shape.format(random.randint(low, low + 10))
        # The order of a long list: the renamed routes keep their places because the first octets stay.
        parts = sorted((re.escape(name) for name in self.names), key=len, reverse=True)
        self.pattern = re.compile(r"(?<![A-Za-z0-9_.-])(" + "|".join(parts) + r")(?![A-Za-z0-9_-])")

    def text(self, text):
        return self.pattern.sub(lambda found: self.names[found[1]], text)

    def value(self, value):
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.names.get(key, key): self.value(item) for key, item in value.items()}
        return value
