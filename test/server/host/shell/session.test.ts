import { ShellSession } from "@zonewarden/server/host/shell/session";
import { describe, expect, test } from "vitest";
import { world } from "./world.ts";

describe("a session", () => {
  test("keeps directory, variables and status from line to line", () => {
    const { host } = world();
    const session = new ShellSession(host);
    expect(session.prompt).toBe("root@host:/ # ");
    session.run("cd /etc; X=5; false");
    expect(session.prompt).toBe("root@host:/etc # ");
    expect(session.run("echo $? $X $HOME; pwd").result.stdout).toBe("1 5 /root\n/etc\n");
    expect(session.history.map(({ line }) => line)).toHaveLength(2);
  });

  test("in a jail is that of its root, or of another user", () => {
    const { host, web } = world();
    expect(new ShellSession(host, web.credential.container).prompt).toBe("root@web:/ # ");
    const www = new ShellSession(host, web.credential.container, "www");
    expect(www.prompt).toBe("www@web:/ $ ");
    expect(www.run("id -un; touch /x").result).toMatchObject({
      stdout: "www\n",
      stderr: "touch: /x: Permission denied\n",
    });
  });

  test("each line is an event, with what refused it", () => {
    const { host, web } = world();
    const session = new ShellSession(host, web.credential.container);
    const { events } = session.run("mknod /dev/x c 1 2");
    expect(host.events.slice(events.from, events.to)).toMatchObject([
      { container: "web", kind: "command", outcome: "failed", errno: "EPERM" },
    ]);
  });

  test("ends with `exit`, or with its jail", () => {
    const { host, web, root } = world();
    const first = new ShellSession(host, web.credential.container);
    expect(first.run("exit 3").result.status).toBe(3);
    expect(first.process).toBeUndefined();
    const second = new ShellSession(host, web.credential.container);
    const onHost = new ShellSession(host);
    expect(onHost.run("jail -r web").result.status).toBe(0);
    expect(second.process).toBeUndefined();
    expect(() => second.run("ls")).toThrow("the shell has ended");
    expect(root.state).not.toBe("zombie");
  });

  test("goes on in the shell that jexec, or sh, has started, until that ends", () => {
    const { host } = world();
    const session = new ShellSession(host);
    const type = (line: string): string => session.run(line).result.stdout;
    type("jexec web sh");
    expect(session.prompt).toBe("root@web:/ # ");
    type("cd /etc; sh; echo not typed in it");
    type("cd /tmp");
    expect(type("pwd; exit 4")).toBe("/tmp\n");
    expect(type("echo $?; pwd; exit")).toBe("4\n/etc\n");
    expect(session.prompt).toBe("root@host:/ # ");
    type("jexec web");
    expect(session.prompt).toBe("root@web:/ # ");
    expect(new ShellSession(host).run("jail -r web").result.status).toBe(0);
    expect(type("hostname")).toBe("host.example.org\n");
  });
});
