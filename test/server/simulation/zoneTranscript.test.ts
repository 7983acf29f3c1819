import { parseTranscript, Replay, startsByItself } from "@zonewarden/server/simulation/transcript";
import { describe, expect, test } from "vitest";
import { define, running, zoneHost } from "../host/illumos/harness.ts";

const SESSION = `# Two zones have a web server on the same port.
global# zoneadm list
global
web
db
web# nc -l 80 &
db# nc -l 80 &
web# netstat -an -f inet -P tcp | grep '\\.80 '
      *.80                 *.*                0      0 128000      0 LISTEN
web:daemon$ kill -9 1
-bash: kill: (1) - No such process
host# zlogin db
[Connected to zone 'db' pts/2]
host# zonename
db
host# exit

[Connection to zone 'db' pts/2 closed]
global# zoneadm -z db halt
db# ls
(there is no running zone db)
`;

describe("a transcript of zones", () => {
  test("is replayed at prompts with their names", () => {
    const host = zoneHost();
    for (const name of ["web", "db"]) running(host, define(name, { properties: { "ip-type": "shared" } }));
    const replay = new Replay(host);
    for (const item of parseTranscript(SESSION)) {
      if (item.kind !== "command") continue;
      const { output, same } = replay.run(item);
      expect(same, `${item.prompt} ${item.line}\n${output.join("\n")}`).toBe(true);
    }
  });

  test.each([
    ["global# zoneadm -z web boot\nweb# id\n", true],
    ["host# zonecfg -z web create\nweb# id\n", true],
    ["global# zoneadm list\nweb# id\nglobal# zoneadm -z web boot\n", false],
  ])("%j starts zones by itself: %s", (text, itself) => {
    expect(startsByItself(parseTranscript(text))).toBe(itself);
  });
});
