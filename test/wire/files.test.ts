import { afterEach, describe, expect, it } from "vitest";
import { Client, type ClientOptions } from "./client.ts";
import { Folder } from "./folder.ts";
import { broken, good } from "./samples.ts";

const missing = "syntax/missing-semicolon";
const including = `.include "part.conf";\n${good}`;
const fine = 'exec.consolelog = "/var/log/jail.log";\n';
const wrong = fine.replace(";", "");

let client: Client | undefined;
let folders: Folder[] = [];

function folder(files: Record<string, string>): Folder {
  const made = new Folder(files);
  folders.push(made);
  return made;
}
async function start(options: ClientOptions): Promise<Client> {
  client = await Client.start({ settings: {}, ...options });
  return client;
}
afterEach(async () => {
  const stderr = client?.stderr;
  await client?.dispose();
  client = undefined;
  for (const made of folders) made.remove();
  folders = [];
  expect(stderr).toBe("");
});

describe("included files", () => {
  it("are judged with the file that includes them", async () => {
    const home = folder({ "jail.conf": including, "part.conf": wrong });
    const editor = await start({ folders: [home.uri()] });
    await editor.open(home.uri("jail.conf"), including);
    expect(await editor.codes(home.uri("jail.conf"))).not.toContain(missing);
    expect(await editor.codes(home.uri("part.conf"))).toEqual([missing]);
  });

  it("are judged again when they change on disk", async () => {
    const home = folder({ "jail.conf": including, "part.conf": fine });
    const part = home.uri("part.conf");
    const editor = await start({ folders: [home.uri()] });
    await editor.open(home.uri("jail.conf"), including);
    expect(await editor.codes(part)).toEqual([]);
    home.write("part.conf", `# longer\n${wrong}`);
    await editor.changedOnDisk({ uri: part, type: 2 });
    expect(await editor.codes(part)).toEqual([missing]);
    home.write("part.conf", fine);
    await editor.changedOnDisk({ uri: part, type: 2 });
    expect(await editor.codes(part)).toEqual([]);
  });

  it("are noticed when they appear, and forgotten when they go", async () => {
    const home = folder({ "jail.conf": `.include "d/*.conf";\n${good}` });
    const late = home.uri("d/late.conf");
    const editor = await start({ folders: [home.uri()] });
    await editor.open(home.uri("jail.conf"), `.include "d/*.conf";\n${good}`);
    await editor.settle();
    home.write("d/late.conf", wrong);
    await editor.changedOnDisk({ uri: late, type: 1 });
    expect(await editor.codes(late)).toEqual([missing]);
    home.delete("d/late.conf");
    await editor.changedOnDisk({ uri: late, type: 3 });
    expect(await editor.codes(late)).toEqual([]);
  });

  it("count as they are in the editor while they are open, and as on disk after that", async () => {
    const home = folder({ "jail.conf": including, "part.conf": fine });
    const part = home.uri("part.conf");
    const editor = await start({ folders: [home.uri()] });
    await editor.open(home.uri("jail.conf"), including);
    await editor.open(part, fine);
    await editor.replace(part, ";", "");
    expect(await editor.codes(part)).toEqual([missing]);
    await editor.close(part);
    expect(await editor.codes(part)).toEqual([]);
  });

  it("a fragment that is open alone is judged as a part of ../jail.conf", async () => {
    // Alone, `}` would be right nowhere and `$base` unknown; the error in the main file proves that it was read.
    const main = `.include "jails.d/*.conf";\n${broken}`;
    const fragment = 'web {\n\tpath = "$base/web";\n}\n';
    const home = folder({ "jail.conf": main, "jails.d/web.conf": fragment });
    const editor = await start({ folders: [home.uri()] });
    await editor.open(home.uri("jails.d/web.conf"), fragment);
    expect(await editor.codes(home.uri("jail.conf"))).toContain(missing);
    expect((await editor.diagnostics(home.uri("jails.d/web.conf"))).filter((d) => d.severity === 1)).toEqual(
      [],
    );
    await editor.close(home.uri("jails.d/web.conf"));
    expect(await editor.codes(home.uri("jail.conf"))).toEqual([]);
  });

  it("a fragment that its neighbour does not include is judged alone", async () => {
    const home = folder({ "jail.conf": broken, "jails.d/web.conf": fine });
    const editor = await start({ folders: [home.uri()] });
    await editor.open(home.uri("jails.d/web.conf"), wrong);
    expect(await editor.codes(home.uri("jails.d/web.conf"))).toContain(missing);
    expect(await editor.codes(home.uri("jail.conf"))).toEqual([]);
  });

  it("files that include each other in a loop do not hang the server", async () => {
    const home = folder({
      "jail.conf": `.include "a.conf";\n${broken}`,
      "a.conf": '.include "jail.conf";\n',
    });
    const editor = await start({ folders: [home.uri()] });
    await editor.open(home.uri("jail.conf"), `.include "a.conf";\n${broken}`);
    expect(await editor.codes(home.uri("jail.conf"))).toContain(missing);
  });
});

describe("two workspace folders", () => {
  it("do not get in each other's way", async () => {
    const one = folder({ "jail.conf": including, "part.conf": fine });
    const two = folder({ "jail.conf": including, "part.conf": wrong });
    const editor = await start({ folders: [one.uri(), two.uri()] });
    await editor.open(one.uri("jail.conf"), including);
    await editor.open(two.uri("jail.conf"), including);
    expect(await editor.codes(one.uri("part.conf"))).toEqual([]);
    expect(await editor.codes(two.uri("part.conf"))).toEqual([missing]);
    await editor.replace(one.uri("jail.conf"), '"$base/www";', '"$base/www"');
    expect(await editor.codes(one.uri("jail.conf"))).toContain(missing);
    expect(await editor.codes(two.uri("jail.conf"))).not.toContain(missing);
  });

  it("have settings of their own", async ({ skip }) => {
    const one = folder({ "jail.conf": broken });
    const two = folder({ "jail.conf": broken });
    const off = { rules: { [missing]: "off" } };
    const editor = await start({
      folders: [one.uri(), two.uri()],
      settings: (scope) => (scope?.startsWith(one.uri()) ? off : {}),
    });
    await editor.open(one.uri("jail.conf"), broken);
    await editor.open(two.uri("jail.conf"), broken);
    await editor.settle();
    if (editor.askedScopes.every((scope) => scope === undefined))
      skip("settings are asked for without a resource");
    expect(await editor.codes(one.uri("jail.conf"))).toEqual([]);
    expect(await editor.codes(two.uri("jail.conf"))).toEqual([missing]);
  });
});

describe("host files", () => {
  const jail = "web {\n\tpath = /jails/web;\n\thost.hostname = web;\n\tpersist;\n}\n";
  const machine = (...directories: string[]) => JSON.stringify({ system: "freebsd", directories });

  it("describe the machine, also after they changed on disk", async () => {
    const home = folder({ "jail.conf": jail, "zonewarden.host.json": machine() });
    const host = home.uri("zonewarden.host.json");
    const editor = await start({ folders: [home.uri()] });
    await editor.open(home.uri("jail.conf"), jail);
    await expect.poll(() => editor.codes(home.uri("jail.conf"))).toEqual(["host/no-path"]);
    home.write("zonewarden.host.json", machine("/jails/web"));
    await editor.changedOnDisk({ uri: host, type: 2 });
    await expect.poll(() => editor.codes(home.uri("jail.conf"))).toEqual([]);
  });

  it("are for zones, too, whichever file they are in", async () => {
    const zone = (name: string, address: string) =>
      `create -b\nset zonename=${name}\nset zonepath=/zones/${name}\nset brand=ipkg\nset ip-type=shared\nadd net\nset physical=e1000g0\nset address=${address}/24\nend\n`;
    const omnios = JSON.stringify({
      system: "omnios",
      links: [{ name: "e1000g0", addresses: ["192.0.2.2/24"] }],
      datasets: [{ name: "rpool/zones", mountpoint: "/zones" }],
    });
    const files = { "web.zonecfg": zone("web", "192.0.2.2"), "db.zonecfg": zone("db", "192.0.2.2") };
    const home = folder({ ...files, "zonewarden.host.json": omnios });
    const [web, db] = [home.uri("web.zonecfg"), home.uri("db.zonecfg")];
    const editor = await start({ folders: [home.uri()] });
    await editor.open(web, files["web.zonecfg"], "zonecfg");
    await expect.poll(() => editor.codes(web)).toEqual(["host/zone-network"]);
    await editor.open(db, zone("db", "192.0.2.10"), "zonecfg");
    await editor.open(home.uri("dns.zonecfg"), zone("dns", "192.0.2.10"), "zonecfg");
    await expect.poll(() => editor.codes(db)).toEqual(["host/zone-address-twice"]);
  });

  it("are not looked at without host checks", async () => {
    const home = folder({ "jail.conf": jail, "zonewarden.host.json": machine() });
    const editor = await start({ folders: [home.uri()], settings: { hostChecks: false } });
    await editor.open(home.uri("jail.conf"), jail);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await editor.codes(home.uri("jail.conf"))).toEqual([]);
  });
});

describe("files that only the editor can reach", () => {
  const uri = (name: string) => `vscode-vfs://github/owner/jails/${name}`;

  it("are read through the editor and judged with the file that includes them", async () => {
    const editor = await start({ editorFiles: { [uri("part.conf")]: wrong } });
    await editor.open(uri("jail.conf"), including);
    await editor.settle();
    expect(await editor.codes(uri("part.conf"))).toEqual([missing]);
  });

  it("are judged again when the editor says that they changed", async () => {
    const editorFiles: Record<string, string> = { [uri("part.conf")]: fine };
    const editor = await start({ editorFiles });
    await editor.open(uri("jail.conf"), including);
    await editor.settle();
    expect(await editor.codes(uri("part.conf"))).toEqual([]);
    editorFiles[uri("part.conf")] = wrong;
    await editor.changedOnDisk({ uri: uri("part.conf"), type: 2 });
    await editor.settle();
    expect(await editor.codes(uri("part.conf"))).toEqual([missing]);
  });
});
