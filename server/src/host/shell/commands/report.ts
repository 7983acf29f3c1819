import type { Decision, Outcome } from "../../decision.ts";
import type { Host } from "../../host.ts";
import type { CommandResult } from "../command.ts";

/** What a command that goes through its arguments has gathered. */
export class Report {
  private stdout = "";
  private stderr = "";
  private status = 0;
  private readonly decisions: Decision[] = [];
  private readonly host: Host;
  private readonly tool: string;

  constructor(host: Host, tool: string) {
    this.host = host;
    this.tool = tool;
  }

  /** Notes an outcome; a refusal in the words of the system. */
  note(path: string, outcome: Outcome<unknown>): boolean {
    if (!outcome.ok || outcome.decision.verdict !== "allow") this.decisions.push(outcome.decision);
    if (outcome.ok) return true;
    const { shell } = this.host.kernel;
    this.stderr += `${shell.complaint(this.tool, path, shell.strerror(outcome.errno))}\n`;
    this.status = 1;
    return false;
  }

  complain(text: string): void {
    this.stderr += `${this.tool}: ${text}\n`;
    this.status = 1;
  }

  print(text: string): void {
    this.stdout += text;
  }

  result(): CommandResult {
    const { status, stdout, stderr, decisions } = this;
    return { status, stdout, stderr, decisions, milliseconds: 1 };
  }
}
