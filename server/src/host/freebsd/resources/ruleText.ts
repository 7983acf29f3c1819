import type { Host } from "../../host.ts";
import { SIGNALS } from "../../process/signalTable.ts";
import { userName } from "./links.ts";
import { type ResourceName, resourceOf } from "./resourceTable.ts";
import type { RctlRule } from "./types.ts";

/** The language of rules, `subject:subject-id:resource:action=amount/per`. Source: rctl(8), rctl_string_to_rule(). */

/** A rule or a filter: what is left out is not asked for. */
export interface RuleParts {
  subject?: RctlRule["subject"];
  id?: string;
  resource?: ResourceName;
  action?: string;
  amount?: number;
  per?: RctlRule["subject"];
}

const SUBJECTS = ["process", "user", "loginclass", "jail"] as const satisfies RctlRule["subject"][];

/** Factors of expand_number(3), powers of 1024. */
const FACTORS = "kmgtpe";

/** @returns undefined where the kernel says EINVAL */
export function parseRule(host: Host, text: string): RuleParts | undefined {
  const [subject = "", id = "", resource = "", rest = "", ...more] = text.split(":");
  if (more.length > 0) return undefined;
  const parts: RuleParts = {};
  if (subject) {
    // Each subject may be written by its first letters, as rctl(8) expands them: u, l, p, j.
    const known = SUBJECTS.find((one) => one.startsWith(subject));
    if (!known) return undefined;
    parts.subject = known;
  }
  if (id) {
    if (!parts.subject) return undefined;
    const known = subjectId(host, parts.subject, id);
    if (known === undefined) return undefined;
    parts.id = known;
  }
  if (resource) {
    if (!resourceOf(resource)) return undefined;
    parts.resource = resource as ResourceName;
  }
  return action(rest, parts);
}

function action(text: string, parts: RuleParts): RuleParts | undefined {
  if (!text) return parts;
  const [, action = "", amount, per] = /^([^=/]*)(?:=([^/]*))?(?:\/(.*))?$/.exec(text) ?? [];
  if (action) {
    if (!isAction(action)) return undefined;
    parts.action = action;
  }
  if (amount) {
    const value = expandNumber(amount);
    if (value === undefined) return undefined;
    parts.amount = value;
  }
  if (per) {
    const known = SUBJECTS.find((one) => one.startsWith(per));
    if (!known) return undefined;
    parts.per = known;
  }
  return parts;
}

function isAction(name: string): boolean {
  if (["deny", "log", "devctl", "throttle"].includes(name)) return true;
  return name.startsWith("sig") && Object.hasOwn(SIGNALS, name.slice(3).toUpperCase());
}

/** Users are kept by name where they have one. */
function subjectId(host: Host, subject: RctlRule["subject"], id: string): string | undefined {
  if (subject === "process") return /^\d+$/.test(id) ? String(Number(id)) : undefined;
  if (subject !== "user") return id;
  if (/^\d+$/.test(id)) return userName(host, Number(id));
  return host.state.machine.users.some(({ name }) => name === id) ? id : undefined;
}

/** A number with a factor behind it, as `1g`. Source: expand_number(3). */
export function expandNumber(text: string): number | undefined {
  const [, digits, factor = ""] = /^(\d+)([kmgtpe]?)b?$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * 1024 ** (factor ? FACTORS.indexOf(factor.toLowerCase()) + 1 : 0);
}

export function ruleText({ subject, id, resource, action, amount, per }: RctlRule): string {
  return `${subject}:${id}:${resource}:${action}=${amount}${per === subject ? "" : `/${per}`}`;
}
