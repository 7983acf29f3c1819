/** What comments can expect of containers: `#? web connects db:5432`. */

export type Expectation = { readonly subject: string | undefined } & (
  | { readonly kind: "boots"; readonly holds: boolean }
  | { readonly kind: "order"; readonly other: string; readonly order: "before" | "after" }
  | {
      readonly kind: "connects";
      readonly holds: boolean;
      readonly target: string;
      readonly port: number | undefined;
    }
  | { readonly kind: "listens"; readonly holds: boolean; readonly port: number }
  | { readonly kind: "runs"; readonly holds: boolean; readonly command: string }
  | { readonly kind: "probe"; readonly probe: string; readonly verdict: "allow" | "deny" | "contained" }
);

/** An expectation, or a sentence that says why it is none. */
export type Parsed =
  | { readonly ok: true; readonly expectation: Expectation }
  | { readonly ok: false; readonly message: string };

/** The forms, as documented in docs/expectations.md. */
export const FORMS: readonly string[] = [
  "web boots",
  "web does not boot",
  "web boots before mail",
  "web boots after db",
  "web connects db:5432",
  "web cannot connect 192.0.2.9:22",
  "web listens on 80",
  "web does not listen on 22",
  "web runs nginx",
  "web does not run sendmail",
  "web allows PROBE",
  "web denies PROBE",
  "web contains PROBE",
];

const NOT = "(?:does not|doesn't|cannot|can't|must not)";
type Reader = readonly [RegExp, (groups: readonly string[]) => Expectation | string];

/** Behind the subject, which may be left out. The first group of each is the subject. */
const READERS: readonly Reader[] = [
  [form("boots?"), ([subject]) => ({ ...of(subject), kind: "boots", holds: true })],
  [form(`${NOT} boot`), ([subject]) => ({ ...of(subject), kind: "boots", holds: false })],
  [
    form("boots? (before|after) (\\S+)"),
    ([subject, order, other = ""]) => ({
      ...of(subject),
      kind: "order",
      order: order === "after" ? "after" : "before",
      other,
    }),
  ],
  [form("(?:can )?connects?(?: to)? (\\S+)"), ([subject, target = ""]) => connection(subject, target, true)],
  [form(`${NOT} connect(?: to)? (\\S+)`), ([subject, target = ""]) => connection(subject, target, false)],
  [form("listens on (\\d+)"), ([subject, port]) => listening(subject, port, true)],
  [form(`${NOT} listen on (\\d+)`), ([subject, port]) => listening(subject, port, false)],
  [
    form("runs (\\S+)"),
    ([subject, command = ""]) => ({ ...of(subject), kind: "runs", holds: true, command }),
  ],
  [
    form(`${NOT} run (\\S+)`),
    ([subject, command = ""]) => ({ ...of(subject), kind: "runs", holds: false, command }),
  ],
  [
    form("(allows|denies|contains) (\\S+)"),
    ([subject, verb = "", probe = ""]) => ({
      ...of(subject),
      kind: "probe",
      probe,
      verdict: verb === "allows" ? "allow" : verb === "denies" ? "deny" : "contained",
    }),
  ],
];

function form(rest: string): RegExp {
  return new RegExp(`^(?:(\\S+) )?${rest}$`);
}

function of(subject: string | undefined): { readonly subject: string | undefined } {
  return { subject: subject || undefined };
}

function connection(subject: string | undefined, text: string, holds: boolean): Expectation | string {
  const [, six, name = "", port] =
    /^(?:\[([\da-f:.]+)\]|([^:[\]]+|[\da-f]*:[\da-f:.]*:[\da-f:.]*))(?::(\d+))?$/i.exec(text) ?? [];
  const target = six ?? name;
  if (target === "")
    return `${text} is neither a container, host, outside nor an address, with or without a port.`;
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && !isPort(number)) return `There is no port ${port}.`;
  return { ...of(subject), kind: "connects", holds, target, port: number };
}

function listening(
  subject: string | undefined,
  port: string | undefined,
  holds: boolean,
): Expectation | string {
  const number = Number(port);
  return isPort(number)
    ? { ...of(subject), kind: "listens", holds, port: number }
    : `There is no port ${port}.`;
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

/** `text`: what stands behind `#?`. */
export function parseExpectation(text: string): Parsed {
  const words = text.trim().replace(/\s+/g, " ");
  for (const [pattern, make] of READERS) {
    const found = pattern.exec(words);
    if (!found) continue;
    const made = make([...found].slice(1).map((group) => group ?? ""));
    return typeof made === "string" ? { ok: false, message: made } : { ok: true, expectation: made };
  }
  return { ok: false, message: `This is no expectation. Understood are: ${FORMS.join(", ")}.` };
}
