"""label_studio.py DRIVERS DATA STEPS.json: does steps in a real Label Studio on the loopback, whose data is kept in DATA.

DRIVERS is the folder of _lib.py, which makes the environment and starts servers. STEPS is a list of
{"do": "project", "config": XML}, {"do": "import", "tasks": JSON}, {"do": "annotate", "answers": {post: [label, …]}},
{"do": "predictions", "file": JSON}, {"do": "export", "to": JSON}, {"do": "show", "to": JSON} (tasks with predictions)."""
import json, os, sys
sys.path.insert(0, sys.argv[1])
from _lib import *

data, steps = Path(sys.argv[2]), json.load(open(sys.argv[3], encoding="utf-8"))
data.mkdir(exist_ok=True)
bin_, port, log, token = venv("labelstudio"), free_port(), str(data / "server.log"), "0123456789abcdef0123456789abcdef01234567"
env = {**os.environ, "LABEL_STUDIO_BASE_DATA_DIR": str(data), "COLLECT_ANALYTICS": "0", "LATEST_VERSION_CHECK": "0", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": ""}
server = start([bin_ / "label-studio", "start", "--no-browser", "--internal-host", "127.0.0.1", "-p", port, "--username", "anna@localhost.local", "--password", "walk-the-loop", "--user-token", token, "--enable-legacy-api-token"], log, env=env)
poll(f"http://127.0.0.1:{port}/health", server, log)
call = Http(f"http://127.0.0.1:{port}", {"Authorization": f"Token {token}"})
memory = data / "walk.json"
known = json.loads(memory.read_text()) if memory.exists() else {"project": None, "proposed": {}}

def must(status, answer, wanted):
    if status != wanted: raise SystemExit(f"{status} instead of {wanted}: {str(answer)[:800]}")
    return answer

def everything():
    return must(*call("GET", f"/api/projects/{known['project']}/export?exportType=JSON&download_all_tasks=true"), 200)

for step in steps:
    project = known["project"]
    if step["do"] == "project":
        known["project"] = must(*call("POST", "/api/projects/", {"title": "walk", "label_config": open(step["config"], encoding="utf-8").read()}), 201)["id"]
    elif step["do"] == "import":
        tasks = json.load(open(step["tasks"], encoding="utf-8"))
        must(*call("POST", f"/api/projects/{project}/import", tasks), 201)
        known["proposed"].update({t["data"]["post_id"]: t["predictions"][0]["result"] for t in tasks})
    elif step["do"] == "annotate":
        # Anna keeps what is right, takes away what is wrong, and ticks what is missing.
        for task in everything():
            post = task["data"]["post_id"]
            if task["annotations"] or post not in step["answers"]: continue
            right = step["answers"][post]
            result = [{**r, "origin": "prediction"} for r in known["proposed"][post] if r["type"] == "labels" and r["value"]["labels"][0] in right]
            ids = {r["id"] for r in result}
            result += [r for r in known["proposed"][post] if r["type"] == "relation" and {r["from_id"], r["to_id"]} <= ids]
            if right: result.append({"id": "labels", "from_name": "labels", "to_name": "text", "type": "choices", "value": {"choices": right}})
            must(*call("POST", f"/api/tasks/{task['id']}/annotations/", {"result": result, "lead_time": 4.5}), 201)
    elif step["do"] == "predictions":
        must(*call("POST", f"/api/projects/{project}/import/predictions", json.load(open(step["file"], encoding="utf-8"))), 201)
    elif step["do"] == "export":
        json.dump(everything(), open(step["to"], "w", encoding="utf-8"), ensure_ascii=False)
    elif step["do"] == "show":
        shown = [must(*call("GET", f"/api/tasks/{task['id']}"), 200) for task in everything()]
        json.dump(shown, open(step["to"], "w", encoding="utf-8"), ensure_ascii=False)
memory.write_text(json.dumps(known))
print("done", flush=True)
