"""Prints the masthead.yaml of `./dev run`: everything below one folder, loopback only, plugins from the build."""
import json
import sys

data, port, demo, nodes, root = sys.argv[1:6]
text = json.dumps
print(f"""# Written by ./dev run at each start; change a copy instead.
trial: true
public_url: {text(f"https://localhost:{port}")}
data_dir: {text(data)}
web_dir: {text(root + "/web/dist")}
server:
  listen: [{text(f"127.0.0.1:{port}")}, {text(f"[::1]:{port}")}]
headscale:
  source: {"demo" if demo == "yes" else "auto"}
  network:
    derp_stun_listen: 127.0.0.1:3478
  demo:
    nodes: {int(nodes)}
    users: {max(1, min(int(nodes) // 2, 5000)) if int(nodes) > 200 else 8}
plugins:
  dir: {text(root + "/build/dev/plugins")}
  enabled: [nodes, onboarding]""")
