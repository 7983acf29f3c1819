import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runIn } from "./run.ts";

const jails = `path = "/jails/$name";
exec.start = "";
persist;
web { ip4.addr = "em0|192.0.2.10/32"; }
`;
const right = `# Who is there?
host# jls jid name
1 web
web# id -u; ls /none
0
ls: /none: No such file or directory
`;
let folder: string;

const run = (...args: readonly string[]) => runIn(folder, args);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "zonewarden-replay-"));
  const write = (name: string, session: string, host?: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "jail.conf"), jails);
    writeFileSync(join(folder, name, "scenario.session"), session);
    if (host !== undefined) writeFileSync(join(folder, name, "zonewarden.host.json"), host);
  };
  write("right", right);
  write("wrong", right.replace("1 web", "2 web"));
  write("update", right.replace("1 web", "2 web").replace("0\n", "…\n"));
  write("itself", "host# jls name\nhost# jail -c\nweb: created\nhost# jls name\nweb\n");
  write(
    "machine",
    "host# hostname\nbox.example.org\nhost# ls /jails\nweb\n",
    '{ "system": "freebsd", "hostname": "box.example.org", "directories": [{ "path": "/jails/web", "base": true }] }',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("replay", () => {
  it("prints the transcript as it is, if nothing differs", () => {
    expect(run("replay", "right")).toEqual({ code: 0, out: right, err: "" });
  });

  it("marks what differs, and counts it", () => {
    const { code, out } = run("replay", "wrong/scenario.session");
    expect(code).toBe(1);
    expect(out).toContain("host# jls jid name\n- 2 web\n+ 1 web\nweb# id -u; ls /none\n0\n");
    expect(out).toMatch(/wrong\/scenario\.session: 1 of 2 outputs differ\.\n$/);
  });

  it("--update writes the outputs back, and leaves what fits", () => {
    expect(run("replay", "--update", "update").code).toBe(0);
    expect(readFileSync(join(folder, "update", "scenario.session"), "utf8")).toBe(
      right.replace("0\n", "…\n"),
    );
    expect(run("replay", "update").code).toBe(0);
  });

  it("starts the jails, unless the transcript does", () => {
    expect(run("replay", "itself").code).toBe(0);
  });

  it("takes the machine from the host file beside it", () => {
    expect(run("replay", "machine")).toMatchObject({ code: 0, err: "" });
  });

  it("takes folders of folders, with a heading for each transcript", () => {
    const { code, out } = run("replay", ".");
    expect(code).toBe(1);
    expect(out.match(/^==> .* <==$/gm)).toHaveLength(5);
  });

  it.each([
    [[], /replay needs at least one folder or transcript/],
    [["nowhere"], /nowhere/],
  ])("is used wrongly by %j", (args, message) => {
    const { code, err } = run("replay", ...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it("tells what is wrong with a transcript", () => {
    writeFileSync(join(folder, "right", "bad.session"), "# One.\nno command\n");
    const { code, err } = run("replay", "right/bad.session");
    expect([code, err]).toEqual([2, expect.stringMatching(/bad\.session:2: there is no command/)]);
  });

  it("has a help of its own", () => {
    expect(run("replay", "--help")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage: zonewarden replay/),
    });
  });
});
