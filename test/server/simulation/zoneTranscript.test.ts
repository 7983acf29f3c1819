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

const MACHINES = `alpha/global# hostname
alpha
beta/global# nc -l 80 &
alpha/global# ping 10.0.0.2
10.0.0.2 is alive
alpha/global# nc -vz 10.0.0.2 80
Connection to 10.0.0.2 80 port [tcp/http] succeeded!
alpha/global# nc -vz 10.0.0.2 81
nc: connect to 10.0.0.2 port 81 (tcp) failed: Connection refused
beta/global# sleep 30
gamma/global# hostname
(there is no machine gamma)
global# hostname
alpha
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

  test("is replayed on several machines, which reach each other and have one time", () => {
    const machine = (hostname: string, address: string) =>
      zoneHost({
        hostname,
        links: [
          { name: "e1000g0", kind: "physical", addresses: [address] },
          { name: "lo0", kind: "loopback", mtu: 8232, addresses: ["127.0.0.1/8"] },
        ],
      });
    const machines = new Map([
      ["alpha", machine("alpha", "10.0.0.1/24")],
      ["beta", machine("beta", "10.0.0.2/24")],
    ]);
    const replay = new Replay(machines);
    const outputs = parseTranscript(MACHINES).map((item) =>
      item.kind === "command" ? [replay.run(item).output, item.output] : [],
    );
    for (const [actual, expected] of outputs) expect(actual).toEqual(expected);
    const [alpha, beta] = [...machines.values()];
    expect(alpha?.now).toBeGreaterThan(30_000);
    expect(beta?.now).toBe(alpha?.now);
  });

  test.each([
    ["beta/global# zoneadm -z web boot\nbeta/web# id\n", true],
    ["global# zoneadm -z web boot\nweb# id\n", true],
    ["host# zonecfg -z web create\nweb# id\n", true],
    ["global# zoneadm list\nweb# id\nglobal# zoneadm -z web boot\n", false],
  ])("%j starts zones by itself: %s", (text, itself) => {
    expect(startsByItself(parseTranscript(text))).toBe(itself);
  });
});
