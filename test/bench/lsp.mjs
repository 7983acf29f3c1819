import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** A small LSP client over stdio, with the clock and the server's CPU time at hand. */
export class Lsp {
  #process;
  #buffer = Buffer.alloc(0);
  #replies = new Map();
  #waiting = [];
  #id = 0;
  diagnostics = 0;

  constructor(script) {
    this.#process = spawn(process.execPath, [script, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#process.stdout.on("data", (chunk) => this.#read(chunk));
  }

  #read(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const head = this.#buffer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, head).toString())[1]);
      if (this.#buffer.length < head + 4 + length) return;
      const message = JSON.parse(this.#buffer.subarray(head + 4, head + 4 + length).toString());
      this.#buffer = this.#buffer.subarray(head + 4 + length);
      if (message.method === "textDocument/publishDiagnostics") {
        this.diagnostics++;
        for (const done of this.#waiting.splice(0)) done(message.params);
      } else if (message.id !== undefined && message.method) this.#send({ id: message.id, result: null });
      else this.#replies.get(message.id)?.(message);
    }
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#process.stdin.write(body);
  }

  notify(method, params) {
    this.#send({ method, params });
  }

  request(method, params) {
    const id = ++this.#id;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#replies.set(id, resolve));
  }

  async initialize() {
    await this.request("initialize", { processId: null, rootUri: null, capabilities: {} });
    this.notify("initialized", {});
  }

  /** The next diagnostics; those of a document that stays as it was are not sent again. */
  published() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** User and system time of the server so far, in ms. Linux counts it in hundredths of a second. */
  cpu() {
    const fields = readFileSync(`/proc/${this.#process.pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  memory() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#process.pid}/status`, "utf8"))[1]) / 1024;
  }

  stop() {
    this.#process.kill();
  }
}
