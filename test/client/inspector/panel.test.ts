import type { Inspection } from "@zonewarden/server/protocol";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FromPage, ToPage } from "../../../client/src/inspector/messages.ts";
import { hostInspection, jailInspection } from "./fixtures.ts";

const executed: unknown[][] = [];
/** What was put into titles. */
const titles: unknown[][] = [];

vi.mock("vscode", () => ({
  l10n: {
    t: (text: string, ...values: unknown[]) => {
      if (values.length > 0) titles.push(values);
      return text;
    },
  },
  env: { language: "en" },
  Uri: { from: (parts: object) => parts, joinPath: (_: unknown, ...names: string[]) => names.join("/") },
  commands: {
    executeCommand: async (...all: unknown[]) => {
      executed.push(all);
    },
  },
}));

const { InspectorPanel } = await import("../../../client/src/inspector/panel.ts");

type Listener<Value> = (value: Value) => void;

/** A panel and hosts that do as the test says. */
class Stage {
  readonly sent: ToPage[] = [];
  readonly asked: (readonly [
    container: string | undefined,
    at: number | undefined,
    targets: string | undefined,
  ])[] = [];
  html = "";
  /** What the host is called; undefined as long as nobody knows it. */
  name: string | undefined;
  readonly panel: { title: string; visible: boolean };
  inspect: (
    container: string | undefined,
    at: number | undefined,
    targets: string | undefined,
  ) => Promise<Inspection | null>;
  change: Listener<{ readonly revision: number; readonly hosts?: readonly string[] }> = () => {};
  say: (message: FromPage) => unknown = () => {};

  constructor(
    container: string | undefined,
    inspection: (at: number | undefined) => Inspection | null,
    known: { readonly hostName?: string; readonly name: string | undefined } = { name: "web1" },
  ) {
    const { hostName, name } = known;
    this.name = name;
    this.inspect = async (_, at) => inspection(at);
    const stage = this;
    const panel = {
      title: "",
      visible: true,
      onDidDispose: () => nothing,
      webview: {
        cspSource: "https://csp",
        options: {},
        set html(text: string) {
          stage.html = text;
        },
        asWebviewUri: (uri: string) => uri,
        postMessage: (message: ToPage) => this.sent.push(message),
        onDidReceiveMessage: (listener: (message: FromPage) => unknown) => {
          this.say = listener;
          return nothing;
        },
      },
    };
    const hosts = {
      view: { hosts: [{}] },
      host: () => (this.name === undefined ? undefined : { name: this.name, events: 40 }),
      inspect: (_: string, name: string | undefined, at: number | undefined, targets?: string) => {
        this.asked.push([name, at, targets]);
        return this.inspect(name, at, targets);
      },
      onDidChange: (listener: typeof this.change) => {
        this.change = listener;
        return nothing;
      },
    };
    const subject = {
      host: "h",
      ...(container !== undefined && { container }),
      ...(hostName !== undefined && { hostName }),
    };
    this.panel = panel;
    new InspectorPanel(panel as never, subject, hosts as never, {} as never);
  }

  get shown() {
    return this.sent.flatMap((message) => (message.kind === "show" ? [message] : []));
  }
}

const nothing = { dispose() {} };
const settled = () => new Promise((done) => setTimeout(done));

beforeEach(() => {
  executed.length = 0;
});

describe("the inspector's panel", () => {
  it("lets the page run its own script and nothing else", () => {
    const { html } = new Stage("www", () => jailInspection());
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'nonce-[\w-]{32,}'; style-src https:\/\/csp;/);
    expect(html).not.toMatch(/unsafe|style=|<script(?! nonce)/);
  });

  it("gives the page its words first, then the present", async () => {
    const stage = new Stage("www", () => jailInspection());
    await stage.say({ kind: "ready" });
    expect(stage.sent.map(({ kind }) => kind)).toEqual(["start", "show"]);
    expect(stage.shown[0]?.scene.following).toBe(true);
  });

  it("asks for the insides of a few containers of a host, and of none of many", async () => {
    const few = new Stage(undefined, () => hostInspection(3));
    await few.say({ kind: "ready" });
    expect(few.asked.map(([name]) => name)).toEqual([undefined, "www", "db"]);
    const many = new Stage(undefined, () => hostInspection(100));
    await many.say({ kind: "ready" });
    expect(many.asked).toHaveLength(1);
  });

  it("tells what is inside of the one of many that was selected, and goes on doing so", async () => {
    const stage = new Stage(undefined, () => hostInspection(100));
    stage.inspect = async (name) => (name === undefined ? hostInspection(100) : jailInspection());
    await stage.say({ kind: "ready" });
    await stage.say({ kind: "select", container: "www" });
    expect(stage.sent.at(-1)).toMatchObject({ kind: "inside", column: { id: "www", mounts: 3 } });
    stage.change({ revision: 1, hosts: ["h"] });
    await settled();
    expect(stage.shown.at(-1)?.scene.columns.map(({ id }) => id)).toEqual(["www"]);
  });

  it("has the name of its host as soon as that is known, hidden or not", () => {
    const stage = new Stage("www", () => jailInspection());
    stage.name = "alpha";
    stage.panel.visible = false;
    stage.change({ revision: 1 });
    expect(stage.panel.title).toBe("Inspect {0} on {1}");
    expect(titles.at(-1)).toEqual(["www", "alpha"]);
  });

  it("is called after the last known name of its host until then", () => {
    const stage = new Stage("www", () => jailInspection(), { hostName: "beta", name: undefined });
    expect(titles.at(-1)).toEqual(["www", "beta"]);
    expect(stage.asked).toEqual([]);
  });

  it("shows a past moment beside the one before it", async () => {
    const stage = new Stage("www", (at) => jailInspection({ at: at ?? 40 }));
    await stage.say({ kind: "ready" });
    await stage.say({ kind: "moment", request: 1, at: 12 });
    expect(stage.shown[1]).toMatchObject({
      answers: 1,
      scene: { following: false, inspection: { at: 12 }, before: { at: 11 } },
    });
  });

  it("does not ask again for the moment that is shown when it goes one on", async () => {
    const stage = new Stage("www", (at) => jailInspection({ at: at ?? 40 }));
    await stage.say({ kind: "moment", request: 1, at: 12 });
    await stage.say({ kind: "moment", request: 2, at: 13 });
    expect(stage.asked.map(([, at]) => at)).toEqual([12, 11, 13]);
  });

  it("drops an answer that a newer question has overtaken", async () => {
    const stage = new Stage("www", () => null);
    const answers: ((inspection: Inspection) => void)[] = [];
    stage.inspect = () => new Promise((answer) => answers.push(answer));
    void stage.say({ kind: "moment", request: 1, at: null });
    void stage.say({ kind: "moment", request: 2, at: null });
    answers[1]?.(jailInspection({ at: 2 }));
    answers[0]?.(jailInspection({ at: 1 }));
    await settled();
    expect(stage.shown.map(({ answers }) => answers)).toEqual([2]);
  });

  it("answers a question that a change has overtaken, for the page waits for that", async () => {
    const stage = new Stage("www", () => null);
    const answers: ((inspection: Inspection) => void)[] = [];
    stage.inspect = () => new Promise((answer) => answers.push(answer));
    void stage.say({ kind: "moment", request: 1, at: null });
    stage.change({ revision: 1 });
    answers[0]?.(jailInspection({ at: 40 }));
    answers[1]?.(jailInspection({ at: 41 }));
    await vi.waitFor(() => expect(stage.shown).toHaveLength(1));
    expect(stage.shown[0]).toMatchObject({ answers: 1, scene: { inspection: { at: 41 } } });
    // Once is enough.
    stage.change({ revision: 2 });
    await vi.waitFor(() => expect(answers).toHaveLength(3));
    answers[2]?.(jailInspection({ at: 42 }));
    await vi.waitFor(() => expect(stage.shown).toHaveLength(2));
    expect(stage.shown[1]).not.toHaveProperty("answers");
  });

  it("has those tried that somebody looks for, and goes on doing so", async () => {
    const { network } = jailInspection();
    const stage = new Stage("www", () => null);
    stage.inspect = async (_, at, targets = "") =>
      jailInspection({ at: at ?? 40, network: { ...network, targets } });
    await stage.say({ kind: "ready" });
    await stage.say({ kind: "targets", text: "db" });
    expect(stage.shown.at(-1)?.scene.inspection.network.targets).toBe("db");
    stage.change({ revision: 1 });
    await settled();
    await stage.say({ kind: "moment", request: 1, at: 12 });
    expect(stage.asked.map(([, at, targets]) => [at, targets])).toEqual([
      [undefined, undefined],
      [undefined, "db"],
      [undefined, "db"],
      [12, "db"],
      [11, "db"],
    ]);
  });

  it("follows changes of its own host only", async () => {
    const stage = new Stage("www", () => jailInspection());
    stage.change({ revision: 1, hosts: ["other"] });
    await settled();
    expect(stage.asked).toHaveLength(0);
    stage.change({ revision: 2, hosts: ["h"] });
    await settled();
    expect(stage.shown).toHaveLength(1);
  });

  it("asks once more, not for each change, after many changes at once", async () => {
    const stage = new Stage("www", () => jailInspection());
    for (let revision = 0; revision < 50; revision++) stage.change({ revision });
    await vi.waitFor(() => expect(stage.shown).toHaveLength(2));
    await settled();
    expect(stage.asked).toHaveLength(2);
  });

  it("only tells that there are more events while it shows the past", async () => {
    const stage = new Stage("www", (at) => jailInspection({ at: at ?? 40 }));
    await stage.say({ kind: "moment", request: 1, at: 5 });
    stage.change({ revision: 2 });
    await settled();
    expect(stage.sent.at(-1)).toEqual({ kind: "grown", events: 40 });
  });

  it.each([
    ["a container that is no longer there", null, "gone"],
    ["a moment that is forgotten", 3, "forgotten"],
  ] as const)("says why there is nothing: %s", async (_, at, why) => {
    const stage = new Stage("www", () => null);
    await stage.say({ kind: "moment", request: 7, at });
    expect(stage.sent).toEqual([{ kind: "absent", why, answers: 7 }]);
  });

  it("says that the server does not run", async () => {
    const stage = new Stage("www", () => {
      throw new Error("no server");
    });
    await stage.say({ kind: "moment", request: 1, at: null });
    expect(stage.sent).toEqual([{ kind: "absent", why: "stopped", answers: 1 }]);
  });

  it("runs commands on what the page names", async () => {
    const stage = new Stage("www", () => jailInspection());
    await stage.say({ kind: "run", command: "halt", container: "www" });
    await stage.say({ kind: "inspect" });
    await stage.say({ kind: "console" });
    expect(executed).toEqual([
      ["zonewarden.halt", { host: "h", container: "www" }],
      ["zonewarden.inspectHost", { host: "h" }],
      ["zonewarden.openConsole", { host: "h", container: "www" }],
    ]);
  });
});
